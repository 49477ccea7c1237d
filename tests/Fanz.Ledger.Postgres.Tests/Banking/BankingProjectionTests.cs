using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Settlement;
using NodaTime;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Banking;

/// <summary>
/// Whatever banks say, in whichever pieces it is followed: the tables are the journal read another way, and what was
/// moved at banks is what the accounts hold. LEDGER_SEED runs one history again.
/// </summary>
public sealed class BankingProjectionTests(TestDatabase database, ITestOutputHelper output)
    : IClassFixture<TestDatabase>
{
    private const int FixedSeed = 20_261_121;
    private const int Commands = 700;
    private static readonly string Hash = new('a', 64);
    private static readonly LocalDate Day = new(2026, 1, 1);
    private static readonly Follower[] Followed = [new BankingFollower(), new ReceiptFollower()];

    private const string TiesSql =
        """
        select (select coalesce(sum(e.amount), 0) from projected.bank_entries e
                where e.build = (select id from ledger.builds where follower = 'banking' and book_id = $1
                    and state = 'live'))
            = (select coalesce(sum(e.amount), 0) from ledger.entries e
                join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                where e.book_id = $1 and a.code = 'cash.bank')
        """;

    [Fact]
    public async Task What_banks_say_stands_as_the_journal_has_it_in_whichever_pieces_it_is_followed()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : FixedSeed;
        output.WriteLine($"LEDGER_SEED={seed}");
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var random = new Random(seed);
        var (types, moved) = (new HashSet<string>(), new List<(long Number, long Amount)>());
        for (var i = 0; i < Commands; i++)
        {
            var command = Next(random, moved);
            if (await host.Post(book, command, $"{i}") is not Reply.Posted { Receipt: var receipt }) continue;
            types.Add(receipt.Type);
            var amount = receipt.Entries.Where(entry => entry.Account.Code == Chart.BankCash)
                .Sum(entry => entry.Amount);
            if (amount != 0) moved.Add((receipt.Number, amount));
            if (random.Next(50) == 0) await Follow(host);
        }

        await Follow(host);
        var opened = (await host.Registry.Find(book, CancellationToken.None))!;
        await IsRight(host.Database, opened);
        foreach (var follower in Followed)
            await new Rebuild(host.Database).Run(follower, opened, null, CancellationToken.None);
        await IsRight(host.Database, opened);
        output.WriteLine(string.Join(", ", types.Order(StringComparer.Ordinal)));
        if (seed == FixedSeed)
            Assert.Superset(
                new HashSet<string>
                {
                    "payment_recorded", "payment_assigned", "bank_line_matched", "bank_file_begun",
                    "bank_lines_recorded", "bank_file_finished", "bank_statement_recorded", "processor_reported",
                },
                types);
    }

    private static Command Next(Random random, List<(long Number, long Amount)> moved)
    {
        var (file, n) = ($"f{random.Next(40)}", random.Next(90));
        var (number, amount) = moved.Count == 0 ? (2, 5) : moved[random.Next(moved.Count)];
        var bank = random.Next(3) == 0 ? "second" : null;
        return random.Next(16) switch
        {
            0 => new Command.RecordPayment(random.Next(1, 500), "USD", $"m{number}", bank),
            1 => new Command.RecordPayment(Math.Abs(amount), "USD", $"m{number}"),
            2 => new Command.RecordReceipt(Math.Abs(amount), "USD", $"m{number}"),
            3 => new Command.AssignPayment(
                number, new AccountName("expense.psp_fee", "", "USD"), random.Next(1, 200), "why", "ida", "otto"),
            4 => new Command.AssignReceipt(number, new AccountName("psp.receivable", "", "USD"), random.Next(1, 200),
                "why"),
            5 or 6 => new Command.SettleProcessor(
                "USD", random.Next(100, 500), random.Next(9), random.Next(9), random.Next(2) == 0 ? "north" : null),
            7 or 8 => new Command.MatchBankLine(number, amount, "USD", $"m{number}"),
            9 => new Command.MatchBankLine(number, amount, "USD", $"m{number}") { Part = true },
            10 => new Command.BeginBankFile(file, "camt.053", Hash, random.Next(3), [], bank, n % 2 == 0 ? "x.xml"
                : null),
            11 or 12 => new Command.RecordBankLines(file, 1 + random.Next(2), Items(random, n), bank),
            13 => new Command.FinishBankFile(file, bank),
            14 => new Command.RecordStatement(
                $"s{n}", "USD", Day.PlusDays(n), Day.PlusDays(n + random.Next(3)), random.Next(99), random.Next(99),
                    bank),
            _ => new Command.RecordProcessorReport(
                "USD", Day.PlusDays(n % 30), n, 1, 2, 3, 4, 5, Hash, null, random.Next(2) == 0 ? null : number),
        };
    }

    private static BankFileItem[] Items(Random random, int n) =>
        random.Next(2) == 0
            ? [new(1, BankItemOutcome.Told, Finding: "unknown_reference", Code: "R03")]
            : [
                new(1, BankItemOutcome.Suspense, n + 1, "USD", Day, $"l{n}", Finding: "unexplained") { Hint = "h" },
                new(2, BankItemOutcome.Known, n + 2, "USD", Day, $"l{n}", "p", 7),
            ];

    private static async Task Follow(TestHost host) => Assert.Empty(await CatchUp.With(
        host.Database, Followed, await host.Registry.List(CancellationToken.None), new FollowerOptions(),
        CancellationToken.None));

    private static async Task IsRight(NpgsqlDataSource source, OpenedBook book)
    {
        foreach (var follower in Followed)
            await foreach (var table in new ProjectionCheck(source).Check(follower, book))
                Assert.True(
                    table.Differences.Count == 0, $"{table.Table}: {string.Join('\n', table.Differences)}");
        await using var ties = source.CreateCommand(TiesSql);
        ties.Parameters.Add(new() { Value = book.Id });
        Assert.True((bool)(await ties.ExecuteScalarAsync())!);
    }
}
