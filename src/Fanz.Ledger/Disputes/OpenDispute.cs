using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A bank took back a payment by card, and the processor its fee.</summary>
        /// <param name="Dispute">The processor's name for it: a dispute is opened once, under whatever key.</param>
        /// <param name="Amount">Without it, all that remains of the payment.</param>
        public sealed record OpenDispute(string Dispute, long Transaction, long Fee, long? Amount = null) : Command
        {
            /// <summary>The bank's own word for why.</summary>
            public string? ReasonCode { get; init; }

            /// <summary>Who took it off what they owe, where that is not who took the card.</summary>
            public string? Processor { get; init; }

            /// <summary>A hold for each who shared the sale, and what the platform and the fan have of it.</summary>
            internal override int MostLegs => Collaborator.Most + 8;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("dispute", Dispute),
                Transaction > 0 ? null : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."),
                Fee == 0 ? null : AmountFault("fee", Fee),
                Amount is { } amount ? AmountFault("amount", amount) : null,
                TextFault("reason_code", ReasonCode),
                Processor is null ? null : IdentifierFault("processor", Processor));
        }
    }

    public abstract partial record Event
    {
        public sealed record DisputeOpened(
            string Dispute, long Transaction, long Amount, string Currency, long Fee, IReadOnlyList<Portion> Frozen)
            : DisputeOpening(Dispute, Transaction, Amount, Currency, Fee, Frozen)
        {
            public string? ReasonCode { get; init; }
        }
    }
}

namespace Fanz.Ledger.Disputes
{
    internal static class DisputeOpenings
    {
        internal static Decision Decide(Command.OpenDispute command, Book book)
        {
            var number = command.Transaction;
            var stream = Disputes.StreamOf(command.Dispute);
            var dispute = book.Recall<Dispute>(stream);
            var past = book.Transaction(number);
            if (dispute.Opening is { } known) return Refusal.DisputeExists(command.Dispute, known.Transaction);
            if (past is null) return book.Absent(number);
            var (found, objection) = DisputedPayment.Of(number, past);
            if (found is not { } payment) return objection!;
            if (Disputes.OpenOf(past) is { } other) return Refusal.DisputeAlreadyOpen(number, other);
            var amount = command.Amount ?? payment.Remaining;
            if (amount == 0) return Refusal.NothingToGiveBack(number);

            var processor = command.Processor ?? payment.Processor;
            var (posting, frozen) = Post(book, payment, amount, command.Fee, processor);
            if (book.ObjectionToConsequence(posting) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.DisputeOpened(
                    command.Dispute, number, amount, payment.Currency.Code, command.Fee, frozen)
                {
                    Processor = processor,
                    ReasonCode = command.ReasonCode,
                },
                posting, RefersTo: number, Aggregate: stream));
        }

        /// <summary>
        /// The claim stands against the bank for as long as the dispute is open, all of it: what of it is more than
        /// remains of the payment is a loss only once the dispute is lost.
        /// </summary>
        internal static (Posting Posting, IReadOnlyList<Portion> Frozen) Post(
            Book book, DisputedPayment payment, long amount, long fee, string? processor)
        {
            var posting = new Returning(book, payment.Currency)
                .Debit(Chart.ChargebackReceivable, amount)
                .Debit(Chart.ChargebackFeeExpense, fee)
                .Credit(new AccountKey(Chart.ProcessorReceivable, processor ?? "", payment.Currency), amount + fee);
            var frozen = Freezing.Find(book, payment, Math.Min(amount, payment.Remaining));
            foreach (var (account, found) in frozen)
                posting.Debit(account, found).Credit(Freezing.KeeperOf(account, payment.Fan), found);
            return (posting.Build(), Portion.Of(frozen));
        }
    }
}
