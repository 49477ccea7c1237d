using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Statements;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Statements;

/// <summary>
/// A statement is what a naive reading of every entry comes to, whatever happened. LEDGER_SEED plays one history again.
/// </summary>
public sealed class StatementTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private static readonly string[] Parties =
        [
            "creator:creator-0", "creator:creator-1", "creator:creator-2", "fan:fan-0", "fan:fan-1",
            "affiliate:affiliate-1",
        ];

    private static readonly string[] Accounts =
        ["cash.bank/USD//", "revenue.tip/USD//", "fan.wallet/USD//fan-0", "creator.available/JPY//creator-1"];

    [Fact]
    public async Task Any_statement_of_any_history_is_the_entries_one_by_one()
    {
        var (days, random) = await Play(rounds: 3);
        await using var _ = days;
        var reader = new StatementReader(days.Host.Database);
        var told = 0;
        foreach (var subject in Subjects())
        {
            foreach (var currency in await reader.Currencies(days.Book, subject, CancellationToken.None))
            {
                for (var i = 0; i < 6; i++)
                {
                    var (from, to) = (Someday(days, random), Someday(days, random));
                    if (from > to) (from, to) = (to, from);
                    var request = new StatementRequest(
                        subject, currency, from, to, random.Next(2) == 0 ? Someday(days, random) : null);
                    var statement = await reader.Begin(days.Book, request, CancellationToken.None);
                    var naive = await NaiveStatement.Of(
                        days.Host.Database, days.Book, request, statement.Number);
                    naive.Is(await NaiveStatement.Told(statement), request);
                    told += naive.Entries.Count;
                }
            }
        }

        Assert.True(told > 500, $"{told} entries prove little");
    }

    [Fact]
    public async Task Periods_that_follow_each_other_chain_and_are_the_whole_together()
    {
        var (days, random) = await Play(rounds: 1);
        await using var _ = days;
        var reader = new StatementReader(days.Host.Database);
        foreach (var subject in Subjects())
        {
            var currencies = await reader.Currencies(days.Book, subject, CancellationToken.None);
            if (currencies.Count == 0) continue;
            var whole = await Read(null, null);
            var edges = Enumerable.Range(0, 4).Select(_ => days.Today.PlusDays(-random.Next(1, 60)))
                .Distinct().Order().ToArray();
            LocalDate?[] firsts = [null, .. edges];
            LocalDate?[] lasts = [.. edges.Select(edge => (LocalDate?)edge.PlusDays(-1)), null];
            var (closing, entries) = (0L, new List<StatementEntry>());
            for (var i = 0; i < firsts.Length; i++)
            {
                var (statement, part) = await Read(firsts[i], lasts[i]);
                Assert.Equal(closing, statement.Opening);
                closing = statement.Closing;
                entries.AddRange(part);
            }

            Assert.Equal(whole.Entries, entries);
            Assert.Equal(whole.Statement.Closing, closing);
            Assert.Equal(0, whole.Statement.LaterEntries);

            async Task<(Statement Statement, List<StatementEntry> Entries)> Read(LocalDate? from, LocalDate? to)
            {
                var statement = await reader.Begin(
                    days.Book, new StatementRequest(subject, currencies[^1], from, to), CancellationToken.None);
                return (statement, await statement.Entries(CancellationToken.None).ToListAsync());
            }
        }
    }

    [Fact]
    public async Task What_is_posted_or_made_again_while_it_is_read_changes_nothing_of_it()
    {
        var (days, _) = await Play(rounds: 1);
        await using var all = days;
        var reader = new StatementReader(days.Host.Database);
        var request = new StatementRequest(Party("creator:creator-1"), Currency.Of("USD"));
        var statement = await reader.Begin(days.Book, request, CancellationToken.None);
        var naive = await NaiveStatement.Of(days.Host.Database, days.Book, request, statement.Number);
        var read = new List<StatementEntry>();
        await foreach (var entry in statement.Entries(CancellationToken.None))
        {
            read.Add(entry);
            if (read.Count != 3 && read.Count != naive.Entries.Count / 2) continue;
            await days.Post(60);
            await days.Follow();
            // The rows that it began with are gone after this.
            await new Rebuild(days.Host.Database).Run(new BalanceFollower(), days.Book, null, CancellationToken.None);
        }

        naive.Is(await NaiveStatement.Told(statement, read), request);
        Assert.True((await reader.Begin(days.Book, request, CancellationToken.None)).Number > statement.Number);
    }

    [Fact]
    public async Task Without_its_rows_a_statement_breaks_off_and_before_them_it_is_empty()
    {
        var days = await StatementDays.Begin(database, 5, $"bare{Random.Shared.Next()}");
        await using var _ = days;
        await days.Post(40);
        var reader = new StatementReader(days.Host.Database);
        var request = new StatementRequest(Party("creator:creator-0"), Currency.Of("USD"));
        var empty = await reader.Begin(days.Book, request, CancellationToken.None);
        Assert.Equal((0, 0, 0), (empty.Number, empty.Opening, empty.Closing));
        Assert.Empty(await NaiveStatement.Told(empty) is { Entries: var none } ? none : ["not read"]);

        await days.Follow();
        var statement = await reader.Begin(days.Book, request, CancellationToken.None);
        Assert.NotEmpty(statement.Codes);
        await TestDatabase.Execute(
            database.OwnerConnectionString,
            $"update ledger.builds set number = 3 where book_id = {days.Book.Id} and follower = 'balances'");
        await Assert.ThrowsAsync<StatementCut>(
            async () => await statement.Entries(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_row_that_is_wrong_is_seen_by_the_statement_itself()
    {
        var (days, _) = await Play(rounds: 1);
        await using var all = days;
        var reader = new StatementReader(days.Host.Database);
        await TestDatabase.Execute(
            database.OwnerConnectionString,
            $"""
            update projected.account_days d set debits = debits + 1
            from ledger.builds b, ledger.accounts a
            where b.id = d.build and b.book_id = {days.Book.Id} and a.id = d.account_id and a.owner = 'creator-0'
                and a.currency = 'USD' and d.ctid = (
                    select x.ctid from projected.account_days x where x.build = b.id and x.account_id = a.id limit 1)
            """);
        var statement = await reader.Begin(
            days.Book, new StatementRequest(Party("creator:creator-0"), Currency.Of("USD")), CancellationToken.None);
        await statement.Entries(CancellationToken.None).CountAsync();
        Assert.True(await statement.End(CancellationToken.None) is { AddsUp: false, Ties: false });
    }

    private static StatementSubject Party(string text)
    {
        Assert.True(StatementSubject.TryParse(text, out var subject));
        return subject;
    }

    private static IEnumerable<StatementSubject> Subjects() => Parties.Select(Party).Concat(Accounts.Select(text =>
    {
        Assert.True(AccountKey.TryParse(text, out var key));
        return (StatementSubject)new StatementSubject.Account(key.Value);
    }));

    private static LocalDate? Someday(StatementDays days, Random random) =>
        random.Next(5) == 0 ? null : days.Today.PlusDays(random.Next(-130, 6));

    private async Task<(StatementDays Days, Random Random)> Play(int rounds)
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"LEDGER_SEED={seed}");
        var days = await StatementDays.Begin(database, seed, $"t{seed}-{rounds}-{Random.Shared.Next(1_000_000)}");
        for (var round = 0; round < rounds; round++)
        {
            await days.Post(160);
            await days.Follow();
        }

        Assert.True(days.Taken > 60 * rounds, $"only {days.Taken} were taken");
        return (days, new Random(seed));
    }
}
