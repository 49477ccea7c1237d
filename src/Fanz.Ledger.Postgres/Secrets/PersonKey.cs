using System.Buffers.Text;
using System.Security.Cryptography;

namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>
/// Seals what is one person's, always to the same text: the nonce is a keyed hash of the purpose and the clear text, so
/// that it repeats where all of it does and nowhere else. Who sees two sealed texts of a person sees whether they are
/// the same; that is what makes a request that is sent again the same request.
/// </summary>
internal sealed class PersonKey
{
    internal const int Length = 32;
    private const string Prefix = "v1.";

    private readonly byte[] sealing;
    private readonly byte[] choosing;
    private readonly string tenant;
    private readonly string person;

    internal PersonKey(string tenant, string person, byte[] key)
    {
        (this.tenant, this.person) = (tenant, person);
        sealing = MasterKey.Derive(key, "ledger/person/seal", Length);
        choosing = MasterKey.Derive(key, "ledger/person/nonce", Length);
    }

    internal string Seal(string purpose, ReadOnlySpan<byte> clear)
    {
        var nonce = HMACSHA256.HashData(choosing, (byte[])[.. SealedBox.Said(purpose), .. clear])
            .AsSpan(0, SealedBox.NonceLength);
        var box = SealedBox.Seal(sealing, nonce, clear, SealedBox.Said("secret", tenant, person, purpose));
        return Prefix + Base64Url.EncodeToString(box);
    }

    internal byte[]? Open(string purpose, string text)
    {
        if (!IsWellFormed(text)) return null;
        var box = Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length));
        return SealedBox.Open(sealing, box, SealedBox.Said("secret", tenant, person, purpose));
    }

    private static bool IsWellFormed(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length));
}
