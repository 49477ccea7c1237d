using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A line of the bank's statement is what an earlier transaction moved, which was booked without the bank's
        /// reference. Where the line had come first, and waits in suspense, it no longer does.
        /// </summary>
        /// <param name="Record">The transaction.</param>
        /// <param name="Amount">What the line moved; what came in is positive.</param>
        public sealed record MatchBankLine(
            long Record, long Amount, string Currency, string BankReference, string? Bank = null) : Command
        {
            /// <summary>The line moved more than that: others are parts of it as well.</summary>
            public bool? Part { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Record > 0 ? null : new Fault("record", "ill_formed", "Transactions are numbered from 1."),
                Amount switch
                {
                    0 => new Fault("amount", "amount_zero", "The line moved nothing."),
                    > Money.Money.Limit or < -Money.Money.Limit =>
                        new Fault("amount", "amount_over_limit", $"The amount is over {Money.Money.Limit}."),
                    _ => null,
                },
                MoneyCurrencyFault("currency", Currency),
                IdentifierFault("bank_reference", BankReference),
                Bank is null ? null : IdentifierFault("bank", Bank));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Suspended">The receipt or payment as which the line was recorded before.</param>
        public sealed record BankLineMatched(
            long Record, long Amount, string Currency, string BankReference, string? Bank = null,
            long? Suspended = null) : Event
        {
            public bool? Part { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotMatchable(long transaction, string why) => About("not_matchable", transaction, why);

        public static Refusal BankLineDiffers(long transaction, Int128 moved, long amount) => Of(
            "bank_line_differs", $"Transaction {transaction} moved {moved} at that bank, the line {amount}.",
            ("transaction", transaction), ("moved", moved), ("amount", amount));
    }
}

namespace Fanz.Ledger.Settlement
{
    internal static class MatchingBankLines
    {
        internal static Decision Decide(Command.MatchBankLine command, Book book)
        {
            var (bank, reference) = (command.Bank, command.BankReference);
            // Of a line that is matched in parts no part is the line.
            var isPart = command.Part == true;
            var stream = isPart ? null : StatementLine.StreamOf("bank_line", bank, reference);
            var matched = StatementLine.Objection(book, stream, reference);
            var (undone, refusal) = isPart ? (null, null) : OutOfSuspense(command, book);
            var past = book.Transaction(command.Record);
            if (matched is not null) return matched;
            if (past is null) return book.Absent(command.Record);
            if ((Objection(command, past) ?? refusal) is { } no) return no;
            var draft = new Draft(
                new Event.BankLineMatched(
                    command.Record, command.Amount, command.Currency, reference, bank, undone?.RefersTo)
                {
                    Part = command.Part,
                },
                Aggregate: stream, RefersTo: command.Record);
            return undone is null ? Decision.Of(book, draft) : new Decision.Accepted([(book, draft), (book, undone)]);
        }

        private static Refusal? Objection(Command.MatchBankLine command, PastTransaction past)
        {
            if (past.ReversedBy is { } by) return Refusal.NotMatchable(command.Record, $"was reversed by {by}");
            if (ReferenceOf(past.Event) is { } known)
                return Refusal.NotMatchable(command.Record, $"is the line {Identifier.Quote(known)}");
            foreach (var since in past.Since)
                if (since.Event is Event.BankLineMatched other)
                    return Refusal.NotMatchable(
                        command.Record, $"is the line {Identifier.Quote(other.BankReference)} already");
            var cash = new AccountKey(Chart.BankCash, command.Bank ?? "", Currency.Of(command.Currency));
            var moved = past.Legs.Where(leg => leg.Account == cash).Aggregate((Int128)0, (sum,
                leg) => sum + leg.Amount);
            return moved == command.Amount
                ? null
                : Refusal.BankLineDiffers(command.Record, moved, command.Amount);
        }

        /// <summary>
        /// The line that waits in suspense has moved the bank's account once already, and its transaction a second
        /// time: the first is taken back. Nothing of it may have been assigned to anything else.
        /// </summary>
        private static (Draft? Undone, Refusal? Refusal) OutOfSuspense(Command.MatchBankLine command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var cash = new AccountKey(Chart.BankCash, command.Bank ?? "", currency);
            var suspense = new AccountKey(Chart.Suspense, "", currency);
            var to = new AccountName(cash.Code.Name, cash.Owner, command.Currency);
            var isReceipt = command.Amount > 0;
            var line = book.Recall<StatementLine>(StatementLine.StreamOf(
                isReceipt ? "receipt" : "payment", command.Bank, command.BankReference)!);
            if (line.RecordedBy is not { } number) return (null, null);
            if (book.Transaction(number) is not { } past) return (null, book.Absent(number));
            var amount = Math.Abs(command.Amount);
            var reason = $"It is what {command.Record} moved.";
            var (left, recorded, undone) = past.Event switch
            {
                Event.ReceiptRecorded receipt => (
                    Receipts.LeftOf(receipt, past), receipt.Currency,
                    (Event)new Event.ReceiptAssigned(number, to, amount, reason) { Record = command.Record }),
                Event.PaymentRecorded payment => (
                    Payments.LeftOf(payment, past), payment.Currency,
                    new Event.PaymentAssigned(number, to, amount, reason, Record: command.Record)),
                _ => throw new InvariantBroken($"Record {number} is no line of a statement."),
            };
            if (recorded != command.Currency || left != amount)
                return (null, isReceipt
                    ? Refusal.MoreThanReceived(number, left, amount)
                    : Refusal.MoreThanPaid(number, left, amount));
            var posting = Posting.Draw()
                .Debit(isReceipt ? suspense : cash, amount)
                .Credit(isReceipt ? cash : suspense, amount)
                .Build();
            return book.ObjectionToConsequence(posting) is { } objection
                ? (null, objection)
                : (new Draft(undone, posting, RefersTo: number), null);
        }

        /// <summary>The bank's own reference that a transaction was booked with.</summary>
        private static string? ReferenceOf(Event @event) => @event switch
        {
            Event.ReceiptRecorded one => one.BankReference,
            Event.PaymentRecorded one => one.BankReference,
            Event.PayoutSettled one => one.BankReference,
            Event.PayoutReturned one => one.BankReference,
            Event.TaxDeposited one => one.Reference,
            Event.ExchangeCovered one => one.Reference,
            // What a receipt or a payment turned out to be moved nothing in the end; what was sent back is a line.
            Event.ReceiptAssigned { Record: not null } or Event.PaymentAssigned { Record: not null } => "of another",
            _ => null,
        };
    }
}
