using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// `ledger rebuild`: makes what a follower has made of books again, beside what is read, and then lets it be read
/// instead. Hosts may serve meanwhile. What is interrupted goes on where it was.
/// </summary>
internal static class RebuildVerb
{
    public static Command Words()
    {
        var follower = FollowerVerbs.NameArgument();
        var book = BookWords.Option("One book; otherwise all of them.");
        var json = Answer.JsonOption();
        var verb = new Command(
            "rebuild", "Make what a follower has made of the journal again, beside what is read, and swap it in.")
        {
            follower, book, json,
        };
        verb.SetAction((words, token) => Run(
            Followers.All.Single(one => one.Name == words.GetValue(follower)), words.GetValue(book),
            words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(Follower follower, BookName? only, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var books = only is { } name ? [await registry.MustFind(name, token)] : await registry.List(token);
        var (rebuild, builds) = (new Rebuild(source, HostSettings.IsPooledByTransaction), new Builds(source));
        var done = new List<(BookName Book, long Number)>();
        using (var progress = new ProgressLine())
        {
            foreach (var book in books)
            {
                try
                {
                    await rebuild.Run(follower, book, new Told(progress), token);
                }
                catch (Exception refused) when (refused is RebuildRefused or RangeIsArchived)
                {
                    throw new Mistake($"{follower.Name} of {book.Name} is as it was: {refused.Message}");
                }

                done.Add((book.Name, await builds.Number(follower.Name, book, token)));
            }
        }

        if (asJson)
        {
            Answer.Json(new
            {
                Follower = follower.Name,
                Books = done.Select(one => new { Book = one.Book.ToString(), one.Number }),
            });
            return CommandLine.Done;
        }

        foreach (var (book, number) in done)
            Answer.Line($"{follower.Name} of {book} was made again, up to number {Count(number)}.");
        return CommandLine.Done;
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class Told(ProgressLine line) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => line.Report(
            $"{value.Book}: {Count(value.Number)} of {Count(value.Head)} records");
    }
}
