using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The subscription ends with the period that is paid.</summary>
        public sealed record CancelSubscription(string Subscription, string? Reason = null) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("subscription", Subscription), TextFault("reason", Reason));
        }

        /// <summary>It goes on after all.</summary>
        public sealed record ResumeSubscription(string Subscription) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("subscription", Subscription));
        }

        /// <summary>It is over: cancelled or not paid, and its period has ended.</summary>
        public sealed record ExpireSubscription(string Subscription) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("subscription", Subscription));
        }
    }

    public abstract partial record Event
    {
        public sealed record SubscriptionCancelled(string Subscription, LocalDate EndsOn, string? Reason = null)
            : Event;

        public sealed record SubscriptionResumed(string Subscription) : Event;

        public sealed record SubscriptionExpired(string Subscription) : Event;
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class SubscriptionEnds
    {
        internal static Decision Decide(Command.CancelSubscription command, Book book)
        {
            var (stream, subscription) = Recall(command.Subscription, book);
            if (subscription.ObjectionUnlessItGoesOn(command.Subscription) is { } no) return no;
            var cancelled = new Event.SubscriptionCancelled(
                command.Subscription, subscription.Paid.End, command.Reason);
            return Decision.Of(book, new Draft(cancelled, Aggregate: stream));
        }

        internal static Decision Decide(Command.ResumeSubscription command, Book book, Moment now)
        {
            var (stream, subscription) = Recall(command.Subscription, book);
            if (subscription.Objection(command.Subscription, SubscriptionState.Cancelled) is { } no) return no;
            // Once the period is over so is the subscription, whenever a run comes by and says so.
            if (now.Today >= subscription.Paid.End)
                return Refusal.TooLate("The subscription could be resumed", subscription.Paid.End);
            return Decision.Of(
                book, new Draft(new Event.SubscriptionResumed(command.Subscription), Aggregate: stream));
        }

        internal static Decision Decide(Command.ExpireSubscription command, Book book, Moment now)
        {
            var (stream, subscription) = Recall(command.Subscription, book);
            if (subscription.Objection(
                command.Subscription, SubscriptionState.Cancelled, SubscriptionState.PastDue) is { } no)
                return no;
            if (now.Today < subscription.Paid.End)
                return Refusal.TooEarly("The subscription can expire", subscription.Paid.End);
            return Decision.Of(
                book, new Draft(new Event.SubscriptionExpired(command.Subscription), Aggregate: stream));
        }

        private static (string Stream, Subscription Subscription) Recall(string id, Book book)
        {
            var stream = Subscription.StreamOf(id);
            return (stream, book.Recall<Subscription>(stream));
        }
    }
}
