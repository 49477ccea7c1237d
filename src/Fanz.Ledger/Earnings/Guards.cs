using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Earnings;

internal static class Guards
{
    internal static string StreamOf(string fan, Currency currency) => $"spending/{currency}/{fan}";

    /// <summary>Why a sale may not be made, and what the fan has then spent where limits hold.</summary>
    internal static (Refusal? Objection, Spent? Spent) Look(Command.Sale sale, long paid, Book book, Moment now) =>
        (null, null);
}
