using Fanz.Ledger.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Webhooks;

/// <summary>What becomes of what happens.</summary>
public enum WebhookState
{
    /// <summary>Nothing is sent before its receiver has echoed a challenge.</summary>
    Unverified,

    Active,

    /// <summary>Nothing is sent, and nothing is lost: it goes on from where it was.</summary>
    Paused,

    /// <summary>For good.</summary>
    Removed,
}

/// <summary>Who is told what happened.</summary>
/// <param name="Platform">The one platform of the tenant; null means all of them, and those to come.</param>
/// <param name="Types">The events that are wanted; null means all.</param>
/// <param name="SealedSecret">What requests are signed with, sealed with the master key.</param>
public sealed record Webhook(
    string Id, string Tenant, string? Platform, string Url, IReadOnlyList<string>? Types, WebhookState State,
    Instant CreatedAt, string CreatedBy, Instant? VerifiedAt, byte[] SealedSecret)
{
    internal const string Columns =
        "id, tenant, platform, url, types, state, created_at, created_by, verified_at, secret";

    public bool Wants(string type) => Types is null || Types.Contains(type, StringComparer.Ordinal);

    public static string WordOf(WebhookState state) => state switch
    {
        WebhookState.Unverified => "unverified",
        WebhookState.Active => "active",
        WebhookState.Paused => "paused",
        WebhookState.Removed => "removed",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>Reads <see cref="Columns"/>.</summary>
    internal static Webhook Read(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.GetString(3),
        reader.IsDBNull(4) ? null : reader.GetFieldValue<string[]>(4),
        StateOf(reader.GetString(5)),
        Instant.FromDateTimeUtc(reader.GetDateTime(6)),
        reader.GetString(7),
        reader.IsDBNull(8) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(8)),
        reader.GetFieldValue<byte[]>(9));

    private static WebhookState StateOf(string word) => word switch
    {
        "unverified" => WebhookState.Unverified,
        "active" => WebhookState.Active,
        "paused" => WebhookState.Paused,
        "removed" => WebhookState.Removed,
        _ => throw new InvalidOperationException($"A webhook is in the unknown state '{word}'."),
    };
}

/// <summary>How far a webhook has got in a book.</summary>
/// <param name="Trying">The record that is under way, if one was begun.</param>
/// <param name="Failure">Why the last attempt at it failed.</param>
/// <param name="Stopped">Why nothing of the book is sent until somebody has looked at it.</param>
public sealed record WebhookProgress(
    BookName Book, long Number, long Head, long? Trying, int Attempt, Instant? NextAttemptAt, string? Failure,
    string? Stopped);

/// <summary>A record that could not be delivered within the time there was for it.</summary>
/// <param name="IsToBeReplayed">Somebody has asked for another attempt.</param>
public sealed record DeadLetter(
    BookName Book, long Number, int Attempts, Instant FirstTriedAt, Instant FailedAt, string Failure,
    bool IsToBeReplayed);
