using System.Security.Cryptography;

namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>
/// The same for the same clear text of a tenant, whoever it is of, so that two people with one bank account are found;
/// without the key nobody can try account numbers until one fits.
/// </summary>
public sealed class Fingerprints
{
    private readonly byte[] key;

    internal Fingerprints(byte[] key) => this.key = key;

    /// <summary>Finds one clear text with several people, without saying which one it is.</summary>
    public string Of(string tenant, string purpose, ReadOnlySpan<byte> clear) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(
            key, (byte[])[.. SealedBox.Said("fingerprint", tenant, purpose), .. clear]).AsSpan(0, 16));
}
