using System.CommandLine;
using Fanz.Ledger.Host.Checkpoints;

namespace Fanz.Ledger.Host.Audit;

/// <summary>`ledger audit`: what an auditor asks for, and takes along.</summary>
internal static class AuditVerbs
{
    public static Command Words() => new(
        "audit", "Sign checkpoints; prove what is under them, and check such proofs; see who was shown what.")
    {
        CheckpointVerb.Words(),
        ProveVerb.Words(),
        VerifyProofVerb.Words(),
        CheckpointKeyVerb.Words(),
        TrailVerb.Words(),
    };
}
