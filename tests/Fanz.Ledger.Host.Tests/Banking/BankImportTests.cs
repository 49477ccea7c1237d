using System.Text;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Reconciling;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Settlement;
using NodaTime;
using Xunit.Abstractions;
using static Fanz.Ledger.Host.Tests.Banking.BankWriting;

namespace Fanz.Ledger.Host.Tests.Banking;

/// <summary>What comes back from a bank, in every order, twice, cut short, forged and killed half-way.</summary>
public sealed class BankImportTests(Home home, ITestOutputHelper output) : IClassFixture<Home>
{
    private const int Seed = 20_261_121;
    private static readonly LocalDate Day = new(2026, 1, 1);
    private const long AchTotal = 306_00;

    /// <summary>
    /// Two days of a bank: the clearing house's file in one debit, of which p2 comes back; the XML file payment by
    /// payment, of which q2 is rejected and q3 comes back; and a fee and a deposit that nobody knows.
    /// </summary>
    private static byte[][] TwoDays() =>
        [
            Statement(
                "stmt-1", Day, BankedLedger.Opening,
                Unnamed("r-ach", Day, -AchTotal), Paid("r-q1", Day, "q1", 201_00), Paid("r-q3", Day, "q3", 203_00),
                Unnamed("r-fee", Day, -7_50)),
            Notification(
                "ntfn-1", Day, Paid("r-q1", Day, "q1", 201_00), Paid("r-q3", Day, "q3", 203_00)),
            Report("rep-1", Day, "PART", ("q1", "ACSP", null), ("q2", "RJCT", "AC04"), ("q3", "ACSP", null), ("q4",
                "PDNG", null)),
            Returns(Day, 'A', ("p2", 2, 102_00, "R03")),
            Statement(
                "stmt-2", Day.PlusDays(1), BankedLedger.Opening - AchTotal - 201_00 - 203_00 - 7_50,
                Unnamed("r-back", Day.PlusDays(1), 102_00), CameBack("r-q3b", Day.PlusDays(1), "q3", 203_00, "AC01"),
                Paid("r-q4", Day.PlusDays(1), "q4", 204_00), Unnamed("r-dep", Day.PlusDays(1), 55_55)),
        ];

    [Fact]
    public async Task Files_in_any_order_and_twice_end_in_the_same_balances()
    {
        await using var ledger = await BankedLedger.Start(home);
        var files = TwoDays();
        var random = new Random(Seed);
        output.WriteLine($"seed {Seed}");
        string? first = null;
        for (var round = 0; round < 6; round++)
        {
            var book = await ledger.Open($"order{round}");
            var order = round == 0 ? Enumerable.Range(0, files.Length).ToArray() : [.. Enumerable.Range(0,
                files.Length)];
            if (round > 0) random.Shuffle(order);
            foreach (var at in order.Concat(order.Take(round)))
                Assert.Null((await ledger.Import(book, files[at])).Problem);
            var stands = await ledger.Stands(book);
            first ??= stands;
            output.WriteLine(string.Join(' ', order));
            Assert.True(first == stands, $"{string.Join(' ', order)}:\n{stands}\nand not\n{first}");
            if (round > 0) continue;
            Assert.Contains("payout/p1 payout_settled", stands, StringComparison.Ordinal);
            Assert.Contains("payout/p2 held_amount_released", stands, StringComparison.Ordinal);
            Assert.Contains("payout/q2 payout_rejected", stands, StringComparison.Ordinal);
            Assert.Contains("payout/q3 held_amount_released", stands, StringComparison.Ordinal);
            Assert.Contains("payout/q4 payout_settled", stands, StringComparison.Ordinal);
            Assert.Contains("suspense/ -4805", stands, StringComparison.Ordinal);
            await IsReconciled(ledger, book);
        }
    }

