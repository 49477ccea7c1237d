using System.CommandLine;

namespace Fanz.Ledger.Host.Audit;

/// <summary>`ledger audit`: what an auditor asks for.</summary>
internal static class AuditVerbs
{
    public static Command Words() => new("audit", "What an auditor asks for.")
    {
        TrailVerb.Words(),
    };
}
