using System.Text.Json;
using Fanz.Ledger.Postgres.Webhooks;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>Webhooks, how far they have got, and dead letters, as administrators read them.</summary>
internal static class WebhookJson
{
    /// <summary>Without an end: the caller adds what belongs to it, and ends it.</summary>
    public static void Begin(Utf8JsonWriter json, Webhook webhook)
    {
        json.WriteStartObject();
        json.WriteString("id", webhook.Id);
        json.WriteString("tenant", webhook.Tenant);
        json.WriteString("platform", webhook.Platform);
        json.WriteString("url", webhook.Url);
        if (webhook.Types is { } types)
        {
            json.WriteStartArray("types");
            foreach (var type in types) json.WriteStringValue(type);
            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("types");
        }

        json.WriteString("state", Webhook.WordOf(webhook.State));
        json.WriteString("created_at", Time(webhook.CreatedAt));
        json.WriteString("created_by", webhook.CreatedBy);
        json.WriteString("verified_at", Time(webhook.VerifiedAt));
    }

    public static void Write(Utf8JsonWriter json, WebhookProgress progress)
    {
        json.WriteStartObject();
        json.WriteString("platform", progress.Book.Platform);
        json.WriteNumber("number", progress.Number);
        json.WriteNumber("head", progress.Head);
        if (progress.Trying is { } trying) json.WriteNumber("trying", trying);
        if (progress.Attempt > 0) json.WriteNumber("attempt", progress.Attempt);
        if (progress.NextAttemptAt is { } next) json.WriteString("next_attempt_at", Time(next));
        if (progress.Failure is { } failure) json.WriteString("failure", failure);
        if (progress.Stopped is { } stopped) json.WriteString("stopped", stopped);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, DeadLetter letter)
    {
        json.WriteStartObject();
        json.WriteString("id", WebhookMessage.IdOf(letter.Book, letter.Number));
        json.WriteString("platform", letter.Book.Platform);
        json.WriteNumber("number", letter.Number);
        json.WriteNumber("attempts", letter.Attempts);
        json.WriteString("first_tried_at", Time(letter.FirstTriedAt));
        json.WriteString("failed_at", Time(letter.FailedAt));
        json.WriteString("failure", letter.Failure);
        json.WriteBoolean("to_be_replayed", letter.IsToBeReplayed);
        json.WriteEndObject();
    }

    private static string? Time(Instant? time) => time is { } known ? InstantPattern.ExtendedIso.Format(known) : null;
}