    private static async Task IsReconciled(BankedLedger ledger, Postgres.Books.OpenedBook book)
    {
        var found = await ledger.Reconcile(book, Day.PlusDays(1));
        Assert.All(found.Compared, one => Assert.True(one.IsExplained, $"{one}"));
        // What nobody knows is all that there is to find.
        Assert.Equal(
            ["r-dep", "r-fee"], found.Differences.Select(one => one.BankReference ?? $"{one}")
                .Order(StringComparer.Ordinal));
        Assert.All(found.Differences, one => Assert.Equal("suspense", one.Check));
    }

    [Fact]
    public async Task A_run_that_is_killed_before_any_of_its_writes_is_gone_on_with()
    {
        await using var ledger = await BankedLedger.Start(home);
        var files = TwoDays();
        var whole = await ledger.Open("whole");
        var writes = 0;
        foreach (var file in files) await ledger.Import(whole, file, interrupt: _ => writes++);
        var journal = await ledger.Journal(whole);
        Assert.InRange(writes, 10, 60);
        foreach (var at in Enumerable.Range(0, writes).Where(at => at % 4 == 1))
        {
            var book = await ledger.Open($"killed{at}");
            var left = at;
            foreach (var file in files)
            {
                try
                {
                    await ledger.Import(book, file, interrupt: what =>
                    {
                        if (left-- == 0) throw new IOException($"killed at {what}");
                    });
                }
                catch (IOException)
                {
                    await ledger.Import(book, file);
                }
            }

            // The books are called differently, and nothing else.
            Assert.Equal(journal.Skip(1), (await ledger.Journal(book)).Skip(1));
        }
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "truncated", "truncated" },
        { "total", "wrong_balance" },
        { "cent", "wrong_" },
        { "foreign", "foreign_format" },
        { "entity", "forbidden_markup" },
        { "letters", "" },
        { "empty", "" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Of_a_file_that_cannot_be_relied_on_nothing_is_posted(string how, string code)
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("broken");
        var before = (await ledger.Journal(book)).Count;
        var text = Encoding.UTF8.GetString(TwoDays()[0]);
        var broken = how switch
        {
            "truncated" => text[..(text.Length / 2)],
            "total" => text.Replace("<Cd>CLBD</Cd>", "<Cd>CLBD</Cd>", StringComparison.Ordinal)
                .Replace("r-fee", "r-fee2", StringComparison.Ordinal)
                .Replace(">7.50<", ">7.51<", StringComparison.Ordinal),
            "cent" => text.Replace(">201.00<", ">201.001<", StringComparison.Ordinal),
            "foreign" => text.Replace("camt.053.001.08", "camt.086.001.03", StringComparison.Ordinal),
            "entity" => text.Insert(text.IndexOf("<Document", StringComparison.Ordinal),
                "<!DOCTYPE d [<!ENTITY e \"x\">]>"),
            "letters" => "these are no figures",
            _ => "",
        };
        var answer = await ledger.Import(book, Encoding.UTF8.GetBytes(broken));
        Assert.True(answer.Problem is not null, how);
        Assert.StartsWith(code, answer.Problem!.Value.Code, StringComparison.Ordinal);
        Assert.Equal(before, (await ledger.Journal(book)).Count);
    }

