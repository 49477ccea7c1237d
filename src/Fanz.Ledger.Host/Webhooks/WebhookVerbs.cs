using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Webhooks;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>
/// `ledger webhook list`, `dead` and `replay`: who is told, what could not be delivered, and another attempt at it by
/// the hosts that serve. Webhooks are made over HTTP, by those who administer a tenant.
/// </summary>
internal static class WebhookVerbs
{
    private const int Page = 1_000;

    public static Command Words() =>
        new("webhook", "See who is told what happens, and what could not be delivered.")
        {
            ListWords(), DeadWords(), ReplayWords(),
        };

    private static Command ListWords()
    {
        var tenant = new Argument<string>("TENANT") { Description = "Whose webhooks." };
        var json = Answer.JsonOption();
        var verb = new Command("list", "List the webhooks of a tenant, and how far each is.") { tenant, json };
        verb.SetAction((words, token) => List(words.GetValue(tenant)!, words.GetValue(json), token));
        return verb;
    }

    private static Command DeadWords()
    {
        var webhook = Id();
        var json = Answer.JsonOption();
        var verb = new Command("dead", "List what could not be delivered.") { webhook, json };
        verb.SetAction((words, token) => Dead(words.GetValue(webhook)!, words.GetValue(json), token));
        return verb;
    }

    private static Command ReplayWords()
    {
        var webhook = Id();
        var verb = new Command("replay", "Ask the hosts to try all of a webhook's dead letters again.") { webhook };
        verb.SetAction((words, token) => Replay(words.GetValue(webhook)!, token));
        return verb;
    }

    private static Argument<string> Id() => new("WEBHOOK") { Description = "Its id, as `ledger webhook list` has it." };

    private static async Task<int> List(string tenant, bool asJson, CancellationToken token)
    {
        if (BookName.Problem(tenant) is { } problem) throw new Mistake($"A tenant {problem}.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var store = new WebhookStore(source);
        var rows = new List<(Webhook Webhook, WebhookProgress? Progress)>();
        foreach (var webhook in await store.List(tenant, token))
        {
            var progress = await store.Progress(webhook.Id, token);
            if (progress.Count == 0) rows.Add((webhook, null));
            foreach (var book in progress) rows.Add((webhook, book));
        }

        if (asJson)
        {
            Answer.Json(new
            {
                Webhooks = rows.Select(row => new
                {
                    row.Webhook.Id,
                    row.Webhook.Url,
                    State = Webhook.WordOf(row.Webhook.State),
                    Platform = row.Progress?.Book.Platform,
                    row.Progress?.Number,
                    row.Progress?.Head,
                    row.Progress?.Attempt,
                    row.Progress?.Failure,
                    row.Progress?.Stopped,
                }),
            });
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            ["webhook", "state", "url", "platform", new("number", IsNumber: true), new("head", IsNumber: true), "why"],
            rows.Select(row => (IReadOnlyList<string>)
                [
                    row.Webhook.Id, Webhook.WordOf(row.Webhook.State), row.Webhook.Url,
                    row.Progress?.Book.Platform ?? row.Webhook.Platform ?? "all",
                    Whole(row.Progress?.Number), Whole(row.Progress?.Head),
                    row.Progress?.Stopped ?? row.Progress?.Failure ?? "",
                ]));
        return CommandLine.Done;
    }

    private static async Task<int> Dead(string webhook, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        await Require(new WebhookStore(source), webhook, token);
        var letters = await new DeadLetters(source).List(webhook, 0, 0, Page, token);
        if (letters.Count == Page) CommandLine.Say($"These are the first {Page}.");
        if (asJson)
        {
            Answer.Json(new
            {
                DeadLetters = letters.Select(letter => new
                {
                    Id = WebhookMessage.IdOf(letter.Book, letter.Number),
                    letter.Attempts,
                    letter.Failure,
                    ToBeReplayed = letter.IsToBeReplayed,
                }),
            });
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            ["event", new("attempts", IsNumber: true), "failed", "why", "replay"],
            letters.Select(letter => (IReadOnlyList<string>)
                [
                    WebhookMessage.IdOf(letter.Book, letter.Number), Whole(letter.Attempts), letter.FailedAt.ToString(),
                    letter.Failure, letter.IsToBeReplayed ? "asked for" : "",
                ]));
        return CommandLine.Done;
    }

    private static async Task<int> Replay(string webhook, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        await Require(new WebhookStore(source), webhook, token);
        var asked = await new DeadLetters(source).Replay(webhook, book: null, number: null, token);
        Answer.Line($"{asked} dead letters are tried again as soon as a host serves.");
        return CommandLine.Done;
    }

    private static async Task Require(WebhookStore store, string id, CancellationToken token)
    {
        if (!Receivers.IsId(id) || await store.Find(id, token) is null)
            throw new Mistake($"There is no webhook {id}: `ledger webhook list TENANT` lists them.");
    }

    private static string Whole(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
