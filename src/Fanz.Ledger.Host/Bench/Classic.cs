using System.Diagnostics;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// The usual way at its best: one transaction a command, everything prepared and sent in one round trip, the accounts
/// locked in order, balances updated in place, a key that is posted once, three indexes on the events.
/// </summary>
internal sealed class Classic(NpgsqlDataSource owner)
{
    /// <summary>
    /// A command's transaction; printed with the figures, so that anyone can judge whether it is fair.
    /// </summary>
    public static readonly string[] Statements =
        [
            "begin",
            "insert into classic.keys (key) values ($1)",
            "select id from classic.accounts where id = any($1) order by id for no key update",
            """
            update classic.accounts a set balance = a.balance + m.amount, version = a.version + 1
            from unnest($1, $2) m (id, amount) where a.id = m.id
            """,
            """
            with event as (
                insert into classic.events (type, stream, key, data) values ('tip_sent', $1, $2, $3) returning id)
            insert into classic.entries (event_id, account_id, amount, balance)
            select event.id, a.id, m.amount, a.balance
            from event, unnest($4, $5) m (id, amount) join classic.accounts a on a.id = m.id
            """,
            "commit",
        ];

    private const string Tables = """
        create schema classic;
        create table classic.keys (key uuid primary key);
        create table classic.accounts (
            id bigint primary key, balance bigint not null, version bigint not null, check (balance >= 0 or id = 0))
            with (fillfactor = 50);
        create table classic.events (
            id bigint generated always as identity primary key, type text not null, stream bigint not null,
            key uuid not null, at timestamptz not null default clock_timestamp(), data json not null);
        create index on classic.events (stream, id);
        create index on classic.events (type, id);
        create table classic.entries (
            id bigint generated always as identity primary key, event_id bigint not null, account_id bigint not null,
            amount bigint not null, balance bigint not null);
        create index on classic.entries (account_id, id);
        insert into classic.accounts
        select id, case when id between 1 and 10000 then 1000000000000 else 0 end, 0
        from generate_series(0, 12000) id;
        """;

    public async Task Create()
    {
        await using var command = owner.CreateCommand(Tables);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<LoadResult> Run(TimeSpan time, int callers)
    {
        var clock = Stopwatch.StartNew();
        var posted = await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            await using var connection = await owner.OpenConnectionAsync();
            var random = new Random(caller);
            long count = 0;
            for (; clock.Elapsed < time; count++) await Tip(connection, random);
            return count;
        }));
        return new LoadResult(posted.Sum(), clock.Elapsed);
    }

    /// <summary>
    /// Account 0 is the platform's revenue; 1 to 10,000 are fans; each creator has two, up to 12,000.
    /// </summary>
    private static async Task Tip(NpgsqlConnection connection, Random random)
    {
        var creator = 10_001 + (2 * random.Next(TipLoad.Creators - 1));
        long[] accounts = [0, random.Next(1, TipLoad.Fans), creator, creator + 1];
        long amount = random.Next(100, 10_000);
        var fee = amount / 5;
        var reserve = (amount - fee) / 10;
        long[] amounts = [fee, -amount, amount - fee - reserve, reserve];
        var key = Guid.NewGuid();
        var data = $$"""{"fan":"fan-{{accounts[1]}}","creator":"creator-{{creator}}","amount":{{amount}},"fee":{{fee}}}""";
        await using var batch = new NpgsqlBatch(connection);
        object[][] values = [[], [key], [accounts], [accounts, amounts], [accounts[2], key, data, accounts, amounts], []];
        for (var i = 0; i < Statements.Length; i++)
        {
            var command = new NpgsqlBatchCommand(Statements[i]);
            foreach (var value in values[i])
            {
                command.Parameters.Add(ReferenceEquals(value, data)
                    ? new() { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Json }
                    : new() { Value = value });
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
    }
}
