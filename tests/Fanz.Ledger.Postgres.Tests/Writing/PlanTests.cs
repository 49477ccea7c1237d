using System.Globalization;
using System.Text.RegularExpressions;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// What the database really does for the writer: the server explains every statement of a host, those inside its
/// functions too, in the very session and with the very plans that the host uses.
/// </summary>
public sealed partial class PlanTests : IAsyncLifetime
{
    private const int RowsThatOneBatchMayTouch = 300;

    private readonly PrivateServer server = new();

    public async Task InitializeAsync()
    {
        await server.InitializeAsync();
        await Execute(
            """
            alter role ledger_host set session_preload_libraries = 'auto_explain';
            alter role ledger_host set auto_explain.log_min_duration = 0;
            alter role ledger_host set auto_explain.log_nested_statements = on;
            alter role ledger_host set auto_explain.log_analyze = on;
            alter role ledger_host set auto_explain.log_timing = off
            """);
    }

    public Task DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Every_statement_of_the_writer_goes_by_index_on_an_empty_and_on_a_full_database()
    {
        var book = await DoEverything("young");
        var young = Scans(await Log());
        await Fill(book);
        await DoEverything("old");
        var old = Scans(await Log()).Skip(young.Count).ToList();
        foreach (var (age, scans) in new[] { ("young", young), ("old", old) })
        {
            Assert.Empty(scans.Where(scan => scan.IsSequential).Select(scan => $"{age}: {scan}"));
            Assert.Empty(scans.Where(scan => scan.Rows + scan.Removed > RowsThatOneBatchMayTouch).Select(scan => $"{age}: {scan}"));
            // All tables were looked at, so that the log was really read.
            Assert.Equal(
                ["accounts", "answers", "entries", "journal", "seals"],
                scans.Select(scan => scan.Table).Distinct().Where(table => table != "books").Order());
            // On a table without statistics only the selective column keeps a look-up from scanning the book.
            Assert.All(scans.Where(scan => scan.Table == "answers"),
                scan => Assert.StartsWith("((key_hash = ", scan.Condition, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_nobody_asks_for_is_not_looked_for()
    {
        await using var host = Host();
        var book = await host.NewBook();
        // The first tip finds out that nobody has set a rule or a limit, and that its parties are in good standing.
        await host.Posted(book, TestHost.TopUp("fan", 1_000), "first top-up");
        await host.Posted(book, TestHost.Tip("fan", "eve", 10), "first tip");
        var before = (await Log()).Length;
        await host.Posted(book, new Command.TopUp("fan", 1_000, "EUR"), "top-up");
        await host.Posted(book, new Command.SendTip("fan", "eve", 10, "EUR", Funding.Wallet), "tip");
        var tips = (await Log())[before..];
        await host.Appended(book, known => Note(known, 2, "stream"));
        await host.Ask(book, known => string.Join('\n', All(2, "stream").Select(asked => asked.Ask(known))));
        var everything = (await Log())[(before + tips.Length)..];
        foreach (var need in new[] { "number, ordinal", "stream, most, ordinal", "currency, ordinal", "most, ordinal" })
        {
            Assert.DoesNotContain(need + ")", tips, StringComparison.Ordinal);
            Assert.Contains(need + ")", everything, StringComparison.Ordinal);
        }

        Assert.Contains("cohort, stream, ordinal)", tips, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_long_costs_no_more_than_what_is_asked_of_it()
    {
        const int notes = 300, memos = 10_000, credits = 15_000;
        await using var writer = Host();
        var book = await writer.NewBook();
        await writer.Posted(book, TestHost.TopUp("fan-0", 1_000), "top-up");
        await writer.Posted(book, TestHost.TopUp("dormant", 1_000), "before everything else");
        await writer.Posted(book, TestHost.Tip("dormant", "eve", 1_000), "before everything else too");
        var appended = Enumerable.Range(0, notes).Select(_ => MadeUp.Append(known => Note(known, 2, "notes")))
            .Concat(Enumerable.Range(0, memos).Select(_ => MadeUp.Append(known =>
            {
                known.Recall<LastMemo>("memos");
                return new Draft(new Event.Transferred("memo"), Aggregate: "memos");
            })));
        var replies = await writer.Writer.PostAll(
            book, [.. appended.Select(command => (command, MadeUp.Key()))], TestHost.Checkout);
        Assert.All(replies, reply => Assert.IsType<Reply.Posted>(reply));
        // One who receives all the time and has never spent.
        var received = await writer.Writer.PostAll(
            book, [.. Enumerable.Range(0, credits).Select(i => (TestHost.TopUp("rich", 1), $"{i}"))],
            TestHost.Checkout);
        Assert.All(received, reply => Assert.IsType<Reply.Posted>(reply));
        // Unknown to the planner first, and then known.
        for (var round = 0; round < 2; round++)
        {
            await Costs(new Recollected.Balance(Wallet("dormant")), 50);
            await Costs(new Recollected.Cohorts("dormant"), 50);
            await Costs(new Recollected.Last("memos"), 50);
            await Costs(new Recollected.Transaction(2), (7 * notes) + 50);
            await Costs(new Recollected.Stream("notes"), notes + 50);
            await Costs(new Recollected.Spent(Wallet("rich"), 2), (10 * Spending.Most) + 50);
            await Execute("vacuum analyze");
        }

        async Task Costs(Recollected asked, long most)
        {
            await using var reader = Host();
            await reader.Ask(book, known => known.Account(Bank).Balance);
            var before = Scans(await Log()).Count;
            await reader.Ask(book, asked.Ask);
            var scans = Scans(await Log()).Skip(before).ToList();
            var text = $"{asked}:\n{string.Join('\n', scans)}";
            Assert.False(scans.Any(scan => scan.IsSequential), text);
            Assert.True(scans.Sum(scan => (scan.Rows + scan.Removed) * scan.Loops) <= most, text);
        }
    }

    /// <summary>
    /// Every path: decided ahead, under the lock, caught up after another host, replayed, reversed, refused.
    /// </summary>
    private async Task<BookName> DoEverything(string platform)
    {
        await using var first = Host();
        await using var second = Host();
        var (book, other) = (await first.Open(platform), await first.Open($"{platform}-other"));
        for (var i = 0; i < 12; i++)
        {
            foreach (var host in new[] { first, second, first })
            {
                var unique = $"{i}-{host.GetHashCode()}-{Random.Shared.Next()}";
                await host.Posted(book, TestHost.TopUp($"fan-{i}", 1_000), $"a-{unique}");
                var tip = await host.Posted(book, TestHost.Tip($"fan-{i}", "eve", 100), $"b-{unique}");
                await host.Posted(book, new Command.Reverse(tip.Number, "sorry"), $"c-{unique}");
                await host.Refused(book, TestHost.Tip($"fan-{i}", "eve", 100_000_000), $"d-{unique}");
                await host.Posted(book, TestHost.Freeze($"fan-{i}"), $"e-{unique}");
                await host.Posted(book, TestHost.Unfreeze($"fan-{i}"), $"f-{unique}");
                await host.Posted(book, TestHost.Send(other, $"fan-{i}", "fan", 5), $"g-{unique}");
                await host.Posted(book, TestHost.Send(other, $"fan-{i}", "fan", 5), $"g-{unique}");
                await host.Post(book, TestHost.TopUp("x", 1), $"d-{unique}");
                await host.Appended(book, known => Note(known, tip.Number, $"stream-{i}"));
                await Task.WhenAll(All(tip.Number, $"stream-{i}").Select(asked => host.Ask(book, asked.Ask)));
            }
        }

        return book;
    }

    /// <summary>Everything that a decision may ask for besides accounts.</summary>
    private static Recollected[] All(long number, string stream) =>
        [
            new Recollected.Stream(stream), new Recollected.Last($"{stream}-last"), new Recollected.Transaction(number),
            new Recollected.Cohorts("eve"), new Recollected.Spent(Wallet("fan-0"), number - 1),
        ];

    private static Draft? Note(Book book, long number, string stream)
    {
        book.Recall<Memos>(stream);
        return book.Transaction(number) is null
            ? null
            : new Draft(
                new Event.Transferred(stream), Posting.Draw().Debit(Bank, 1).Credit(Wallet("fan-0"), 1).Build(),
                RefersTo: number, Aggregate: stream);
    }

    private static AccountKey Wallet(string fan) => new(Chart.FanWallet, fan, Currency.Of("USD"));

    private static AccountKey Bank => new(Chart.BankCash, "", Currency.Of("USD"));

    private TestHost Host() => TestHost.Start(server.Server.HostConnectionString(), MadeUp.Options);

    /// <summary>Makes the tables large enough that a wrong plan shows, and tells the planner so.</summary>
    private async Task Fill(BookName book)
    {
        await Execute(
            $"""
            create temp table b as select id from ledger.books where platform = '{book.Platform}';
            insert into ledger.accounts (id, book_id, code, owner, currency)
            select 10000000 + i, b.id, 'fan.wallet', 'filler-' || i, 'USD' from generate_series(1, 30000) i, b;
            insert into ledger.journal (number, at, last_position, book_id, effective_on, type, actor, data, stream, refers_to)
            select 100000 + i, now(), 100000 + 2 * i, b.id, now(), 'transferred', 'x', '{"{}"}',
                case i % 3 when 0 then 'account/fan.wallet/USD//filler-' || i when 1 then 'filler-' || i % 500 end,
                case when i % 3 = 1 then i end
            from generate_series(1, 30000) i, b;
            insert into ledger.entries (position, account_id, number, version, amount, balance, book_id)
            select 100000 + i, 10000000 + i % 300, 100000 + i / 2, 1 + i / 300, 1, 1, b.id from generate_series(1, 60000) i, b;
            insert into ledger.answers (key_hash, at, number, book_id, request_hash)
            select gen_random_uuid(), now(), i, b.id, 'x' from generate_series(1, 60000) i, b;
            insert into ledger.seals (sequence, last_number, last_position, at, book_id, vocabulary, root, previous, hash, leaves)
            select 100000 + i, 100000 + i, 100000 + 2 * i, now(), b.id, 1, 'x', 'x', 'x', 'x' from generate_series(1, 30000) i, b;
            """);
        await Execute("vacuum analyze");
    }

    private Task Execute(string sql) => TestDatabase.Execute(server.Server.SuperuserConnectionString(), sql);

    /// <summary>What the server logged so far, up to a mark that is logged now.</summary>
    private async Task<string> Log()
    {
        var mark = $"mark {Guid.NewGuid()}";
        await Execute($"do $$ begin raise log '{mark}'; end $$");
        var folder = Path.Combine(Path.GetDirectoryName(server.Server.DataDirectory)!, "log");
        var text = "";
        await Eventually.True(
            () =>
            {
                text = string.Concat(Directory.EnumerateFiles(folder).OrderBy(File.GetLastWriteTimeUtc).Select(File.ReadAllText));
                return text.Contains(mark, StringComparison.Ordinal);
            },
            "The server logs what it is told.");
        return text;
    }

    private static List<Scan> Scans(string log)
    {
        var scans = new List<Scan>();
        foreach (Match match in ScanNode().Matches(log))
        {
            long Number(string group) => long.TryParse(match.Groups[group].Value, CultureInfo.InvariantCulture, out var value) ? value : 0;
            scans.Add(new Scan(
                match.Groups["kind"].Value == "Seq", match.Groups["table"].Value, Number("rows"), Number("removed"),
                Number("loops"), match.Groups["condition"].Value, match.Value));
        }

        return scans;
    }

    private sealed record Scan(
        bool IsSequential, string Table, long Rows, long Removed, long Loops, string Condition, string Text)
    {
        public override string ToString() => Text;
    }

    [GeneratedRegex(
        """
        (?<kind>Seq|Index|Index Only|Bitmap Heap) Scan (?:Backward )?(?:using \S+ )?on (?<table>accounts|answers|entries|journal|seals)(?:_from_\d+)? .*?\(actual rows=(?<rows>\d+) loops=(?<loops>\d+)\)
        (?:\s+Index Cond: (?<condition>.*)
        )?(?:\s+Filter: .*
        )?(?:\s+Rows Removed by Filter: (?<removed>\d+)
        )?
        """)]
    private static partial Regex ScanNode();
}
