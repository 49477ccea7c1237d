using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal WrongTokenCurrency(Currency currency, Currency ofTokens) => Of(
            "wrong_token_currency", $"Tokens are valued in {ofTokens}, not in {currency}.",
            ("currency", currency), ("token_currency", ofTokens));

        public static Refusal NotInWholeTokens(long amount, Currency currency, long tokens, long worth) => Of(
            "not_in_whole_tokens", $"{amount} {currency} is no whole number of tokens; {tokens} are worth {worth}.",
            ("amount", amount), ("currency", currency), ("tokens", tokens), ("worth", worth));

        public static Refusal TokensNotInWholeMoney(long asked, Currency currency, long tokens, long worth) => Of(
            "tokens_not_in_whole_money",
            $"{asked} tokens are no whole number of minor units of {currency}; {tokens} are worth {worth}.",
            ("asked", asked), ("currency", currency), ("tokens", tokens), ("worth", worth));

        public static Refusal TokenValueInUse(long outstanding) => Of(
            "token_value_in_use", $"Fans hold {outstanding} tokens: their value cannot change under them.",
            ("outstanding", outstanding));
    }
}

namespace Fanz.Ledger.Wallets
{
    /// <summary>
    /// What tokens are worth: so many of them so much money, in the book's reporting currency alone. token.liability
    /// is always the value of the tokens that fans hold, which is why nothing is rounded here and why the value does
    /// not change while anyone holds tokens.
    /// </summary>
    internal static class TokenValue
    {
        internal static AccountKey Issued { get; } = new(Chart.TokensIssued, "", Currency.Token);

        internal static AccountKey Liability(Book book) =>
            new(Chart.TokenLiability, "", book.Settings.ReportingCurrency);

        /// <summary>How many tokens redeem an amount of money.</summary>
        internal static (long Tokens, Refusal? Refusal) InTokens(
            Book book, long amount, Currency currency, LocalDate on)
        {
            if (currency != book.Settings.ReportingCurrency)
                return (0, Refusal.WrongTokenCurrency(currency, book.Settings.ReportingCurrency));
            var (tokens, worth) = Of(book, on);
            var (redeemed, rest) = Int128.DivRem((Int128)amount * tokens, worth);
            if (rest != 0) return (0, Refusal.NotInWholeTokens(amount, currency, tokens, worth));
            return redeemed > long.MaxValue ? (0, Refusal.BalanceOverflow(Issued)) : ((long)redeemed, null);
        }

        /// <summary>What tokens are redeemed for.</summary>
        internal static (long Amount, Refusal? Refusal) InMoney(Book book, long asked, LocalDate on)
        {
            var (tokens, worth) = Of(book, on);
            var (amount, rest) = Int128.DivRem((Int128)asked * worth, tokens);
            if (rest != 0)
                return (0, Refusal.TokensNotInWholeMoney(asked, book.Settings.ReportingCurrency, tokens, worth));
            // More than any command may move is never owed for tokens either.
            return amount > Money.Money.Limit ? (0, Refusal.BalanceOverflow(Liability(book))) : ((long)amount, null);
        }

        /// <summary>Why the value may not be changed, or null.</summary>
        internal static Refusal? ObjectionToChange(Book book)
        {
            var outstanding = book.Account(Issued).Balance;
            return outstanding == 0 ? null : Refusal.TokenValueInUse(outstanding);
        }

        private static (long Tokens, long Worth) Of(Book book, LocalDate on) => (1, 1);
    }
}
