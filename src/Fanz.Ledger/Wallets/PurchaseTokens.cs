using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A fan buys tokens, by card or from the wallet, and may be given some more. The price may be below what the
        /// tokens are redeemed for, never above it: no account could say whose the difference is.
        /// </summary>
        public sealed record PurchaseTokens(
            string Fan, long Tokens, long Amount, string Currency, Funding Funding, long Bonus = 0,
            string? Reference = null) : Command
        {
            /// <summary>Which processor took the card, where the platform has several.</summary>
            public string? Processor { get; init; }

            /// <summary>The caller's own words, kept with the event and never interpreted.</summary>
            public IReadOnlyDictionary<string, string>? Metadata { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("fan", Fan),
                AmountFault("tokens", Tokens),
                Bonus == 0 ? null : AmountFault("bonus", Bonus),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                Funding is Funding.Card or Funding.Wallet
                    ? null
                    : new Fault("funding", "ill_formed", "Tokens are bought by card or from the wallet."),
                TextFault("reference", Reference),
                Processor is null ? null : IdentifierFault("processor", Processor),
                Processor is null || Funding == Funding.Card
                    ? null
                    : new Fault("processor", "not_by_card", "Only a card has a processor."),
                MetadataFault(Metadata));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Worth">What all the tokens, the bonus included, are redeemed for.</param>
        public sealed record TokensPurchased(
            string Fan, long Tokens, long Bonus, long Amount, string Currency, Funding Funding, long Worth,
            string? Reference = null) : Event
        {
            public string? Processor { get; init; }

            public IReadOnlyDictionary<string, string>? Metadata { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal TokensOverpriced(long amount, long worth, Currency currency) => Of(
            "tokens_overpriced",
            $"The tokens cost {Told(amount, currency)} and would be redeemed for {Told(worth, currency)}.",
            ("amount", amount), ("worth", worth), ("currency", currency));
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class TokenPurchases
    {
        internal static Decision Decide(Command.PurchaseTokens command, Book book, Moment now)
        {
            var currency = Currency.Of(command.Currency);
            if (currency != book.Settings.ReportingCurrency)
                return Refusal.WrongTokenCurrency(currency, book.Settings.ReportingCurrency);
            var standing = Standings.Objection(book, Role.Fan, command.Fan);
            var (bought, noWorth) = TokenValue.InMoney(book, command.Tokens, now.Today);
            var (given, noBonus) = TokenValue.InMoney(book, command.Bonus, now.Today);
            if ((standing ?? noWorth ?? noBonus) is { } notNow) return notNow;
            if (command.Amount > bought) return Refusal.TokensOverpriced(command.Amount, bought, currency);

            // A bonus and a discount are the same to the platform: it owes more than it was paid.
            var (tokens, worth) = (command.Tokens + command.Bonus, bought + given);
            var posting = Posting.Draw()
                .Debit(Source(command, currency), command.Amount)
                .Debit(new AccountKey(Chart.PromotionExpense, "", currency), worth - command.Amount)
                .Credit(TokenValue.Liability(book), worth)
                .Debit(TokenValue.Issued, tokens)
                .Credit(new AccountKey(Chart.FanTokens, command.Fan, Currency.Token), tokens)
                .Build();
            if (book.Objection(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.TokensPurchased(
                    command.Fan, command.Tokens, command.Bonus, command.Amount, command.Currency, command.Funding,
                    worth, command.Reference)
                {
                    Processor = command.Processor,
                    Metadata = command.Metadata,
                },
                posting));
        }

        private static AccountKey Source(Command.PurchaseTokens command, Currency currency) =>
            command.Funding == Funding.Wallet
                ? new AccountKey(Chart.FanWallet, command.Fan, currency)
                : new AccountKey(Chart.ProcessorReceivable, command.Processor ?? "", currency);
    }
}
