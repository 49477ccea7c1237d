using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The payout was never sent. A lost answer does not say so.</summary>
        public sealed record FailPayout(string Payout, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("payout", Payout), ReasonFault(Reason));
        }

        /// <summary>The bank had accepted the payout and did not make it.</summary>
        public sealed record RejectPayout(string Payout, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("payout", Payout), ReasonFault(Reason));
        }

        /// <summary>
        /// The payout was made and came back, to the bank that it was settled from or to another one.
        /// </summary>
        public sealed record ReturnPayout(string Payout, string Reason, string? Bank = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                ReasonFault(Reason),
                Bank is null ? null : IdentifierFault("bank", Bank));
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutFailed(
            string Payout, string Creator, string Currency, long Amount, long Fee, long DebtRepaid,
            string Reason) : Event;

        public sealed record PayoutRejected(
            string Payout, string Creator, string Currency, long Amount, long Fee, long DebtRepaid,
            string Reason) : Event;

        public sealed record PayoutReturned(
            string Payout, string Creator, string Currency, long Amount, string Reason, string? Bank = null) : Event;
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>
    /// The three ways back. What was not paid out is the creator's again with its fee, after what they have come to owe
    /// in the meantime. What came back from the creator's bank is held, less the fee: the service was rendered.
    /// </summary>
    internal static class ReturningPayouts
    {
        internal static Decision Decide(Command.FailPayout command, Book book)
        {
            var payout = book.Recall<Payout>(Payout.StreamOf(command.Payout));
            if (payout.ObjectionUnless(PayoutState.Formed, command.Payout) is { } refusal) return refusal;
            return GiveBack(book, command.Payout, payout, Chart.PayoutTransit, debtRepaid => new Event.PayoutFailed(
                command.Payout, payout.Creator, payout.Currency, payout.Amount, payout.Fee, debtRepaid,
                command.Reason));
        }

        internal static Decision Decide(Command.RejectPayout command, Book book)
        {
            var payout = book.Recall<Payout>(Payout.StreamOf(command.Payout));
            if (payout.ObjectionUnless(PayoutState.Accepted, command.Payout) is { } refusal) return refusal;
            return GiveBack(book, command.Payout, payout, Chart.PayoutClearing, debtRepaid => new Event.PayoutRejected(
                command.Payout, payout.Creator, payout.Currency, payout.Amount, payout.Fee, debtRepaid,
                command.Reason));
        }

        internal static Decision Decide(Command.ReturnPayout command, Book book)
        {
            var stream = Payout.StreamOf(command.Payout);
            var payout = book.Recall<Payout>(stream);
            if (payout.ObjectionUnless(PayoutState.Settled, command.Payout) is { } refusal) return refusal;
            var bank = command.Bank ?? payout.Bank;
            var posting = Posting.Draw()
                .Debit(payout.BankCash(bank), payout.Sent)
                .Credit(payout.Account(Chart.CreatorHold), payout.Sent)
                .Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            var returned = new Event.PayoutReturned(
                command.Payout, payout.Creator, payout.Currency, payout.Sent, command.Reason, bank);
            return Decision.Of(book, new Draft(returned, posting, Aggregate: stream));
        }

        private static Decision GiveBack(
            Book book, string id, Payout payout, AccountCode from, Func<long, Event> tell)
        {
            var proceeds = Proceeds.OfCreator(book, payout.Creator, Currency.Of(payout.Currency), payout.Amount);
            var posting = Posting.Draw()
                .Debit(payout.Account(from), payout.Sent)
                .Debit(payout.FeeRevenue, payout.Fee);
            var built = proceeds.Credit(posting).Build();
            if (book.ObjectionToConsequence(built) is { } objection) return objection;
            return Decision.Of(
                book, new Draft(tell(proceeds.DebtRepaid), built, Aggregate: Payout.StreamOf(id)));
        }
    }
}
