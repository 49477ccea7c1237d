using System.CommandLine;
using Fanz.Ledger.Host.Packages;

namespace Fanz.Ledger.Host.Audit;

/// <summary>`ledger audit`: what an auditor asks for, and takes along.</summary>
internal static class AuditVerbs
{
    public static Command Words() => new("audit", "Take a book along, verify what was taken, and read what happened.")
    {
        ExportPackageVerb.Words(),
        VerifyPackageVerb.Words(),
        AuditReplayVerb.Words(),
    };
}
