using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Takes out of what a creator has available what is to be sent to them, and the fee for it.</summary>
        public sealed record FormPayout(string Payout, string Creator, string Currency, long Amount, long Fee) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                IdentifierFault("creator", Creator),
                MoneyCurrencyFault("currency", Currency),
                AmountFault("amount", Amount),
                Fee < 0 ? new Fault("fee", "ill_formed", "A fee is never negative.")
                : Amount > 0 && Fee >= Amount
                    ? new Fault("fee", "over_amount", $"A fee of {Fee} leaves nothing of {Amount} to be sent.")
                    : null);
        }
    }

    public abstract partial record Event
    {
        /// <summary>The fee and what is sent are together the amount.</summary>
        public sealed record PayoutFormed(
            string Payout, string Creator, string Currency, long Amount, long Fee, long Sent) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal CreatorInDebt(AccountKey debt, long owed) => Of(
            "creator_in_debt", $"{debt} is {owed}; nobody is paid out before it is repaid.",
            ("account", debt), ("owed", owed));
    }
}

namespace Fanz.Ledger.Payouts
{
    internal static class FormingPayouts
    {
        internal static Decision Decide(Command.FormPayout command, Book book)
        {
            var stream = Payout.StreamOf(command.Payout);
            var known = book.Recall<Payout>(stream);
            var formed = new Event.PayoutFormed(
                command.Payout, command.Creator, command.Currency, command.Amount, command.Fee,
                command.Amount - command.Fee);
            var posting = Posting.Draw()
                .Debit(Of(Chart.CreatorAvailable, command), formed.Amount)
                .Credit(new AccountKey(Chart.PayoutFeeRevenue, "", Currency.Of(command.Currency)), formed.Fee)
                .Credit(Of(Chart.PayoutTransit, command), formed.Sent)
                .Build();
            var payee = Payees.Objection(book, Role.Creator, command.Creator);
            var debt = book.Account(Of(Chart.CreatorDebt, command));
            var taken = PayoutRequests.TakenBy(book, command.Creator, command.Currency, command.Payout);
            var objection = book.ObjectionToConsequence(posting);

            if (known.State != PayoutState.None) return Refusal.PayoutExists(command.Payout);
            if (payee is not null) return payee;
            if (debt.Balance > 0) return Refusal.CreatorInDebt(debt.Key, debt.Balance);
            if (objection is not null) return objection;
            var draft = new Draft(formed, posting, Aggregate: stream);
            return taken is null
                ? Decision.Of(book, draft)
                : new Decision.Accepted([(book, draft), (book, taken)]);
        }

        private static AccountKey Of(AccountCode code, Command.FormPayout command) =>
            new(code, command.Creator, Currency.Of(command.Currency));
    }
}
