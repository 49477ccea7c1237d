using System.CommandLine;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Packages;

namespace Fanz.Ledger.Host.Audit;

/// <summary>`ledger audit`: what an auditor asks for, and takes along.</summary>
internal static class AuditVerbs
{
    public static Command Words() => new(
        "audit",
        "Sign checkpoints and prove what is under them; take a book along and verify it; read what happened, and who "
        + "was shown what.")
    {
        CheckpointVerb.Words(),
        ProveVerb.Words(),
        VerifyProofVerb.Words(),
        CheckpointKeyVerb.Words(),
        ExportPackageVerb.Words(),
        VerifyPackageVerb.Words(),
        AuditReplayVerb.Words(),
        TrailVerb.Words(),
    };
}
