using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Tests.Server;

public sealed class PostgresInstallationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Without_PostgreSQL_one_line_says_what_to_install()
    {
        var missing = await Assert.ThrowsAsync<PostgresNotFound>(() => Find([folder.Path], []));
        Assert.Contains("none was found", missing.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install postgresql", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public async Task A_version_that_is_too_old_is_named()
    {
        var old = await Assert.ThrowsAsync<PostgresNotFound>(() => Find([Version("13.9")], [Version("9.6.24")]));
        Assert.Contains("only version 13 was found", old.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_search_path_wins_over_packages_and_the_highest_package_over_the_others()
    {
        Assert.Equal(15, (await Find([Version("15.18")], [Version("17.2")])).Major);
        Assert.Equal(17, (await Find([Version("14.1")], [Version("16.4"), Version("17.2")])).Major);
    }

    [Fact]
    public async Task Data_that_exists_is_opened_by_the_version_that_made_it()
    {
        Assert.Equal(16, (await Find([Version("15.18")], [Version("16.4"), Version("18beta1")], major: 16)).Major);
        Assert.Equal(15, (await Find([Version("15.18")], [Version("18beta1")], major: 16)).Major);
    }

    private static Task<PostgresInstallation> Find(string[] searchPath, string[] packaged, int? major = null) =>
        PostgresInstallation.Find(searchPath, packaged, major, CancellationToken.None);

    private string Version(string version)
    {
        var bin = Directory.CreateDirectory(folder.At(version)).FullName;
        foreach (var program in new[] { "initdb", "postgres" })
        {
            var path = Path.Combine(bin, program);
            File.WriteAllText(path, $"#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return bin;
    }
}
