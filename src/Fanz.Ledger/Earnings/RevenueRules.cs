using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Earnings;

internal static class RevenueRules
{
    /// <summary>The rule that holds for a sale: the narrowest that is in effect on the day.</summary>
    internal static RevenueShare Of(Book book, SaleKind kind, string creator, Currency currency, LocalDate on) =>
        RevenueShare.Default;
}
