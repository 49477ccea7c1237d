using System.Globalization;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>The words of an audit package; ops/audit-package.md says what they mean.</summary>
internal static class PackageFormat
{
    public const string Name = "fanz-ledger/package/1";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const string DateForm = "yyyy-MM-dd";
    private static readonly DateTime Start = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateOnly FirstDay = new(2000, 1, 1);

    /// <summary>
    /// Streams of which a package has every record from before its first, and not only those of streams that go on in
    /// it: rules, terms, and what is known of people. A decision may ask for any of them.
    /// </summary>
    public static readonly IReadOnlyList<string> WholeStreams =
    [
        "account/", "approvers/", "fan/", "imports", "limits", "payee/", "payout_terms/", "periods", "policy", "rail/",
        "rates/", "rules/", "schedule", "standing/", "tax_terms", "taxpayer/", "treaty/",
    ];

    public static DateTime TimeOf(long microseconds) => Start.AddTicks(checked(microseconds * 10));

    public static string TimeText(long microseconds) =>
        TimeOf(microseconds).ToString(TimeForm, CultureInfo.InvariantCulture);

    public static DateOnly DateOf(int days) => FirstDay.AddDays(days);

    public static string DateText(int days) => DateOf(days).ToString(DateForm, CultureInfo.InvariantCulture);

    public static bool TryReadTime(string? text, out long microseconds)
    {
        microseconds = 0;
        if (!DateTime.TryParseExact(
            text, TimeForm, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return false;
        microseconds = (time - Start).Ticks / 10;
        return true;
    }

    public static bool TryReadDate(string? text, out int days)
    {
        days = 0;
        if (!DateOnly.TryParseExact(text, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return false;
        days = date.DayNumber - FirstDay.DayNumber;
        return true;
    }
}

/// <summary>What a package has of each kind of line.</summary>
public sealed record PackageCounts(
    long Records, long Entries, long Accounts, long Answers, long Seals, long Openings, long Earlier, long Checkpoints,
    long Totals)
{
    public static readonly PackageCounts None = new(0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>Counts lines while they are written or read: there are millions, and each would be a new record.</summary>
internal sealed class PackageTally
{
    public long Records { get; set; }

    public long Entries { get; set; }

    public long Accounts { get; set; }

    public long Answers { get; set; }

    public long Seals { get; set; }

    public long Openings { get; set; }

    public long Earlier { get; set; }

    public long Checkpoints { get; set; }

    public long Totals { get; set; }

    public PackageCounts Counts =>
        new(Records, Entries, Accounts, Answers, Seals, Openings, Earlier, Checkpoints, Totals);
}

/// <summary>Where a package begins and ends, and of which book it is.</summary>
internal sealed record PackageHead(
    string Tenant, string Platform, string TimeZone, string Calendar, string ReportingCurrency, int Vocabulary,
    SealPlace? Before, long LastNumber, long LastSequence, IReadOnlyList<string> WholeStreams)
{
    public string Book => $"{Tenant}/{Platform}";

    public long FirstNumber => (Before?.LastNumber ?? 0) + 1;

    /// <summary>
    /// The last record from before the first that was archived when the package was made, or 0. Of the records up to
    /// there streams are told, and not all that refers to them.
    /// </summary>
    public long ArchivedUpTo { get; init; }
}
