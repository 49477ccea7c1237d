using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fanz.Ledger.Host.Tests.Access;

/// <summary>An issuer of tokens, of good ones and of any others.</summary>
internal sealed class TokenMaker : IDisposable
{
    public const string Issuer = "https://id.example";
    public const string Audience = "ledger";

    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Key r is for RS256 and key e for ES256.</summary>
    public JsonObject KeySet()
    {
        var (r, e) = (rsa.ExportParameters(false), curve.ExportParameters(false).Q);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["kid"] = "r", ["n"] = Text(r.Modulus!), ["e"] = Text(r.Exponent!) },
                new JsonObject
                {
                    ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "e", ["alg"] = "ES256", ["use"] = "sig",
                    ["x"] = Text(e.X!), ["y"] = Text(e.Y!),
                },
                new JsonObject { ["kty"] = "oct", ["kid"] = "o", ["k"] = "c2VjcmV0" }),
        };
    }

    public JsonObject IssuerEntry() => new()
    {
        ["issuer"] = Issuer,
        ["audience"] = Audience,
        ["tenants"] = new JsonArray("acme", "fanz"),
        ["jwks"] = KeySet(),
    };

    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.ToUnixTimeSeconds() + 300,
        ["tenant"] = "acme",
        ["azp"] = "shop",
        ["scope"] = "openid post:tips read:ledger",
    };

    public string Sign(JsonObject claims, string algorithm = "RS256", string? keyId = null) =>
        SignText(Header(algorithm, keyId ?? (algorithm == "ES256" ? "e" : "r")), claims.ToJsonString());

    public static JsonObject Header(string algorithm, string keyId) =>
        new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = keyId };

    public string SignText(JsonObject header, string claims, string? algorithm = null)
    {
        var signed = $"{Text(header.ToJsonString())}.{Text(claims)}";
        return $"{signed}.{Text(Signature(algorithm ?? (string?)header["alg"], Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public void Dispose()
    {
        rsa.Dispose();
        curve.Dispose();
    }

    /// <summary>
    /// The signature of an algorithm; for HS256 it is made with the public key, as whoever knows that one can.
    /// </summary>
    private byte[] Signature(string? algorithm, byte[] signed) => algorithm switch
    {
        "RS256" => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "RS512" => rsa.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "PS256" => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "ES256" => curve.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), signed),
        _ => [],
    };

    /// <summary>A file that names issuers, in a folder.</summary>
    public static string Write(string folder, params JsonObject[] issuers)
    {
        var path = Path.Combine(folder, $"issuers-{Guid.NewGuid():n}.json");
        File.WriteAllText(
            path, JsonSerializer.Serialize(new JsonObject { ["issuers"] = new JsonArray([.. issuers]) }));
        return path;
    }
}
