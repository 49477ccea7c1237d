using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// Tells callers by their signed tokens (JWT). What a token says of its own checking is not believed: the algorithm is
/// that of the issuer's key, keys that it brings along or points to are ignored, and a header that must be understood
/// and is not makes it worthless. It is refused without a word about why.
/// </summary>
internal sealed class Tokens
{
    private const int LongestToken = 8_192;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly List<(TokenIssuer Issuer, WatchedKeys Keys)> issuers = [];
    private readonly TimeProvider clock;

    private Tokens(TimeProvider clock) => this.clock = clock;

    /// <summary>The issuers of a file; a path in it is seen from where the file is.</summary>
    public static Tokens Read(string path, TimeProvider clock)
    {
        var tokens = new Tokens(clock);
        foreach (var issuer in IssuerFile.Read(path).Issuers)
        {
            var keys = issuer.JwksFile is { } file
                ? WatchedKeys.OfFile(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file), issuer, clock)
                : WatchedKeys.Of(SigningKeys.Read(issuer.Jwks!.Value, issuer.Issuer));
            tokens.issuers.Add((issuer, keys));
        }

        return tokens;
    }

    /// <summary>The caller that a token was issued to, or null.</summary>
    public Caller? Identify(string token)
    {
        try
        {
            return Read(token);
        }
        catch (InvalidOperationException)
        {
            // It has text that is none, such as half of a surrogate pair.
            return null;
        }
    }

    private Caller? Read(string token)
    {
        if (token.Length > LongestToken || token.Split('.') is not [var head, var body, var signature]) return null;
        using var header = Json(head);
        using var claims = Json(body);
        if (header is null || claims is null || Bytes(signature) is not { } signed) return null;
        var (saidBy, said) = (claims.RootElement, header.RootElement);
        if (said.TryGetProperty("crit", out _)) return null;
        if (Text(said, "alg") is not { } algorithm || Text(said, "kid") is not { } keyId) return null;
        foreach (var (issuer, keys) in issuers)
        {
            if (Text(saidBy, "iss") != issuer.Issuer || !IsFor(saidBy, issuer.Audience)) continue;
            var text = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
            return keys.Now().IsSigned(keyId, algorithm, text, signed) && IsCurrent(saidBy, issuer)
                ? CallerOf(saidBy, issuer)
                : null;
        }

        return null;
    }

    private static bool IsFor(JsonElement claims, string audience) =>
        claims.TryGetProperty("aud", out var said) && said.ValueKind switch
        {
            JsonValueKind.String => said.ValueEquals(audience),
            JsonValueKind.Array => said.EnumerateArray().Any(
                one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience)),
            _ => false,
        };

    /// <summary>It has an end, which is not over; and was not made in the future.</summary>
    private bool IsCurrent(JsonElement claims, TokenIssuer issuer)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1_000.0;
        return TryTime(claims, "exp", out var end) && end is { } until && now < until + issuer.ClockSkewSeconds
            && TryTime(claims, "nbf", out var start) && (start is not { } from || now >= from - issuer.ClockSkewSeconds)
            && TryTime(claims, "iat", out var made) && (made is not { } at || now >= at - issuer.ClockSkewSeconds);
    }

    private static Caller? CallerOf(JsonElement claims, TokenIssuer issuer)
    {
        var names = issuer.Named;
        if (!TryText(claims, names.Tenant, out var tenant) || tenant is null || !issuer.Tenants.Contains(tenant))
            return null;
        if (!TryText(claims, names.Service, out var service) || !TryText(claims, names.Person, out var person)
            || !TryText(claims, names.Owner, out var owner)
            || !TryWords(claims, names.Platforms, out var platforms)
            || !TryWords(claims, names.Scopes, out var scopes)) return null;
        service ??= issuer.Service;
        if (Identifier.Problem(service) is not null || service!.Contains('/')) return null;
        if (KeyGrant.ServicesOfOurOwn.Contains(service)) return null;
        if (person is not null && Identifier.Problem(person) is not null) return null;
        if (owner is not null && (Owner.Read(owner) is not { } app || Identifier.Problem(app.Id) is not null))
            return null;
        if (platforms is { Count: 0 } || platforms?.Any(one => BookName.Problem(one) is not null) == true) return null;
        return new Caller(new Actor(service, person), tenant)
        {
            Platforms = platforms?.ToFrozenSet(StringComparer.Ordinal),
            // Tokens have scopes of other services in them, which are nothing to the ledger.
            Scopes = (scopes ?? [])
                .Where(scope => Scopes.All.Contains(scope) && issuer.Scopes?.Contains(scope) != false)
                .ToFrozenSet(StringComparer.Ordinal),
            Owner = owner is null ? null : Owner.Read(owner),
            RateKey = $"{issuer.Issuer}\0{tenant}\0{service}\0{person}\0{owner}",
            RateLimit = issuer.RateLimit,
        };
    }

    private static JsonDocument? Json(string part)
    {
        if (Bytes(part) is not { } bytes) return null;
        try
        {
            var json = JsonDocument.Parse(bytes, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Base64url without padding or space, as the form of tokens is; there is one way to write each.</summary>
    private static byte[]? Bytes(string part)
    {
        if (part.Length == 0 || part.AsSpan().ContainsAnyExcept(Alphabet)) return null;
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            return Base64Url.EncodeToString(bytes) == part ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) => TryText(json, name, out var text) ? text : null;

    /// <summary>Text, or nothing at all; what is there and is no text makes the token worthless.</summary>
    private static bool TryText(JsonElement json, string name, out string? text)
    {
        text = null;
        if (!json.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind != JsonValueKind.String) return false;
        text = value.GetString();
        return true;
    }

    /// <summary>Words: an array of them, or one text with spaces between, as scopes are written.</summary>
    private static bool TryWords(JsonElement json, string name, out IReadOnlyList<string>? words)
    {
        words = null;
        if (!json.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String)) return false;
            words = [.. value.EnumerateArray().Select(one => one.GetString()!)];
            return true;
        }

        if (!TryText(json, name, out var text)) return false;
        words = text!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return true;
    }

    private static bool TryTime(JsonElement claims, string name, out double? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds)) return false;
        time = seconds;
        return double.IsFinite(seconds);
    }
}
