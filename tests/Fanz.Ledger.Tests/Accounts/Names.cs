using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Owners and accounts as other systems might name them, the awkward ones included.</summary>
internal static class Names
{
    private static readonly string[] Pieces =
        ["a", "A", "а", "/", "//", " ", "é", "e\u0301", "ﬁ", "ß", "İ", "\u200b", "\u200f", "😀", "名", "'", "\"", "\\",
         "%", "_", "-", ".", "{", "0", "٠", "\u2028", "\ufeff", "\uffff", "~"];

    public static readonly Gen<string> Owner =
        from count in Gen.Choose(1, 12)
        from pieces in Gen.Elements(Pieces).ArrayOf(count)
        select string.Concat(pieces);

    public static readonly Gen<AccountKey> Account =
        from code in Gen.Elements(Chart.All.OrderBy(code => code.Name, StringComparer.Ordinal).ToArray())
        from owner in Owner
        from currency in Gen.Elements("USD", "JPY", "KWD", "UYW")
        from days in Gen.Choose(0, 60_000)
        select new AccountKey(
            code,
            code.Holder switch
            {
                Holder.Platform => "",
                Holder.PlatformOrImport => $"import/{owner}",
                Holder.OtherBook => "acme/fans",
                _ => owner,
            },
            Currency.Of(code.HoldsTokens ? "TKN" : currency),
            code.HasCohort ? new LocalDate(1970, 1, 1).PlusDays(days) : null);
}
