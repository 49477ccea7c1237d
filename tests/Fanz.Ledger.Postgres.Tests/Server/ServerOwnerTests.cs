using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>What becomes of a server when the process that owns it, or the shell that guards it, is killed.</summary>
public sealed class ServerOwnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_killed_owner_takes_its_server_with_it_and_the_data_stays()
    {
        using var owner = await StartOwner("killed");
        var postmaster = Postmaster("killed");
        owner.Kill();
        await Eventually.True(() => !IsRunning(postmaster), "postgres stops when its owner is killed");
        Assert.True(Directory.Exists(folder.At("killed/data")));
    }

    [Fact]
    public async Task A_killed_owner_of_a_throw_away_server_leaves_nothing()
    {
        using var owner = await StartOwner("thrown", "throw-away");
        var postmaster = Postmaster("thrown");
        owner.Kill();
        await Eventually.True(() => !IsRunning(postmaster), "postgres stops when its owner is killed");
        await Eventually.True(() => !Holds("thrown", "*"), "everything in it is deleted");
    }

    [Theory]
    [InlineData("throw-away")]
    [InlineData(null)]
    public async Task An_owner_killed_while_the_cluster_is_being_made_leaves_nothing_unfinished(string? kind)
    {
        using var owner = Launch("early", kind);
        await Eventually.True(() => Holds("early", "PG_VERSION", deep: true), "initdb is at work");
        owner.Kill();
        await Eventually.True(() => !Holds("early", "unfinished-*"), "its work is deleted");
        await Eventually.True(() => kind is null || !Holds("early", "*"), "a throw-away directory is deleted whole");
    }

    [Fact]
    public async Task A_start_right_after_the_owner_was_killed_owns_the_server_anew()
    {
        using var owner = await StartOwner("heir");
        owner.Kill();
        await using var heir = await EmbeddedServer.Start(
            new EmbeddedServerOptions { Directory = folder.At("heir") }, CancellationToken.None);
        Assert.False(heir.IsAttached);
        Assert.Equal(1, await TestDatabase.Scalar<int>(heir.HostConnectionString(), "select 1"));
    }

    [Fact]
    public async Task A_server_whose_owner_and_guard_were_both_killed_is_replaced()
    {
        using var owner = await StartOwner("orphan");
        var orphan = Postmaster("orphan");
        using (var guard = Process.GetProcessById(Parent(orphan)))
            guard.Kill();
        owner.Kill();
        await using var heir = await EmbeddedServer.Start(
            new EmbeddedServerOptions { Directory = folder.At("orphan") }, CancellationToken.None);
        Assert.False(heir.IsAttached);
        await Eventually.True(() => !IsRunning(orphan), "the server left behind is stopped first");
    }

    [Fact]
    public async Task A_process_beside_the_owner_attaches_to_its_server()
    {
        using var owner = await StartOwner("beside");
        await using (var guest = await EmbeddedServer.Start(
            new EmbeddedServerOptions { Directory = folder.At("beside") }, CancellationToken.None))
            Assert.True(guest.IsAttached);
        Assert.True(IsRunning(Postmaster("beside")));
        owner.StandardInput.Close();
        await owner.WaitForExitAsync();
        Assert.Null(PostmasterFile.Read(folder.At("beside/data")));
    }

    private async Task<Process> StartOwner(string name, string? kind = null)
    {
        var owner = Launch(name, kind);
        Assert.Equal("owned", await owner.StandardOutput.ReadLineAsync());
        return owner;
    }

    private Process Launch(string name, string? kind)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(typeof(ServerOwnerTests).Assembly.Location);
        start.ArgumentList.Add(folder.At(name));
        if (kind is not null)
            start.ArgumentList.Add(kind);
        return Process.Start(start)!;
    }

    private bool Holds(string name, string pattern, bool deep = false)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(
                folder.At(name), pattern, deep ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly).Any();
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    private int Postmaster(string name) => PostmasterFile.Read(folder.At($"{name}/data"))!.ProcessId;

    private static bool IsRunning(int processId) => Directory.Exists($"/proc/{processId}");

    private static int Parent(int processId)
    {
        var status = File.ReadLines($"/proc/{processId}/status");
        var parent = status.First(line => line.StartsWith("PPid:", StringComparison.Ordinal))["PPid:".Length..];
        return int.Parse(parent, CultureInfo.InvariantCulture);
    }
}
