using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using NodaTime.Text;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// `ledger key create`, `list`, `rotate`, `revoke`: for whoever has the database, and so without asking what they may.
/// A new key stands alone on standard output.
/// </summary>
internal static class KeyVerbs
{
    private const int Page = 1_000;

    public static Command Words() =>
        new("key", "Create, list, rotate or revoke the keys with which services ask.")
        {
            KeyWords.Create(Create), ListWords(), RotateWords(), RevokeWords(),
        };

    public static string Us => new Actor("ledger", Environment.UserName).ToString();

    private static Command ListWords()
    {
        var tenant = new Option<string?>("--tenant") { HelpName = "TENANT", Description = "The keys of this one only." };
        var json = Answer.JsonOption();
        var verb = new Command("list", "List the keys, without their secrets, which nobody has.") { tenant, json };
        verb.SetAction((words, token) => List(words.GetValue(tenant), words.GetValue(json), token));
        return verb;
    }

    private static Command RotateWords()
    {
        var id = KeyWords.Id();
        var overlap = new Option<int>("--overlap")
        {
            HelpName = "HOURS",
            Description = "For how long the old key is good beside the new one.",
            DefaultValueFactory = _ => 24,
        };
        overlap.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 24 * 30) result.AddError("An overlap is from 0 to 720 hours.");
        });
        var json = Answer.JsonOption();
        var verb = new Command("rotate", "Make a key in place of another, with the same rights.") { id, overlap, json };
        verb.SetAction((words, token) =>
            Rotate(words.GetValue(id)!, words.GetValue(overlap), words.GetValue(json), token));
        return verb;
    }

    private static Command RevokeWords()
    {
        var id = KeyWords.Id();
        var json = Answer.JsonOption();
        var verb = new Command("revoke", "End a key for ever. Hosts that serve hear of it within seconds.") { id, json };
        verb.SetAction((words, token) => Revoke(words.GetValue(id)!, words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Create(KeyGrant grant, bool asJson, CancellationToken token)
    {
        if (grant.Faults(SystemClock.Instance.GetCurrentInstant()).ToArray() is { Length: > 0 } faults)
            throw new Mistake(string.Join(" ", faults.Select(fault => fault.Problem)));
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        if (grant.Tenant != KeyGrant.House)
        {
            var books = await new BookRegistry(source).List(token);
            if (!books.Any(book => book.Name.Tenant == grant.Tenant))
                CommandLine.Say($"Tenant {grant.Tenant} has no book yet.");
        }

        Tell(await new KeyStore(source).Create(grant, Us, token), asJson);
        return CommandLine.Done;
    }

    private static async Task<int> List(string? tenant, bool asJson, CancellationToken token)
    {
        if (tenant is not (null or KeyGrant.House) && BookName.Problem(tenant) is { } problem)
            throw new Mistake($"A tenant {problem}.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var keys = await All(new KeyStore(source), tenant, token);
        if (asJson)
        {
            Answer.Json(new { Keys = keys.Select(Row) });
            return CommandLine.Done;
        }

        var now = SystemClock.Instance.GetCurrentInstant();
        Answer.Table(
            title: null,
            ["key", "state", "tenant", "platforms", "service", "of", "scopes", "expires", "made"],
            keys.OrderBy(key => key.MadeAt).Select(key => (IReadOnlyList<string>)
                [
                    key.Id, key.StateAt(now), key.Tenant, key.Platforms is { } some ? string.Join(' ', some) : "all",
                    key.Service, key.Owner?.ToString() ?? key.Person ?? "", string.Join(' ', key.Scopes),
                    key.ExpiresAt is { } end ? Minute(end) : "never", $"{Minute(key.MadeAt)} by {key.MadeBy}",
                ]));
        return CommandLine.Done;
    }

    private static async Task<List<ApiKey>> All(KeyStore store, string? tenant, CancellationToken token)
    {
        var keys = new List<ApiKey>();
        while (true)
        {
            var page = await store.List(tenant, keys.Count == 0 ? "" : keys[^1].Id, Page, token);
            keys.AddRange(page);
            if (page.Count < Page) return keys;
        }
    }

    private static async Task<int> Rotate(string id, int hours, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var (made, fault) = await new KeyStore(source).Rotate(id, Duration.FromHours(hours), Us, token);
        Tell(made ?? throw new Mistake($"{id}: {fault!.Problem}"), asJson);
        return CommandLine.Done;
    }

    private static async Task<int> Revoke(string id, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var key = await new KeyStore(source).Revoke(id, Us, token)
            ?? throw new Mistake($"There is no key {id}: `ledger key list` lists them.");
        if (asJson) Answer.Json(Row(key));
        else Answer.Line($"Key {id} of {key.Service} is revoked since {Minute(key.RevokedAt!.Value)}.");
        return CommandLine.Done;
    }

    private static void Tell(NewKey made, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new { made.Key.Id, Key = made.Text, made.Key.Tenant, made.Key.Service, made.Key.Scopes });
            return;
        }

        CommandLine.Say($"Key {made.Key.Id} of {made.Key.Service}, shown this once:");
        Answer.Line(made.Text);
    }

    private static object Row(ApiKey key) => new
    {
        key.Id,
        State = key.StateAt(SystemClock.Instance.GetCurrentInstant()),
        key.Tenant,
        key.Platforms,
        key.Service,
        key.Person,
        Owner = key.Owner?.ToString(),
        key.Scopes,
        key.RateLimit,
        key.MadeBy,
        MadeAt = KeyJson.Time.Format(key.MadeAt),
        ExpiresAt = key.ExpiresAt is { } end ? KeyJson.Time.Format(end) : null,
        RevokedAt = key.RevokedAt is { } revoked ? KeyJson.Time.Format(revoked) : null,
        key.RevokedBy,
        key.ReplacedBy,
    };

    private static string Minute(Instant time) =>
        InstantPattern.Create("uuuu-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture).Format(time);
}
