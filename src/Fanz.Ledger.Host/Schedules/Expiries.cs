using System.Globalization;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>Gives what is left of authorisations back to wallets, on the day after their last.</summary>
internal sealed class ExpireAuthorisations : ItemJob
{
    public override string Name => StandingJobs.ExpireAuthorisations;

    public override IReadOnlyList<string> Followers => [DeadlineFollower.FollowerName];

    public override async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var due = new DueDeadlines(scope.Source).Of(scope.Book, DeadlineKind.Authorisation, scope.Run.On, token);
        await foreach (var one in due)
            yield return new RunItem(
                DeadlineItems.OfAuthorisation(one.Subject), new Command.ExpireAuthorisation(one.Subject), one.Currency,
                one.Amount);
    }

    public override Counted? Count(Event happened) =>
        happened is Event.AuthorisationExpired expired ? new Counted(expired.Currency, expired.Amount) : null;
}

/// <summary>Takes back what nobody spent of promotional credit, on the day after its last.</summary>
internal sealed class ExpirePromos : ItemJob
{
    public override string Name => StandingJobs.ExpirePromos;

    public override IReadOnlyList<string> Followers => [DeadlineFollower.FollowerName];

    public override async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var due = new DueDeadlines(scope.Source).Of(scope.Book, DeadlineKind.Promotion, scope.Run.On, token);
        await foreach (var one in due)
            yield return new RunItem(
                DeadlineItems.OfPromo(one.Number), new Command.ExpirePromo(one.Number), one.Currency, one.Amount);
    }

    public override Counted? Count(Event happened) =>
        happened is Event.PromoExpired expired ? new Counted(expired.Currency, expired.Amount) : null;
}

/// <summary>
/// Earns the months of payments that are over, each in its turn. How much that is the book says; before, a run knows
/// how many months are due.
/// </summary>
internal sealed class RecogniseRevenue : ItemJob
{
    public override string Name => StandingJobs.RecogniseRevenue;

    public override IReadOnlyList<string> Followers => [DeadlineFollower.FollowerName];

    public override async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var due = new DueDeadlines(scope.Source).Of(scope.Book, DeadlineKind.Recognition, scope.Run.On, token);
        await foreach (var charge in due)
            foreach (var month in charge.MonthsBy(scope.Run.On))
                yield return new RunItem(
                    DeadlineItems.OfMonth(charge.Number, month), new Command.RecogniseRevenue(charge.Number, month));
    }

    public override Counted? Count(Event happened) => happened is Event.RevenueRecognised ? new Counted() : null;
}

/// <summary>
/// Ends subscriptions that were cancelled, with their period, and those that nobody paid, some days later: so long a
/// payment may be tried again. One that goes on and was not renewed is the checkout's to charge: a run has nobody's card,
/// so it says that it is due and leaves it.
/// </summary>
internal sealed class ExpireSubscriptions : Job
{
    public const string RenewalDue = "renewal_due";
    private const string GraceDays = "grace_days";
    private const int UsualGrace = 14, LongestGrace = 365, ItemsAtATime = 4_000;

    private static readonly string[] GoingOn = ["active", "trial"];

    public override string Name => StandingJobs.ExpireSubscriptions;

    public override IReadOnlyList<string> Followers => [SubscriptionFollower.FollowerName];

    public override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        [GraceDays] = $"For how many days after its period a subscription that was not paid may be paid; {UsualGrace}.",
    };

    public override async Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        await foreach (var item in Items(scope, token)) plan.Add(item);
        await foreach (var _ in Renewals(scope, token)) plan.Add(new Counted());
        return plan;
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var page = new List<RunItem>();
        await foreach (var item in Items(work.Scope, token))
        {
            page.Add(item);
            if (page.Count < ItemsAtATime) continue;
            await work.Post(page, token);
            page.Clear();
        }

        if (page.Count > 0) await work.Post(page, token);
        await foreach (var one in Renewals(work.Scope, token))
            await work.Skip(new SkippedItem(NameOf(one), RenewalDue), token);
    }

    public override Counted? Count(Event happened) => happened is Event.SubscriptionExpired ? new Counted() : null;

    private static async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var ended = new EndedSubscriptions(scope.Source);
        await foreach (var one in ended.In(scope.Book, "cancelled", scope.Run.On, token)) yield return Item(one);
        var unpaid = scope.Run.On.PlusDays(-Grace(scope));
        await foreach (var one in ended.In(scope.Book, "past_due", unpaid, token)) yield return Item(one);
    }

    private static async IAsyncEnumerable<EndedSubscription> Renewals(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var state in GoingOn)
            await foreach (var one in new EndedSubscriptions(scope.Source).In(scope.Book, state, scope.Run.On, token))
                yield return one;
    }

    private static RunItem Item(EndedSubscription one) =>
        new(NameOf(one), new Command.ExpireSubscription(one.Subscription));

    private static string NameOf(EndedSubscription one) => $"subscription/{one.Subscription}";

    private static int Grace(RunScope scope) => !scope.Options.TryGetValue(GraceDays, out var days)
        ? UsualGrace
        : int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= LongestGrace
            ? number
            : throw new RunBrokenOff($"The option {GraceDays} is a whole number from 0 to {LongestGrace}.");
}
