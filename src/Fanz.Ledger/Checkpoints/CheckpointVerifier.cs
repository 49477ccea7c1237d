using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Fanz.Ledger.Checkpoints;

/// <summary>A public key, of ECDSA over P-256, that checkpoints are held against.</summary>
public sealed class CheckpointVerifier
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<string, CheckpointVerifier> Kept = new();

    private readonly ECParameters key;

    private CheckpointVerifier(byte[] der, ECParameters key) => (Der, this.key) = (der, key);

    /// <summary>The key as DER SubjectPublicKeyInfo.</summary>
    public byte[] Der { get; }

    /// <summary>Tells one key from another: SHA-256 over the DER.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Der));

    public string Pem => PemEncoding.WriteString("PUBLIC KEY", Der) + "\n";

    /// <summary>Null when the bytes are no public key on P-256, or not in the one way of writing it.</summary>
    public static CheckpointVerifier? Of(byte[] der)
    {
        var name = Convert.ToHexString(der);
        if (Kept.TryGetValue(name, out var known)) return known;
        if (Read(der) is not { } read) return null;
        // There are few keys, but whoever may write a file could name many.
        if (Kept.Count < MostKept) Kept.TryAdd(name, read);
        return read;
    }

    /// <summary>The public keys in a text of PEM. Of a private key it is the public part.</summary>
    /// <exception cref="FormatException">There is none, or one of them is no key on P-256.</exception>
    public static IReadOnlyList<CheckpointVerifier> OfPem(string text)
    {
        var keys = new List<CheckpointVerifier>();
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
            keys.Add(OfBlock(rest[fields.Location].ToString()));
        return keys.Count > 0 ? keys : throw new FormatException("It holds no key as PEM.");
    }

    public bool HasSigned(byte[] block, byte[] signature)
    {
        using var verifying = ECDsa.Create(key);
        try
        {
            return verifying.VerifyData(
                block, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // What is not even the form of a signature is none.
            return false;
        }
    }

    private static CheckpointVerifier OfBlock(string pem)
    {
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(pem);
            return Of(ecdsa.ExportSubjectPublicKeyInfo()) ?? throw new FormatException("A key is not on P-256.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new FormatException("It holds no key of ECDSA over P-256 as PEM.", exception);
        }
    }

    private static CheckpointVerifier? Read(byte[] der)
    {
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(der, out var read);
            var parameters = ecdsa.ExportParameters(includePrivateParameters: false);
            return parameters.Curve.IsNamed && parameters.Curve.Oid.Value == P256
                && read == der.Length && ecdsa.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(der)
                ? new CheckpointVerifier(der, parameters)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
