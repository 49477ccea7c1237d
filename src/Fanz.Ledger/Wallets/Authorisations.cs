using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Wallets;

internal static class Authorisations
{
    internal static string StreamOf(string authorisation) => $"authorisation/{authorisation}";

    /// <summary>Why an authorisation does not pay for a sale, or null.</summary>
    internal static Refusal? ObjectionToCapture(Book book, Command.Sale sale, long amount, Moment now) => null;
}
