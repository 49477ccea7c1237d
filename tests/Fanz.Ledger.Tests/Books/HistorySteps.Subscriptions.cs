using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Subscriptions from their start or trial to their end, and the months that they are earned in.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Charges =
        ["subscription_started", "subscription_renewed", "subscription_recovered", "subscription_upgraded",
         "charge_opened"];

    private static Family Subscriptions() => new(
        "subscriptions",
        [
            (3, (step, book, _) => WithoutAuthorisation(Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.StartSubscription(
                    Subscription(step, book, isNew: true), fan, creator, amount, currency, funding, PeriodOf(step))))),
            (1, (step, book, _) => new Command.StartTrial(
                Subscription(step, book, isNew: true), Step.Pick(Fans, step.A), Step.Pick(Creators, step.B),
                step.Amount, Step.Pick(Currencies, step.C), PeriodOf(step), 1 + (step.B % 30))
            {
                Collaborators = step.C % 4 == 0 ? [new(Step.Pick(Creators, step.B), 2), new("dee", 1)] : null,
            }),
            (3, (step, book, _) => Pay(step, new Command.RenewSubscription(
                Subscription(step, book), PaymentOf(step), PriceOf(step)))),
            (2, (step, book, _) => Pay(step, new Command.RetrySubscription(
                Subscription(step, book), PaymentOf(step), PriceOf(step)))),
            (2, (step, book, _) => Pay(step, new Command.UpgradeSubscription(
                Subscription(step, book), PaymentOf(step),
                Math.Min(Money.Money.Limit, step.Amount + (step.B % 3 * 1_000))))),
            (2, (step, book, _) => new Command.MarkPastDue(Subscription(step, book), "card expired")),
            (1, (step, book, _) => new Command.CancelSubscription(Subscription(step, book))),
            (1, (step, book, _) => new Command.ResumeSubscription(Subscription(step, book))),
            (1, (step, book, _) => new Command.ExpireSubscription(Subscription(step, book))),
            (5, (step, book, _) => Recognise(step, book)),
            (2, (step, book, _) => Month(step, book)),
            (1, (step, book, _) => new Command.SetPolicy("pat", "sam") { LifetimeMonths = 1 + (step.A % 5) }),
            (1, (step, book, _) => new Command.OpenDispute(
                Dispute(step, book, isNew: true), Record(book, step.A, Charges), 0,
                step.B % 2 == 0 ? step.Small : null)),
            (1, (step, book, _) => step.B % 3 == 0
                ? new Command.WinDispute(Dispute(step, book))
                : new Command.LoseDispute(Dispute(step, book))),
        ],
        [
            "subscription_started", "trial_started", "subscription_renewed", "subscription_recovered",
            "subscription_upgraded", "subscription_past_due", "subscription_cancelled", "subscription_resumed",
            "subscription_expired", "revenue_recognised", "refused: subscription_exists",
            "refused: subscription_unknown",
            "refused: subscription_not_in_state", "refused: not_an_upgrade", "refused: discount_over_price",
            "refused: too_early", "refused: too_late", "refused: not_a_charge", "refused: not_next_period",
            "refused: nothing_to_recognise",
        ]);

    /// <summary>To the day on which a month is over, or close to it.</summary>
    private static Command? Month(Step step, BookInMemory book)
    {
        book.Wait(Duration.FromDays(Step.Pick([28, 29, 30, 31, 27, 365, 1, 59], step.A)));
        return null;
    }

    private static SubscriptionPeriod PeriodOf(Step step) => (step.B % 5) switch
    {
        0 or 1 => SubscriptionPeriod.Monthly,
        2 or 3 => SubscriptionPeriod.Yearly,
        _ => SubscriptionPeriod.Lifetime,
    };

    private static Command.StartSubscription WithoutAuthorisation(Command.StartSubscription start) =>
        start.Authorisation is null ? start : start with { Funding = Funding.Wallet, Authorisation = null };

    private static Funding PaymentOf(Step step) => step.B % 3 == 0 ? Funding.Wallet : Funding.Card;

    private static long? PriceOf(Step step) => step.A % 3 == 0 ? step.Amount : null;

    /// <summary>One of the last subscriptions, or the next.</summary>
    private static string Subscription(Step step, BookInMemory book, bool isNew = false)
    {
        var count = book.Journal.Count(appended => 
            appended.Record.Type is "subscription_started" or "trial_started" or "subscription_opened");
        if (isNew && step.C % 13 != 0) return $"s{count}";
        return $"s{Math.Max(0, count - 1 - (step.A % 5) + (step.C % 16 == 0 ? 6 : 0))}";
    }

    private static Command.SubscriptionPayment Pay(Step step, Command.SubscriptionPayment payment) =>
        step.C % 2 > 0 || step.C == 0
        ? payment
        : payment with
        {
            Affiliate = step.A % 2 == 0 ? Step.Pick(Affiliates, step.B) : null,
            Taxes = step.B % 2 == 0 ? TaxesOf(step) : null,
            // The price that was agreed is not known here, and a discount may be more than that.
            Discount = step.B % 3 == 1 && (NamedPrice(payment) ?? 2) > 1
                ? new Discount(
                    "spring", Math.Min((NamedPrice(payment) ?? 2_000) - 1, step.C),
                    step.A % 2 == 0 ? Bearer.Platform : Bearer.Creator)
                : null,
        };

    private static long? NamedPrice(Command.SubscriptionPayment payment) => payment switch
    {
        Command.RenewSubscription renewal => renewal.Amount,
        Command.RetrySubscription retry => retry.Amount,
        Command.UpgradeSubscription upgrade => upgrade.Price,
        _ => null,
    };

    private static Command.RecogniseRevenue Recognise(Step step, BookInMemory book)
    {
        var charge = step.B % 17 == 0 ? step.A + 1 : Record(book, step.A, Charges);
        var next = 1 + book.Journal.Count(appended =>
            appended.Record.Type == "revenue_recognised" && appended.Record.RefersTo == charge);
        return new Command.RecogniseRevenue(charge, step.C % 13 == 0 ? next + 1 : next);
    }
}
