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
        public sealed record SettlePayout(string Payout, string? Bank = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                Bank is null ? null : IdentifierFault("bank", Bank));
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutAccepted(string Payout, string Creator, string Currency, long Amount) : Event;

        public sealed record PayoutSettled(
            string Payout, string Creator, string Currency, long Amount, string? Bank = null) : Event;
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
            if (payout.ObjectionUnless(PayoutState.Formed, command.Payout) is { } refusal) return refusal;
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
            if (payout.ObjectionUnless(PayoutState.Accepted, command.Payout) is { } refusal) return refusal;
            var posting = Posting.Draw()
                .Debit(payout.Account(Chart.PayoutClearing), payout.Sent)
                .Credit(payout.BankCash(command.Bank), payout.Sent)
                .Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            var settled = new Event.PayoutSettled(
                command.Payout, payout.Creator, payout.Currency, payout.Sent, command.Bank);
            return Decision.Of(book, new Draft(settled, posting, Aggregate: stream));
        }
    }
}
