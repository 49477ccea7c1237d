using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class WithholdingCorrectionTests
{
    private static readonly LocalDate Day = new(2026, 1, 1);
    private static readonly Command.ReleaseHold Hold = new("bea", "USD", Day, "run-7");

    private static readonly Command.CorrectWithholding GiveBack = new(
        "bea", "USD", WithholdingKind.Backup, WithholdingCorrection.GiveBack, 120_00, "the form came late", "pia",
        "quentin");

    internal static readonly (string, Event)[] Events =
    [
        ("withholding_corrected", new Event.WithholdingCorrected(
            "bea", "USD", WithholdingKind.Backup, WithholdingCorrection.GiveBack, 120_00, 20_00, "the form came late",
            "pia", "quentin")),
        ("withholding_corrected.more", new Event.WithholdingCorrected(
            "bea", "USD", WithholdingKind.NonResident, WithholdingCorrection.WithholdMore, 5, 0, "a wrong rate", "pia",
            "quentin", 7)),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.MoreThanWithheld("bea", 2026, 120_00, 120_01), Refusal.NoReleaseOf(7, "bea", "USD", 2026)];

    public static TheoryData<Command, string> Faults => new()
    {
        { GiveBack, "" },
        { new Command.CorrectWithholding("", "TKN", (WithholdingKind)9, (WithholdingCorrection)9, 0, " ", "pia", "pia", 0),
            "creator ill_formed; currency wrong_currency; kind ill_formed; correction ill_formed; "
            + "amount amount_not_positive; reason ill_formed; transaction ill_formed; approved_by same_person" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void What_was_too_much_goes_back_and_repays_debts_first() =>
        DecidedWithholdingTests.Book(500_00).Posted(Hold).Holding("creator.debt/USD//bea", 20_00)
            .Posted(GiveBack)
            .ShouldRead("""
                tax_terms_set
                hold_released
                  debit   creator.pending of bea until 2026-01-01  500.00 USD   leaves   0.00 USD
                  credit  wht.backup                               120.00 USD   leaves 120.00 USD
                  credit  creator.available of bea                 380.00 USD   leaves 380.00 USD
                withholding_corrected
                  debit   wht.backup                               120.00 USD   leaves   0.00 USD
                  credit  creator.debt of bea                       20.00 USD   leaves   0.00 USD
                  credit  creator.available of bea                 100.00 USD   leaves 480.00 USD
                """);

    [Fact]
    public void What_was_too_little_is_taken_from_what_is_available()
    {
        var book = DecidedWithholdingTests.Book(500_00).Posted(TaxStandingTests.W9).Posted(Hold);
        var more = GiveBack with { Correction = WithholdingCorrection.WithholdMore, Amount = 500_01 };
        book.ShouldRefuse(more, "insufficient_funds", ("available", "50000"));
        book.Posted(more with { Amount = 120_00 });
        Assert.Equal(380_00, -book.State("creator.available/USD//bea").Balance);
        // What was withheld so can be given back too.
        book.Posted(GiveBack);
        Assert.Equal(0, book.State("wht.backup/USD//").Balance);
    }

    [Fact]
    public void Never_more_goes_back_than_was_withheld_from_that_creator_in_that_year()
    {
        var book = DecidedWithholdingTests.Book(500_00).Posted(Hold)
            .Holding("creator.pending/USD/2026-01-01/cat", 500_00).Posted(Hold with { Creator = "cat" });
        book.ShouldRefuse(
            GiveBack with { Amount = 120_01 }, "more_than_withheld", ("year", "2026"), ("withheld", "12000"),
            ("needed", "12001"));
        book.ShouldRefuse(GiveBack with { Kind = WithholdingKind.NonResident }, "more_than_withheld", ("withheld", "0"));
        book.ShouldRefuse(GiveBack with { Currency = "EUR" }, "more_than_withheld", ("withheld", "0"));
        book.Posted(GiveBack with { Amount = 20_00 });
        book.ForgetStreams();
        book.ShouldRefuse(GiveBack with { Amount = 100_01 }, "more_than_withheld", ("withheld", "10000"));
        book.Wait(Duration.FromDays(365));
        book.ShouldRefuse(GiveBack with { Amount = 1 }, "more_than_withheld", ("year", "2027"), ("withheld", "0"));
    }

    [Fact]
    public void What_was_paid_to_the_authority_does_not_go_back()
    {
        var book = DecidedWithholdingTests.Book(500_00).Posted(Hold)
            .Posted(new Command.DepositTax(DepositedTax.Backup, 100_00, "USD"));
        book.ShouldRefuse(GiveBack, "more_than_owed", ("owed", "2000"), ("needed", "12000"));
        book.Posted(GiveBack with { Amount = 20_00 });
    }

    [Fact]
    public void Of_a_release_no_more_goes_back_than_it_withheld()
    {
        var book = DecidedWithholdingTests.Book(500_00).Posted(Hold);
        var first = book.Book.LastNumber;
        book.Holding("creator.pending/USD/2026-01-01/bea", 100_00).Posted(Hold);
        var second = book.Book.LastNumber;
        book.ShouldRefuse(GiveBack with { Transaction = second }, "more_than_withheld", ("withheld", "2400"));
        book.Posted(GiveBack with { Transaction = second, Amount = 20_00 });
        book.ShouldRefuse(
            GiveBack with { Transaction = second, Amount = 5_00 }, "more_than_withheld", ("withheld", "400"));
        book.ShouldRefuse(
            GiveBack with { Creator = "cat", Transaction = first }, "no_release_of", ("creator", "cat"));
        book.ShouldRefuse(GiveBack with { Transaction = second + 1 }, "no_release_of");
        book.ShouldRefuse(GiveBack with { Transaction = 99 }, "transaction_unknown");
        book.Posted(GiveBack with { Transaction = first });
        Assert.Equal(first, book.Journal[^1].Record.RefersTo);
    }

    [Fact]
    public void Nothing_goes_back_to_who_is_sanctioned() =>
        DecidedWithholdingTests.Book(500_00).Posted(Hold)
            .Posted(new Command.SanctionParty(Standing.Role.Creator, "bea", "list"))
            .ShouldRefuse(GiveBack, "party_sanctioned");
}
