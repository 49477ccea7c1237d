using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The bank sold one currency for the platform and bought another.</summary>
        /// <param name="Reference">The bank's own reference of the trade; it is recorded once.</param>
        public sealed record CoverExchange(
            string SoldCurrency, long Sold, string BoughtCurrency, long Bought, string? Bank = null,
            string? Reference = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                MoneyCurrencyFault("sold_currency", SoldCurrency),
                AmountFault("sold", Sold),
                MoneyCurrencyFault("bought_currency", BoughtCurrency),
                SoldCurrency is not null && SoldCurrency == BoughtCurrency
                    ? new Fault("bought_currency", "same_currency", "The other currency must be another one.")
                    : null,
                AmountFault("bought", Bought),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Reference is null ? null : IdentifierFault("reference", Reference));
        }

        /// <summary>
        /// Books a part of what is left in the position of one currency as a gain or a loss: once conversions are
        /// covered, what is left is what the bank's rate was better or worse by. Two people say so, for the ledger
        /// cannot tell this from what is not covered yet.
        /// </summary>
        /// <param name="Amount">
        /// Of the position's balance, debit positive: above zero it is a loss, below zero a gain.
        /// </param>
        public sealed record CloseExchangePosition(
            string Currency, long Amount, string Reason, string ProposedBy, string ApprovedBy) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    MoneyCurrencyFault("currency", Currency),
                    Amount == 0 ? new Fault("amount", "amount_zero", "Nothing would be closed.")
                    : Amount is > Money.Money.Limit or < -Money.Money.Limit
                        ? new Fault("amount", "amount_over_limit", $"The amount is over {Money.Money.Limit}.")
                        : null,
                    ReasonFault(Reason))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record ExchangeCovered(
            string SoldCurrency, long Sold, string BoughtCurrency, long Bought, string? Bank = null,
            string? Reference = null) : Event;

        public sealed record ExchangePositionClosed(
            string Currency, long Amount, string Reason, string ProposedBy, string ApprovedBy) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal MoreThanPosition(AccountKey position, long balance, long needed) => Of(
            "more_than_position", $"{position} stands at {balance}, {needed} of it cannot be closed.",
            ("account", position), ("balance", balance), ("needed", needed));
    }
}

namespace Fanz.Ledger.Exchange
{
    /// <summary>
    /// A conversion of 100.00 USD into 91.50 EUR leaves the position at 100.00 USD in credit and 91.50 EUR in debit.
    /// The bank sells the dollars and buys 91.60 EUR: the dollars are at zero, the euros 0.10 in credit, which is the
    /// gain.
    /// </summary>
    internal static class Covers
    {
        internal static Decision Decide(Command.CoverExchange command, Book book)
        {
            var stream = StatementLine.StreamOf("exchange", command.Bank, command.Reference);
            var recorded = StatementLine.Objection(book, stream, command.Reference);
            var (sold, bought) = (Currency.Of(command.SoldCurrency), Currency.Of(command.BoughtCurrency));
            var posting = Posting.Draw()
                .Debit(Position(sold), command.Sold)
                .Credit(new AccountKey(Chart.BankCash, command.Bank ?? "", sold), command.Sold)
                .Debit(new AccountKey(Chart.BankCash, command.Bank ?? "", bought), command.Bought)
                .Credit(Position(bought), command.Bought)
                .Build();
            var objection = book.Objection(posting);
            if ((recorded ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.ExchangeCovered(
                    command.SoldCurrency, command.Sold, command.BoughtCurrency, command.Bought, command.Bank,
                    command.Reference),
                posting, Aggregate: stream));
        }

        internal static Decision Decide(Command.CloseExchangePosition command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var position = book.Account(Position(currency));
            var result = new AccountKey(Chart.ExchangeGainLoss, "", currency);
            var (loss, gain) = (Math.Max(command.Amount, 0), Math.Max(-command.Amount, 0));
            var posting = Posting.Draw()
                .Debit(position.Key, gain)
                .Debit(result, loss)
                .Credit(position.Key, loss)
                .Credit(result, gain)
                .Build();
            var objection = book.Objection(posting);
            var isOfIt = command.Amount > 0 ? command.Amount <= position.Balance : command.Amount >= position.Balance;
            if (!isOfIt) return Refusal.MoreThanPosition(position.Key, position.Balance, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.ExchangePositionClosed(
                    command.Currency, command.Amount, command.Reason, command.ProposedBy, command.ApprovedBy),
                posting));
        }

        private static AccountKey Position(Currency currency) => new(Chart.ExchangePosition, "", currency);
    }
}
