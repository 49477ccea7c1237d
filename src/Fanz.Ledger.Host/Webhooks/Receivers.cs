using System.Security.Cryptography;
using System.Text.Json;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Webhooks;
using Npgsql;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>
/// Those who are told what happened: made, verified, paused, removed, and delivered to. Without a master key there are
/// none on this host: it can neither sign nor make a secret.
/// </summary>
internal sealed class Receivers : IAsyncDisposable
{
    private readonly WebhookSender sender;
    private readonly WebhookSecrets? secrets;
    private readonly FoundRecords found;
    private readonly ArchivedRanges archived;
    private readonly Bell bell;
    private readonly WebhookRunner? runner;

    public Receivers(
        NpgsqlDataSource source, BookRegistry registry, MasterKeys? masterKey, Bell bell, WebhookOptions options)
    {
        (this.bell, Options) = (bell, options);
        found = new FoundRecords(source);
        archived = new ArchivedRanges(source);
        Store = new WebhookStore(source);
        Cursors = new WebhookCursors(source, options.Lease);
        DeadLetters = new DeadLetters(source);
        sender = new WebhookSender(options);
        if (masterKey is null) return;
        secrets = new WebhookSecrets(masterKey);
        runner = new WebhookRunner(source, registry, secrets, sender, bell, options);
    }

    public WebhookOptions Options { get; }

    public WebhookStore Store { get; }

    public WebhookCursors Cursors { get; }

    public DeadLetters DeadLetters { get; }

    /// <summary>Makes one, and tells its secret, for this once. Null when there is one like it already.</summary>
    public async Task<(Webhook Webhook, string Secret)?> Create(
        string tenant, string? platform, string url, IReadOnlyList<string>? types, string createdBy,
        CancellationToken token)
    {
        var (id, secret) = (NewId(), WebhookSecrets.New());
        var sealedSecret = Secrets().Seal(id, secret);
        return await Store.Create(id, tenant, platform, url, types, createdBy, sealedSecret, token)
            ? ((await Store.Find(id, token))!, secret)
            : null;
    }

    /// <summary>
    /// Sends a challenge and looks whether it comes back; if so, an unverified one becomes active. Says what is wrong,
    /// if something is.
    /// </summary>
    public async Task<string?> Verify(Webhook webhook, CancellationToken token)
    {
        if (Secrets().Open(webhook.Id, webhook.SealedSecret) is not { } secret)
            return "its secret was sealed with another master key than this host has";
        var challenge = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var body = WebhookMessage.Challenge(webhook.Id, challenge);
        var request = new WebhookRequest(webhook.Id, webhook.Url, secret, "challenge", Attempt: 1, body);
        var sent = await sender.Send(request, wantsEcho: true, token);
        if (!sent.IsAccepted) return sent.Failure;
        if (!IsEcho(sent.Echo, challenge)) return "did not echo the challenge";
        await Store.Change(webhook.Id, WebhookState.Active, [WebhookState.Unverified], token);
        bell.Ring();
        return null;
    }

    /// <summary>Goes on at once. Where it has stopped, it does not: somebody has to say behind what.</summary>
    public async Task Resume(Webhook webhook, CancellationToken token)
    {
        await Cursors.Hurry(webhook.Id, token);
        await Store.Change(webhook.Id, WebhookState.Active, [WebhookState.Paused], token);
        bell.Ring();
    }

    /// <summary>
    /// Delivers again all that lies behind a number, also where it has stopped; false when the book does not have it.
    /// </summary>
    public async Task<bool> Rewind(Webhook webhook, OpenedBook book, long after, CancellationToken token)
    {
        var place = JournalCursor.Start;
        if (after > 0)
        {
            if (await found.ReadCarried(book, [after], token) is not [var placed]) return false;
            place = placed.Cursor;
        }

        await archived.RequireNumbers(book.Id, after + 1, after + 1, token);

        await Cursors.Rewind(webhook.Id, book, place, token);
        bell.Ring();
        return true;
    }

    /// <summary>Asks for another attempt at dead letters, as many as match.</summary>
    public async Task<int> Replay(Webhook webhook, OpenedBook? book, long? number, CancellationToken token)
    {
        var asked = await DeadLetters.Replay(webhook.Id, book?.Id, number, token);
        bell.Ring();
        return asked;
    }

    /// <summary>Before the writer drains, so that what is still written is delivered by the next host.</summary>
    public Task Stop() => runner?.Stop() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (runner is not null) await runner.DisposeAsync();
        sender.Dispose();
    }

    public static bool IsId(string text) => text.Length == 35 && text.StartsWith("wh_", StringComparison.Ordinal)
        && text.Skip(3).All(char.IsAsciiHexDigitLower);

    private static string NewId() => "wh_" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    private WebhookSecrets Secrets() => secrets ?? throw new ProblemFound(new Problem(
        StatusCodes.Status503ServiceUnavailable, "webhooks_unconfigured",
        "This host has no LEDGER_MASTER_KEY, under which the secrets of webhooks are kept."));

    /// <summary>The challenge alone, or as the member of an object that it came as.</summary>
    private static bool IsEcho(string echo, string challenge)
    {
        if (echo.Trim() == challenge) return true;
        try
        {
            using var json = JsonDocument.Parse(echo);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("challenge", out var member)
                && member.ValueKind == JsonValueKind.String && member.GetString() == challenge;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
