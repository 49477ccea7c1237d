using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Payouts that the ledger makes: by terms, on their way, and each thing that can become of them.</summary>
public class PayingTests
{
    internal static readonly Command.SetRail Rail =
        new("ach", PaymentFormat.Nacha, new Dictionary<string, string> { ["company"] = "1234567890" }, "ida", "otto");

    internal static readonly Command.SetPayoutTerms Terms =
        new("USD", "ach", 20_00, 2_50, new PayoutRequirements(0, 0, false, false), "ida", "otto")
        {
            InstantFee = 5_00,
            InstantMost = 100_00,
        };

    private static readonly Command.OpenBatch Open = new("b-1", "USD", new LocalDate(2026, 1, 9));
    internal static readonly Command.FormPayout Form = new("p-7", "bea", "USD", 380_00, 2_50, "b-1");
    internal static readonly Command.SubmitPayout Submit = new("p-7", "b-1-1", 1);
    private static readonly Command.AddPayoutMethod Method = Payee.Add with { Rail = "ach" };
    private static readonly Command.VerifyPayoutMethod Prove = Payee.Prove;
    private static readonly Command.FormPayout Instant = new("p-8", "bea", "USD", 100_00, 5_00, Instant: true);
    private static readonly Command.DoubtPayout Doubt = new("p-7", "no answer");
    private static readonly Command.AcceptPayout Accept = new("p-7");
    private static readonly Command.SettlePayout Settle = new("p-7");
    private static readonly Command.FailPayout Fail = new("p-7", "never sent");
    private static readonly Command.CancelPayout Cancel = new("p-7", "not this one");
    private static readonly Command.RejectPayout Reject = new("p-7", "no such account", "AC04");
    private static readonly Command.ReturnPayout Return = new("p-7", "account closed");

    public static TheoryData<Command, string> Faults => new()
    {
        { Form, "" },
        { Form with { Batch = "" }, "batch ill_formed" },
        { Form with { Instant = true }, "instant ill_formed" },
        { Form with { Instant = false }, "" },
        { new Command.CancelPayout("", " "), "payout ill_formed; reason ill_formed" },
        { new Command.DoubtPayout(null!, null!), "payout ill_formed; reason ill_formed" },
        { Submit, "" },
        { new Command.SubmitPayout(""), "payout ill_formed" },
        { Submit with { File = null }, "sequence ill_formed" },
        { Submit with { Sequence = null }, "sequence ill_formed" },
        { Submit with { Sequence = 0 }, "sequence ill_formed" },
        { Submit with { File = "" }, "file ill_formed" },
        { Settle with { BankReference = "" }, "bank_reference ill_formed" },
        { Settle with { Amount = 0 }, "amount amount_not_positive" },
        { Reject with { Code = "" }, "code ill_formed" },
        { Return with { Code = "\0", BankReference = "", Amount = -1 },
            "code ill_formed; bank_reference ill_formed; amount amount_not_positive" },
        { Rail, "" },
        { Rail with { Bank = "" }, "bank ill_formed" },
        { Rail with { Rail = "", Format = (PaymentFormat)9, Settings = null!, ApprovedBy = "ida" },
            "rail ill_formed; format ill_formed; settings ill_formed; approved_by same_person" },
        { Rail with { Settings = new Dictionary<string, string> { ["a"] = "\0" } }, "settings.a ill_formed" },
        { Rail with { Settings = new Dictionary<string, string> { [""] = "a" } }, "settings ill_formed" },
        { Rail with { Settings = Enumerable.Range(0, 33).ToDictionary(i => $"n{i}", i => "") }, "settings too_many" },
        { Terms, "" },
        { Terms with { Minimum = 0 }, "minimum amount_not_positive" },
        { Terms with { Fee = 20_00 }, "fee over_amount" },
        { Terms with { Fee = -1 }, "fee ill_formed" },
        { Terms with { InstantMost = null }, "instant_fee ill_formed" },
        { Terms with { InstantFee = 100_00 }, "instant_fee over_amount" },
        { Terms with { InstantMost = -1 }, "instant_most amount_not_positive" },
        { Terms with { CombineInto = "fans" }, "combine_into same_book" },
        { Terms with { CombineInto = "A B" }, "combine_into ill_formed" },
        { Terms with { Needs = null! }, "needs ill_formed" },
        { Terms with { Needs = new PayoutRequirements(4, 0, true, true) }, "needs.verification_level ill_formed" },
        { Terms with { Needs = new PayoutRequirements(3, 366, true, true) }, "needs.cool_down_days ill_formed" },
        { Terms with { Currency = "TKN", Rail = "", ProposedBy = "otto" },
            "currency wrong_currency; rail ill_formed; approved_by same_person" },
        { Terms with { EffectiveOn = new LocalDate(3000, 1, 1) }, "effective_on date_out_of_range" },
    };

