using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fanz.Ledger.Host.Api;

/// <summary>How answers are written: as given, in snake case, by hand, for no answer may cost a reflection.</summary>
internal static class Json
{
    public static readonly JsonWriterOptions AsGiven = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task Answer(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(body, AsGiven)) write(json);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        return response.BodyWriter.WriteAsync(body.WrittenMemory).AsTask();
    }
}

/// <summary>The headers that are the ledger's own.</summary>
internal static class Header
{
    public const string IdempotencyKey = "Idempotency-Key";

    public const string Replayed = "Idempotency-Replayed";

    /// <summary>The number that an answer is current to.</summary>
    public const string Number = "Ledger-Number";

    /// <summary>The same for each of several books.</summary>
    public const string Numbers = "Ledger-Numbers";

    public const string RetryAfter = "Retry-After";

    /// <summary>The headers of answers, and what each says.</summary>
    public static readonly IReadOnlyList<(string Name, string Meaning)> All =
        [
            (Replayed, "`true` where the request was answered before; this is that answer."),
            (Number, "The number of the last record that the answer knows of."),
            (RetryAfter, "After how many seconds the same request may be sent again."),
        ];
}
