using System.CommandLine;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>`ledger tax`: what authorities are told, and by which treaties is withheld.</summary>
internal static class TaxVerbs
{
    public static Command Words() => new("tax", "Tell tax authorities what they are told; bring in treaty rates.")
    {
        TaxReportVerb.Words(),
        TreatiesVerb.Words(),
    };
}
