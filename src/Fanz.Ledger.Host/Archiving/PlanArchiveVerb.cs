using System.CommandLine;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>`ledger archive plan`: what could be archived, how much would stay, and what stands in the way.</summary>
internal static class PlanArchiveVerb
{
    public static Command Words()
    {
        var (book, before, early, json) =
            (ArchiveWords.Book(), ArchiveWords.Before(), ArchiveWords.Early(), Answer.JsonOption());
        var verb = new Command("plan", "Tell what could be archived and what stands in the way.")
        {
            book, before, early, json,
        };
        verb.SetAction(async (words, token) =>
        {
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            var planned = await ArchiveWords.Plan(
                source, words.GetValue(book), words.GetValue(before), words.GetValue(early), token);
            Tell(planned, words.GetValue(json));
            return planned.Any(range => range.Obstacles.Count > 0) ? CommandLine.AnswerIsNo : CommandLine.Done;
        });
        return verb;
    }

    private static void Tell(IReadOnlyList<PlannedRange> planned, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Ranges = planned.Select(range => new
                {
                    Book = range.Book.Name.ToString(), range.FirstNumber, range.LastNumber, range.Records,
                    range.Entries, range.Carried, UpTo = ArchiveWords.Time(range.UpTo), range.File,
                    range.Obstacles, range.Open,
                }),
            });
            return;
        }

        if (planned.Count == 0)
        {
            Answer.Line("Nothing is old enough, sealed and under a checkpoint.");
            return;
        }

        Answer.Table(
            title: null,
            [
                "book", new("from", IsNumber: true), new("to", IsNumber: true), "recorded up to",
                new("records", IsNumber: true), new("entries", IsNumber: true), new("stay here", IsNumber: true),
            ],
            planned.Select(range => (IReadOnlyList<string>)
                [
                    range.Book.Name.ToString(), ArchiveWords.Count(range.FirstNumber),
                    ArchiveWords.Count(range.LastNumber), ArchiveWords.Time(range.UpTo),
                    ArchiveWords.Count(range.Records), ArchiveWords.Count(range.Entries),
                    ArchiveWords.Count(range.Carried),
                ]));
        foreach (var range in planned)
        {
            foreach (var obstacle in range.Obstacles) Answer.Line($"{range.Book.Name}: in the way: {obstacle}.");
            foreach (var open in range.Open) Answer.Line(InWords(range, open));
        }
    }

    public static string InWords(PlannedRange range, OpenItem open) =>
        $"{range.Book.Name}: {ArchiveWords.Count(open.Count)} of {open.What} not over, the first {open.First}: " +
        "commands about them are refused while the range is away.";
}
