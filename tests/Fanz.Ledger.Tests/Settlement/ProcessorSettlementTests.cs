using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Tests;

public class ProcessorSettlementTests
{
    private static readonly Command.SettleProcessor Settle = new("USD", 10_00, 60, 1_00);
    private static readonly Command.ReleaseProcessorReserve Release = new(1_00, "USD");

    internal static readonly (string, Event)[] Events =
    [
        ("processor_settled", new Event.ProcessorSettled("USD", 10_00, 60, 1_00, 8_40)),
        ("processor_settled.full",
            new Event.ProcessorSettled("USD", -5, 60, 0, -65, "acquirer", "main", "2026-01-01/7")),
        ("processor_reserve_released", new Event.ProcessorReserveReleased(1_00, "USD")),
        ("processor_reserve_released.full",
            new Event.ProcessorReserveReleased(1_00, "USD", "acquirer", "main", "2026-07-01/7")),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.MoreThanReserved(new AccountKey(Chart.ProcessorReserve, "acquirer", Currency.Of("USD")), 99, 100),
        Refusal.AlreadyRecorded("2026-01-01/7", 8),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Settle, "" },
        { Settle with { Gross = -Money.Money.Limit, Fees = 0, Kept = Money.Money.Limit }, "" },
        { Settle with { Gross = 0 }, "" },
        { Settle with { Gross = 0, Fees = 0, Kept = 0 }, "gross amount_zero" },
        { Settle with { Gross = Money.Money.Limit + 1 }, "gross amount_over_limit" },
        { new Command.SettleProcessor("TKN", long.MinValue, -1, long.MaxValue, "", "", ""),
            "currency wrong_currency; gross amount_over_limit; fees amount_not_positive; kept amount_over_limit; "
            + "processor ill_formed; bank ill_formed; reference ill_formed" },
        { Release, "" },
        { new Command.ReleaseProcessorReserve(0, "", "", "", ""),
            "amount amount_not_positive; currency unknown_currency; processor ill_formed; bank ill_formed; "
            + "reference ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_processor_pays_less_its_fees_and_keeps_a_tenth_until_later() =>
        new BookInMemory().Holding("psp.receivable/USD//", 10_00).Posted(Settle).Posted(Release).ShouldRead("""
            processor_settled
              debit   cash.bank            8.40 USD   leaves 8.40 USD
              debit   expense.psp_fee      0.60 USD   leaves 0.60 USD
              debit   psp.reserve          1.00 USD   leaves 1.00 USD
              credit  psp.receivable      10.00 USD   leaves 0.00 USD
            processor_reserve_released
              debit   cash.bank            1.00 USD   leaves 9.40 USD
              credit  psp.reserve          1.00 USD   leaves 0.00 USD
            """);

    [Fact]
    public void Each_processor_and_each_bank_has_its_own_account() =>
        new BookInMemory()
            .Posted(Settle with { Currency = "KWD", Processor = "acquirer", Bank = "main", Kept = 0 })
            .ShouldRead("""
                processor_settled
                  debit   cash.bank of main             0.940 KWD   leaves  0.940 KWD
                  debit   expense.psp_fee               0.060 KWD   leaves  0.060 KWD
                  credit  psp.receivable of acquirer    1.000 KWD   leaves -1.000 KWD
                """);

    [Fact]
    public void A_net_below_zero_is_paid_by_the_bank() =>
        new BookInMemory().Posted(Settle with { Currency = "JPY", Gross = 50, Kept = 0 }).ShouldRead("""
            processor_settled
              credit  cash.bank           10 JPY   leaves -10 JPY
              debit   expense.psp_fee     60 JPY   leaves  60 JPY
              credit  psp.receivable      50 JPY   leaves -50 JPY
            """);

    [Fact]
    public void A_net_of_zero_moves_nothing_at_the_bank() =>
        new BookInMemory().Posted(Settle with { Gross = 1_60 }).ShouldRead("""
            processor_settled
              debit   expense.psp_fee      0.60 USD   leaves  0.60 USD
              debit   psp.reserve          1.00 USD   leaves  1.00 USD
              credit  psp.receivable       1.60 USD   leaves -1.60 USD
            """);

    [Fact]
    public void After_a_day_of_refunds_the_gross_itself_is_below_zero() =>
        new BookInMemory().Holding("psp.receivable/USD//", -3_00).Posted(Settle with { Gross = -3_00, Kept = 0 })
            .ShouldRead("""
                processor_settled
                  credit  cash.bank            3.60 USD   leaves -3.60 USD
                  debit   expense.psp_fee      0.60 USD   leaves  0.60 USD
                  debit   psp.receivable       3.00 USD   leaves  0.00 USD
                """);

    [Fact]
    public void A_settlement_with_a_reference_is_recorded_once()
    {
        var book = new BookInMemory().Posted(Settle with { Reference = "7", Processor = "a" });
        book.ShouldRefuse(
            Settle with { Reference = "7", Processor = "a", Gross = 11_00 }, "already_recorded", ("reference", "7"),
            ("recorded_by", "2"));
        book.Posted(Settle with { Reference = "7", Processor = "b" })
            .Posted(Settle with { Reference = "8", Processor = "a" })
            .Posted(Release with { Reference = "7", Processor = "a" })
            .Posted(Settle with { Processor = "a" })
            .Posted(Settle with { Processor = "a" });
        book.ShouldRefuse(Release with { Reference = "7", Processor = "a" }, "already_recorded", ("recorded_by", "5"));
    }

    [Fact]
    public void A_processor_gives_back_no_more_than_it_kept() =>
        new BookInMemory().Holding("psp.reserve/USD//", 0_99).ShouldRefuse(
            Release, "more_than_reserved", ("account", "psp.reserve/USD//"), ("kept", "99"), ("needed", "100"));
}
