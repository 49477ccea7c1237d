using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A fan paid money in by card; the processor owes it to the platform, the platform to the fan.
        /// </summary>
        public sealed record TopUp(string Fan, long Amount, string Currency, string? Reference = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("fan", Fan),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                TextFault("reference", Reference));
        }
    }

    public abstract partial record Event
    {
        public sealed record WalletToppedUp(string Fan, long Amount, string Currency, string? Reference = null) : Event;
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class TopUps
    {
        internal static Decision Decide(Command.TopUp command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.ProcessorReceivable, "", currency), command.Amount)
                .Credit(new AccountKey(Chart.FanWallet, command.Fan, currency), command.Amount)
                .Build();
            if (book.Objection(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.WalletToppedUp(command.Fan, command.Amount, command.Currency, command.Reference), posting));
        }
    }
}
