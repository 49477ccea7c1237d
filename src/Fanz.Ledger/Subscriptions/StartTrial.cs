using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A fan subscribes and tries it first. Nothing is paid and nothing posted: the terms are kept, and the first
        /// renewal, when the trial is over, is the first charge.
        /// </summary>
        public sealed record StartTrial(
            string Subscription, string Fan, string Creator, long Amount, string Currency, SubscriptionPeriod Period,
            int TrialDays, string? Reference = null) : Command
        {
            private const int MostTrialDays = 366;

            /// <summary>All who will share each charge, the creator included; weights are relative.</summary>
            public IReadOnlyList<Collaborator>? Collaborators { get; init; }

            internal override int MostLegs => 0;

            /// <summary>The sale that it would be without the trial.</summary>
            internal StartSubscription WithoutTrial =>
                new(Subscription, Fan, Creator, Amount, Currency, Funding.Card, Period, Reference)
                {
                    Collaborators = Collaborators,
                };

            internal override IEnumerable<Fault> Faults(BookName book) => WithoutTrial.Faults(book).Concat(Found(
                TrialDays is > 0 and <= MostTrialDays
                    ? null
                    : new Fault("trial_days", "ill_formed", $"A trial has 1 to {MostTrialDays} days.")));
        }
    }

    public abstract partial record Event
    {
        /// <summary>The end of the trial is the first day that is not free any more.</summary>
        public sealed record TrialStarted(
            string Subscription,
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            SubscriptionPeriod Period,
            LocalDate TrialStart,
            LocalDate TrialEnd,
            string? Reference = null) : Event
        {
            public IReadOnlyList<Collaborator>? Collaborators { get; init; }
        }
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class Trials
    {
        internal static Decision Decide(Command.StartTrial command, Book book, Moment now)
        {
            var stream = Subscription.StreamOf(command.Subscription);
            var subscription = book.Recall<Subscription>(stream);
            var (objection, _) = Guards.Look(command.WithoutTrial, command.Amount, book, now);
            if (subscription.State != SubscriptionState.Unknown)
                return Refusal.SubscriptionExists(command.Subscription);
            if (objection is not null) return objection;
            var started = new Event.TrialStarted(
                command.Subscription, command.Fan, command.Creator, command.Amount, command.Currency, command.Period,
                now.Today, now.Today.PlusDays(command.TrialDays), command.Reference)
            {
                Collaborators = command.Collaborators,
            };
            return Decision.Of(book, new Draft(started, Aggregate: stream));
        }
    }
}
