namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>A private server has a master key of its own, which nobody else may read.</summary>
public sealed class MasterKeyTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    [Fact]
    public async Task It_is_made_once_however_many_ask_and_only_the_servers_account_may_read_it()
    {
        var keys = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => server.Server.MasterKey(CancellationToken.None)));
        Assert.All(keys, key => Assert.Equal(keys[0], key));
        Assert.Equal(32, keys[0].Length);
        Assert.NotEqual(new byte[32], keys[0]);
        var file = Assert.Single(Directory.GetFiles(server.Server.DataDirectory, "master_key*"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }
}
