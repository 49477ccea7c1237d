using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Disputes
{
    /// <summary>A sale that may be taken back, and how much of it at most.</summary>
    public sealed record SaleToClawBack(long Transaction, long Amount);
}

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// The bank keeps the payment. Whatever is not said here is the platform's policy of the day.
        /// </summary>
        public sealed record LoseDispute(string Dispute) : Command
        {
            /// <summary>Who bears the creators' part of a sale. What a fan had paid in is the fan's to bear.</summary>
            public Bearer? Bearer { get; init; }

            /// <summary>Whether the creators of a sale, or the fan of a top-up, owe the fees too.</summary>
            public bool? PassFee { get; init; }

            /// <summary>Whether what a top-up or tokens had paid for is to be taken back.</summary>
            public bool? ClawBack { get; init; }

            /// <summary>A debt of each who shared the sale and what they get back; the platform and the fan.</summary>
            internal override int MostLegs => (3 * Collaborator.Most) + 8;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("dispute", Dispute),
                Bearer is null || Enum.IsDefined(Bearer.Value)
                    ? null
                    : new Fault("bearer", "ill_formed", "A loss is borne by the platform or the creator."));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Taken">Where what was not frozen came from, new debts included.</param>
        /// <param name="Returned">Where what had been frozen and was not needed went back to.</param>
        public sealed record DisputeLost(
            string Dispute, long Transaction, string Currency, IReadOnlyList<Portion> Taken,
            IReadOnlyList<Portion> Returned) : SaleReturned
        {
            /// <summary>Who bore the creators' part, where it was a sale.</summary>
            public Bearer? Bearer { get; init; }

            /// <summary>
            /// What the bank kept beyond what remained of the payment and what was still to be refunded of it; the
            /// platform's loss.
            /// </summary>
            public long? Excess { get; init; }

            /// <summary>Refunds of a sale that had not left yet and that the bank has paid in their place.</summary>
            public IReadOnlyList<RefundPaidByBank>? RefundsPaid { get; init; }

            /// <summary>What of the fees others owe or have paid.</summary>
            public long? FeePassed { get; init; }

            /// <summary>What the fan owes by it.</summary>
            public long? FanDebt { get; init; }

            /// <summary>
            /// What the fan had paid for since, newest first, up to that debt. Each is taken back by itself.
            /// </summary>
            public IReadOnlyList<SaleToClawBack>? ToClawBack { get; init; }
        }
    }
}

namespace Fanz.Ledger.Disputes
{
    internal static class DisputesLost
    {
        internal static Decision Decide(Command.LoseDispute command, Book book, Moment now)
        {
            var stream = Disputes.StreamOf(command.Dispute);
            var dispute = book.Recall<Dispute>(stream);
            var policy = Policy.Of(book, now.Today);
            if (Disputes.Objection(command.Dispute, dispute, DisputeStage.Open) is { } state) return state;
            var number = dispute.Opening!.Transaction;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            var (found, objection) = DisputedPayment.Of(number, past);
            if (found is not { } payment) return objection!;

            var (posting, lost) = payment.Sale is { } sale
                ? LossOfSale.Post(command, policy, dispute, payment, sale, book, now)
                : LossOfFan.Post(command, policy, dispute, payment, book);
            var built = posting.Build();
            if (book.ObjectionToConsequence(built) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(lost, built, RefersTo: number, Aggregate: stream));
        }
    }
}
