using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A creator repays a debt out of what is available.</summary>
        public sealed record RepayDebt(string Creator, long Amount, string Currency) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency));
        }
    }

    public abstract partial record Event
    {
        /// <summary>"debt_repaid" in the journal. Other events say by that name how much a release repaid.</summary>
        public sealed record CreatorDebtRepaid(string Creator, long Amount, string Currency) : Event;
    }
}

namespace Fanz.Ledger.Refunds
{
    internal static class DebtRepayments
    {
        internal static Decision Decide(Command.RepayDebt command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var debt = new AccountKey(Chart.CreatorDebt, command.Creator, currency);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.CreatorAvailable, command.Creator, currency), command.Amount)
                .Credit(debt, command.Amount)
                .Build();
            var objection = book.Objection(posting);
            var owed = book.Account(debt).Balance;
            if (command.Amount > owed) return Refusal.AmountOverDebt(debt, owed, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.CreatorDebtRepaid(command.Creator, command.Amount, command.Currency), posting));
        }
    }
}
