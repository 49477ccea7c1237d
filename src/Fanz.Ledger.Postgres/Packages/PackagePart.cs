using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>A piece of a package, as it is read: what is under one seal is one piece.</summary>
internal abstract record PackagePart(long Line)
{
    public sealed record Begun(long Line, PackageHead Head) : PackagePart(Line);

    public sealed record Charted(
        long Line, string Code, string NormalSide, bool MayGoBelowZero, bool HasCohort, bool HoldsTokens)
        : PackagePart(Line);

    public sealed record Opening(long Line, AccountRow Account, long Version, long Balance) : PackagePart(Line);

    public sealed record Earlier(long Line, JournalRow Record, List<EntryRow> Entries) : PackagePart(Line);

    public sealed record Sealed(long Line, SealedBatch Batch, List<AccountRow> Accounts, SealRow Seal)
        : PackagePart(Line);

    public sealed record Checkpoint(long Line, byte[] Document) : PackagePart(Line);

    public sealed record Total(
        long Line, string Projection, long Number, string Code, string Currency, long Accounts, Int128 Balance)
        : PackagePart(Line);

    public sealed record Ended(long Line, PackageCounts Counts) : PackagePart(Line);
}
