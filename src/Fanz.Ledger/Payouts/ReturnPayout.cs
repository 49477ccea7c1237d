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

        /// <summary>Somebody thought better of a payout, or it may not be made any more. Nothing was sent.</summary>
        public sealed record CancelPayout(string Payout, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("payout", Payout), ReasonFault(Reason));
        }

        /// <summary>The bank had the payout and did not make it.</summary>
        /// <param name="Code">The bank's own code for it, such as AC04.</param>
        public sealed record RejectPayout(string Payout, string Reason, string? Code = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                ReasonFault(Reason),
                Code is null ? null : IdentifierFault("code", Code));
        }

        /// <summary>
        /// The payout was made and came back, to the bank that it was settled from or to another one.
        /// </summary>
        /// <param name="Code">The bank's own code for it, such as R03.</param>
        /// <param name="BankReference">The bank's own reference of the entry.</param>
        public sealed record ReturnPayout(
            string Payout, string Reason, string? Bank = null, string? Code = null,
            string? BankReference = null) : Command
        {
            /// <summary>What the statement shows; it has to be what was sent, to the cent.</summary>
            public long? Amount { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                ReasonFault(Reason),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Code is null ? null : IdentifierFault("code", Code),
                BankReference is null ? null : IdentifierFault("bank_reference", BankReference),
                Amount is null ? null : AmountFault("amount", Amount.Value));
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutFailed(
            string Payout, string Creator, string Currency, long Amount, long Fee, long DebtRepaid,
            string Reason) : Event;

        public sealed record PayoutCancelled(
            string Payout, string Creator, string Currency, long Amount, long Fee, long DebtRepaid,
            string Reason) : Event;

        public sealed record PayoutRejected(
            string Payout, string Creator, string Currency, long Amount, long Fee, long DebtRepaid,
            string Reason, string? Code = null) : Event;

        public sealed record PayoutReturned(
            string Payout, string Creator, string Currency, long Amount, string Reason, string? Bank = null,
            string? Code = null, string? BankReference = null) : Event;
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>
    /// The ways back. What was not paid out is the creator's again with its fee, after what they have come to owe
    /// in the meantime. What came back from the creator's bank is held, less the fee: the service was rendered.
    /// </summary>
    internal static class ReturningPayouts
    {
        internal static Decision Decide(Command.FailPayout command, Book book)
        {
            var payout = book.Recall<Payout>(Payout.StreamOf(command.Payout));
            if (payout.ObjectionUnless(PayoutState.Formed, command.Payout) is { } refusal) return refusal;
            return GiveBack(book, command.Payout, payout, debtRepaid => new Event.PayoutFailed(
                command.Payout, payout.Creator, payout.Currency, payout.Amount, payout.Fee, debtRepaid,
                command.Reason));
        }

        internal static Decision Decide(Command.CancelPayout command, Book book)
        {
            var payout = book.Recall<Payout>(Payout.StreamOf(command.Payout));
            if (payout.ObjectionUnless(PayoutState.Formed, command.Payout) is { } refusal) return refusal;
            return GiveBack(book, command.Payout, payout, debtRepaid => new Event.PayoutCancelled(
                command.Payout, payout.Creator, payout.Currency, payout.Amount, payout.Fee, debtRepaid,
                command.Reason));
        }

        internal static Decision Decide(Command.RejectPayout command, Book book)
        {
            var payout = book.Recall<Payout>(Payout.StreamOf(command.Payout));
            if (payout.ObjectionToSettlement(command.Payout) is { } refusal) return refusal;
            return GiveBack(book, command.Payout, payout, debtRepaid => new Event.PayoutRejected(
                command.Payout, payout.Creator, payout.Currency, payout.Amount, payout.Fee, debtRepaid,
                command.Reason, command.Code));
        }

        internal static Decision Decide(Command.ReturnPayout command, Book book)
        {
            var stream = Payout.StreamOf(command.Payout);
            var payout = book.Recall<Payout>(stream);
            if (payout.ObjectionUnless(PayoutState.Settled, command.Payout) is { } refusal) return refusal;
            if (command.Amount is { } stated && stated != payout.Sent)
                return Refusal.PayoutAmountDiffers(command.Payout, payout.Sent, stated);
            var bank = command.Bank ?? payout.Bank;
            var posting = Posting.Draw()
                .Debit(payout.BankCash(bank), payout.Sent)
                .Credit(payout.Account(Chart.CreatorHold), payout.Sent)
                .Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            var returned = new Event.PayoutReturned(
                command.Payout, payout.Creator, payout.Currency, payout.Sent, command.Reason, bank, command.Code,
                command.BankReference);
            return Decision.Of(book, new Draft(returned, posting, Aggregate: stream));
        }

        private static Decision GiveBack(
            Book book, string id, Payout payout, Func<long, Event> tell)
        {
            var proceeds = Proceeds.OfCreator(book, payout.Creator, Currency.Of(payout.Currency), payout.Amount);
            var posting = Posting.Draw()
                .Debit(payout.Account(payout.Whereabouts), payout.Sent)
                .Debit(payout.FeeRevenue, payout.Fee);
            var built = proceeds.Credit(posting).Build();
            if (book.ObjectionToConsequence(built) is { } objection) return objection;
            return Decision.Of(
                book, new Draft(tell(proceeds.DebtRepaid), built, Aggregate: Payout.StreamOf(id)));
        }
    }
}
