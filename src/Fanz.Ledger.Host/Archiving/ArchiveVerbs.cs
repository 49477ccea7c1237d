using System.CommandLine;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>`ledger archive`: takes old ranges of books out of the database, into files, and back.</summary>
internal static class ArchiveVerbs
{
    public static Command Words() => new(
        "archive", "Take old records out of the database into files that prove themselves, and bring them back.")
    {
        PlanArchiveVerb.Words(), ExportArchiveVerb.Words(), DetachVerb.Words(), AttachVerb.Words(),
        ListArchiveVerb.Words(), DropArchiveVerb.Words(),
    };
}
