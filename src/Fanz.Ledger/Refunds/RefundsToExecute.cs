using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Refunds
{
    /// <summary>A refund that had not left yet, and how much of it a bank has paid the fan in its place.</summary>
    public sealed record RefundPaidByBank(long Refund, long Amount);

    /// <summary>
    /// What was refunded of a sale by card and has not left yet. A bank knows nothing of it: a dispute takes the whole
    /// payment. Once that is lost, the fan has the money, and it must not leave a second time.
    /// </summary>
    internal static class RefundsToExecute
    {
        /// <summary>What of a refund banks have not paid in its place.</summary>
        public static long Remaining(PastTransaction sale, long number, Event.SaleRefunded refund)
        {
            var remaining = refund.Amount;
            foreach (var record in sale.Since)
                if (record.Event is Event.DisputeLost { RefundsPaid: { } paid })
                    remaining -= paid.Where(one => one.Refund == number).Sum(one => one.Amount);
            return remaining;
        }

        /// <summary>
        /// The refunds that are paid by what a bank took beyond what remained of a sale, oldest first.
        /// </summary>
        public static IReadOnlyList<RefundPaidByBank> PaidBy(Book book, PastTransaction sale, long taken)
        {
            if (taken == 0) return [];
            var paid = new List<RefundPaidByBank>();
            foreach (var record in sale.Since)
            {
                // Each is asked for, whatever is left by then, so that one look finds them all.
                if (record.Event is not Event.SaleRefunded { Funding: Funding.Card } refund) continue;
                if (book.Transaction(record.Number) is not { } known || IsExecuted(known)) continue;
                var amount = Math.Min(taken, Remaining(sale, record.Number, refund));
                if (amount == 0) continue;
                paid.Add(new RefundPaidByBank(record.Number, amount));
                taken -= amount;
            }

            return paid;
        }

        private static bool IsExecuted(PastTransaction refund) =>
            refund.Since.Any(record => record.Event is Event.RefundExecuted);
    }
}

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal RefundPaidByDispute(long refund, long transaction) => Of(
            "refund_paid_by_dispute",
            $"The fan has the refund {refund} from their bank, by a lost dispute of transaction {transaction}.",
            ("transaction", refund), ("sale", transaction));
    }
}
