using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Money left a bank account, and nobody knows yet what for.</summary>
        /// <param name="BankReference">The bank's own reference of the entry; it is recorded once.</param>
        public sealed record RecordPayment(
            long Amount, string Currency, string BankReference, string? Bank = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                IdentifierFault("bank_reference", BankReference),
                Bank is null ? null : IdentifierFault("bank", Bank));
        }

        /// <summary>
        /// Two people found out what a payment, or a part of it, was for: a fee of the bank, a processor, somebody the
        /// platform owed. Two, because it is the one way by which money that left is no longer asked after. Assigned to
        /// the bank it came back, or was booked by a command of its own. Not to be assigned to: what other commands
        /// keep their own account of, as for receipts, and taxes and revenue.
        /// </summary>
        public sealed record AssignPayment(
            long Payment, AccountName To, long Amount, string Reason, string ProposedBy, string ApprovedBy)
            : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                (Payment > 0 ? [] : Found(new Fault("payment", "ill_formed", "Transactions are numbered from 1.")))
                .Concat(AccountName.Faults("to", To))
                .Concat(Found(
                    To is not null && Chart.TryFind(To.Code, out var code) && !Payments.MayBeFor(code)
                        ? new Fault("to.code", "not_assignable", $"A payment is not assigned to {code}.")
                        : null,
                    AmountFault("amount", Amount),
                    ReasonFault(Reason)))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record PaymentRecorded(
            long Amount, string Currency, string BankReference, string? Bank = null) : Event;

        /// <summary>By two people; by nobody where the payment turned out to be what was booked anyway.</summary>
        /// <param name="Record">The transaction that it turned out to be, where it was matched with one.</param>
        public sealed record PaymentAssigned(
            long Payment, AccountName To, long Amount, string Reason, string? ProposedBy = null,
            string? ApprovedBy = null, long? Record = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotAPayment(long transaction) =>
            About("not_a_payment", transaction, "is not a payment that waits for its purpose");

        public static Refusal PaymentInOtherCurrency(long payment, string currency, string named) => Of(
            "payment_in_other_currency", $"The payment {payment} is in {currency}, not in {named}.",
            ("payment", payment), ("currency", currency), ("named", named));

        public static Refusal MoreThanPaid(long payment, long left, long needed) => Of(
            "more_than_paid", $"Of the payment {payment} {left} is left, {needed} cannot be assigned.",
            ("payment", payment), ("left", left), ("needed", needed));
    }
}

namespace Fanz.Ledger.Settlement
{
    /// <summary>
    /// Money that left unannounced. What stands in suspense for it is owed to nobody: it is asked after until somebody
    /// knows.
    /// </summary>
    internal static class Payments
    {
        private static readonly AccountCode[] Purposes =
            [
                Chart.ProcessorFeeExpense, Chart.ChargebackFeeExpense, Chart.ProcessorReceivable,
                Chart.ProcessorReserve, Chart.ChargebackReceivable, Chart.RefundPayable, Chart.FanWallet,
                Chart.CreatorAvailable, Chart.AffiliateAvailable, Chart.BankCash,
            ];

        internal static bool MayBeFor(AccountCode code) => Purposes.Contains(code);

        internal static Decision Decide(Command.RecordPayment command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var stream = StatementLine.StreamOf("payment", command.Bank, command.BankReference);
            var recorded = StatementLine.Objection(book, stream, command.BankReference);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.Suspense, "", currency), command.Amount)
                .Credit(new AccountKey(Chart.BankCash, command.Bank ?? "", currency), command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if ((recorded ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.PaymentRecorded(command.Amount, command.Currency, command.BankReference, command.Bank),
                posting, Aggregate: stream));
        }

        internal static Decision Decide(Command.AssignPayment command, Book book)
        {
            var number = command.Payment;
            var to = command.To.Key;
            var posting = Posting.Draw()
                .Debit(to, command.Amount)
                .Credit(new AccountKey(Chart.Suspense, "", to.Currency), command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.PaymentRecorded payment) return Refusal.NotAPayment(number);
            if (payment.Currency != command.To.Currency)
                return Refusal.PaymentInOtherCurrency(number, payment.Currency, command.To.Currency);
            var left = LeftOf(payment, past);
            if (command.Amount > left) return Refusal.MoreThanPaid(number, left, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.PaymentAssigned(
                    number, command.To, command.Amount, command.Reason, command.ProposedBy, command.ApprovedBy),
                posting, RefersTo: number));
        }

        internal static long LeftOf(Event.PaymentRecorded payment, PastTransaction past) =>
            payment.Amount - past.Since.Sum(since => since.Event is Event.PaymentAssigned one ? one.Amount : 0);
    }
}
