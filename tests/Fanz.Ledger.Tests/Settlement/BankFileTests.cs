using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class BankFileTests
{
    private static readonly string Hash = new('a', 64);
    private static readonly LocalDate Day = new(2026, 1, 8);

    private static readonly Command.BeginBankFile Begin =
        new("stmt-1", "camt.053", Hash, 3, [new BankFileTotal("USD", 5, 3)]);

    private static readonly BankFileItem[] Items =
        [new(7, BankItemOutcome.Posted, 5, "USD", Day, "r-1"), new(9, BankItemOutcome.Known, -3, "USD", Day, "r-2")];

    private static readonly BankFileItem[] Rest = [new(11, BankItemOutcome.Told, Finding: "unknown_reference")];
    private static readonly Command.RecordStatement Said = new("stmt-1", "USD", Day, Day, 0, 2, null, "US1");

    private static readonly Command.RecordProcessorReport Reported =
        new("USD", Day, 10_00, 1_00, 0, 60, 90, 7_50, Hash, "acquirer");

    internal static readonly (string, Event)[] Events =
    [
        ("bank_file_begun", new Event.BankFileBegun("stmt-1", "camt.053", Hash, 3, [])),
        ("bank_file_begun.bank", new Event.BankFileBegun(
            "stmt-1", "camt.053", Hash, 3, [new BankFileTotal("USD", 5, 3)], "main", "day.xml")),
        ("bank_lines_recorded", new Event.BankLinesRecorded("stmt-1", 1, Rest)),
        ("bank_lines_recorded.all", new Event.BankLinesRecorded(
            "stmt-1", 2,
            [
                new(7, BankItemOutcome.Suspense, -5, "USD", Day, "r-1", "p-1", 12, "second_debit", "R03") { Hint = "p" },
                new(8, BankItemOutcome.Nothing),
            ],
            "main")),
        ("bank_file_finished", new Event.BankFileFinished("stmt-1", 3, 1, 1, 0, 1)),
        ("bank_file_finished.bank", new Event.BankFileFinished("stmt-1", 3, 1, 1, 0, 1, "main")),
        ("bank_statement_recorded", new Event.BankStatementRecorded("stmt-1", "USD", Day, Day, 0, 2)),
        ("bank_statement_recorded.gap", new Event.BankStatementRecorded(
            "stmt-1", "USD", Day, Day, -1, 2, "main", "US1", "file-1", -5)),
        ("processor_reported", new Event.ProcessorReported("USD", Day, 10_00, 1_00, 0, 60, 90, 7_50, Hash)),
        ("processor_reported.corrects", new Event.ProcessorReported(
            "USD", Day, 10_00, 1_00, 0, 60, -90, 7_50, Hash, "acquirer", 7)),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.BankFileExists("stmt-1", "finished"),
        Refusal.BankFileDiffers("stmt-1", Hash),
        Refusal.BankFileNotUnderWay("stmt-1", "unknown"),
        Refusal.NotNextPage("stmt-1", 3, 2),
        Refusal.BankFileIncomplete("stmt-1", "the lines", 1, 3),
        Refusal.StatementDiffers("stmt-1", 7),
        Refusal.StatementOfAnotherAccount("US2", "US1"),
        Refusal.ReportDiffers(Day, 7),
        Refusal.NotTheLastReport(Day, 7),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Begin, "" },
        { new Command.BeginBankFile("", "", "A", -1, null!, "", ""),
            "file ill_formed; format ill_formed; sha256 ill_formed; lines ill_formed; bank ill_formed; "
            + "name ill_formed; totals ill_formed" },
        { Begin with { Totals = [new("USD", 1, 0), new("USD", 1, 0)] }, "totals repeated" },
        { Begin with { Totals = [new("USD", -1, 0)] }, "totals ill_formed" },
        { Begin with { Totals = [new("XXX", 1, 0)] }, "totals unknown_currency" },
        { new Command.RecordBankLines("stmt-1", 1, Items), "" },
        { new Command.RecordBankLines("", 0, [], ""),
            "file ill_formed; page ill_formed; bank ill_formed; items ill_formed" },
        { new Command.RecordBankLines("stmt-1", 1, [null!, new(0, (BankItemOutcome)9, 1, null, Reference: "")]),
            "items[0] ill_formed; items[1].line ill_formed; items[1].outcome ill_formed; "
            + "items[1].currency ill_formed; items[1].reference ill_formed" },
        { new Command.RecordBankLines("stmt-1", 1, [.. Enumerable.Repeat(Rest[0], 501)]), "items too_many" },
        { new Command.FinishBankFile("", ""), "file ill_formed; bank ill_formed" },
        { Said, "" },
        { new Command.RecordStatement(
                "", "", Day, Day.PlusDays(-1), long.MaxValue, long.MinValue, "", "", ""),
            "statement ill_formed; currency unknown_currency; to ill_formed; opening amount_over_limit; "
            + "closing amount_over_limit; bank ill_formed; account ill_formed; file ill_formed" },
        { Reported, "" },
        { Reported with { Currency = "TKN", Gross = long.MaxValue, Sha256 = "x", Processor = "", Corrects = 0 },
            "currency wrong_currency; gross amount_over_limit; sha256 ill_formed; processor ill_formed; "
            + "corrects ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_file_is_finished_when_all_of_it_has_been_dealt_with()
    {
        var book = new BookInMemory().Posted(Begin);
        book.ShouldRefuse(new Command.FinishBankFile("stmt-1"), "bank_file_incomplete", ("of", "the lines"));
        book.ShouldRefuse(new Command.RecordBankLines("stmt-1", 2, Items), "not_next_page", ("next", "1"));
        book.Posted(new Command.RecordBankLines("stmt-1", 1, Items));
        book.ForgetStreams();
        book.ShouldRefuse(new Command.RecordBankLines("stmt-1", 1, Items), "not_next_page", ("next", "2"));
        book.Posted(new Command.RecordBankLines("stmt-1", 2, Rest)).Posted(new Command.FinishBankFile("stmt-1"));
        var finished = book.Last<Event.BankFileFinished>();
        Assert.Equal(
            (3, 1, 1, 0, 1),
            (finished.Lines, finished.Posted, finished.Known, finished.Suspense, finished.Findings));
        book.ShouldRefuse(new Command.FinishBankFile("stmt-1"), "bank_file_not_under_way", ("state", "finished"));
    }

    [Fact]
    public void A_file_is_not_finished_with_other_totals_than_it_was_begun_with()
    {
        var book = new BookInMemory().Posted(Begin with { Lines = 2, Totals = [new("USD", 5, 4)] })
            .Posted(new Command.RecordBankLines("stmt-1", 1, Items));
        book.ShouldRefuse(
            new Command.FinishBankFile("stmt-1"), "bank_file_incomplete", ("of", "what left in USD"), ("come", "3"));
    }

    [Fact]
    public void The_same_file_is_never_another_one()
    {
        var book = new BookInMemory().Posted(Begin);
        book.ShouldRefuse(Begin, "bank_file_exists", ("state", "under_way"));
        book.ShouldRefuse(Begin with { Sha256 = new('b', 64) }, "bank_file_differs", ("sha256", Hash));
        book.Posted(Begin with { Bank = "main", Sha256 = new('b', 64) });
    }

    [Fact]
    public void A_statement_opens_at_what_the_one_before_it_closed_at_or_says_so()
    {
        var book = new BookInMemory().Posted(Said);
        book.Posted(Said with { Statement = "stmt-2", From = Day.PlusDays(1), To = Day.PlusDays(1), Opening = 2 });
        Assert.Null(book.Last<Event.BankStatementRecorded>().Gap);
        book.ForgetStreams();
        book.Posted(Said with { Statement = "stmt-9", From = Day.PlusDays(9), To = Day.PlusDays(9), Opening = 7 });
        Assert.Equal(5, book.Last<Event.BankStatementRecorded>().Gap);
    }

    [Fact]
    public void Statements_come_in_any_order_and_each_once()
    {
        var book = new BookInMemory().Posted(Said);
        book.Posted(Said with { Statement = "stmt-0", From = Day.PlusDays(-1), To = Day.PlusDays(-1), Closing = 0 });
        Assert.Null(book.Last<Event.BankStatementRecorded>().Gap);
        book.ShouldRefuse(Said, "already_recorded", ("recorded_by", "2"));
        book.ShouldRefuse(Said with { Closing = 3 }, "statement_differs", ("recorded_by", "2"));
        book.ShouldRefuse(
            Said with { Statement = "stmt-3", Account = "US2" }, "statement_of_another_account", ("known", "US1"));
        book.Posted(Said with { Statement = "stmt-3", Account = null });
    }

    [Fact]
    public void A_report_is_corrected_only_by_one_that_says_so()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(Reported with { Corrects = 1 }, "not_the_last_report", ("last", "0"));
        book.Posted(Reported);
        book.ShouldRefuse(Reported, "already_recorded", ("recorded_by", "2"));
        book.ShouldRefuse(Reported with { Gross = 1 }, "report_differs", ("recorded_by", "2"));
        book.Posted(Reported with { Gross = 1, Corrects = 2 });
        book.ForgetStreams();
        book.ShouldRefuse(Reported with { Corrects = 2 }, "not_the_last_report", ("last", "3"));
        book.Posted(Reported with { Corrects = 3 });
    }
}
