using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using static Fanz.Ledger.Tests.Subscribing;

namespace Fanz.Ledger.Tests;

/// <summary>
/// The events and refusals of subscriptions as they are kept for ever, and what is wrong with bad input.
/// </summary>
public class SubscriptionFormatTests
{
    private static readonly LocalDate Start = new(2026, 1, 31);
    private static readonly LocalDate End = new(2026, 2, 28);
    private static readonly LocalDate Later = new(2026, 5, 1);

    internal static readonly (string, Event)[] Events =
    [
        ("subscription_started", InAMonth(new Event.SubscriptionStarted(
            "ann", "bea", 999, "USD", Funding.Card, 7, 200))),
        ("subscription_started.yearly", InMonths(new Event.SubscriptionStarted(
            "ann", "bea", 12000, "USD", Funding.Wallet, 7, 2400, "checkout-1")
            {
                Collaborators = [new("bea", 60), new("cat", 40)],
                Shares =
                [
                    new CreatorShare("bea", 0, 0) { Unearned = 5760 },
                    new CreatorShare("cat", 0, 0) { Unearned = 3840 },
                ],
                Affiliate = new AffiliateShare("aff", 600, 500, AffiliateBasis.Gross, Bearer.Platform, Later),
                Taxes = [new TaxLine(TaxKind.Vat, "DE", 2280, 1_900)],
            })),
        ("subscription_renewed", InAMonth(new Event.SubscriptionRenewed(
            "ann", "bea", 999, "USD", Funding.Card, 0, 200))),
        ("subscription_recovered", InAMonth(new Event.SubscriptionRecovered(
            "ann", "bea", 999, "USD", Funding.Tokens, 0, 200) { Tokens = 999 })),
        ("subscription_upgraded", InAMonth(new Event.SubscriptionUpgraded(
            "ann", "bea", 678, "USD", Funding.Card, 0, 136, Price: 2000))),
        ("trial_started", new Event.TrialStarted(
            "s-1", "ann", "bea", 999, "USD", SubscriptionPeriod.Lifetime, Start, Start.PlusDays(7))),
        ("trial_started.full", new Event.TrialStarted(
            "s-1", "ann", "bea", 999, "USD", SubscriptionPeriod.Monthly, Start, Start.PlusDays(7), "checkout-1")
            {
                Collaborators = [new("bea", 60), new("cat", 40)],
            }),
        ("subscription_past_due", new Event.SubscriptionPastDue("s-1", "card declined", 2)),
        ("subscription_cancelled", new Event.SubscriptionCancelled("s-1", End)),
        ("subscription_cancelled.reason", new Event.SubscriptionCancelled("s-1", End, "too dear")),
        ("subscription_resumed", new Event.SubscriptionResumed("s-1")),
        ("subscription_expired", new Event.SubscriptionExpired("s-1")),
        ("revenue_recognised", new Event.RevenueRecognised(7, 1, 200)),
        ("revenue_recognised.yearly", new Event.RevenueRecognised(7, 12, 200, 720, Later, 80, Later.PlusDays(83))
        {
            Shares = [new CreatorShare("bea", 432, 48), new CreatorShare("cat", 288, 32)],
        }),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.SubscriptionExists("s-1"),
        Refusal.SubscriptionUnknown("s-1"),
        Refusal.SubscriptionNotInState("s-1", "past_due", "trial or active"),
        Refusal.NotAnUpgrade("s-1", 999, 998, -1),
        Refusal.DiscountOverPrice(1000, 999),
        Refusal.TooEarly("The subscription can be renewed", Start),
        Refusal.TooLate("The subscription could be resumed", End),
        Refusal.NotACharge(7),
        Refusal.EarningDuringDispute(7, "d-1"),
        Refusal.NotNextPeriod(7, 3, 2),
        Refusal.NothingToRecognise(7),
    ];

    private static readonly string TooLong = new('s', 129);
    private static readonly TaxLine NoTax = new(TaxKind.Vat, "DE", 0);

