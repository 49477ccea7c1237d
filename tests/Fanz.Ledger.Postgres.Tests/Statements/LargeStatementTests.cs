using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Statements;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Statements;

/// <summary>
/// What does not depend on time: every entry is read once, by pages of a bounded size, and no more than a few of them
/// are in memory. LEDGER_STATEMENT_TIPS makes it larger, and what it took is told.
/// </summary>
public sealed class LargeStatementTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private const int ABatch = 1_000;
    private static readonly BookName Book = new("acme", "large");

    [Fact]
    public async Task A_large_statement_is_read_once_by_bounded_pages()
    {
        var tips = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_STATEMENT_TIPS"), CultureInfo.InvariantCulture, out var given)
            ? given
            : 8_000;
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var book = await Fill(source, tips);
        Assert.True(StatementSubject.TryParse("creator:mia", out var mia));
        var reader = new StatementReader(source);
        for (var again = 0; again < 2; again++)
        {
            var clock = Stopwatch.StartNew();
            Assert.Single(await reader.Currencies(book, mia, CancellationToken.None));
            var statement = await reader.Begin(
                book, new StatementRequest(mia, Currency.Of("USD")), CancellationToken.None);
            var (entries, first) = (0L, TimeSpan.Zero);
            await foreach (var entry in statement.Entries(CancellationToken.None))
                if (entries++ == 0) first = clock.Elapsed;
            var all = clock.Elapsed;
            var end = await statement.End(CancellationToken.None);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{entries} entries: one after {first.TotalMilliseconds:0.0} ms, all in {all.TotalMilliseconds:0}."));
            Assert.True(end is { AddsUp: true, Ties: true }, $"{end}");
            var pages = statement.Pages;
            Assert.Equal(2 * tips, entries);
            Assert.Equal(entries, pages.RowsRead);
            Assert.InRange(pages.MostRowsOfAPage, 1, StatementPages.EntriesAPage);
            Assert.InRange(pages.MostWaiting, 1, 2 * StatementPages.EntriesAPage);
            // Two accounts move alike, so that a page seldom brings less than half of what it may.
            Assert.InRange(pages.PagesRead, 1, (4 * entries / StatementPages.EntriesAPage) + 4);
        }
    }

    [Fact]
    public async Task Years_of_cohorts_are_read_a_page_a_day()
    {
        const int days = 500;
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var name = new BookName("acme", "years");
        await using (var ledger = new SeededLedger(database.SuperuserConnectionString) { Remembers = false })
        {
            await ledger.Open(name);
            for (var day = 0; day < days; day++)
            {
                ledger.Pass(Duration.FromDays(1));
                await ledger.Post([.. Enumerable.Range(0, 6).Select(i => (name, (Command)new Command.SendTip(
                    $"fan-{i}", i < 4 ? "mia" : "noa", 1_000 + i, "USD", Funding.Card)))]);
            }
        }

        var book = await Follow(source, name);
        Assert.True(StatementSubject.TryParse("creator:mia", out var mia));
        for (var again = 0; again < 2; again++)
        {
            var clock = Stopwatch.StartNew();
            var statement = await new StatementReader(source).Begin(
                book, new StatementRequest(mia, Currency.Of("USD")), CancellationToken.None);
            var (entries, first) = (0L, TimeSpan.Zero);
            await foreach (var entry in statement.Entries(CancellationToken.None))
                if (entries++ == 0) first = clock.Elapsed;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{2 * days} accounts: one after {first.TotalMilliseconds:0} ms, all in {clock.ElapsedMilliseconds}."));
            Assert.True(await statement.End(CancellationToken.None) is { AddsUp: true, Ties: true });
            Assert.Equal((2 * 4 * days, days), (entries, statement.Pages.PagesRead));
            Assert.Equal(entries, statement.Pages.RowsRead);
            Assert.InRange(statement.Pages.MostWaiting, 1, 8);
        }
    }

    /// <summary>Many tips to one creator, among those to others.</summary>
    private async Task<OpenedBook> Fill(NpgsqlDataSource source, int tips)
    {
        await using (var ledger = new SeededLedger(database.SuperuserConnectionString) { Remembers = false })
        {
            await ledger.Open(Book);
            for (var posted = 0; posted < tips; posted += ABatch)
            {
                await ledger.Post([.. Enumerable.Range(0, ABatch + 20).Select(i => (Book, (Command)new Command.SendTip(
                    $"fan-{i % 50}", i < ABatch ? "mia" : $"noa-{i}", 1_000 + i, "USD", Funding.Card)))]);
            }
        }

        return await Follow(source, Book);
    }

    private static async Task<OpenedBook> Follow(NpgsqlDataSource source, BookName name)
    {
        var book = (await new BookRegistry(source).Find(name, CancellationToken.None))!;
        var head = await new Postgres.Journal.JournalReader(source).PlaceAsOf(
            book, Postgres.Journal.AsOf.Head, CancellationToken.None);
        await using var runner = new FollowerRunner(source, [new BalanceFollower()], new Bell());
        Assert.True(await new Builds(source).Reach(
            BalanceFollower.FollowerName, book, head.Number, TimeSpan.FromMinutes(5), CancellationToken.None));
        return book;
    }
}
