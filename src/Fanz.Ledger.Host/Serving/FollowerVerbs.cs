using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Serving;

/// <summary>`ledger follower list`, `pause` and `resume`: where those are who follow the journal.</summary>
internal static class FollowerVerbs
{
    public static Command Words() =>
        new("follower", "See where those are who follow the journal, let one wait, and let it go on.")
        {
            ListWords(),
            OneWords(
                "pause", "Let one wait where it is; what it has made stays and is read, and nothing is lost.", "waits",
                (builds, follower, book, token) => builds.Pause(follower, book, token)),
            OneWords(
                "resume", "Let one go on that was paused, or try again the record that it stopped at.",
                "goes on as soon as a host serves",
                (builds, follower, book, token) => builds.Resume(follower, book, token)),
        };

    /// <summary>A follower, by the name that `ledger follower list` has.</summary>
    public static Argument<string> NameArgument()
    {
        var follower = new Argument<string>("FOLLOWER") { Description = "Its name, as `ledger follower list` has it." };
        follower.AcceptOnlyFromAmong([.. Followers.All.Select(known => known.Name)]);
        return follower;
    }

    private static Command ListWords()
    {
        var json = Answer.JsonOption();
        var verb = new Command("list", "Say how far each is in each book, and why it has stopped if it has.") { json };
        verb.SetAction((words, token) => List(words.GetValue(json), token));
        return verb;
    }

    private static Command OneWords(
        string name, string what, string done, Func<Builds, string, OpenedBook?, CancellationToken, Task> act)
    {
        var follower = NameArgument();
        var book = BookWords.Optional("The book; all of them if there is none.");
        var verb = new Command(name, what) { follower, book };
        verb.SetAction(async (words, token) =>
        {
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            var opened = words.GetValue(book) is { } asked
                ? await new BookRegistry(source).MustFind(asked, token)
                : null;
            await act(new Builds(source), words.GetValue(follower)!, opened, token);
            Answer.Line($"{words.GetValue(follower)} {done} in {opened?.Name.ToString() ?? "all books"}.");
            return CommandLine.Done;
        });
        return verb;
    }

    private static async Task<int> List(bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var list = await new Builds(source).List(token);
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
                    one.State,
                    PausedAt = one.PausedAt?.ToString(),
                    one.Stopped,
                }),
            });
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            ["follower", "book", "state", new("number", IsNumber: true), new("behind", IsNumber: true),
                new("lag", IsNumber: true), "stopped"],
            list.Select(one => (IReadOnlyList<string>)
                [
                    one.Follower, one.Book.ToString(), one.PausedAt is null ? one.State : "paused",
                    Whole(one.Number), Whole(one.Behind),
                    string.Create(CultureInfo.InvariantCulture, $"{one.Lag.TotalSeconds:0.0} s"), one.Stopped ?? "",
                ]));
        return CommandLine.Done;
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
