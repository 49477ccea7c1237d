using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Journal;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Schedules;

/// <summary>
/// A run: what a schedule of a job was due for on a day. There is one of each, whoever begins it and however often it
/// is taken up again; so its name gives every key that it posts with.
/// </summary>
public readonly record struct RunId(string Job, string Schedule, LocalDate On)
{
    public const int LongestName = 40;

    /// <summary>The service in whose name runs post.</summary>
    public const string Service = "schedules";

    private const string StreamPrefix = "run/";

    public string Stream => $"{StreamPrefix}{this}";

    /// <summary>
    /// Who posts for it: what a run has done is found in the journal by this name, whatever was killed meanwhile.
    /// </summary>
    public Actor Actor => new(
        Service, Schedule == Schedules.Schedule.Main ? $"{Job}@{Day}" : $"{Job}/{Schedule}@{Day}");

    private string Day => LocalDatePattern.Iso.Format(On);

    public override string ToString() => $"{Job}/{Schedule}/{Day}";

    /// <summary>The idempotency key of one of its items; a name that is too long for a key goes in by its hash.</summary>
    public string KeyOf(string item)
    {
        var key = $"{Stream}/{item}";
        return key.Length <= Submission.MaxKeyLength
            ? key
            : $"{Stream}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(item)))}";
    }

    /// <summary>The streams of the runs of a schedule from a day on are from here up to where they end.</summary>
    public static string StreamsFrom(string job, string schedule, LocalDate from) =>
        new RunId(job, schedule, from).Stream;

    public static string StreamsTo(string job, string schedule) => $"{StreamPrefix}{job}/{schedule}/~";

    /// <summary>The same of all runs of a job.</summary>
    public static string StreamsFrom(string job) => $"{StreamPrefix}{job}/";

    public static string StreamsTo(string job) => $"{StreamPrefix}{job}/~";

    public static bool TryReadStream(string? stream, out RunId run)
    {
        run = default;
        if (stream is null || !stream.StartsWith(StreamPrefix, StringComparison.Ordinal)) return false;
        var parts = stream[StreamPrefix.Length..].Split('/');
        if (parts.Length != 3 || !LocalDatePattern.Iso.Parse(parts[2]).TryGetValue(default, out var on)) return false;
        run = new RunId(parts[0], parts[1], on);
        return true;
    }

    /// <summary>Names of jobs and schedules stand in streams and keys: lower case letters, digits and '-'.</summary>
    public static string? Problem(string? name) =>
        string.IsNullOrEmpty(name) ? "is missing"
        : name.Length > LongestName ? $"is longer than {LongestName} characters"
        : name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') ? null
        : "may only have lower case letters, digits and '-'";
}
