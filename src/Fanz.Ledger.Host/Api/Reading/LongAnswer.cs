using System.Text.Json;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// An answer that may be long: it leaves as it is written, and no more of it than a buffer is ever in memory. A fault
/// in its middle breaks the connection, so that nobody takes a part for the whole.
/// </summary>
internal sealed class LongAnswer : IAsyncDisposable
{
    private const int Buffer = 32 << 10;

    private readonly HttpContext context;
    private long flushed;

    private LongAnswer(HttpContext context)
    {
        this.context = context;
        Json = new Utf8JsonWriter(context.Response.BodyWriter, Api.Json.AsGiven);
    }

    public Utf8JsonWriter Json { get; }

    public static LongAnswer Begin(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return new LongAnswer(context);
    }

    /// <summary>Lets go of what was written, if it is much.</summary>
    public ValueTask Breathe() => Json.BytesCommitted + Json.BytesPending - flushed < Buffer ? default : Flush();

    public async ValueTask Flush()
    {
        Json.Flush();
        flushed = Json.BytesCommitted;
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>What was written of a broken answer is left where it is.</summary>
    public ValueTask DisposeAsync()
    {
        Json.Reset(Stream.Null);
        return Json.DisposeAsync();
    }
}
