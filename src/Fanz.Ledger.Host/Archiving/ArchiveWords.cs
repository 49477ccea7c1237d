using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Packages;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>What the verbs of the archive have in common: which books, how old, which files, whose key.</summary>
internal static class ArchiveWords
{
    /// <summary>The longest that a payment by card can be disputed, in days.</summary>
    private const int DaysOfDisputes = 540;

    public static Option<BookName?> Book() => BookWords.Option("One book; otherwise all of them.");

    public static Option<LocalDate?> Before() => new("--before")
    {
        HelpName = "DAY",
        Description = $"What was recorded before this day of the book; otherwise before {DaysOfDisputes} days ago.",
        CustomParser = ReadDay,
    };

    public static Option<bool> Early() => new("--early")
    {
        Description = $"Also what is younger than {DaysOfDisputes} days, of which a payment may still be disputed.",
    };

    public static Option<string> Folder() => new("--folder")
    {
        HelpName = "DIR", Description = "Where the files of archived ranges are.", Required = true,
    };

    public static Option<string?> Key() => new("--key")
    {
        HelpName = "PUBLIC.pem",
        Description = "The public key that signs checkpoints; otherwise that of the key in use.",
    };

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Time(Instant time) => InstantPattern.General.Format(time);

    public static async Task<IReadOnlyList<OpenedBook>> Books(
        NpgsqlDataSource source, BookName? only, CancellationToken token)
    {
        var registry = new BookRegistry(source);
        if (only is { } name) return [await registry.MustFind(name, token)];
        return await registry.List(token);
    }

    /// <summary>What can be archived next, of each book that has something that is old enough.</summary>
    public static async Task<IReadOnlyList<PlannedRange>> Plan(
        NpgsqlDataSource source, BookName? only, LocalDate? before, bool isEarly, CancellationToken token)
    {
        var planned = new List<PlannedRange>();
        var oldEnough = SystemClock.Instance.GetCurrentInstant() - Duration.FromDays(DaysOfDisputes);
        foreach (var book in await Books(source, only, token))
        {
            var time = before is { } day ? day.AtStartOfDayInZone(book.Settings.TimeZone).ToInstant() : oldEnough;
            if (time > oldEnough && !isEarly)
                throw new Mistake(
                    $"{LocalDatePattern.Iso.Format(before!.Value)} is less than {DaysOfDisputes} days ago: payments " +
                    "since may still be disputed, and would have to be attached for it. " +
                    "--early archives them all the same.");
            if (await new ArchivePlan(source).Next(book, time, token) is { } range) planned.Add(range);
        }

        return planned;
    }

    /// <summary>The public key in a file; without one, that of the key that signs here.</summary>
    public static async Task<ECDsa> ReadKey(string? path, CancellationToken token)
    {
        if (path is not null) return await VerifyPackageVerb.ReadKey(path, token);
        using var own = await CheckpointKeys.FindOrNone(token)
            ?? throw new Mistake("There is no key that signs checkpoints here: name its public one with --key.");
        var key = ECDsa.Create();
        key.ImportFromPem(own.Public.Pem);
        return key;
    }

    private static LocalDate? ReadDay(ArgumentResult result)
    {
        if (LocalDatePattern.Iso.Parse(result.Tokens[0].Value).TryGetValue(default, out var day)) return day;
        result.AddError($"`{result.Tokens[0].Value}` is not a day such as 2026-01-31.");
        return null;
    }

    /// <summary>Tells how far a file was read or written.</summary>
    public sealed class Told(ProgressLine line, string what) : IProgress<long>
    {
        public void Report(long value) => line.Report($"{what}: record {Count(value)}");
    }
}
