using System.Net;
using System.Net.Sockets;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Server;

public sealed class EmbeddedServerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_written_is_there_at_the_next_start_and_gone_after_a_fresh_one()
    {
        var options = new EmbeddedServerOptions { Directory = folder.At("kept") };
        await using (var first = await Start(options))
            await TestDatabase.Execute(first.OwnerConnectionString(), "create schema kept");
        await using (var second = await Start(options))
            Assert.True(await HasSchema(second, "kept"));
        await using var fresh = await Start(options with { Fresh = true });
        Assert.False(await HasSchema(fresh, "kept"));
    }

    [Fact]
    public async Task A_server_may_begin_with_a_copy_of_what_another_one_has()
    {
        var options = new EmbeddedServerOptions { Directory = folder.At("copied"), CopyOf = await MigratedData.Folder };
        await using (var first = await Start(options))
        {
            Assert.True(await HasSchema(first, "ledger"));
            await TestDatabase.Execute(first.OwnerConnectionString(), "create schema kept");
        }

        await using var second = await Start(options);
        Assert.True(await HasSchema(second, "kept"));
    }

    [Fact]
    public async Task A_second_start_on_the_same_directory_attaches_and_leaves_the_server_running()
    {
        var options = new EmbeddedServerOptions { Directory = folder.At("shared") };
        await using var owner = await Start(options);
        await using (var guest = await Start(options))
        {
            Assert.True(guest.IsAttached);
            Assert.Equal(owner.Port, guest.Port);
            Assert.True(await HasSchema(guest, "public"));
            await Assert.ThrowsAsync<ServerFailed>(guest.KillServer);
        }

        Assert.True(await HasSchema(owner, "public"));
    }

    [Fact]
    public async Task Starts_at_the_same_moment_agree_on_one_owner()
    {
        var options = new EmbeddedServerOptions { Directory = folder.At("race") };
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Start(options)));
        Assert.Single(servers, server => !server.IsAttached);
        Assert.Single(servers.Select(server => server.Port).Distinct());
        foreach (var server in servers.OrderByDescending(server => server.IsAttached))
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_thrown_away_server_leaves_neither_directory_nor_socket()
    {
        var server = await Start(new EmbeddedServerOptions { ThrowAway = true });
        var (data, socket) = (server.DataDirectory, server.SocketDirectory);
        Assert.True(Directory.Exists(data));
        await server.DisposeAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(data)));
        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task A_temporary_directory_abandoned_before_its_server_started_is_deleted_by_the_next_start()
    {
        string abandoned;
        await using (var server = await Start(new EmbeddedServerOptions()))
            abandoned = Path.GetDirectoryName(server.DataDirectory)!;
        Directory.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddMinutes(-5));
        await using var next = await Start(new EmbeddedServerOptions { ThrowAway = true });
        Assert.False(Directory.Exists(abandoned));
    }

    [Fact]
    public async Task A_killed_server_restarts_on_its_port_with_everything_that_was_committed()
    {
        await using var server = await Start(new EmbeddedServerOptions { ThrowAway = true });
        var port = server.Port;
        await TestDatabase.Execute(server.OwnerConnectionString(), "create schema committed");
        await server.KillServer();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => HasSchema(server, "committed"));
        await server.Restart(CancellationToken.None);
        Assert.Equal(port, server.Port);
        Assert.True(await HasSchema(server, "committed"));
    }

    [Fact]
    public async Task A_server_can_fail_over_to_a_stale_copy_of_its_data()
    {
        await using var server = await Start(new EmbeddedServerOptions { ThrowAway = true });
        await TestDatabase.Execute(server.OwnerConnectionString(), "create schema early");
        await server.Stop();
        await server.CopyDataTo(folder.At("copy"), CancellationToken.None);
        await server.Restart(CancellationToken.None);
        await TestDatabase.Execute(server.OwnerConnectionString(), "create schema late");
        await Assert.ThrowsAsync<ServerFailed>(
            () => server.ReplaceDataWith(folder.At("copy"), CancellationToken.None));
        await server.KillServer();
        await server.ReplaceDataWith(folder.At("copy"), CancellationToken.None);
        await server.Restart(CancellationToken.None);
        Assert.True(await HasSchema(server, "early"));
        Assert.False(await HasSchema(server, "late"));
    }

    [Fact]
    public async Task A_directory_left_half_initialised_or_with_a_stale_mark_is_recovered()
    {
        var options = new EmbeddedServerOptions { Directory = folder.At("hurt") };
        Directory.CreateDirectory(folder.At("hurt/unfinished-1"));
        await File.WriteAllTextAsync(folder.At("hurt/unfinished-1/PG_VERSION"), "15\n");
        string data;
        await using (var server = await Start(options))
            data = server.DataDirectory;
        Assert.False(Directory.Exists(folder.At("hurt/unfinished-1")));

        // Our own process id stands for one that was given to another program since.
        await File.WriteAllTextAsync(
            Path.Combine(data, "postmaster.pid"), $"{Environment.ProcessId}\n{data}\n1\n5432\n/nowhere\n");
        await using var again = await Start(options);
        Assert.True(await HasSchema(again, "public"));
    }

    [Fact]
    public async Task A_long_path_with_spaces_and_quotes_works_and_keeps_its_socket_over_a_restart()
    {
        var name = $"a folder, with 'quotes' and a long name {new string('x', 80)}";
        string socket;
        await using (var server = await Start(new EmbeddedServerOptions { Directory = folder.At(name) }))
        {
            socket = server.SocketDirectory;
            Assert.True(await HasSchema(server, "public"));
            await server.Restart(CancellationToken.None);
            Assert.Equal(socket, server.SocketDirectory);
            Assert.True(await HasSchema(server, "public"));
        }

        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task A_port_that_was_asked_for_and_is_taken_is_named_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var failure = await Assert.ThrowsAsync<ServerFailed>(
            () => Start(new EmbeddedServerOptions { ThrowAway = true, Port = port }));
        Assert.Contains($"port {port}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task The_cluster_is_durable_private_and_speaks_utf8()
    {
        await using var server = await Start(new EmbeddedServerOptions
        {
            ThrowAway = true,
            Settings = new Dictionary<string, string> { ["application_name"] = "it's \\ ours" },
        });
        Assert.Equal("on on on 127.0.0.1 UTF8 C", await TestDatabase.Scalar<string>(
            server.HostConnectionString(),
            """
            select concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'),
                current_setting('full_page_writes'), current_setting('listen_addresses'),
                pg_encoding_to_char(encoding), datcollate)
            from pg_database where datname = current_database()
            """));
        Assert.Equal("it's \\ ours", await TestDatabase.Scalar<string>(
            server.SuperuserConnectionString(), "select current_setting('application_name')"));
        var withoutPassword = new NpgsqlConnectionStringBuilder(server.OwnerConnectionString())
        {
            Password = "guess",
            Host = "127.0.0.1",
        };
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => TestDatabase.Scalar<int>(withoutPassword.ConnectionString, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        foreach (var path in new[] { server.DataDirectory, server.SocketDirectory })
            Assert.Equal("drwx------", Modes(path));
        Assert.Equal("-rw-------", Modes(Path.Combine(server.DataDirectory, "passwords")));
    }

    [Fact]
    public async Task The_host_is_only_a_writer_and_the_owner_may_make_roles_and_databases()
    {
        await using var server = await Start(new EmbeddedServerOptions { ThrowAway = true });
        Assert.Equal("ledger_host---yes ledger_owner-yes-yes-no", await TestDatabase.Scalar<string>(
            server.SuperuserConnectionString(),
            """
            select string_agg(rolname
                || case when rolcreaterole then '-yes' else '-' end
                || case when rolcreatedb then '-yes' else '-' end
                || case when pg_has_role(oid, 'ledger_writer', 'usage') then '-yes' else '-no' end,
                ' ' order by rolname)
            from pg_roles where rolname in ('ledger_owner', 'ledger_host') and not rolsuper and rolcanlogin
            """));
    }

    [Fact]
    public async Task The_default_directory_is_the_same_every_time_and_can_be_used()
    {
        var first = await EmbeddedServer.DefaultDirectory(folder.At("repository"), CancellationToken.None);
        Assert.Equal(folder.At("repository/.data/postgres"), first);
        Assert.Equal(first, await EmbeddedServer.DefaultDirectory(folder.At("repository"), CancellationToken.None));
        await using var server = await Start(new EmbeddedServerOptions { Directory = first, ThrowAway = true });
        Assert.True(await HasSchema(server, "public"));
    }

    [Fact]
    public async Task A_folder_that_postgres_may_not_enter_has_its_default_directory_elsewhere()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return;
        var closed = Directory.CreateDirectory(folder.At("closed")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var elsewhere = await EmbeddedServer.DefaultDirectory(closed, CancellationToken.None);
        try
        {
            Assert.False(elsewhere.StartsWith(closed, StringComparison.Ordinal));
            await using var server = await Start(new EmbeddedServerOptions { Directory = elsewhere });
            Assert.True(await HasSchema(server, "public"));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private static Task<EmbeddedServer> Start(EmbeddedServerOptions options) =>
        EmbeddedServer.Start(options, CancellationToken.None);

    private static Task<bool> HasSchema(EmbeddedServer server, string schema) => TestDatabase.Scalar<bool>(
        server.OwnerConnectionString(), $"select to_regnamespace('{schema}') is not null");

    private static string Modes(string path)
    {
        if (OperatingSystem.IsWindows())
            return "";
        const string letters = "rwxrwxrwx";
        var mode = (int)File.GetUnixFileMode(path);
        return (Directory.Exists(path) ? "d" : "-") + string.Concat(
            letters.Select((letter, index) => (mode >> (8 - index) & 1) == 1 ? letter : '-'));
    }
}
