using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.References;
using Npgsql;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Serving;

/// <summary>`ledger follower list`, `resume` and `restart`: where those are who follow the journal.</summary>
internal static class FollowerVerbs
{
    private static readonly Follower[] Known = [new ReferenceFollower()];

    public static Command Words() =>
        new("follower", "See where those are who follow the journal, and let one go on that has stopped.")
        {
            ListWords(),
            OneWords(
                "resume", "Let one try again the record that it stopped at.",
                (source, follower, book, token) => new Checkpoints(source).Resume(follower.Name, book, token)),
            OneWords(
                "restart", "Take back what one has made of a book, and let it begin again.",
                (source, follower, book, token) => new Checkpoints(source).StartOver(follower, book, token)),
        };

    private static Command ListWords()
    {
        var json = Answer.JsonOption();
        var verb = new Command("list", "Say how far each is in each book, and why it has stopped if it has.") { json };
        verb.SetAction((words, token) => List(words.GetValue(json), token));
        return verb;
    }

    private static Command OneWords(
        string name, string what, Func<NpgsqlDataSource, Follower, OpenedBook, CancellationToken, Task> act)
    {
        var follower = new Argument<string>("FOLLOWER") { Description = "Its name, as `ledger follower list` has it." };
        follower.AcceptOnlyFromAmong([.. Known.Select(known => known.Name)]);
        var book = BookWords.Argument("The book.");
        var verb = new Command(name, what) { follower, book };
        verb.SetAction(async (words, token) =>
        {
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            var opened = await new BookRegistry(source).MustFind(words.GetValue(book), token);
            var one = Known.Single(known => known.Name == words.GetValue(follower));
            await act(source, one, opened, token);
            Answer.Line($"{one.Name} goes on in {opened.Name} as soon as a host serves.");
            return CommandLine.Done;
        });
        return verb;
    }

    private static async Task<int> List(bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var list = await new Checkpoints(source).List(token);
        if (asJson)
        {
            Answer.Json(new
            {
                Followers = list.Select(one => new
                {
                    one.Follower,
                    Book = one.Book.ToString(),
                    one.Number,
                    one.Head,
                    LagSeconds = Math.Round(one.Lag.TotalSeconds, 3),
                    one.Stopped,
                }),
            });
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            ["follower", "book", new("number", IsNumber: true), new("behind", IsNumber: true),
                new("lag", IsNumber: true), "stopped"],
            list.Select(one => (IReadOnlyList<string>)
                [
                    one.Follower, one.Book.ToString(), Whole(one.Number), Whole(one.Behind),
                    string.Create(CultureInfo.InvariantCulture, $"{one.Lag.TotalSeconds:0.0} s"), one.Stopped ?? "",
                ]));
        return CommandLine.Done;
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
