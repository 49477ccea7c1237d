using System.Globalization;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Balances;

/// <summary>
/// What the follower keeps is what the journal says, whatever happened, however it was interrupted, and made again.
/// LEDGER_SEED plays one history again.
/// </summary>
public sealed class BalanceTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private static readonly Follower[] Both = [new BalanceFollower(), new RateFollower()];

    private static readonly FollowerOptions Often = new() { LookEvery = TimeSpan.FromMilliseconds(5) };

    [Fact]
    public async Task Any_history_is_what_the_journal_says_live_interrupted_and_made_again()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"LEDGER_SEED={seed}");
        var random = new Random(seed);
        await using var days = await BusyDays.Begin(database, seed, $"t{seed}");
        for (var round = 0; round < 6; round++)
        {
            // The runner ends somewhere in between, and with it the connection that it is at.
            await using (new FollowerRunner(days.Host.Database, Both, new Bell(), Often))
                await days.Post(random.Next(20, 60));
            await days.Post(random.Next(20));
            if (round == 3) await Rebuild(days, days.Books[random.Next(days.Books.Count)]);
        }

        await CaughtUp.With(days, Both);
        Assert.True(days.Taken > 80, $"only {days.Taken} were taken");
        var rows = await NothingDiffers(days);
        foreach (var book in days.Books) await Rebuild(days, book);
        Assert.Equal(rows, await NothingDiffers(days));
    }

    [Fact]
    public async Task A_row_that_was_changed_is_found()
    {
        await using var days = await BusyDays.Begin(database, 7, "changed");
        await days.Post(80);
        await CaughtUp.With(days, Both);
        await NothingDiffers(days);
        foreach (var (table, change) in new[]
        {
            ("balances", "balance = balance + 1"), ("balances", "since_on = since_on - 1"),
            ("account_days", "debits = debits + 1"), ("code_days", "entries = entries - 1"),
        })
        {
            await Change(days, table, change);
            var found = await Check(days).Where(one => one.Differences.Count > 0).ToListAsync();
            Assert.Equal([$"projected.{table}"], found.Select(one => one.Table).Distinct());
            await new Rebuild(days.Host.Database).Run(Both[0], days.Books[0], null, CancellationToken.None);
        }

        await NothingDiffers(days);
    }

    /// <summary>
    /// What changes with every movement is in no index, so that the row stays on its page and the indexes as they are.
    /// </summary>
    [Theory]
    [InlineData("balances", "balance = balance + 1, version = version + 1, moved_number = moved_number + 1")]
    [InlineData("account_days", "debits = debits + 1, credits = credits + 1, entries = entries + 1, last_position = 9")]
    [InlineData("code_days", "debits = debits + 1, credits = credits + 1, entries = entries + 1")]
    public async Task A_movement_changes_no_index(string table, string change)
    {
        await using var days = await BusyDays.Begin(database, 5, $"hot-{table.Replace('_', '-')}");
        await days.Post(20);
        await CaughtUp.With(days, Both);
        await using var connection = await days.Host.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var update = new NpgsqlCommand(
            $"""
            update projected.{table} set {change}
            where build = (select id from ledger.builds where follower = 'balances' and book_id = {days.Books[0].Id})
            """,
            connection);
        var rows = await update.ExecuteNonQueryAsync();
        Assert.True(rows > 3, $"{rows} rows prove little");
        await using var counted = new NpgsqlCommand(
            $"select n_tup_hot_upd from pg_stat_xact_user_tables where schemaname = 'projected' and relname = '{table}'",
            connection);
        Assert.Equal((long)rows, await counted.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-long.MaxValue)]
    [InlineData(100_000_000_000_000_000)]
    public async Task Steps_of_size_rise_with_the_size_and_are_those_of_the_database(long largest)
    {
        var sizes = new List<long> { 0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 1_000, largest };
        for (var bit = 1; bit < 62; bit++) sizes.AddRange([(1L << bit) - 1, 1L << bit, -(1L << bit) - 1]);
        var random = new Random(3);
        for (var i = 0; i < 300; i++) sizes.Add(random.NextInt64() >> random.Next(63));
        var steps = await TestDatabase.Scalar<int[]>(
            database.HostConnectionString,
            $"""
            select array_agg(projected.size_step(size) order by place)
            from unnest(array[{string.Join(',', sizes)}]::bigint[]) with ordinality s (size, place)
            """);
        Assert.Equal(steps, sizes.Select(SizeStep.Of));
        var ordered = sizes.OrderBy(size => Math.Abs(size)).Select(SizeStep.Of).ToArray();
        Assert.Equal(ordered.Order(), ordered);
    }

    private static Task Rebuild(BusyDays days, OpenedBook book) =>
        new Rebuild(days.Host.Database).Run(Both[0], book, null, CancellationToken.None);

    private static async IAsyncEnumerable<CheckedTable> Check(BusyDays days)
    {
        foreach (var follower in Both)
            foreach (var book in days.Books)
                await foreach (var table in new ProjectionCheck(days.Host.Database).Check(follower, book))
                    yield return table;
    }

    private static async Task<List<long>> NothingDiffers(BusyDays days)
    {
        var rows = new List<long>();
        await foreach (var table in Check(days))
        {
            Assert.True(
                table.Differences.Count == 0, $"{table.Book} {table.Table}: {string.Join('\n', table.Differences)}");
            rows.Add(table.Rows);
        }

        Assert.Equal(3 * days.Books.Count + days.Books.Count, rows.Count);
        return rows;
    }

    private Task Change(BusyDays days, string table, string change) => TestDatabase.Execute(
        database.OwnerConnectionString,
        $"""
        update projected.{table} set {change} where ctid = (
            select t.ctid from projected.{table} t
            join ledger.builds b on b.id = t.build and b.state = 'live' and b.book_id = {days.Books[0].Id}
            where {(change.StartsWith("since", StringComparison.Ordinal) ? "since_on is not null" : "true")}
            limit 1)
        """);
}
