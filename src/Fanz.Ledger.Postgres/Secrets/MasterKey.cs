using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>The secrets were sealed under another master key than this program was given.</summary>
public sealed class WrongMasterKey(string message) : Exception(message);

/// <summary>The key of a person was destroyed: nothing of theirs can be sealed or opened any more.</summary>
public sealed class PersonForgotten(string message) : Exception(message);

/// <summary>
/// What the master key is used for, each with a key of its own that follows from it: wrapping the keys of people,
/// naming the master key, and fingerprints.
/// </summary>
internal sealed class MasterKey
{
    internal const int NameLength = 8;
    private const int KeyLength = 32;

    private readonly byte[] wrapping;

    internal MasterKey(byte[] key)
    {
        if (key.Length != KeyLength) throw new ArgumentException("A master key has 256 bits.", nameof(key));
        wrapping = Derive(key, "ledger/person-keys/wrap", KeyLength);
        FingerprintKey = Derive(key, "ledger/fingerprints", KeyLength);
        Name = Derive(key, "ledger/person-keys/name", NameLength);
    }

    /// <summary>Tells one master key from another, and says nothing about it.</summary>
    internal byte[] Name { get; }

    /// <summary>
    /// What fingerprints are made with, where this was the first master key. It outlives it: kept wrapped like the key
    /// of a person, it is the same under the next one.
    /// </summary>
    internal byte[] FingerprintKey { get; }

    /// <summary>Bound to the tenant and the person: a row put in another's place opens nothing.</summary>
    internal byte[] Wrap(string tenant, string person, ReadOnlySpan<byte> key)
    {
        Span<byte> nonce = stackalloc byte[SealedBox.NonceLength];
        RandomNumberGenerator.Fill(nonce);
        return [SealedBox.Version, .. SealedBox.Seal(wrapping, nonce, key, SealedBox.Said("key", tenant, person))];
    }

    internal byte[]? Unwrap(string tenant, string person, ReadOnlySpan<byte> wrapped) =>
        wrapped.Length > 0 && wrapped[0] == SealedBox.Version
            ? SealedBox.Open(wrapping, wrapped[1..], SealedBox.Said("key", tenant, person))
            : null;

    internal static byte[] Derive(byte[] key, string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, length, info: Encoding.ASCII.GetBytes(purpose));
}
