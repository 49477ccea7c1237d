using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// The public keys with which an issuer's tokens are checked, from a JSON Web Key Set. A key is good for the one
/// algorithm that its kind stands for, RS256 or ES256, whatever a token says of itself; keys of other kinds are passed
/// over.
/// </summary>
internal sealed class SigningKeys
{
    private const int FewestRsaBits = 2048;

    private readonly Dictionary<string, Key> byId = new(StringComparer.Ordinal);

    private SigningKeys()
    {
    }

    /// <summary>The keys of a set; a set without one that is good for anything is a mistake.</summary>
    public static SigningKeys Read(JsonElement set, string issuer)
    {
        if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("keys", out var keys)
            || keys.ValueKind != JsonValueKind.Array)
            throw new Mistake($"The keys of issuer {issuer} are no JSON Web Key Set.");
        var signing = new SigningKeys();
        foreach (var jwk in keys.EnumerateArray())
        {
            if (jwk.ValueKind != JsonValueKind.Object || Text(jwk, "use") is not (null or "sig")) continue;
            if (Text(jwk, "kid") is not { Length: > 0 } id) continue;
            if (TryRead(jwk, issuer) is not { } key) continue;
            if (!signing.byId.TryAdd(id, key)) throw new Mistake($"Issuer {issuer} has two keys `{id}`.");
        }

        return signing.byId.Count > 0
            ? signing
            : throw new Mistake($"Issuer {issuer} has no RSA or P-256 key with a kid to check tokens with.");
    }

    public bool IsSigned(string keyId, string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!byId.TryGetValue(keyId, out var key) || key.Algorithm != algorithm) return false;
        // A key is made anew for each look: the platform's objects are not for several threads.
        if (key.Rsa is { } rsa)
        {
            using var one = RSA.Create(rsa);
            return one.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var other = ECDsa.Create(key.Curve!.Value);
        return other.VerifyData(
            signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static Key? TryRead(JsonElement jwk, string issuer)
    {
        try
        {
            switch (Text(jwk, "kty"), Text(jwk, "crv"), Text(jwk, "alg"))
            {
                case ("RSA", _, null or "RS256"):
                    var rsa = new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") };
                    using (var known = RSA.Create(rsa))
                    {
                        return known.KeySize >= FewestRsaBits
                            ? new Key("RS256", rsa, null)
                            : throw new Mistake($"A key of issuer {issuer} has less than {FewestRsaBits} bits.");
                    }

                case ("EC", "P-256", null or "ES256"):
                    var point = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") };
                    var curve = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point };
                    using (ECDsa.Create(curve)) return new Key("ES256", null, curve);
                default:
                    return null;
            }
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            throw new Mistake($"A key of issuer {issuer} cannot be read: {exception.Message}");
        }
    }

    private static byte[] Bytes(JsonElement jwk, string name) =>
        Base64Url.DecodeFromChars(Text(jwk, name) ?? throw new FormatException($"{name} is missing."));

    private static string? Text(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Key(string Algorithm, RSAParameters? Rsa, ECParameters? Curve);
}
