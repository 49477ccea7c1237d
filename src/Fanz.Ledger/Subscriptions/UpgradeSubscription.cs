using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A higher price from today on. What it costs more for the rest of the period is paid now; from the next
        /// renewal on the price is the new one. A lower price is agreed by renewing with it.
        /// </summary>
        public sealed record UpgradeSubscription(
            string Subscription, Funding Funding, long Price, string? Reference = null)
            : SubscriptionPayment(Subscription, Funding, Reference)
        {
            internal override long? NamedPrice => Price;

            internal override IEnumerable<Fault> Faults(BookName book) => base.Faults(book)
                .Select(fault => fault.Field == "amount" ? fault with { Field = "price" } : fault);
        }
    }

    public abstract partial record Event
    {
        /// <summary>The amount is the difference that was charged; the price is that of a whole period.</summary>
        public sealed record SubscriptionUpgraded(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            [property: JsonPropertyOrder(-1)] long Price,
            string? Reference = null)
            : SubscriptionCharge(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference);
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class Upgrades
    {
        internal static Decision Decide(Command.UpgradeSubscription command, Book book, Moment now)
        {
            var subscription = book.Recall<Subscription>(Subscription.StreamOf(command.Subscription));
            if (subscription.Objection(command.Subscription, SubscriptionState.Active) is { } no) return no;
            var (terms, whole) = (subscription.Terms, subscription.Paid);
            var left = whole.LeftFrom(now.Today);
            var due = ProRata(command.Price, left.Days, whole.Days) - ProRata(terms.Price, left.Days, whole.Days);
            if (due <= 0) return Refusal.NotAnUpgrade(command.Subscription, terms.Price, command.Price, due);

            var sale = command.Under(terms, due);
            if (sale.ObjectionToDiscount() is { } objection) return objection;
            return SubscriptionCharges.Decide(sale, left, book, now, selling => new Event.SubscriptionUpgraded(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, command.Price, sale.Reference));
        }

        /// <summary>What some days of a whole cost, to the nearest unit; half a unit is one more.</summary>
        private static long ProRata(long price, int days, int whole) =>
            (long)(((2 * (Int128)price * days) + whole) / (2 * whole));
    }
}
