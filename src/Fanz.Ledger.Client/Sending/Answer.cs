using System.Text.Json;

namespace Fanz.Ledger.Client;

/// <summary>An answer that arrived whole.</summary>
internal sealed class Answer(int status, bool isReplay, TimeSpan? retryAfter, byte[] body)
{
    public int Status { get; } = status;

    /// <summary>It is the answer that was given to this key before.</summary>
    public bool IsReplay { get; } = isReplay;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>
    /// Reads the body as JSON. What cannot be read is null: a server in between has answered, and what the ledger
    /// said is as lost as if the line had broken.
    /// </summary>
    public T? Read<T>(Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? read(json.RootElement) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    public LedgerProblem? Problem() => Read(LedgerProblem.Read);

    public static async Task<Answer> Of(HttpResponseMessage response, CancellationToken token)
    {
        var after = response.Headers.RetryAfter;
        var pause = after?.Delta ?? (after?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        var isReplay = response.Headers.TryGetValues("Idempotency-Replayed", out var said) && said.Contains("true");
        return new Answer(
            (int)response.StatusCode, isReplay, pause > TimeSpan.Zero ? pause : null,
            await response.Content.ReadAsByteArrayAsync(token));
    }
}
