using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The payment of a renewal has failed, once more.</summary>
        public sealed record MarkPastDue(string Subscription, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("subscription", Subscription), ReasonFault(Reason));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Subscription">The id of the subscription.</param>
        /// <param name="Reason">Why it was not paid.</param>
        /// <param name="Attempt">How often it has failed since the last payment, this time included.</param>
        public sealed record SubscriptionPastDue(string Subscription, string Reason, int Attempt) : Event;
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class FailedRenewals
    {
        internal static Decision Decide(Command.MarkPastDue command, Book book, Moment now)
        {
            var stream = Subscription.StreamOf(command.Subscription);
            var subscription = book.Recall<Subscription>(stream);
            if (subscription.ObjectionUnlessItGoesOn(command.Subscription) is { } no) return no;
            // Before that day nobody can have tried.
            if (now.Today < subscription.RenewableFrom)
                return Refusal.TooEarly("The subscription can be past due", subscription.RenewableFrom);
            var pastDue = new Event.SubscriptionPastDue(
                command.Subscription, command.Reason, subscription.FailedAttempts + 1);
            return Decision.Of(book, new Draft(pastDue, Aggregate: stream));
        }
    }
}
