using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The bank gave the payment back.</summary>
        public sealed record WinDispute(string Dispute) : Command
        {
            /// <summary>The processor returned the fee of the last opening too, which is rare.</summary>
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool FeeReturned { get; init; }

            /// <summary>
            /// Of each who shared the sale two cohorts of tomorrow, and what the platform and the fan have.
            /// </summary>
            internal override int MostLegs => (2 * Collaborator.Most) + 8;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(IdentifierFault("dispute", Dispute));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Returned">Where what was frozen went back to.</param>
        public sealed record DisputeWon(
            string Dispute, long Transaction, long Amount, string Currency, IReadOnlyList<Portion> Returned) : Event
        {
            public long? FeeReturned { get; init; }
        }
    }
}

namespace Fanz.Ledger.Disputes
{
    internal static class DisputesWon
    {
        internal static Decision Decide(Command.WinDispute command, Book book, Moment now)
        {
            var stream = Disputes.StreamOf(command.Dispute);
            var dispute = book.Recall<Dispute>(stream);
            if (Disputes.Objection(command.Dispute, dispute, DisputeStage.Open) is { } state) return state;
            var opening = dispute.Opening!;
            var number = opening.Transaction;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            var (found, objection) = DisputedPayment.Of(number, past);
            if (found is not { } payment) return objection!;

            var fee = command.FeeReturned ? opening.Fee : 0;
            var back = Freezing.ToReturn(book, payment, opening.Frozen);
            var processor = new AccountKey(Chart.ProcessorReceivable, opening.Processor ?? "", payment.Currency);
            var posting = new Returning(book, payment.Currency).Debit(processor, opening.Amount + fee);
            foreach (var frozen in back)
                posting.Debit(Freezing.KeeperOf(frozen.Account.Key, payment.Fan), frozen.Amount);
            posting.Credit(Chart.ChargebackReceivable, opening.Amount).Credit(Chart.ChargebackFeeExpense, fee);
            foreach (var frozen in back)
                posting.Return(Freezing.HomeOf(book, frozen.Account.Key, now.Today), frozen.Amount);

            var built = posting.Build();
            if (book.ObjectionToConsequence(built) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.DisputeWon(command.Dispute, number, opening.Amount, opening.Currency, posting.Returned)
                {
                    FeeReturned = fee > 0 ? fee : null,
                },
                built, RefersTo: number, Aggregate: stream));
        }
    }
}
