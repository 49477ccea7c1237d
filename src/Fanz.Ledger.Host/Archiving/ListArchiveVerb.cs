using System.CommandLine;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>
/// `ledger archive list`: which ranges are away, and whether their files are where they should be. It ends with 1 when
/// one is missing or is not what was archived.
/// </summary>
internal static class ListArchiveVerb
{
    public static Command Words()
    {
        var (book, json) = (ArchiveWords.Book(), Answer.JsonOption());
        var folder = new Option<string?>("--folder")
        {
            HelpName = "DIR", Description = "Look whether the files are there, and are those that were archived.",
        };
        var verb = new Command("list", "Tell which ranges are archived, and in which files.") { book, folder, json };
        verb.SetAction(async (words, token) =>
        {
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            var away = await Away.Of(source, words.GetValue(book), token);
            var states = new List<string>();
            foreach (var (_, range) in away) states.Add(await StateOf(range, words.GetValue(folder), token));
            Tell(away, states, words.GetValue(json));
            return states.Any(state => state is "missing" or "changed") ? CommandLine.AnswerIsNo : CommandLine.Done;
        });
        return verb;
    }

    private static async Task<string> StateOf(ArchivedRange range, string? folder, CancellationToken token)
    {
        if (folder is null) return "";
        var hash = await ArchiveFiles.HashOf(Path.Combine(folder, range.File), token);
        return hash is null ? "missing" : hash.AsSpan().SequenceEqual(range.FileHash) ? "there" : "changed";
    }

    private static void Tell(
        IReadOnlyList<AwayRange> away, List<string> states, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Ranges = away.Zip(states, (one, state) => new
                {
                    one.Range.Id, Book = one.Book.Name.ToString(), one.Range.FirstNumber, one.Range.LastNumber,
                    one.Range.Carried, At = ArchiveWords.Time(one.Range.At), By = one.Range.Actor, one.Range.File,
                    Sha256 = Convert.ToHexStringLower(one.Range.FileHash), State = state,
                }),
            });
            return;
        }

        if (away.Count == 0)
        {
            Answer.Line("Nothing is archived.");
            return;
        }

        Answer.Table(
            title: null,
            [
                new("range", IsNumber: true), "book", new("from", IsNumber: true), new("to", IsNumber: true),
                new("stay here", IsNumber: true), "archived at", "by", "file", "is",
            ],
            away.Zip(states, (one, state) => (IReadOnlyList<string>)
                [
                    $"{one.Range.Id}", one.Book.Name.ToString(), ArchiveWords.Count(one.Range.FirstNumber),
                    ArchiveWords.Count(one.Range.LastNumber), ArchiveWords.Count(one.Range.Carried),
                    ArchiveWords.Time(one.Range.At), one.Range.Actor, one.Range.File, state,
                ]));
    }
}
