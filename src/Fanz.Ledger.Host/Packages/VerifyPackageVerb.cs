using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Packages;

namespace Fanz.Ledger.Host.Packages;

/// <summary>
/// `ledger audit verify`: makes everything of a package again, without a database. It ends with 1 when something in the
/// file is not as it should be, and with 2 when there was nothing to look at.
/// </summary>
internal static class VerifyPackageVerb
{
    public static Command Words()
    {
        var path = new Argument<string>("FILE") { Description = "A package that `ledger audit export` wrote." };
        var key = new Option<string?>("--key")
        {
            HelpName = "PUBLIC.pem",
            Description = "The public key that signs checkpoints; the package must then have one that it signed.",
        };
        var json = Answer.JsonOption();
        var verb = new Command(
            "verify", "Make everything of a package again: sums, chain, checkpoints, decisions, totals.")
        {
            path, key, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(path)!, words.GetValue(key), words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(string path, string? keyPath, bool asJson, CancellationToken token)
    {
        using var key = keyPath is null ? null : await ReadKey(keyPath, token);
        PackageResult result;
        using (var progress = new ProgressLine())
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16))
            result = await new PackageVerification(key).Verify(file, new Told(progress), token);
        if (asJson) AnswerJson(result);
        else AnswerTable(result, key is not null);
        return result.Ok ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    internal static async Task<ECDsa> ReadKey(string path, CancellationToken token)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(await File.ReadAllTextAsync(path, token));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new Mistake($"{path} is no public key in PEM.");
        }
    }

    private static void AnswerJson(PackageResult result) => Answer.Json(new
    {
        result.Ok,
        result.Book,
        result.FirstNumber,
        result.LastNumber,
        result.Counts,
        result.CoveredUpTo,
        result.Decided,
        result.AsRequested,
        result.NotDecided,
        EntriesPerSecond = (long)result.EntriesPerSecond,
        result.FirstBroken,
    });

    private static void AnswerTable(PackageResult result, bool isKeyGiven)
    {
        Answer.Table(
            result.Book is null
                ? null
                : $"{result.Book}, records {Count(result.FirstNumber)} to {Count(result.LastNumber)}",
            ["verified", new("rows", IsNumber: true)],
            [
                ["records", Count(result.Counts.Records)],
                ["entries", Count(result.Counts.Entries)],
                ["accounts opened", Count(result.Counts.Accounts)],
                ["seals", Count(result.Counts.Seals)],
                ["answers", Count(result.Counts.Answers)],
                ["checkpoints", Count(result.Counts.Checkpoints)],
                ["totals of projections", Count(result.Counts.Totals)],
                ["decided again", Count(result.Decided)],
                ["of these from the very request", Count(result.AsRequested)],
                ["entries a second", Count((long)result.EntriesPerSecond)],
            ]);
        foreach (var (what, times) in result.NotDecided) Answer.Line($"{Count(times)} not decided again: {what}");
        if (result.Counts.Openings > 0)
            Answer.Line(
                $"What lies before record {Count(result.FirstNumber)} is believed: {Count(result.Counts.Openings)} " +
                $"balances and {Count(result.Counts.Earlier)} records.");
        Answer.Line(result switch
        {
            { FirstBroken: { } broken } => $"BROKEN: {broken}",
            { CoveredUpTo: > 0 } when result.CoveredUpTo < result.LastNumber =>
                $"Everything is as it was sealed, and as it was signed up to record {Count(result.CoveredUpTo)}.",
            { CoveredUpTo: > 0 } => "Everything is as it was sealed and signed.",
            _ when isKeyGiven => "Everything is as it was sealed; no checkpoint of the key is over it.",
            _ => "Everything is as it was sealed. Without --key nobody vouches for the seals.",
        });
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class Told(ProgressLine line) : IProgress<long>
    {
        public void Report(long value) => line.Report($"{Count(value)} records");
    }
}
