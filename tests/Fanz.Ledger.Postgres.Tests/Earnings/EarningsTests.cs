using System.Globalization;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>
/// After any history, and whatever befell who followed it, the tables are what the journal says, read another way.
/// LEDGER_SEED runs one history again.
/// </summary>
public sealed class EarningsTests(ITestOutputHelper output)
{
    private const int FixedSeed = 20_260_131;
    private const int Histories = 3;

    private static readonly EarningsFollower Follower = new();

    /// <summary>Whatever can move something that is told.</summary>
    private static readonly string[] Wanted =
        [
            "tip_sent", "gift_sent", "content_unlocked", "message_unlocked", "stream_entered", "order_placed",
            "order_delivered", "subscription_started", "subscription_renewed", "subscription_upgraded",
            "revenue_recognised", "charge_opened", "sale_refunded", "dispute_opened", "dispute_won", "dispute_lost",
            "dispute_reopened", "sale_clawed_back", "reversed", "adjusted", "transferred", "transferred_to_book",
            "hold_released", "reserve_released", "affiliate_released", "payout_formed", "payout_accepted",
            "payout_settled", "payout_failed", "payout_cancelled", "payout_rejected", "payout_returned",
            "tokens_purchased", "goodwill_granted", "currency_converted", "processor_settled", "debt_written_off", "moved_to_unclaimed",
            "balances_opened",
        ];

    private static readonly string[] Tables =
        ["projected.revenue", "projected.earnings", "projected.affiliate_earnings", "projected.spending"];

    [Fact]
    public async Task The_tables_are_the_journal_read_another_way_whatever_befell_the_follower()
    {
        var (seed, types) = (Seed(), new Dictionary<string, int>());
        for (var i = 0; i < Histories; i++)
            foreach (var (type, times) in await Live(seed + i)) types[type] = types.GetValueOrDefault(type) + times;
        output.WriteLine(string.Join(", ", types.OrderByDescending(type => type.Value)));
        // What no history meets is not proven. With another seed chance has it.
        if (seed != FixedSeed) return;
        Assert.All(Wanted, type => Assert.True(types.ContainsKey(type), $"{type} is not met"));
    }

    private static async Task<Dictionary<string, int>> Live(int seed)
    {
        var random = new Random(seed);
        var database = new TestDatabase();
        await database.InitializeAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
            var history = new WrittenHistory(database);
            await history.Open();
            var steps = WrittenHistory.Steps(seed, parts: 40, length: 100);
            var runner = Run(source);
            try
            {
                for (var at = 0; at < steps.Length;)
                {
                    var piece = random.Next(1, 120);
                    history.Play(steps.Skip(at).Take(piece));
                    at += piece;
                    await history.Write();
                    runner = await Befall(random.Next(8), runner, source, history, database);
                }

                for (var i = 0; i < history.Opened.Count; i++) await Reaches(source, history, i);
            }
            finally
            {
                await runner.DisposeAsync();
            }

            await Agree(source, history);
            var live = await Rows(source, history);
            foreach (var book in history.Opened)
                await new Rebuild(source).Run(Follower, book, null, CancellationToken.None);
            Assert.Equal(live, await Rows(source, history));
            await Agree(source, history);
            return history.Types;
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_row_that_was_changed_put_in_or_taken_away_is_found()
    {
        var seed = Seed();
        var database = new TestDatabase();
        await database.InitializeAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
            var history = await Followed(database, source, seed);
            await Agree(source, history);
            foreach (var (table, change) in new[]
            {
                (0, "update projected.revenue set revenue = revenue + 1 where ctid = "
                    + "(select ctid from projected.revenue limit 1)"),
                (1, "update projected.earnings set reserved = reserved - 1 where ctid = "
                    + "(select ctid from projected.earnings limit 1)"),
                (2, "insert into projected.affiliate_earnings (build, effective_on, affiliate, kind, currency) "
                    + "select build, '2001-01-01', 'x', 'tip', 'USD' from projected.affiliate_earnings limit 1"),
                (3, "delete from projected.spending where ctid = (select ctid from projected.spending limit 1)"),
            })
            {
                await TestDatabase.Execute(database.SuperuserConnectionString, change);
                var found = await Differences(source, history);
                Assert.Contains(found, difference => difference.StartsWith(Tables[table], StringComparison.Ordinal));
            }
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    internal static async Task<WrittenHistory> Followed(
        TestDatabase database, NpgsqlDataSource source, int seed, int length = 160)
    {
        var history = new WrittenHistory(database);
        await history.Open();
        history.Play(WrittenHistory.Steps(seed, parts: 12, length));
        await history.Write();
        await using var runner = Run(source);
        for (var i = 0; i < history.Opened.Count; i++) await Reaches(source, history, i);
        return history;
    }

    private static FollowerRunner Run(NpgsqlDataSource source) => new(
        source, [Follower], new Bell(), new FollowerOptions
        {
            LookEvery = TimeSpan.FromMilliseconds(5),
            Breath = TimeSpan.FromMilliseconds(1),
            PauseAfterFault = TimeSpan.FromMilliseconds(5),
        });

    private static async Task<FollowerRunner> Befall(
        int what, FollowerRunner runner, NpgsqlDataSource source, WrittenHistory history, TestDatabase database)
    {
        switch (what)
        {
            case 0:
                await runner.DisposeAsync();
                return Run(source);
            case 1:
                await TestDatabase.Execute(
                    database.SuperuserConnectionString,
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    + "where usename = 'ledger_host' and datname = current_database() and pid <> pg_backend_pid()");
                return runner;
            case 2:
                await new Builds(source).Pause(Follower.Name, null, CancellationToken.None);
                await new Builds(source).Resume(Follower.Name, null, CancellationToken.None);
                return runner;
            case 3:
                await Reaches(source, history, 0);
                return runner;
            default:
                return runner;
        }
    }

    private static async Task Reaches(NpgsqlDataSource source, WrittenHistory history, int book)
    {
        var builds = new Builds(source);
        var isThere = await builds.Reach(
            Follower.Name, history.Opened[book], history.Head(book), TimeSpan.FromMinutes(1), CancellationToken.None);
        var all = await builds.List(CancellationToken.None);
        Assert.True(isThere, string.Join('\n', all));
    }

    private static async Task Agree(NpgsqlDataSource source, WrittenHistory history)
    {
        var found = await Differences(source, history);
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static async Task<List<string>> Differences(NpgsqlDataSource source, WrittenHistory history)
    {
        var found = new List<string>();
        foreach (var book in history.Opened)
        {
            await foreach (var table in new ProjectionCheck(source).Check(Follower, book))
                found.AddRange(table.Differences.Select(difference => $"{table.Table} of {book.Name}: {difference}"));
        }

        return found;
    }

    private static async Task<List<string>> Rows(NpgsqlDataSource source, WrittenHistory history)
    {
        var found = new List<string>();
        foreach (var table in Follower.Tables)
        {
            await using var command = source.CreateCommand(
                $"""
                select b.book_id || ' ' || (select row_to_json(r)::text from (select {table.Columns}) r)
                from {table.Name} kept join ledger.builds b on b.id = kept.build and b.state = 'live'
                """);
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync()) found.Add($"{table.Name} {rows.GetString(0)}");
        }

        Assert.True(found.Count > history.Records / 4, $"{found.Count} rows prove little");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private int Seed()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : FixedSeed;
        output.WriteLine($"LEDGER_SEED={seed}");
        return seed;
    }
}
