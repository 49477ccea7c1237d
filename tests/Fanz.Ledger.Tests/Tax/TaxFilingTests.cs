using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

public class TaxFilingTests
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static readonly Command.RecordTaxFiling Filing =
        new("2026-1", TaxReturn.Nec, 2026, Hash, [new("amount", "USD", 1_234_56)]);

    internal static readonly (string, Event)[] Events =
    [
        ("tax_filed", new Event.TaxFiled("2026-1", TaxReturn.Nec, 2026, Hash, Filing.Totals)),
        ("tax_filed.full", new Event.TaxFiled("q2", TaxReturn.Dac7, 2026, Hash, [], 2, "q1")),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.TaxFilingExists("2026-1"), Refusal.TaxFilingUnknown("2026-0")];

    public static TheoryData<Command, string> Faults => new()
    {
        { Filing, "" },
        { Filing with { Totals = [] }, "" },
        { Filing with { Totals = [null!, new("", "TKN", 0)] },
            "totals[0] ill_formed; totals[1].what ill_formed; totals[1].currency wrong_currency" },
        { new Command.RecordTaxFiling("", (TaxReturn)99, 1, Hash.ToUpperInvariant(), null!, 5, ""),
            "filing ill_formed; form ill_formed; year ill_formed; sha256 ill_formed; totals ill_formed; "
            + "quarter ill_formed; corrects ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_filing_is_recorded_once_and_corrects_one_that_was()
    {
        var book = new BookInMemory().Posted(Filing);
        book.ShouldRefuse(Filing, "tax_filing_exists", ("filing", "2026-1"));
        book.ShouldRefuse(Filing with { Filing = "2026-2", Corrects = "2026-0" }, "tax_filing_unknown");
        book.ShouldRefuse(Filing with { Filing = "2026-2", Year = 2025, Corrects = "2026-1" }, "tax_filing_unknown");
        book.Posted(Filing with { Filing = "2026-2", Corrects = "2026-1" }).Posted(Filing with { Year = 2025 });
        Assert.Equal("tax_filing/1099-nec/2025", book.Journal[^1].Record.Stream);
    }
}
