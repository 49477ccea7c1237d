using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Host.Demo;

/// <summary>
/// What becomes of subscriptions: they are tried, paid, renewed, cancelled, not paid, recovered or over; and what was
/// deferred is earned when a month that was paid for is over.
/// </summary>
internal static class Subscribing
{
    private const int MonthsOfAYear = 10;
    private const int MonthsOfALifetime = 30;

    /// <summary>A fan subscribes: now and then for a year or for good, and sometimes after a trial.</summary>
    public static Step Start(Stage stage, CastFan fan)
    {
        var creator = stage.Cast.AnyCreator(stage.Random);
        var id = stage.Name("subscription");
        var (period, price) = stage.Random.Next(20) switch
        {
            0 => (SubscriptionPeriod.Lifetime, creator.MonthlyPrice * MonthsOfALifetime),
            1 or 2 => (SubscriptionPeriod.Yearly, creator.MonthlyPrice * MonthsOfAYear),
            _ => (SubscriptionPeriod.Monthly, creator.MonthlyPrice),
        };
        if (period == SubscriptionPeriod.Monthly && stage.Luck(150)) return Try(stage, fan, creator, id, price);
        var taxes = Paying.Taxes(stage, fan, price);
        var (funding, processor) = Paying.Choose(stage, fan, price + Paying.Sum(taxes));
        return new Step(
            new Command.StartSubscription(id, fan.Name, creator.Name, price, stage.Currency, funding, period)
            {
                Processor = processor, Country = fan.Country, Affiliate = fan.Affiliate, Taxes = taxes,
            },
            number => Charged(stage, fan, id, period, price, number, stage.Today));
    }

    private static Step Try(Stage stage, CastFan fan, CastCreator creator, string id, long price)
    {
        var days = stage.Random.Next(1, 3) * 7;
        return new Step(
            new Command.StartTrial(
                id, fan.Name, creator.Name, price, stage.Currency, SubscriptionPeriod.Monthly, days),
            _ =>
            {
                var end = stage.Today.PlusDays(days);
                if (!stage.Luck(200))
                {
                    Renew(stage, fan, id, price, end, end);
                    return;
                }

                stage.Later(stage.Today.PlusDays(days / 2), () => new Step(new Command.CancelSubscription(id)));
                stage.Later(end, () => new Step(new Command.ExpireSubscription(id)));
            });
    }

    /// <summary>A charge is earned month by month; what was paid for a month is renewed, or changes before.</summary>
    private static void Charged(
        Stage stage, CastFan fan, string id, SubscriptionPeriod period, long price, long number, LocalDate start)
    {
        var end = start.PlusMonths(1);
        stage.Later(end, () => new Step(new Command.RecogniseRevenue(number, 1)));
        if (period != SubscriptionPeriod.Monthly) return;
        switch (stage.Random.Next(100))
        {
            case < 3:
                Cancel(stage, fan, id, price, start, end);
                break;
            case < 6:
                // What is better costs more from today on; the rest of the period is charged at once.
                price += price / 2;
                stage.Later(start.PlusDays(10), () => new Step(
                    new Command.UpgradeSubscription(id, Funding.Card, price) { Country = fan.Country }));
                goto default;
            default:
                Renew(stage, fan, id, price, end.PlusDays(-stage.Random.Next(4)), end);
                break;
        }
    }

    private static void Cancel(Stage stage, CastFan fan, string id, long price, LocalDate start, LocalDate end)
    {
        var day = start.PlusDays(stage.Random.Next(1, 25));
        stage.Later(day, () => new Step(new Command.CancelSubscription(id, "too expensive")));
        if (stage.Luck(300))
        {
            stage.Later(day.PlusDays(1), () => new Step(new Command.ResumeSubscription(id)));
            Renew(stage, fan, id, price, end, end);
        }
        else
        {
            stage.Later(end, () => new Step(new Command.ExpireSubscription(id)));
        }
    }

    /// <summary>
    /// A renewal is paid on its day, or it fails: then it is tried again two days later, and given up after that.
    /// </summary>
    private static void Renew(Stage stage, CastFan fan, string id, long price, LocalDate day, LocalDate end)
    {
        if (!stage.Luck(40))
        {
            stage.Later(day, () => Renewal(stage, fan, id, price, isRetry: false));
            return;
        }

        stage.Later(day, () => new Step(new Command.MarkPastDue(id, "card declined")));
        if (stage.Luck(600))
        {
            stage.Later(day.PlusDays(2), () => Renewal(stage, fan, id, price, isRetry: true));
            return;
        }

        stage.Later(day.PlusDays(2), () => new Step(new Command.MarkPastDue(id, "card declined")));
        stage.Later(LocalDate.Max(end, day.PlusDays(4)), () => new Step(new Command.ExpireSubscription(id)));
    }

    private static Step Renewal(Stage stage, CastFan fan, string id, long price, bool isRetry)
    {
        var taxes = Paying.Taxes(stage, fan, price);
        var (funding, processor) = Paying.Choose(stage, fan, price + Paying.Sum(taxes));
        Command.SubscriptionPayment payment = isRetry
            ? new Command.RetrySubscription(id, funding)
            : new Command.RenewSubscription(id, funding);
        return new Step(payment with
        {
            Processor = processor, Country = fan.Country, Affiliate = fan.Affiliate, Taxes = taxes,
        });
    }
}
