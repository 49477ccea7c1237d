using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class ReleaseTests
{
    private const string Pending = "creator.pending/USD/2026-01-01/bea";
    private const string Debt = "creator.debt/USD//bea";

    private static readonly LocalDate Day = new(2026, 1, 1);
    private static readonly Command.ReleaseHold Hold = new("bea", "USD", Day, "run-7");
    private static readonly Command.ReleaseReserve Reserve = new("bea", "USD", Day, "run-7");
    private static readonly Command.ReleaseAffiliate Affiliate = new("aff", "USD", Day, "run-7");
    private static readonly AccountKey Held = new(Chart.CreatorPending, "bea", Currency.Of("USD"), Day);

    internal static readonly (string, Event)[] Events =
    [
        ("hold_released", new Event.HoldReleased("bea", "USD", Day, "run-7", 720, 300, 420)),
        ("hold_released.withheld", new Event.HoldReleased("bea", "USD", Day, "run-7", 500_00, 0, 374_00,
        [
            new(WithholdingKind.Backup, 300_00, 2_400, 72_00), new(WithholdingKind.NonResident, 180_00, 3_000, 54_00),
        ])),
        ("reserve_released", new Event.ReserveReleased("bea", "USD", Day, "run-7", 80, 0, 80)),
        ("reserve_released.withheld", new Event.ReserveReleased(
            "bea", "USD", Day, "run-7", 80, 0, 80, [new(WithholdingKind.NonResident, 80, 0, 0)])),
        ("affiliate_released", new Event.AffiliateReleased("aff", "USD", Day, "run-7", 50, 50)),
        ("affiliate_released.withheld", new Event.AffiliateReleased(
            "aff", "USD", Day, "run-7", 50, 38, [new(WithholdingKind.Backup, 50, 2_400, 12)])),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.NotMatured(Held with { Cohort = Day.PlusDays(7) }, Day),
        Refusal.NothingToRelease(Held),
        Refusal.WithholdingOverRelease(Held, 721, 720),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Hold, "" },
        { new Command.ReleaseHold(null!, "TKN", new LocalDate(1800, 1, 1), ""),
            "creator ill_formed; currency wrong_currency; cohort date_out_of_range; run ill_formed" },
        { new Command.ReleaseReserve("", "XXX", Day, "\0"),
            "creator ill_formed; currency unknown_currency; run ill_formed" },
        { new Command.ReleaseAffiliate("", "USD", Day, null!), "affiliate ill_formed; run ill_formed" },
        { Hold with { Withholding = [new(WithholdingKind.Backup, 1, 0)] }, "" },
        { Hold with { Withholding = [] }, "withholding ill_formed" },
        { Hold with { Withholding = [null!] }, "withholding[0] ill_formed" },
        { Hold with { Withholding = [new((WithholdingKind)5, 0, 10_001)] },
            "withholding[0].kind ill_formed; withholding[0].base amount_not_positive; "
            + "withholding[0].rate_basis_points ill_formed" },
        { Hold with { Withholding = [new(WithholdingKind.Backup, 1, -1)] },
            "withholding[0].rate_basis_points ill_formed" },
        { Hold with { Withholding = [new(WithholdingKind.Backup, 1, 1), new(WithholdingKind.Backup, 2, 2)] },
            "withholding repeated" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_cohort_that_has_matured_becomes_available_as_a_whole() =>
        Book(7_20).Posted(Hold).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01    7.20 USD   leaves 0.00 USD
              credit  creator.available of bea                   7.20 USD   leaves 7.20 USD
            """);

    [Fact]
    public void A_debt_is_repaid_first() =>
        Book(7_20).Holding(Debt, 3_00).Posted(Hold).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01    7.20 USD   leaves 0.00 USD
              credit  creator.debt of bea                        3.00 USD   leaves 0.00 USD
              credit  creator.available of bea                   4.20 USD   leaves 4.20 USD
            """);

    [Fact]
    public void A_larger_debt_takes_all_of_it() =>
        Book(7_20).Holding(Debt, 10_00).Posted(Hold).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01    7.20 USD   leaves 0.00 USD
              credit  creator.debt of bea                        7.20 USD   leaves 2.80 USD
            """);

    [Fact]
    public void Backup_withholding_of_24_percent_goes_to_its_own_account() =>
        Book(500_00).Posted(Hold with { Withholding = [new(WithholdingKind.Backup, 500_00, 2_400)] }).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01  500.00 USD   leaves   0.00 USD
              credit  wht.backup                               120.00 USD   leaves 120.00 USD
              credit  creator.available of bea                 380.00 USD   leaves 380.00 USD
            """);

    [Fact]
    public void A_non_resident_pays_30_percent_of_what_comes_from_the_united_states() =>
        Book(500_00).Posted(Hold with { Withholding = [new(WithholdingKind.NonResident, 200_00, 3000)] }).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01  500.00 USD   leaves   0.00 USD
              credit  wht.nra                                   60.00 USD   leaves  60.00 USD
              credit  creator.available of bea                 440.00 USD   leaves 440.00 USD
            """);

    [Fact]
    public void Both_withholdings_stand_side_by_side_each_on_its_own_base() =>
        Book(500_00).Posted(Hold with
        {
            Withholding = [new(WithholdingKind.Backup, 300_00, 2_400), new(WithholdingKind.NonResident, 200_00, 3_000)],
        }).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01  500.00 USD   leaves   0.00 USD
              credit  wht.backup                                72.00 USD   leaves  72.00 USD
              credit  wht.nra                                   60.00 USD   leaves  60.00 USD
              credit  creator.available of bea                 368.00 USD   leaves 368.00 USD
            """);

    [Fact]
    public void Tax_is_taken_of_the_whole_income_before_a_debt_is_repaid() =>
        Book(500_00).Holding(Debt, 400_00)
            .Posted(Hold with { Withholding = [new(WithholdingKind.Backup, 500_00, 2_400)] })
            .ShouldRead("""
                hold_released
                  debit   creator.pending of bea until 2026-01-01  500.00 USD   leaves   0.00 USD
                  credit  wht.backup                               120.00 USD   leaves 120.00 USD
                  credit  creator.debt of bea                      380.00 USD   leaves  20.00 USD
                """);

    [Fact]
    public void Tax_on_odd_cents_is_rounded_to_the_nearest_cent_and_half_a_cent_upwards() =>
        Book(0_02).Posted(Hold with { Withholding = [new(WithholdingKind.Backup, 0_02, 2_500)] }).ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01  0.02 USD   leaves 0.00 USD
              credit  wht.backup                               0.01 USD   leaves 0.01 USD
              credit  creator.available of bea                 0.01 USD   leaves 0.01 USD
            """);

    [Fact]
    public void A_treaty_rate_of_zero_posts_nothing_and_is_on_record()
    {
        var book = Book(5_00).Posted(Hold with { Withholding = [new(WithholdingKind.NonResident, 2_00, 0)] });
        book.ShouldRead("""
            hold_released
              debit   creator.pending of bea until 2026-01-01  5.00 USD   leaves 0.00 USD
              credit  creator.available of bea                 5.00 USD   leaves 5.00 USD
            """);
        var record = book.Journal[^1].Record;
        var released = Assert.IsType<Event.HoldReleased>(EventFormat.Read(record.Type, record.Data.Span));
        Assert.Equal([new Withheld(WithholdingKind.NonResident, 2_00, 0, 0)], released.Withheld);
    }

    [Fact]
    public void A_reserve_is_released_as_a_hold_is() =>
        new BookInMemory().Holding("creator.reserve/USD/2026-01-01/bea", 0_80).Posted(Reserve).ShouldRead("""
            reserve_released
              debit   creator.reserve of bea until 2026-01-01    0.80 USD   leaves 0.00 USD
              credit  creator.available of bea                   0.80 USD   leaves 0.80 USD
            """);

    [Fact]
    public void A_reserve_repays_debts_after_tax_too() =>
        new BookInMemory().Holding("creator.reserve/USD/2026-01-01/bea", 100_00).Holding(Debt, 30_00)
            .Posted(Reserve with { Withholding = [new(WithholdingKind.Backup, 100_00, 2_400)] })
            .ShouldRead("""
                reserve_released
                  debit   creator.reserve of bea until 2026-01-01  100.00 USD   leaves  0.00 USD
                  credit  wht.backup                                24.00 USD   leaves 24.00 USD
                  credit  creator.debt of bea                       30.00 USD   leaves  0.00 USD
                  credit  creator.available of bea                  46.00 USD   leaves 46.00 USD
                """);

    [Fact]
    public void What_an_affiliate_earned_becomes_available() =>
        new BookInMemory().Holding("affiliate.pending/USD/2026-01-01/aff", 0_50).Posted(Affiliate).ShouldRead("""
            affiliate_released
              debit   affiliate.pending of aff until 2026-01-01    0.50 USD   leaves 0.00 USD
              credit  affiliate.available of aff                   0.50 USD   leaves 0.50 USD
            """);

    [Fact]
    public void An_affiliate_without_a_tax_number_is_withheld_from_too() =>
        new BookInMemory().Holding("affiliate.pending/USD/2026-01-01/aff", 0_50)
            .Posted(Affiliate with { Withholding = [new(WithholdingKind.Backup, 50, 2_400)] })
            .ShouldRead("""
                affiliate_released
                  debit   affiliate.pending of aff until 2026-01-01    0.50 USD   leaves 0.00 USD
                  credit  wht.backup                                   0.12 USD   leaves 0.12 USD
                  credit  affiliate.available of aff                   0.38 USD   leaves 0.38 USD
                """);

    [Fact]
    public void Yen_have_no_decimals() =>
        new BookInMemory().Holding("creator.pending/JPY/2026-01-01/bea", 719)
            .Posted(Hold with { Currency = "JPY", Withholding = [new(WithholdingKind.NonResident, 719, 2_042)] })
            .ShouldRead("""
                hold_released
                  debit   creator.pending of bea until 2026-01-01    719 JPY   leaves   0 JPY
                  credit  wht.nra                                    147 JPY   leaves 147 JPY
                  credit  creator.available of bea                   572 JPY   leaves 572 JPY
                """);

    [Fact]
    public void Kuwaiti_dinars_have_three_decimals() =>
        new BookInMemory().Holding("creator.pending/KWD/2026-01-01/bea", 7_235)
            .Posted(Hold with { Currency = "KWD" })
            .ShouldRead("""
                hold_released
                  debit   creator.pending of bea until 2026-01-01    7.235 KWD   leaves 0.000 KWD
                  credit  creator.available of bea                   7.235 KWD   leaves 7.235 KWD
                """);

    [Fact]
    public void Nothing_is_released_before_its_day()
    {
        var book = new BookInMemory().Holding("creator.pending/USD/2026-01-02/bea", 7_20);
        var tomorrow = Hold with { Cohort = new LocalDate(2026, 1, 2) };
        book.ShouldRefuse(
            tomorrow, "not_matured", ("account", "creator.pending/USD/2026-01-02/bea"), ("matures_on", "2026-01-02"),
            ("today", "2026-01-01"));
        book.Wait(Duration.FromDays(1));
        book.Posted(tomorrow);
        Assert.Equal(7_20, book.Has("creator.available/USD//bea"));
    }

    [Fact]
    public void A_cohort_is_released_once() =>
        Book(7_20).Posted(Hold).ShouldRefuse(Hold with { Run = "run-8" }, "nothing_to_release", ("account", Pending));

    [Fact]
    public void Other_cohorts_and_the_reserve_stay_where_they_are()
    {
        var book = Book(7_20).Holding("creator.pending/USD/2025-12-31/bea", 5_00)
            .Holding("creator.reserve/USD/2026-01-01/bea", 0_80).Posted(Hold);
        Assert.Equal(5_00, book.Has("creator.pending/USD/2025-12-31/bea"));
        Assert.Equal(0_80, book.Has("creator.reserve/USD/2026-01-01/bea"));
    }

    [Fact]
    public void A_creator_who_is_held_is_skipped_and_loses_nothing()
    {
        var book = Book(7_20).Posted(new Command.HoldCreator("bea", "a tip from the bank"));
        book.ShouldRefuse(Hold, "creator_held", ("creator", "bea"));
        book.Posted(new Command.UnholdCreator("bea", "explained", "pat", "sam")).Posted(Hold);
        Assert.Equal(7_20, book.Has("creator.available/USD//bea"));
    }

    [Fact]
    public void A_sanctioned_party_is_skipped()
    {
        var book = Book(7_20).Holding("affiliate.pending/USD/2026-01-01/aff", 0_50)
            .Posted(new Command.SanctionParty(Role.Creator, "bea", "on the list"))
            .Posted(new Command.SanctionParty(Role.Affiliate, "aff", "on the list"));
        book.ShouldRefuse(Hold, "party_sanctioned", ("party", "bea"));
        book.ShouldRefuse(Reserve, "party_sanctioned", ("party", "bea"));
        book.ShouldRefuse(Affiliate, "party_sanctioned", ("party", "aff"));
    }

    [Fact]
    public void A_closed_creator_is_still_owed_their_money() =>
        Assert.Null(Book(7_20).Posted(new Command.CloseParty(Role.Creator, "bea", "left")).Post(Hold));

    [Fact]
    public void Tax_is_not_withheld_from_more_than_is_released() =>
        Book(7_20).ShouldRefuse(
            Hold with
            {
                Withholding = [new(WithholdingKind.Backup, 7_00, 1), new(WithholdingKind.NonResident, 0_21, 1)],
            },
            "withholding_over_release", ("account", Pending), ("base", "721"), ("released", "720"));

    [Fact]
    public void A_frozen_account_gets_nothing() =>
        Book(7_20).Holding("creator.available/USD//bea", 1)
            .Posted(new Command.FreezeAccount(new("creator.available", "bea", "USD"), "court order"))
            .ShouldRefuse(Hold, "account_frozen", ("account", "creator.available/USD//bea"));

    [Fact]
    public void All_that_a_release_needs_is_asked_for_in_one_look()
    {
        var book = Book(500_00).Holding(Debt, 3_00);
        book.Book.LetGoOfAccounts();
        book.Book.LetGoOfAccounts();
        book.Posted(Hold with { Withholding = [new(WithholdingKind.Backup, 500_00, 2_400)] });
        Assert.Equal(2, book.Rounds);
    }

    [Fact]
    public void A_release_is_not_reversed_by_its_mirror_image() =>
        Book(7_20).Posted(Hold).ShouldRefuse(new Command.Reverse(2, "too early"), "not_reversible");

    private static BookInMemory Book(long pending) => new BookInMemory().Holding(Pending, pending);
}