    public static TheoryData<Command, string> Faults => new()
    {
        { Monthly(), "" },
        { Monthly() with { Subscription = null! }, "subscription ill_formed" },
        { Monthly() with { Subscription = TooLong }, "subscription ill_formed" },
        { Monthly() with { Period = (SubscriptionPeriod)3 }, "period ill_formed" },
        { Monthly() with { Funding = Funding.Authorisation, Authorisation = "a-1" }, "funding not_for_subscriptions" },
        { Monthly() with { Funding = Funding.Authorisation },
            "authorisation ill_formed; funding not_for_subscriptions" },
        { Monthly(0) with { Fan = "", Subscription = "" },
            "fan ill_formed; amount amount_not_positive; subscription ill_formed" },
        { Trial(days: 1), "" },
        { Trial(days: 366), "" },
        { Trial(days: 0), "trial_days ill_formed" },
        { Trial(days: 367), "trial_days ill_formed" },
        { Trial(days: -1) with { Creator = null!, Currency = "TKN", Period = (SubscriptionPeriod)(-1) },
            "creator ill_formed; currency wrong_currency; period ill_formed; trial_days ill_formed" },
        { Trial(days: 7) with { Collaborators = [new("cat", 1), new("dan", 1)] }, "collaborators ill_formed" },
        { Renew(), "" },
        { Renew(1), "" },
        { Renew(0), "amount amount_not_positive" },
        { Renew() with { Subscription = "a\0" }, "subscription ill_formed" },
        { Renew() with { Funding = Funding.Authorisation },
            "authorisation ill_formed; funding not_for_subscriptions" },
        { Renew() with { Funding = Funding.Wallet, Processor = "p" }, "processor not_by_card" },
        { Renew() with { Country = "Germany", Affiliate = "", Taxes = [NoTax], Reference = "\0" },
            "reference ill_formed; country ill_formed; affiliate ill_formed; taxes[0].amount amount_not_positive" },
        { Renew(10_00) with { Discount = new Discount("spring", 10_01, Bearer.Platform) },
            "discount.amount over_amount" },
        { Renew() with { Discount = new Discount("spring", 10_01, Bearer.Platform) }, "" },
        { Renew() with { Metadata = new Dictionary<string, string> { [""] = "" } }, "metadata ill_formed" },
        { Retry(-1) with { Subscription = "" }, "amount amount_not_positive; subscription ill_formed" },
        { Retry(), "" },
        { Upgrade(20_00), "" },
        { Upgrade(0) with { Subscription = "" }, "price amount_not_positive; subscription ill_formed" },
        { Upgrade(long.MaxValue), "price amount_over_limit" },
        { PastDue(), "" },
        { new Command.MarkPastDue("", " "), "subscription ill_formed; reason ill_formed" },
        { Cancel(), "" },
        { new Command.CancelSubscription("", "\0"), "subscription ill_formed; reason ill_formed" },
        { Resume(), "" },
        { new Command.ResumeSubscription(null!), "subscription ill_formed" },
        { Expire(), "" },
        { new Command.ExpireSubscription(TooLong), "subscription ill_formed" },
        { Recognise(1, 1), "" },
        { Recognise(0, 0), "charge ill_formed; period ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_charge_states_for_ever_what_it_was_for_and_how_it_will_be_earned()
    {
        var book = new BookInMemory().On(2026, 1, 31).Posted(Yearly(100_00) with
        {
            Collaborators = [new("bea", 60), new("cat", 40)],
        });
        var charge = Assert.IsType<Event.SubscriptionStarted>(book.LastEvent());
        Assert.Equal(("s-1", SubscriptionPeriod.Yearly), (charge.Subscription, charge.Period));
        Assert.Equal(
            new PaidPeriod(new(2026, 1, 31), new(2026, 1, 31), new(2027, 1, 31), 12), charge.PaidFor);
        Assert.Equal((80_00L, 20_00L), (charge.Unearned!.Value, charge.Fee));
        Assert.Equal((1_000, 7, 90), (charge.ReserveBasisPoints, charge.HoldDays, charge.ReserveDays));
        Assert.Equal((null, null), (charge.Pending, charge.ReserveUntil));
        Assert.Equal([48_00, 32_00], charge.Shares!.Select(share => share.Unearned!.Value));
    }

    private static T InAMonth<T>(T charge)
        where T : Event.SubscriptionCharge => (T)(Event.SubscriptionCharge)(charge with
        {
            Subscription = "s-1",
            Period = SubscriptionPeriod.Monthly,
            Anchor = Start,
            PeriodStart = Start,
            PeriodEnd = End,
            Periods = 1,
            Pending = charge.Amount - charge.Fee - 80,
            PendingUntil = Start.PlusDays(7),
            Reserve = 80,
            ReserveUntil = Later,
        });

    private static T InMonths<T>(T charge)
        where T : Event.SubscriptionCharge => (T)(Event.SubscriptionCharge)(charge with
        {
            Subscription = "s-1",
            Period = SubscriptionPeriod.Yearly,
            Anchor = Start,
            PeriodStart = Start,
            PeriodEnd = Start.PlusMonths(12),
            Periods = 12,
            Unearned = charge.Amount - charge.Fee,
            ReserveBasisPoints = 1_000,
            HoldDays = 7,
            ReserveDays = 90,
        });
}
