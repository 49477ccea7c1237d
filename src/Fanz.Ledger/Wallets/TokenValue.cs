using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Policies;
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
            "not_in_whole_tokens",
            $"{Told(amount, currency)} is no whole number of tokens; {tokens} are worth {Told(worth, currency)}.",
            ("amount", amount), ("currency", currency), ("tokens", tokens), ("worth", worth));

        public static Refusal TokensNotInWholeMoney(long asked, Currency currency, long tokens, long worth) => Of(
            "tokens_not_in_whole_money",
            $"{asked} tokens are worth no round amount; {tokens} are worth {Told(worth, currency)}.",
            ("asked", asked), ("currency", currency), ("tokens", tokens), ("worth", worth));

        private static Money.Money Told(long amount, Currency currency) => new(amount, currency);

        public static Refusal TokenValueInUse(long outstanding) => Of(
            "token_value_in_use", $"Fans hold {outstanding} tokens: their value cannot change under them.",
            ("outstanding", outstanding));

        public static Refusal TokenValueAhead(LocalDate effectiveOn, LocalDate today) => Of(
            "token_value_ahead", "The value of tokens changes at once or not at all: fans may hold tokens by then.",
            ("effective_on", effectiveOn), ("today", today));

        public static Refusal TokenValueChanged(long tokens, long amount, Currency currency) => Of(
            "token_value_changed", $"{tokens} tokens were redeemed for {Told(amount, currency)}, and no longer are.",
            ("tokens", tokens), ("amount", amount), ("currency", currency));
    }
}

namespace Fanz.Ledger.Wallets
{
    /// <summary>
    /// What tokens are worth: so many of them so much money, in the book's reporting currency alone. token.liability
    /// is always the value of the tokens that fans hold. That is why nothing is rounded here, why the value does not
    /// change while anyone holds tokens, and why tokens that were redeemed at another value do not come back.
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
            var (tokens, worth) = Policy.Of(book, on).TokenValue;
            var (redeemed, rest) = Int128.DivRem((Int128)amount * tokens, worth);
            if (rest != 0) return (0, Refusal.NotInWholeTokens(amount, currency, tokens, worth));
            return redeemed > long.MaxValue ? (0, Refusal.BalanceOverflow(Issued)) : ((long)redeemed, null);
        }

        /// <summary>What tokens are redeemed for.</summary>
        internal static (long Amount, Refusal? Refusal) InMoney(Book book, long asked, LocalDate on)
        {
            var (tokens, worth) = Policy.Of(book, on).TokenValue;
            var (amount, rest) = Int128.DivRem((Int128)asked * worth, tokens);
            if (rest != 0)
                return (0, Refusal.TokensNotInWholeMoney(asked, book.Settings.ReportingCurrency, tokens, worth));
            // More than any command may move is never owed for tokens either.
            return amount > Money.Money.Limit ? (0, Refusal.BalanceOverflow(Liability(book))) : ((long)amount, null);
        }

        /// <summary>Why the value may not be set, or null.</summary>
        internal static Refusal? ObjectionToChange(Book book, TokenPrice price, LocalDate from, LocalDate today)
        {
            var (outstanding, holds) = (book.Account(Issued).Balance, Policy.Of(book, today).TokenValue);
            if (from > today) return Refusal.TokenValueAhead(from, today);
            var isTheSame = (Int128)price.Amount * holds.Tokens == (Int128)holds.Amount * price.Tokens;
            return outstanding == 0 || isTheSame ? null : Refusal.TokenValueInUse(outstanding);
        }

        /// <summary>Why a posting that undoes a sale may not bring its tokens back, or null.</summary>
        internal static Refusal? ObjectionToReturn(Book book, Posting posting)
        {
            var (tokens, amount) = (0L, 0L);
            foreach (var leg in posting.Legs)
            {
                if (leg.Account == Issued) tokens = leg.Amount;
                if (leg.Account == Liability(book)) amount = -leg.Amount;
            }

            return IsWorth(book, tokens, amount)
                ? null
                : Refusal.TokenValueChanged(tokens, amount, book.Settings.ReportingCurrency);
        }

        /// <summary>Whether so many tokens are still redeemed for so much.</summary>
        internal static bool IsWorth(Book book, long tokens, long amount)
        {
            var holds = Last(book);
            return (Int128)tokens * holds.Amount == (Int128)amount * holds.Tokens;
        }

        /// <summary>A value is never set ahead, so the last one is the one that holds.</summary>
        internal static TokenPrice Last(Book book) => Policy.Of(book, LocalDate.MaxIsoValue).TokenValue;
    }
}
