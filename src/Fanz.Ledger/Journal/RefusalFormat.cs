using System.Text.Json;

namespace Fanz.Ledger.Journal;

/// <summary>How a refusal is kept among the answers: as JSON, byte for byte, because it is sealed.</summary>
public static class RefusalFormat
{
    public static byte[] Write(Refusal refusal) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new RefusalShape(refusal.Code, refusal.Message, refusal.Facts), Shape.Default.RefusalShape);

    public static Refusal Read(ReadOnlySpan<byte> json)
    {
        var shape = JsonSerializer.Deserialize(json, Shape.Default.RefusalShape)
            ?? throw new JsonException("A refusal is never null.");
        return new Refusal(shape.Code, shape.Message) { Facts = shape.Facts };
    }
}

internal sealed record RefusalShape(string Code, string Message, IReadOnlyDictionary<string, string> Facts);
