using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Host.Audit;

/// <summary>
/// `ledger verify`: makes everything that was sealed again from the rows. It ends with 1 when a row is not as it was
/// sealed, and with 2 when it could not look.
/// </summary>
internal static class VerifyVerb
{
    public static Command Words()
    {
        var book = BookWords.Option("One book; otherwise all of them.");
        var from = new Option<long>("--from")
        {
            HelpName = "NUMBER",
            Description = "Start at this record of the book, and trust what lies before it.",
            DefaultValueFactory = _ => 1,
            CustomParser = ReadNumber,
        };
        var projections = new Option<bool>("--projections")
        {
            Description = "Instead, derive all that was made of the journal once more, and compare.",
        };
        var folder = new Option<string?>("--checkpoints")
        {
            HelpName = "FOLDER",
            Description = "Where checkpoints were carried to; otherwise LEDGER_CHECKPOINTS, if that is there.",
        };
        var key = CheckpointWords.Key();
        var json = Answer.JsonOption();
        var verb = new Command("verify", "Verify that no row was changed, put in or taken away since it was sealed.")
        {
            book, from, projections, folder, key, json,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(from) is { Implicit: false } && result.GetResult(book) is null)
                result.AddError("--from is a number of one book: name it with --book.");
            if (result.GetResult(from) is { Implicit: false } && result.GetValue(projections))
                result.AddError("What was made of a book is compared from its first record: --projections has no --from.");
        });
        verb.SetAction((words, token) => words.GetValue(projections)
            ? VerifyProjections.Run(words.GetValue(book), words.GetValue(json), token)
            : Run(
                words.GetValue(book), words.GetValue(from), words.GetValue(folder), words.GetValue(key),
                words.GetValue(json), token));
        return verb;
    }

    private static long ReadNumber(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            result.AddError($"`{text}` is not the number of a record, which is 1 or more.");
        return number;
    }

    private static async Task<int> Run(
        BookName? book, long from, string? folder, string? key, bool asJson, CancellationToken token)
    {
        var evidence = await CheckpointWords.Evidence(folder, key, token);
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        VerificationResult result;
        using (var progress = new ProgressLine())
        {
            try
            {
                var verification = new Verification(source) { Evidence = evidence };
                result = await verification.Verify(book, from, new Told(progress), token);
            }
            catch (ArgumentException exception) when (exception.ParamName == "book" && book is { } unknown)
            {
                throw BookWords.Unknown(unknown);
            }
        }

        if (asJson) AnswerJson(result, isWhole: from == 1);
        else AnswerTable(result, isWhole: from == 1, evidence);
        return result.Ok ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static void AnswerJson(VerificationResult result, bool isWhole) => Answer.Json(new
    {
        result.Ok,
        result.Books,
        result.Records,
        result.Entries,
        result.Seals,
        result.Answers,
        Trail = result.TrailLines,
        UnsignedTrail = result.UnsignedTrailLines,
        EntriesPerSecond = (long)result.EntriesPerSecond,
        result.Checkpoints,
        UnsignedRecords = isWhole ? result.UnsignedRecords : (long?)null,
        Archived = result.Archived.Select(one => new
        {
            one.Book, one.Range.FirstNumber, one.Range.LastNumber, one.Range.File,
            Sha256 = Convert.ToHexStringLower(one.Range.FileHash),
        }),
        result.FirstBroken,
    });

    private static void AnswerTable(VerificationResult result, bool isWhole, CheckpointEvidence evidence)
    {
        Answer.Table(
            title: null,
            ["verified", new("rows", IsNumber: true)],
            [
                ["books", Count(result.Books)],
                ["records", Count(result.Records)],
                ["entries", Count(result.Entries)],
                ["seals", Count(result.Seals)],
                ["answers", Count(result.Answers)],
                ["checkpoints", Count(result.Checkpoints)],
                ["lines of access trails", Count(result.TrailLines)],
                ["entries a second", Count((long)result.EntriesPerSecond)],
            ]);
        Answer.Line(result switch
        {
            { FirstBroken: { } broken } => $"BROKEN: {broken}",
            // A number beyond the last record must not read like a proof.
            { Seals: 0 } => "There was nothing to verify.",
            _ => "Everything is as it was sealed.",
        });
        foreach (var (book, range) in result.Archived)
            Answer.Line(
                $"Records {Count(range.FirstNumber)} to {Count(range.LastNumber)} of {book} are archived: their seals were "
                + $"verified, and the {Count(range.Carried)} that are here. The others are in {range.File}: "
                + "`ledger audit verify` looks at it.");
        if (!result.Ok || !isWhole) return;
        // Whoever may write the database could make those anew together with their seals, and leave no trace.
        Answer.Line(result.Checkpoints == 0
            ? "No checkpoint signs any of it yet."
            : $"{Count(result.UnsignedRecords)} records and {Count(result.UnsignedTrailLines)} lines of trails are not "
                + "signed yet by a checkpoint.");
        if (result.Checkpoints > 0 && evidence.Keys is null)
            Answer.Line("No key was named: signatures were held against the keys that checkpoints name themselves.");
        if (result.Checkpoints > 0 && evidence.Folder is null)
            Answer.Line("No folder was named: whether the newest checkpoints were taken away cannot be told.");
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class Told(ProgressLine line) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => line.Report(
            $"{value.Book}: {Count(value.Number)} of {Count(value.LastNumber)} records, " +
            $"{Count(value.EntriesSoFar)} entries");
    }
}
