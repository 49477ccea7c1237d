using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

public class TaxDepositTests
{
    private static readonly Command.DepositTax Backup = new(DepositedTax.Backup, 120_00, "USD");
    private static readonly Command.DepositTax Vat = new(DepositedTax.Vat, 200, "EUR", "DE");

    internal static readonly (string, Event)[] Events =
    [
        ("tax_deposited", new Event.TaxDeposited(DepositedTax.Backup, 120_00, "USD")),
        ("tax_deposited.vat", new Event.TaxDeposited(DepositedTax.Vat, 200, "EUR", "DE", "main", "2026-Q1")),
        ("tax_deposited.non_resident", new Event.TaxDeposited(DepositedTax.NonResident, 60_00, "USD")),
        ("tax_deposited.sales_tax", new Event.TaxDeposited(DepositedTax.SalesTax, 360, "USD", "US-NY")),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.MoreThanOwed(new AccountKey(Chart.VatPayable, "DE", Currency.Of("EUR")), 200, 201)];

    public static TheoryData<Command, string> Faults => new()
    {
        { Backup, "" },
        { Vat, "" },
        { Vat with { Jurisdiction = null }, "jurisdiction ill_formed" },
        { Vat with { Tax = DepositedTax.SalesTax, Jurisdiction = "" }, "jurisdiction ill_formed" },
        { Backup with { Jurisdiction = "US" }, "jurisdiction not_by_jurisdiction" },
        { new Command.DepositTax((DepositedTax)9, 0, "", null, "", "\0"),
            "tax ill_formed; amount amount_not_positive; currency unknown_currency; bank ill_formed; "
            + "reference ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Withheld_tax_is_deposited() =>
        new BookInMemory().Holding("wht.backup/USD//", 150_00).Holding("wht.nra/USD//", 60_00)
            .Posted(Backup)
            .Posted(new Command.DepositTax(DepositedTax.NonResident, 60_00, "USD", Bank: "main"))
            .ShouldRead("""
                tax_deposited
                  debit   wht.backup           120.00 USD   leaves   30.00 USD
                  credit  cash.bank            120.00 USD   leaves -120.00 USD
                tax_deposited
                  debit   wht.nra               60.00 USD   leaves    0.00 USD
                  credit  cash.bank of main     60.00 USD   leaves  -60.00 USD
                """);

    [Fact]
    public void Vat_and_sales_tax_are_deposited_by_jurisdiction() =>
        new BookInMemory().Holding("vat.payable/EUR//DE", 2_00).Holding("salestax.payable/USD//US-NY", 3_60)
            .Posted(Vat)
            .Posted(new Command.DepositTax(DepositedTax.SalesTax, 360, "USD", "US-NY"))
            .ShouldRead("""
                tax_deposited
                  debit   vat.payable of DE            2.00 EUR   leaves  0.00 EUR
                  credit  cash.bank                    2.00 EUR   leaves -2.00 EUR
                tax_deposited
                  debit   salestax.payable of US-NY    3.60 USD   leaves  0.00 USD
                  credit  cash.bank                    3.60 USD   leaves -3.60 USD
                """);

    [Fact]
    public void Consumption_tax_in_yen() =>
        new BookInMemory().Holding("vat.payable/JPY//JP", 1_000)
            .Posted(new Command.DepositTax(DepositedTax.Vat, 1_000, "JPY", "JP"))
            .ShouldRead("""
                tax_deposited
                  debit   vat.payable of JP    1000 JPY   leaves     0 JPY
                  credit  cash.bank            1000 JPY   leaves -1000 JPY
                """);

    [Fact]
    public void A_deposit_with_the_banks_reference_is_recorded_once()
    {
        var book = new BookInMemory().Holding("wht.backup/USD//", 300_00).Posted(Backup with { Reference = "7" });
        book.ShouldRefuse(
            Backup with { Reference = "7", Amount = 1 }, "already_recorded", ("reference", "7"), ("recorded_by", "2"));
        book.Posted(Backup with { Reference = "8" });
    }

    [Fact]
    public void No_more_is_deposited_than_is_owed_there()
    {
        var book = new BookInMemory().Holding("vat.payable/EUR//DE", 1_99).Holding("vat.payable/EUR//FR", 50_00);
        book.ShouldRefuse(
            Vat, "more_than_owed", ("account", "vat.payable/EUR//DE"), ("owed", "199"), ("needed", "200"));
        new BookInMemory().ShouldRefuse(Backup, "more_than_owed", ("owed", "0"));
    }
}
