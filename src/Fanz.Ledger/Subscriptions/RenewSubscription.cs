using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// The next period is paid, or after a trial the first. Another amount is the price from then on, be it higher
        /// or lower.
        /// </summary>
        public sealed record RenewSubscription(
            string Subscription, Funding Funding, long? Amount = null, string? Reference = null)
            : SubscriptionPayment(Subscription, Funding, Reference)
        {
            internal override long? NamedPrice => Amount;
        }

        /// <summary>The period that could not be paid before is paid after all.</summary>
        public sealed record RetrySubscription(
            string Subscription, Funding Funding, long? Amount = null, string? Reference = null)
            : SubscriptionPayment(Subscription, Funding, Reference)
        {
            internal override long? NamedPrice => Amount;
        }
    }

    public abstract partial record Event
    {
        public sealed record SubscriptionRenewed(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            string? Reference = null)
            : SubscriptionCharge(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference);

        public sealed record SubscriptionRecovered(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            string? Reference = null)
            : SubscriptionCharge(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference);
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class Renewals
    {
        internal static Decision Decide(Command.RenewSubscription command, Book book, Moment now)
        {
            var subscription = book.Recall<Subscription>(Subscription.StreamOf(command.Subscription));
            if (subscription.Objection(
                command.Subscription, SubscriptionState.Trial, SubscriptionState.Active) is { } no)
                return no;
            if (now.Today < subscription.RenewableFrom)
                return Refusal.TooEarly("The subscription can be renewed", subscription.RenewableFrom);
            return Charge(command, subscription, book, now, (sale, selling) => new Event.SubscriptionRenewed(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, sale.Reference));
        }

        internal static Decision Decide(Command.RetrySubscription command, Book book, Moment now)
        {
            var subscription = book.Recall<Subscription>(Subscription.StreamOf(command.Subscription));
            if (subscription.Objection(command.Subscription, SubscriptionState.PastDue) is { } no) return no;
            return Charge(command, subscription, book, now, (sale, selling) => new Event.SubscriptionRecovered(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, sale.Reference));
        }

        private static Decision Charge(
            Command.SubscriptionPayment command, Subscription subscription, Book book, Moment now,
            Func<Command.StartSubscription, Selling, Event.SubscriptionCharge> tell)
        {
            var terms = subscription.Terms;
            var sale = command.Under(terms, command.NamedPrice ?? terms.Price);
            if (sale.ObjectionToDiscount() is { } no) return no;
            var period = subscription.Next(now.Today, terms.Period.Months(book, now.Today));
            return SubscriptionCharges.Decide(sale, period, book, now, selling => tell(sale, selling));
        }
    }
}
