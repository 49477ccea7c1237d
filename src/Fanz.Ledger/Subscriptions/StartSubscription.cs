using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A fan subscribes to a creator and pays for the first period. Each id is used once.</summary>
        public sealed record StartSubscription(
            string Subscription, string Fan, string Creator, long Amount, string Currency, Funding Funding,
            SubscriptionPeriod Period, string? Reference = null)
            : Sale(Fan, Creator, Amount, Currency, Funding, Reference)
        {
            internal override SaleKind Kind => SaleKind.Subscription;

            internal override IEnumerable<Fault> Faults(BookName book) => base.Faults(book).Concat(Found(
                IdentifierFault("subscription", Subscription),
                Enum.IsDefined(Period)
                    ? null
                    : new Fault("period", "ill_formed", "A period is monthly, yearly or lifetime."),
                // A record has one stream, and that of a charge is its subscription's.
                Funding != Funding.Authorisation
                    ? null
                    : new Fault(
                        "funding", "not_for_subscriptions", "A subscription is not paid by an authorisation.")));
        }
    }

    public abstract partial record Event
    {
        public sealed record SubscriptionStarted(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            string? Reference = null)
            : SubscriptionCharge(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference)
        {
            /// <summary>Who shares this charge and all that follow, and how.</summary>
            public IReadOnlyList<Collaborator>? Collaborators { get; init; }
        }
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class SubscriptionStarts
    {
        internal static Decision Decide(Command.StartSubscription command, Book book, Moment now)
        {
            var subscription = book.Recall<Subscription>(Subscription.StreamOf(command.Subscription));
            var months = command.Period.Months(book, now.Today);
            var decision = SubscriptionCharges.Decide(
                command, PaidPeriod.From(now.Today, now.Today, months), book, now,
                selling => new Event.SubscriptionStarted(
                    command.Fan, command.Creator, command.Amount, command.Currency, command.Funding,
                    selling.Rule.Version, selling.Sharing.Fee, command.Reference)
                {
                    Collaborators = command.Collaborators,
                });
            return subscription.State == SubscriptionState.Unknown
                ? decision
                : Refusal.SubscriptionExists(command.Subscription);
        }
    }
}
