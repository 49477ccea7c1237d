using System.CommandLine;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>
/// `ledger archive detach`: takes what was exported out of the database, once its files were verified again. Hosts
/// serve throughout; writers wait for a moment at the end.
/// </summary>
internal static class DetachVerb
{
    public static Command Words()
    {
        var (book, before, early, json) =
            (ArchiveWords.Book(), ArchiveWords.Before(), ArchiveWords.Early(), Answer.JsonOption());
        var (folder, key) = (ArchiveWords.Folder(), ArchiveWords.Key());
        var open = new Option<bool>("--leave-open")
        {
            Description = "Also where something in the range is not over; commands about it will be refused.",
        };
        var verb = new Command("detach", "Take out of the database what was exported, once its files are verified.")
        {
            book, before, early, folder, key, open, json,
        };
        verb.SetAction(async (words, token) =>
        {
            using var trusted = await ArchiveWords.ReadKey(words.GetValue(key), token);
            await using var owner = await OwnerDatabase.Open("Archiving", token);
            await owner.Prepare(token);
            await using var source = owner.Connect();
            var planned = await ArchiveWords.Plan(
                source, words.GetValue(book), words.GetValue(before), words.GetValue(early), token);
            if (!words.GetValue(open)) RequireOver(planned);
            var files = new ArchiveFiles(source, trusted);
            var verified = new List<(PlannedRange, VerifiedFile)>();
            foreach (var range in planned)
            {
                using var progress = new ProgressLine();
                var told = new ArchiveWords.Told(progress, $"reading {range.File}");
                verified.Add((range, await files.Verify(range, words.GetValue(folder)!, told, token)));
            }

            Tell(
                verified.Count == 0 ? [] : await new Detaching(source, KeyVerbs.Us).Run(verified, token),
                words.GetValue(json));
            return CommandLine.Done;
        });
        return verb;
    }

    private static void RequireOver(IReadOnlyList<PlannedRange> planned)
    {
        foreach (var range in planned)
            if (range.Open is [var first, ..])
                throw new Mistake($"{PlanArchiveVerb.InWords(range, first)} --leave-open archives it all the same.");
    }

    private static void Tell(IReadOnlyList<ArchivedRange> ranges, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Ranges = ranges.Select(range => new
                {
                    range.Id, range.FirstNumber, range.LastNumber, range.Carried, range.File,
                }),
            });
            return;
        }

        if (ranges.Count == 0) Answer.Line("Nothing is old enough, sealed and under a checkpoint.");
        foreach (var range in ranges)
            Answer.Line(
                $"Range {range.Id}: records {ArchiveWords.Count(range.FirstNumber)} to " +
                $"{ArchiveWords.Count(range.LastNumber)} are archived in {range.File}; " +
                $"{ArchiveWords.Count(range.Carried)} of them stay here.");
        if (ranges.Count > 0)
            Answer.Line("Where they were is kept in the schema archive: `ledger archive drop` frees that space.");
    }
}
