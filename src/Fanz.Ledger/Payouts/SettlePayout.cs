using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The bank has accepted the file with the payout.</summary>
        public sealed record AcceptPayout(string Payout) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(IdentifierFault("payout", Payout));
        }

        /// <summary>The bank's statement shows the payout.</summary>
        /// <param name="BankReference">The bank's own reference of the entry.</param>
        public sealed record SettlePayout(string Payout, string? Bank = null, string? BankReference = null) : Command
        {
            /// <summary>What the statement shows; it has to be what was sent, to the cent.</summary>
            public long? Amount { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                Bank is null ? null : IdentifierFault("bank", Bank),
                BankReference is null ? null : IdentifierFault("bank_reference", BankReference),
                Amount is null ? null : AmountFault("amount", Amount.Value));
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutAccepted(string Payout, string Creator, string Currency, long Amount) : Event;

        public sealed record PayoutSettled(
            string Payout, string Creator, string Currency, long Amount, string? Bank = null,
            string? BankReference = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PayoutAmountDiffers(string payout, long sent, long stated) => Of(
            "payout_amount_differs", $"{sent} was sent by the payout {Identifier.Quote(payout)}, not {stated}.",
            ("payout", payout), ("sent", sent), ("stated", stated));
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>
    /// The way of a payout to its creator. What a bank did is recorded whoever the creator is by now.
    /// </summary>
    internal static class SettlingPayouts
    {
        internal static Decision Decide(Command.AcceptPayout command, Book book)
        {
            var stream = Payout.StreamOf(command.Payout);
            var payout = book.Recall<Payout>(stream);
            if (payout.ObjectionToAcceptance(command.Payout) is { } refusal) return refusal;
            var posting = Posting.Draw()
                .Debit(payout.Account(Chart.PayoutTransit), payout.Sent)
                .Credit(payout.Account(Chart.PayoutClearing), payout.Sent)
                .Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            var accepted = new Event.PayoutAccepted(command.Payout, payout.Creator, payout.Currency, payout.Sent);
            return Decision.Of(book, new Draft(accepted, posting, Aggregate: stream));
        }

        internal static Decision Decide(Command.SettlePayout command, Book book)
        {
            var stream = Payout.StreamOf(command.Payout);
            var payout = book.Recall<Payout>(stream);
            if (payout.ObjectionToSettlement(command.Payout) is { } refusal) return refusal;
            if (command.Amount is { } stated && stated != payout.Sent)
                return Refusal.PayoutAmountDiffers(command.Payout, payout.Sent, stated);
            var posting = Posting.Draw()
                .Debit(payout.Account(payout.Whereabouts), payout.Sent)
                .Credit(payout.BankCash(command.Bank), payout.Sent)
                .Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            var settled = new Event.PayoutSettled(
                command.Payout, payout.Creator, payout.Currency, payout.Sent, command.Bank,
                command.BankReference);
            return Decision.Of(book, new Draft(settled, posting, Aggregate: stream));
        }
    }
}
