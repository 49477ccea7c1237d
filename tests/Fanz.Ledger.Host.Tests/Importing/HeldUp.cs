using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Importing;

/// <summary>
/// Keeps every writer from getting a record of one number into any book, for as long as it is there. Then whoever
/// waited is ended, so that nothing of its batch is committed.
/// </summary>
internal sealed class HeldUp : IAsyncDisposable
{
    private const long Lock = 720_411;

    private const string WaitingSql =
        "select count(*) from pg_locks where locktype = 'advisory' and objid = 720411 and not granted";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;

    private HeldUp(NpgsqlDataSource source, NpgsqlConnection connection) =>
        (this.source, this.connection) = (source, connection);

    public static async Task<HeldUp> At(EmbeddedServer server, long number)
    {
        var source = NpgsqlDataSource.Create(server.SuperuserConnectionString());
        var connection = await source.OpenConnectionAsync();
        var held = new HeldUp(source, connection);
        await held.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select pg_advisory_lock({Lock});
            create function public.hold_up() returns trigger language plpgsql as
                $$ begin perform pg_advisory_xact_lock({Lock}); return new; end $$;
            create trigger hold_up before insert on ledger.journal for each row when (new.number = {number})
                execute function public.hold_up()
            """));
        return held;
    }

    /// <summary>Waits until somebody is held up.</summary>
    public async Task IsReached()
    {
        var clock = Stopwatch.StartNew();
        while (await Waiting() == 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "Nobody ever came so far.");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (await Waiting() > 0)
        {
            await Execute(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted");
        }

        await Execute($"select pg_advisory_unlock({Lock}); drop function public.hold_up cascade");
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task<long> Waiting()
    {
        await using var query = new NpgsqlCommand(WaitingSql, connection);
        return (long)(await query.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
