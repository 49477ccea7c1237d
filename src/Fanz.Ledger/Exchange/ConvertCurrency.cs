using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A creator's available money becomes money of another currency, at a rate quoted as what one unit of the
        /// first buys of the second, less a spread that the platform keeps.
        /// </summary>
        public sealed record ConvertCurrency(
            string Creator, string FromCurrency, string ToCurrency, long Amount, string Rate,
            int SpreadBasisPoints = 0) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book)
            {
                var faults = Found(
                    IdentifierFault("creator", Creator),
                    MoneyCurrencyFault("from_currency", FromCurrency),
                    MoneyCurrencyFault("to_currency", ToCurrency),
                    FromCurrency is not null && FromCurrency == ToCurrency
                        ? new Fault("to_currency", "same_currency", "The other currency must be another one.")
                        : null,
                    AmountFault("amount", Amount),
                    RateFault("rate", Rate),
                    SpreadBasisPoints is >= 0 and <= Allocation.WholeInBasisPoints
                        ? null
                        : new Fault("spread_basis_points", "ill_formed", "A spread is 0 to 10000."));
                // What comes of it can be told only of a command that is sound so far.
                return faults.Any() ? faults : Found(ResultFault());
            }

            /// <summary>What the amount buys at the rate, before the spread.</summary>
            internal Int128 Bought => ExchangeRate.TryParse(Rate, out var rate)
                ? rate.Value.Convert(Amount, Money.Currency.Of(FromCurrency), Money.Currency.Of(ToCurrency))
                : throw new InvariantBroken($"{Rate} is no rate.");

            private Fault? ResultFault() => Bought switch
            {
                var bought when bought > Money.Money.Limit => new Fault(
                    "amount", "amount_over_limit", $"It would come to {bought}, over {Money.Money.Limit}."),
                var bought when bought == 0 || Conversions.LessSpread((long)bought, SpreadBasisPoints).Received == 0 =>
                    new Fault("amount", "nothing_left", $"Nothing would come of {Amount}."),
                _ => null,
            };
        }
    }

    public abstract partial record Event
    {
        /// <summary>
        /// Received and spread are together what was bought; of what is received debts are repaid first.
        /// </summary>
        public sealed record CurrencyConverted(
            string Creator, string FromCurrency, string ToCurrency, long Amount, string Rate, int SpreadBasisPoints,
            long Bought, long Spread, long Received, long DebtRepaid) : Event;
    }
}

namespace Fanz.Ledger.Exchange
{
    /// <summary>
    /// The platform takes the one currency and gives the other; until the bank has done the same for it, the position
    /// shows what it is short and long of (see <see cref="Covers"/>).
    /// </summary>
    internal static class Conversions
    {
        internal static Decision Decide(Command.ConvertCurrency command, Book book)
        {
            var (from, to) = (Currency.Of(command.FromCurrency), Currency.Of(command.ToCurrency));
            var bought = (long)command.Bought;
            var (received, spread) = LessSpread(bought, command.SpreadBasisPoints);
            var proceeds = Proceeds.OfCreator(book, command.Creator, to, received);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.CreatorAvailable, command.Creator, from), command.Amount)
                .Credit(new AccountKey(Chart.ExchangePosition, "", from), command.Amount)
                .Debit(new AccountKey(Chart.ExchangePosition, "", to), bought);
            var built = proceeds.Credit(posting)
                .Credit(new AccountKey(Chart.ExchangeSpreadRevenue, "", to), spread)
                .Build();
            var payee = Payees.Objection(book, Role.Creator, command.Creator);
            var objection = book.Objection(built);
            if ((payee ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.CurrencyConverted(
                    command.Creator, command.FromCurrency, command.ToCurrency, command.Amount, command.Rate,
                    command.SpreadBasisPoints, bought, spread, received, proceeds.DebtRepaid),
                built));
        }

        /// <summary>The creator's part comes first, so that of an odd unit the better half is theirs.</summary>
        internal static (long Received, long Spread) LessSpread(long bought, int basisPoints) =>
            Allocation.Share(bought, Allocation.WholeInBasisPoints - basisPoints);
    }
}
