using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Fanz.Ledger.Tests.Subscribing;

namespace Fanz.Ledger.Tests;

/// <summary>Any commands in any order on any days: an independent model predicts every answer.</summary>
public class SubscriptionHistoryTests
{
    private sealed record Step(int Kind, int Days, int A, long Amount);

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Choose(0, 19)
        from days in Gen.Frequency(
            (4, Gen.Constant(0)), (3, Gen.Choose(1, 5)), (4, Gen.Choose(20, 35)), (1, Gen.Choose(36, 500)))
        from a in Gen.Choose(0, 1_000)
        from amount in Gen.Choose(1, 3_000)
        select new Step(kind, days, a, amount);

    [Fact]
    public void The_model_predicts_every_answer()
    {
        var seen = new Dictionary<string, int>();
        Properties.Hold(Arb.From(AnyStep.ArrayOf(60), Shorter), steps => Play(steps, seen), times: 250);
        Properties.ShouldHaveMet(new[]
        {
            "subscription_started", "trial_started", "subscription_renewed", "subscription_recovered",
            "subscription_upgraded", "subscription_past_due", "subscription_cancelled", "subscription_resumed",
            "subscription_expired", "refused subscription_exists", "refused subscription_unknown",
            "refused subscription_not_in_state", "refused too_early", "refused too_late", "refused not_an_upgrade",
        }, seen, times: 20);
    }

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
            for (var at = 0; at + size <= steps.Length; at += size)
                yield return [.. steps[..at], .. steps[(at + size)..]];
    }

    private static void Play(Step[] steps, Dictionary<string, int> seen)
    {
        var book = new BookInMemory();
        var models = new Dictionary<string, NaiveSubscription>();
        foreach (var step in steps)
        {
            book.Wait(Duration.FromDays(step.Days));
            var (id, command) = CommandOf(step);
            if (!models.TryGetValue(id, out var model)) models[id] = model = new NaiveSubscription();
            var predicted = model.Post(command, book.Now.Today);
            var before = book.Snapshot();
            var told = book.Post(command) is { } refusal ? $"refused {refusal.Code}" : Tell(book.LastEvent());
            Assert.Equal(predicted, told);
            var isRefused = told.StartsWith("refused", StringComparison.Ordinal);
            if (isRefused) Assert.Equal(before, book.Snapshot());
            var what = isRefused ? told : told.Split(' ')[0];
            seen[what] = seen.GetValueOrDefault(what) + 1;
            // What is let go of must be asked for again, and nothing else may change.
            if (step.A % 3 == 0) book.Book.Forget($"subscription/{id}");
        }
    }

    private static string Tell(Event @event) => @event switch
    {
        Event.SubscriptionCharge { PaidFor: var paid } charge =>
            $"{EventFormat.NameOf(charge)} {charge.Amount} {paid.Start:uuuu-MM-dd} {paid.End:uuuu-MM-dd} {paid.Months}",
        Event.SubscriptionPastDue due => $"subscription_past_due {due.Attempt}",
        _ => EventFormat.NameOf(@event),
    };

    private static (string Id, Command Command) CommandOf(Step step)
    {
        var id = $"s-{step.A % 3}";
        var period = (SubscriptionPeriod)(step.A % 7 % 3);
        long? amount = step.A % 4 == 0 ? step.Amount : null;
        return (id, step.Kind switch
        {
            0 => Start(period, step.Amount) with { Subscription = id },
            1 or 2 => Trial((step.A % 40) + 1, period, step.Amount) with { Subscription = id },
            3 or 4 or 5 or 6 => Renew(amount) with { Subscription = id },
            7 or 8 => Retry(amount) with { Subscription = id },
            9 or 10 => Upgrade(step.Amount * 2) with { Subscription = id },
            11 or 12 => PastDue() with { Subscription = id },
            13 or 14 => Cancel() with { Subscription = id },
            15 or 16 or 17 or 18 => Resume() with { Subscription = id },
            _ => Expire() with { Subscription = id },
        });
    }
}