    /// <summary>The way to each state, and which of the steps leads on from it.</summary>
    public static TheoryData<string, Command[], string> States => new()
    {
        { "formed", [], "submit_payout cancel_payout fail_payout" },
        { "submitted", [Submit], "doubt_payout accept_payout settle_payout reject_payout" },
        { "unknown", [Submit, Doubt], "accept_payout settle_payout reject_payout" },
        { "accepted", [Submit, Accept], "settle_payout reject_payout" },
        { "accepted", [Submit, Doubt, Accept], "settle_payout reject_payout" },
        { "settled", [Submit, Settle], "return_payout" },
        { "settled", [Submit, Doubt, Settle], "return_payout" },
        { "returned", [Submit, Accept, Settle, Return], "" },
        { "rejected", [Submit, Reject], "" },
        { "rejected", [Submit, Doubt, Reject], "" },
        { "cancelled", [Cancel], "" },
        { "failed", [Fail], "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Theory]
    [MemberData(nameof(States))]
    public void A_step_that_does_not_lead_on_is_refused_and_says_where_the_payout_is(
        string state, Command[] way, string leadOn)
    {
        foreach (var step in new Command[] { Submit, Doubt, Accept, Settle, Fail, Cancel, Reject, Return })
        {
            var book = Approved();
            foreach (var earlier in way) book.Posted(earlier);
            if (leadOn.Split(' ').Contains(CommandFormat.NameOf(step))) book.Posted(step);
            else book.ShouldRefuse(step, "payout_not_in_state", ("payout", "p-7"), ("state", state));
        }
    }

    [Fact]
    public void What_was_not_submitted_cannot_be_accepted_and_so_not_be_settled_without_approval()
    {
        var book = Managed().Posted(Open).Posted(Form);
        book.ShouldRefuse(Accept, "payout_not_in_state", ("needed", "submitted"));
        book.ShouldRefuse(Settle, "payout_not_in_state", ("needed", "accepted"));
        book.ShouldRefuse(Submit, "batch_not_in_state", ("state", "open"), ("needed", "approved"));
    }

    [Fact]
    public void What_a_statement_shows_was_made_whether_or_not_an_acceptance_ever_came() =>
        Approved().Posted(Submit).Posted(Doubt).Posted(Settle with { Bank = "main", BankReference = "0007" })
            .ShouldEndWith("""
                payout_settled
                  debit   payout.transit of bea  377.50 USD   leaves    0.00 USD
                  credit  cash.bank of main      377.50 USD   leaves -377.50 USD
                """);

    [Fact]
    public void A_payout_whose_answer_was_lost_and_that_was_not_made_is_the_creators_again() =>
        Approved().Posted(Submit).Posted(Doubt).Posted(Reject).ShouldEndWith("""
            payout_rejected
              debit   payout.transit of bea     377.50 USD   leaves   0.00 USD
              debit   revenue.payout_fee          2.50 USD   leaves   0.00 USD
              credit  creator.available of bea  380.00 USD   leaves 380.00 USD
            """);

    [Fact]
    public void A_cancelled_payout_is_the_creators_again_with_its_fee_after_what_they_owe_by_now()
    {
        var book = Approved().Posted(new Command.Transfer(
            [new(new("creator.debt", "bea", "USD"), 80_00), new(new("suspense", "", "USD"), -80_00)], "a refund"));
        book.Posted(Cancel).ShouldEndWith("""
            payout_cancelled
              debit   payout.transit of bea     377.50 USD   leaves   0.00 USD
              debit   revenue.payout_fee          2.50 USD   leaves   0.00 USD
              credit  creator.debt of bea        80.00 USD   leaves   0.00 USD
              credit  creator.available of bea  300.00 USD   leaves 300.00 USD
            """);
    }

    [Fact]
    public void A_payout_of_another_amount_than_was_sent_is_not_the_one_that_a_statement_shows()
    {
        var book = Approved().Posted(Submit);
        book.ShouldRefuse(
            Settle with { Amount = 377_51 }, "payout_amount_differs", ("sent", "37750"), ("stated", "37751"));
        book.Posted(Settle with { Amount = 377_50 });
        book.ShouldRefuse(Return with { Amount = 377_49 }, "payout_amount_differs");
        book.Posted(Return with { Amount = 377_50 });
    }

    [Fact]
    public void A_late_return_after_a_later_payout_to_the_same_creator_is_held_beside_it()
    {
        var book = Approved().Posted(Submit).Posted(Settle).Posted(new Command.Transfer(
            [new(new("creator.available", "bea", "USD"), -100_00), new(new("suspense", "", "USD"), 100_00)], ""));
        book.Posted(Instant).Posted(new Command.SubmitPayout("p-8")).Posted(new Command.SettlePayout("p-8"));
        book.Posted(Return);
        Assert.Equal(377_50, -book.State("creator.hold/USD//bea").Balance);
        Assert.Equal(-95_00, book.State("cash.bank/USD//").Balance);
    }

    [Fact]
    public void Where_nothing_was_ever_set_payouts_are_only_recorded_as_before()
    {
        var elsewhere = Form with { Batch = null, Fee = 1 };
        var book = new BookInMemory().Holding("creator.available/USD//bea", 380_00);
        book.ShouldRefuse(Form, "no_payout_terms", ("currency", "USD"));
        book.ShouldRefuse(Instant, "no_payout_terms");
        book.Posted(elsewhere);
        book.ShouldRefuse(Submit, "payout_outside_rails", ("payout", "p-7"));
        book.ShouldRefuse(Doubt, "payout_not_in_state");
        // What is set later changes nothing of what was formed before.
        book.Posted(Rail).Posted(Terms).Posted(Method).Posted(Prove);
        book.ShouldRefuse(Submit, "payout_outside_rails");
        book.Posted(Accept).Posted(Settle);
    }

    [Fact]
    public void Terms_hold_from_their_day_on_and_each_currency_has_its_own()
    {
        var book = new BookInMemory().Holding("creator.available/USD//bea", 380_00)
            .Holding("creator.available/EUR//bea", 380_00).Posted(Rail);
        book.ShouldRefuse(Terms with { Rail = "sepa" }, "rail_unknown", ("rail", "sepa"));
        book.ShouldRefuse(Terms with { EffectiveOn = book.Now.Today.PlusDays(-1) }, "effective_in_past");
        book.Posted(Terms with { EffectiveOn = book.Now.Today.PlusDays(1) });
        book.Posted(Form with { Payout = "p-1", Amount = 10_00, Batch = null });
        book.Wait(Duration.FromDays(1));
        book.ShouldRefuse(Form with { Batch = null }, "payout_needs_batch", ("currency", "USD"));
        book.Posted(Form with { Payout = "p-2", Currency = "EUR", Batch = null });
    }

    [Fact]
    public void Once_terms_are_set_every_payout_keeps_to_them()
    {
        var book = Managed();
        book.ShouldRefuse(Form, "batch_unknown", ("batch", "b-1"));
        book.Posted(Open);
        book.ShouldRefuse(Form with { Batch = null }, "payout_needs_batch");
        book.ShouldRefuse(Form with { Fee = 2_49 }, "payout_fee_differs", ("fee", "249"), ("set", "250"));
        book.ShouldRefuse(
            Form with { Amount = 19_99 }, "below_payout_minimum", ("amount", "1999"), ("minimum", "2000"));
        book.ShouldRefuse(Instant with { Fee = 2_50 }, "payout_fee_differs", ("set", "500"));
        book.ShouldRefuse(Instant with { Amount = 100_01 }, "over_instant_most", ("most", "10000"));
        book.Posted(Rail with { Rail = "sepa" })
            .Posted(Terms with { Rail = "sepa", InstantFee = null, InstantMost = null });
        book.ShouldRefuse(Form, "batch_of_another", ("currency", "USD"), ("rail", "ach"));
        book.ShouldRefuse(Instant, "no_instant_payouts");
        book.Posted(Terms with { CombineInto = "other" });
        book.ShouldRefuse(Form, "payouts_combined", ("platform", "other"));
        book.ShouldRefuse(Instant, "payouts_combined");
    }

    [Fact]
    public void An_instant_payout_waits_for_no_batch()
    {
        var book = Managed().Posted(Instant);
        book.ShouldEndWith("""
            payout_formed
              debit   creator.available of bea  100.00 USD   leaves 280.00 USD
              credit  revenue.payout_fee          5.00 USD   leaves   5.00 USD
              credit  payout.transit of bea      95.00 USD   leaves  95.00 USD
            """);
        book.Posted(new Command.SubmitPayout("p-8")).ShouldEndWith("payout_submitted");
    }

    [Fact]
    public void Who_may_be_paid_is_asked_again_when_the_payout_is_submitted()
    {
        var book = Approved().Posted(new Command.HoldCreator("bea", "police"));
        book.ShouldRefuse(Submit, "creator_held");
        book.Posted(new Command.UnholdCreator("bea", "fine", "pat", "sam")).Holding("creator.debt/USD//bea", 1);
        book.ShouldRefuse(Submit, "creator_in_debt");
        book.Posted(Cancel);
    }

    [Fact]
    public void What_the_ledger_pays_goes_to_a_method_of_its_rail_that_is_known_to_be_the_creators()
    {
        var book = Ruled(Terms).Posted(Open);
        book.ShouldRefuse(Form, "no_payout_method", ("creator", "bea"), ("currency", "USD"), ("rail", "ach"));
        book.ShouldRefuse(Instant, "no_payout_method");
        book.Posted(Method with { Method = "iban", Rail = "sepa" }).Posted(Prove with { Method = "iban" });
        book.ShouldRefuse(Form, "no_payout_method");
        book.Posted(Method);
        book.ShouldRefuse(Form, "payout_method_unverified", ("method", "bank"));
        book.ShouldRefuse(Instant, "payout_method_unverified");
        book.Posted(Prove).Posted(Payee.Disable);
        book.ShouldRefuse(Form, "payout_method_disabled", ("method", "bank"));
        book.Posted(Payee.Enable).Posted(Payee.Prefer with { Method = "iban" });
        book.ShouldRefuse(Form, "payout_method_by_other_rail", ("method", "iban"), ("kept", "sepa"), ("rail", "ach"));
        book.Posted(Payee.Prefer with { Method = null }).Posted(Form);
        var formed = (Event.PayoutFormed)EventFormat.Read("payout_formed", book.Journal[^1].Record.Data.Span);
        Assert.Equal("bank", formed.Method);
    }

    [Fact]
    public void A_payout_waits_for_all_that_its_terms_ask_for()
    {
        var book = Ruled(Terms with { Needs = new PayoutRequirements(2, 5, true, false) });
        book.Posted(Open).Posted(Method).Posted(Prove);
        book.ShouldRefuse(Form, "not_verified", ("level", "0"), ("needed", "2"));
        book.Posted(Payee.Verify with { ExpiresOn = Payee.Today.PlusDays(6) });
        book.ShouldRefuse(Form, "not_screened");
        book.Posted(Payee.Screen);
        book.ShouldRefuse(Form, "payout_method_cooling_down", ("method", "bank"), ("until", "2026-01-06"));
        book.Wait(Duration.FromDays(5));
        Approve(book);
        book.Wait(Duration.FromDays(2));
        book.ShouldRefuse(Submit, "verification_expired", ("expires_on", "2026-01-07"), ("today", "2026-01-08"));
        book.Posted(Payee.Verify).Posted(Submit);
    }

    [Fact]
    public void A_payout_leaves_only_for_where_it_was_formed_to_go_and_only_while_that_is_well()
    {
        var book = Approved().Posted(Payee.Disable);
        book.ShouldRefuse(Submit, "payout_method_disabled", ("method", "bank"));
        book.Posted(Payee.Enable).Posted(Method with { Details = "v1.b3RoZXI" });
        book.ShouldRefuse(Submit, "payout_method_unverified", ("method", "bank"));
        book.Posted(Prove with { Version = 2 }).Posted(Payee.Screen with { Outcome = ScreeningOutcome.Hit });
        book.ShouldRefuse(Submit, "screening_hit");
        book.Posted(Payee.Screen).Posted(Method with { Method = "second" }).Posted(Prove with { Method = "second" })
            .Posted(Payee.Prefer with { Method = "second" });
        book.ShouldRefuse(Submit, "paid_elsewhere", ("payout", "p-7"), ("method", "bank"), ("other", "second"));
        book.Posted(Payee.Prefer with { Method = null }).Posted(Terms with { Needs = new(0, 5, false, false) });
        book.Posted(Method with { Details = "v1.dGhpcmQ" }).Posted(Prove with { Version = 3 }).Posted(
            Payee.Disable with { Method = "second" });
        book.ShouldRefuse(Submit, "payout_method_cooling_down", ("method", "bank"));
        book.Wait(Duration.FromDays(5));
        book.Posted(Submit);
    }

    [Fact]
    public void A_managed_payout_is_formed_once_and_not_by_a_mirror_image_undone()
    {
        var book = Approved();
        book.ShouldRefuse(Form, "payout_exists");
        book.ShouldRefuse(new Command.Reverse(book.Book.LastNumber, "by mistake"), "not_reversible");
    }

    internal static BookInMemory Managed() => Ruled(Terms).Posted(Method).Posted(Prove);

    /// <summary>With one payout in a batch that two people approved.</summary>
    internal static BookInMemory Approved() => Approve(Managed().Posted(Open));

    private static BookInMemory Approve(BookInMemory book)
    {
        var hash = new string('a', 64);
        return book.Posted(Form)
            .Posted(new Command.CloseBatch("b-1", 1, 377_50, hash))
            .Posted(new Command.ApproveBatch("b-1", 1, 377_50, hash, "kim"))
            .Posted(new Command.ApproveBatch("b-1", 1, 377_50, hash, "lee"));
    }

    /// <summary>With money of a creator who has not said yet where to send it.</summary>
    private static BookInMemory Ruled(Command.SetPayoutTerms terms) => new BookInMemory()
        .Holding("creator.available/USD//bea", 380_00)
        .Posted(Rail).Posted(terms)
        .Posted(new Command.SetApprover("kim", "USD", 1_000_00, "ida", "otto"))
        .Posted(new Command.SetApprover("lee", "USD", 500_00, "ida", "otto"));
}
