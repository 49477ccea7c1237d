using System.CommandLine;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>`ledger archive attach`: brings ranges back from their files, for an audit or what came up late.</summary>
internal static class AttachVerb
{
    public static Command Words()
    {
        var ranges = new Argument<long[]>("RANGE")
        {
            Description = "Which ranges, by the numbers that `ledger archive list` tells.",
            Arity = ArgumentArity.OneOrMore,
        };
        var (folder, key, json) = (ArchiveWords.Folder(), ArchiveWords.Key(), Answer.JsonOption());
        var verb = new Command("attach", "Bring archived ranges back from their files.") { ranges, folder, key, json };
        verb.SetAction(async (words, token) =>
        {
            using var trusted = await ArchiveWords.ReadKey(words.GetValue(key), token);
            await using var owner = await OwnerDatabase.Open("Attaching what is archived", token);
            await owner.Prepare(token);
            await using var source = owner.Connect();
            var away = await Away.Of(source, only: null, token);
            var files = new ArchiveFiles(source, trusted);
            var verified = new List<(OpenedBook, ArchivedRange, VerifiedFile)>();
            using (var progress = new ProgressLine())
            {
                foreach (var id in words.GetValue(ranges)!.Distinct())
                {
                    if (away.FirstOrDefault(one => one.Range.Id == id) is not { Range: { } range, Book: var book })
                        throw new Mistake($"No range {id} is away: `ledger archive list` tells which are.");
                    var told = new ArchiveWords.Told(progress, $"reading {range.File}");
                    verified.Add((book, range, await files.Verify(book, range, words.GetValue(folder)!, told, token)));
                }

                await new Attaching(source, KeyVerbs.Us).Run(
                    verified, new ArchiveWords.Told(progress, "bringing back"), token);
            }

            Tell(verified, words.GetValue(json));
            return CommandLine.Done;
        });
        return verb;
    }

    private static void Tell(IReadOnlyList<(OpenedBook Book, ArchivedRange Range, VerifiedFile)> ranges, bool asJson)
    {
        if (asJson) Answer.Json(new { Attached = ranges.Select(one => one.Range.Id) });
        else
            foreach (var (book, range, _) in ranges)
                Answer.Line(
                    $"Records {ArchiveWords.Count(range.FirstNumber)} to {ArchiveWords.Count(range.LastNumber)} of " +
                    $"{book.Name} are here again.");
    }
}
