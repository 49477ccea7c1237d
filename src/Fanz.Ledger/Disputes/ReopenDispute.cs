using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The bank went on after it had lost: what the platform won is taken back again for now.</summary>
        public sealed record ReopenDispute(string Dispute, long Fee = 0) : Command
        {
            internal override int MostLegs => Collaborator.Most + 8;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("dispute", Dispute),
                Fee == 0 ? null : AmountFault("fee", Fee));
        }
    }

    public abstract partial record Event
    {
        public sealed record DisputeReopened(
            string Dispute, long Transaction, long Amount, string Currency, long Fee, IReadOnlyList<Portion> Frozen)
            : DisputeOpening(Dispute, Transaction, Amount, Currency, Fee, Frozen);
    }
}

namespace Fanz.Ledger.Disputes
{
    internal static class DisputeReopenings
    {
        internal static Decision Decide(Command.ReopenDispute command, Book book)
        {
            var stream = Disputes.StreamOf(command.Dispute);
            var dispute = book.Recall<Dispute>(stream);
            if (Disputes.Objection(command.Dispute, dispute, DisputeStage.Won) is { } state) return state;
            var opening = dispute.Opening!;
            var number = opening.Transaction;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (Disputes.OpenOf(past) is { } other) return Refusal.DisputeAlreadyOpen(number, other);
            var (found, objection) = DisputedPayment.Of(number, past);
            if (found is not { } payment) return objection!;

            var (posting, frozen) = DisputeOpenings.Post(
                book, payment, opening.Amount, command.Fee, opening.Processor);
            if (book.ObjectionToConsequence(posting) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.DisputeReopened(
                    command.Dispute, number, opening.Amount, opening.Currency, command.Fee, frozen)
                {
                    Processor = opening.Processor,
                },
                posting, RefersTo: number, Aggregate: stream));
        }
    }
}
