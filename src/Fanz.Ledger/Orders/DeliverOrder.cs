using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Orders;
using Fanz.Ledger.Refunds;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>What was ordered has arrived, and what is left of the payment is earned; once.</summary>
        /// <param name="Transaction">The number of the record by which the order was placed.</param>
        /// <param name="Reference">The carrier's proof, for instance.</param>
        public sealed record DeliverOrder(long Transaction, string? Reference = null) : Command
        {
            /// <summary>What it brings may be new, to each who shares the order.</summary>
            internal override int MostLegs => 3 + (2 * Collaborator.Most);

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Transaction > 0 ? null : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."),
                TextFault("reference", Reference));
        }
    }

    public abstract partial record Event
    {
        /// <summary>What everybody earned by it: what was agreed, less what was given back before.</summary>
        public sealed record OrderDelivered(
            long Transaction,
            string Order,
            long Fee,
            long Pending,
            LocalDate PendingUntil,
            long Reserve,
            LocalDate ReserveUntil,
            string? Reference = null) : SaleMoved
        {
            /// <summary>What each earned, where several share.</summary>
            public IReadOnlyList<CreatorShare>? Shares { get; init; }

            public AffiliateShare? Affiliate { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotAnOrder(long transaction) => About("not_an_order", transaction, "is no order");

        public static Refusal AlreadyDelivered(long transaction, long by) => Of(
            "already_delivered", $"The order of transaction {transaction} was delivered by {by}.",
            ("transaction", transaction), ("delivered_by", by));

        public static Refusal NothingToDeliver(long transaction) =>
            About("nothing_to_deliver", transaction, "was given back in full");
    }
}

namespace Fanz.Ledger.Orders
{
    internal static class DeliveredOrders
    {
        internal static Decision Decide(Command.DeliverOrder command, Book book, Moment now)
        {
            var number = command.Transaction;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.OrderPlaced order) return Refusal.NotAnOrder(number);
            if (past.Since.FirstOrDefault(record => record.Event is Event.OrderDelivered) is { } before)
                return Refusal.AlreadyDelivered(number, before.Number);
            if (Disputes.Disputes.OpenOf(past) is { } dispute) return Refusal.EarningDuringDispute(number, dispute);
            var escrow = new AccountKey(Chart.OrderEscrow, "", Currency.Of(order.Currency));
            var remaining = SaleParts.Of(past).Parts.FirstOrDefault(part => part.Account == escrow).Remaining;
            if (remaining == 0) return Refusal.NothingToDeliver(number);

            var shares = OrderShares.Of(order).Of(remaining);
            var delivered = Tell(command, order, shares, now);
            var posting = Draw(delivered, shares, escrow, remaining);
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(delivered, posting, RefersTo: number));
        }

        private static Event.OrderDelivered Tell(
            Command.DeliverOrder command, Event.OrderPlaced order, OrderShares shares, Moment now)
        {
            var pendingUntil = now.Today.PlusDays(order.HoldDays);
            return new Event.OrderDelivered(
                command.Transaction, order.Order!, shares.Fee, shares.Pending, pendingUntil, shares.Reserve,
                now.Today.PlusDays(order.ReserveDays), command.Reference)
            {
                Shares = order.Shares is null ? null : shares.Creators,
                Affiliate = order.Affiliate is { } affiliate
                    ? affiliate with
                    {
                        Amount = shares.AffiliateOfCreator + shares.AffiliateOfPlatform, Until = pendingUntil,
                    }
                    : null,
            };
        }

        private static Posting Draw(
            Event.OrderDelivered delivered, OrderShares shares, AccountKey escrow, long remaining)
        {
            var currency = escrow.Currency;
            var posting = Posting.Draw()
                .Debit(escrow, remaining)
                .Debit(new AccountKey(Chart.AffiliateExpense, "", currency), shares.AffiliateOfPlatform);
            posting.Earn(shares.Creators, currency, delivered.PendingUntil, delivered.ReserveUntil);
            if (delivered.Affiliate is { } affiliate)
                posting.Credit(
                    new AccountKey(Chart.AffiliatePending, affiliate.Affiliate, currency, delivered.PendingUntil),
                    affiliate.Amount);
            return posting.Credit(new AccountKey(Chart.OrderRevenue, "", currency), shares.Fee).Build();
        }
    }
}