    [Fact]
    public async Task The_same_name_with_other_content_and_the_statement_of_another_account_are_refused()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("other");
        Assert.Null((await ledger.Import(book, TwoDays()[0])).Problem);
        var count = (await ledger.Journal(book)).Count;
        Assert.True((await ledger.Import(book, TwoDays()[0])).IsKnown);
        var other = Statement("stmt-1", Day, BankedLedger.Opening, Unnamed("x", Day, -1));
        Assert.Equal("bank_file_differs", (await ledger.Import(book, other)).Problem!.Value.Code);
        var foreign = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(TwoDays()[4]).Replace(BankedLedger.Account, "US-222", StringComparison.Ordinal));
        Assert.Equal("statement_of_another_account", (await ledger.Import(book, foreign)).Problem!.Value.Code);
        Assert.Equal(count, (await ledger.Journal(book)).Count);
    }

    [Fact]
    public async Task What_does_not_fit_is_told_with_its_line_and_money_that_moved_waits_in_suspense()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("odd");
        await ledger.Import(book, Statement(
            "s-1", Day, BankedLedger.Opening, Paid("a", Day, "q1", 201_00), Paid("b", Day, "q2", 202_01),
            Paid("c", Day, "nobody", 3_00)));
        var second = await ledger.Import(book, Statement(
            "s-2", Day.PlusDays(1), BankedLedger.Opening - 201_00 - 202_01 - 3_00, Paid("d", Day.PlusDays(1), "q1",
                201_00),
            Unnamed("e", Day.PlusDays(1), 9)));
        Assert.Equal(["second_debit", "unexplained"], second.Findings.Select(one => one.Finding));
        Assert.All(second.Findings, one => Assert.True(one.Line > 0));
        var late = await ledger.Import(book, Report("r-1", Day, null, ("q1", "RJCT", "AC04"), ("q9", "RJCT", "AC04"),
            ("q3", "RJCT", "AM05")));
        Assert.Equal(
            ["rejected_though_settled", "unknown_reference", "duplicate"], late.Findings.Select(one => one.Finding));
        var gap = await ledger.Import(book, Statement("s-9", Day.PlusDays(9), 1));
        Assert.Equal("gap", Assert.Single(gap.Findings).Finding);
        var stands = await ledger.Stands(book);
        Assert.Contains("payout/q1 payout_settled", stands, StringComparison.Ordinal);
        Assert.Contains("payout/q2 payout_submitted", stands, StringComparison.Ordinal);
        var found = await ledger.Reconcile(book, Day.PlusDays(20));
        Assert.Contains(found.Differences, one => one.Check == "gap");
        Assert.Contains(found.Differences, one => one.Check == "payout" && one.AgeOn(found.On) >= 5);
        Assert.False(found.IsClean);
    }

    [Fact]
    public async Task A_late_return_after_a_later_payout_to_the_same_creator_is_that_of_the_first()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("late");
        await ledger.Import(book, TwoDays()[0]);
        await ledger.Submit(book, "b-next", "ach-2", "ACH-MSG-2", ("p8", "bea", 102_00));
        var answer = await ledger.Import(book, Returns(
            Day, 'B', ("p2", 2, 102_00, "R02"), ("p1", 1, 101_00, "R16"), ("p3", 3, 103_00, "R07")));
        Assert.Equal(["case_opened", "code_of_debits"], answer.Findings.Select(one => one.Finding));
        var wrong = await ledger.Import(book, Returns(Day, 'C', ("p8", 1, 1_00, "R03"), ("p9", 2, 1_00, "R03")));
        Assert.Equal(["amount_differs", "unknown_reference"], wrong.Findings.Select(one => one.Finding));
        var stands = await ledger.Stands(book);
        Assert.Contains("payout/p2 held_amount_released", stands, StringComparison.Ordinal);
        Assert.Contains("payout/p1 payout_returned", stands, StringComparison.Ordinal);
        Assert.Contains("payout/p8 payout_submitted", stands, StringComparison.Ordinal);
        Assert.Contains(
            await ledger.Journal(book), line => line.Contains("creator_held", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_posts_nothing()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("dry");
        var before = (await ledger.Journal(book)).Count;
        var dry = await ledger.Import(book, TwoDays()[0], isDry: true);
        Assert.Equal(before, (await ledger.Journal(book)).Count);
        var done = await ledger.Import(book, TwoDays()[0]);
        foreach (var outcome in Enum.GetValues<BankItemOutcome>()) Assert.Equal(done.Count(outcome),
            dry.Count(outcome));
        Assert.Equal(done.Findings.Select(one => one.Finding), dry.Findings.Select(one => one.Finding));
    }

    [Fact]
    public async Task A_deposit_that_came_before_it_was_booked_leaves_suspense_when_it_is()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("deposit");
        await ledger.Import(book, Notification("n-1", Day, Unnamed("dep", Day, 840)));
        await ledger.Post(book, new Command.SettleProcessor("USD", 10_00, 60, 1_00, "acquirer"));
        await ledger.Import(book, Notification("n-2", Day, Unnamed("other", Day, 1)));
        var stands = await ledger.Stands(book);
        Assert.Contains("suspense/ -1", stands, StringComparison.Ordinal);
        Assert.Contains($"cash.bank/ {BankedLedger.Opening + 840 + 1}", stands, StringComparison.Ordinal);
        await ledger.Post(book, new Command.RecordProcessorReport(
            "USD", Day, 10_00, 0, 0, 61, 1_00, 8_40, new string('b', 64), "acquirer"));
        var found = await ledger.Reconcile(book);
        var fees = Assert.Single(found.Differences, one => one.Check == "processor_fees");
        Assert.Equal((-1, 0), (fees.Amount, fees.AgeOn(found.On)));
        Assert.DoesNotContain(found.Differences, one => one.Check is "processor_bank" or "processor_paid_out");
    }

    [Fact]
    public async Task A_table_is_read_by_its_mapping_and_overlapping_ones_post_each_row_once()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("table");
        var folder = Path.GetDirectoryName(ledger.Keep([]))!;
        var mapping = Path.Combine(folder, "mapping.json");
        await File.WriteAllTextAsync(
            mapping, """{"account":"US-111","currency":"USD","booked_on":"day","amount":"amount","text":"text"}""");
        var terms = BankWords.ReadTerms(mapping);
        const string head = "day,amount,text\n2026-01-01,-1.00,fee\n2026-01-01,-1.00,fee\n";
        await ledger.Import(book, Encoding.UTF8.GetBytes(head), table: terms);
        var again = await ledger.Import(book, Encoding.UTF8.GetBytes($"{head}2026-01-02,5.00,gift\n"), table: terms);
        Assert.Equal((2, 1), (again.Count(BankItemOutcome.Known), again.Count(BankItemOutcome.Suspense)));
        Assert.Contains("suspense/ -300", await ledger.Stands(book), StringComparison.Ordinal);
        Assert.NotNull((await ledger.Import(book, Encoding.UTF8.GetBytes(head))).Problem);
    }

    [Fact]
    public async Task What_lies_in_the_inbox_is_imported_put_away_or_put_aside_and_reconciled()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("inbox");
        var inbox = Path.GetDirectoryName(ledger.Keep([]))!;
        var folder = Directory.CreateDirectory(Path.Combine(inbox, ledger.Tenant, "inbox")).FullName;
        foreach (var (i, file) in TwoDays().Index())
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.bin"), file);
        await File.WriteAllTextAsync(Path.Combine(folder, "9.bin"), "these are no figures");
        await File.WriteAllTextAsync(Path.Combine(folder, "unfinished.xml.part"), "<Docu");
        var engine = new RunEngine(ledger.Source, ledger.Writer, new RunOptions
        {
            Clock = ledger.Clock,
            FollowsItself = true,
            Jobs = [new ImportBankFiles(inbox), new Reconcile()],
        });
        var run = await engine.Do(
            book, new RunId(StandingJobs.ImportBankFiles, "main", Day), isByHand: true, CancellationToken.None);
        Assert.Equal(RunEnd.Finished, run.End);
        Assert.Equal(6, run.Planned);
        Assert.Contains(run.Findings!, one => one.Check == "bank_file");
        Assert.Equal(["unfinished.xml.part"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Assert.Equal(5, Directory.GetFiles(Path.Combine(folder, "archive")).Length);
        Assert.Contains(
            "foreign_format", await File.ReadAllTextAsync(Path.Combine(folder, "faulty", "9.bin.problem")),
            StringComparison.Ordinal);
        Assert.Contains("suspense/ -4805", await ledger.Stands(book), StringComparison.Ordinal);
        var reconciled = await engine.Do(
            book, new RunId(StandingJobs.Reconcile, "main", Day), isByHand: true, CancellationToken.None);
        Assert.Equal(RunEnd.Finished, reconciled.End);
        Assert.Contains(reconciled.Findings!, one => one.Check == "suspense");
    }
}
