using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Wallets;

internal static class TokenValue
{
    /// <summary>How many tokens redeem an amount of money.</summary>
    internal static (long Tokens, Refusal? Refusal) InTokens(Book book, long amount, Currency currency, LocalDate on) =>
        (amount, null);
}
