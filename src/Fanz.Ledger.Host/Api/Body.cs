using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Net.Http.Headers;

namespace Fanz.Ledger.Host.Api;

/// <summary>The body of a request, whole, in borrowed memory.</summary>
internal readonly struct Body : IDisposable
{
    private readonly byte[] rented;
    private readonly int length;

    private Body(byte[] rented, int length) => (this.rented, this.length) = (rented, length);

    public ReadOnlySpan<byte> Bytes => rented.AsSpan(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);

    /// <summary>Reads it to its end, if it says that it is JSON and is not larger than may be.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The body is the caller's to dispose.")]
    public static async ValueTask<Body> Read(HttpContext context, int limit)
    {
        var request = context.Request;
        if (!IsJson(request.ContentType))
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status415UnsupportedMediaType, "not_json", "Content-Type is application/json, in UTF-8."));
        }

        if (request.ContentLength > limit) throw TooLarge(limit);
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 4_096) + 1);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
                if (read == 0) return new Body(buffer, length);
                length += read;
                if (length > limit) throw TooLarge(limit);
                if (length == buffer.Length) buffer = Grown(buffer);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static byte[] Grown(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType == "application/json") return true;
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private static ProblemFound TooLarge(int limit) => new(new Problem(
        StatusCodes.Status413PayloadTooLarge, "too_large", $"The body is larger than {limit} bytes."));
}
