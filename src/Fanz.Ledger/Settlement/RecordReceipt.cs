using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Money reached a bank account, and nobody knows yet what for.</summary>
        /// <param name="BankReference">The bank's own reference of the entry; it is recorded once.</param>
        public sealed record RecordReceipt(
            long Amount, string Currency, string BankReference, string? Bank = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                IdentifierFault("bank_reference", BankReference),
                Bank is null ? null : IdentifierFault("bank", Bank));
        }

        /// <summary>
        /// Somebody found out what a receipt, or a part of it, was for. It may be for whomever the platform owes or
        /// who owes it: fans, creators, affiliates, processors. Assigned to the bank it was sent back, or it is
        /// booked by a command of its own instead, as a returned payout is. Not to be assigned to: what other
        /// commands keep their own account of (holds, payouts in flight, orders, deferred revenue, tokens, what is
        /// unclaimed), what two books owe each other, revenue, expenses and taxes; for these there is the adjustment,
        /// by two people.
        /// </summary>
        public sealed record AssignReceipt(long Receipt, AccountName To, long Amount, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                (Receipt > 0 ? [] : Found(new Fault("receipt", "ill_formed", "Transactions are numbered from 1.")))
                .Concat(AccountName.Faults("to", To))
                .Concat(Found(
                    To is not null && Chart.TryFind(To.Code, out var code) && !Receipts.MayBeFor(code)
                        ? new Fault("to.code", "not_assignable", $"A receipt is not assigned to {code}.")
                        : null,
                    AmountFault("amount", Amount),
                    ReasonFault(Reason)));
        }
    }

    public abstract partial record Event
    {
        public sealed record ReceiptRecorded(
            long Amount, string Currency, string BankReference, string? Bank = null) : Event;

        /// <param name="Amount">What was assigned, also where a debt was repaid with it.</param>
        public sealed record ReceiptAssigned(long Receipt, AccountName To, long Amount, string Reason) : Event
        {
            /// <summary>What of it has repaid the debt of whoever it is for.</summary>
            public long? DebtRepaid { get; init; }

            /// <summary>The transaction that the receipt turned out to be, where it was matched with one.</summary>
            public long? Record { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotAReceipt(long transaction) => About("not_a_receipt", transaction, "is not a receipt");

        public static Refusal ReceiptInOtherCurrency(long receipt, string currency, string named) => Of(
            "receipt_in_other_currency", $"The receipt {receipt} is in {currency}, not in {named}.",
            ("receipt", receipt), ("currency", currency), ("named", named));

        public static Refusal MoreThanReceived(long receipt, long left, long needed) => Of(
            "more_than_received", $"Of the receipt {receipt} {left} is left, {needed} cannot be assigned.",
            ("receipt", receipt), ("left", left), ("needed", needed));
    }
}

namespace Fanz.Ledger.Settlement
{
    internal static class Receipts
    {
        private static readonly AccountCode[] Purposes =
            [
                Chart.FanWallet, Chart.FanDebt, Chart.CreatorAvailable, Chart.CreatorDebt, Chart.AffiliateAvailable,
                Chart.RefundPayable, Chart.ProcessorReceivable, Chart.ProcessorReserve, Chart.ChargebackReceivable,
                Chart.BankCash,
            ];

        internal static bool MayBeFor(AccountCode code) => Purposes.Contains(code);

        internal static Decision Decide(Command.RecordReceipt command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var stream = StatementLine.StreamOf("receipt", command.Bank, command.BankReference);
            var recorded = StatementLine.Objection(book, stream, command.BankReference);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.BankCash, command.Bank ?? "", currency), command.Amount)
                .Credit(new AccountKey(Chart.Suspense, "", currency), command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if ((recorded ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.ReceiptRecorded(command.Amount, command.Currency, command.BankReference, command.Bank),
                posting, Aggregate: stream));
        }

        internal static Decision Decide(Command.AssignReceipt command, Book book)
        {
            var number = command.Receipt;
            var to = command.To.Key;
            var proceeds = Proceeds.On(book, to, command.Amount);
            var posting = proceeds
                .Credit(Posting.Draw().Debit(new AccountKey(Chart.Suspense, "", to.Currency), command.Amount))
                .Build();
            var objection = book.Objection(posting);
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.ReceiptRecorded receipt) return Refusal.NotAReceipt(number);
            if (receipt.Currency != command.To.Currency)
                return Refusal.ReceiptInOtherCurrency(number, receipt.Currency, command.To.Currency);
            var left = LeftOf(receipt, past);
            if (command.Amount > left) return Refusal.MoreThanReceived(number, left, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.ReceiptAssigned(number, command.To, command.Amount, command.Reason)
                {
                    DebtRepaid = proceeds.DebtRepaid > 0 ? proceeds.DebtRepaid : null,
                },
                posting, RefersTo: number));
        }

        internal static long LeftOf(Event.ReceiptRecorded receipt, PastTransaction past) =>
            receipt.Amount - past.Since.Sum(since => since.Event is Event.ReceiptAssigned one ? one.Amount : 0);
    }
}
