using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Access;

/// <summary>Under which names an issuer's tokens say what the ledger needs to know.</summary>
internal sealed record ClaimNames(
    string Tenant = "tenant", string Platforms = "platforms", string Scopes = "scope", string Service = "azp",
    string Person = "person", string Owner = "owner");

/// <summary>
/// Somebody whose tokens are believed: for these tenants, up to these scopes, and for nothing else, whatever a token
/// says. Tokens are for the audience, and may be checked by a clock that is wrong by the skew.
/// </summary>
internal sealed record TokenIssuer(
    string Issuer, string Audience, string[] Tenants, string[]? Scopes = null, string? Service = null,
    ClaimNames? Claims = null, int ClockSkewSeconds = 30, int? RateLimit = null, JsonElement? Jwks = null,
    string? JwksFile = null)
{
    private const int LongestSkew = 300;

    [JsonIgnore]
    public ClaimNames Named => Claims ?? new ClaimNames();

    /// <summary>What is wrong with it, in words for the operator.</summary>
    public string? Problem()
    {
        if (Issuer.Length == 0 || Audience.Length == 0) return "An issuer of tokens has a name and an audience.";
        if (Tenants.Length == 0) return $"Issuer {Issuer} speaks for no tenant.";
        if (Tenants.FirstOrDefault(tenant => BookName.Problem(tenant) is not null) is { } wrong)
            return $"Issuer {Issuer} speaks for `{wrong}`, which is no tenant's name.";
        if (Scopes?.FirstOrDefault(scope => !Postgres.Access.Scopes.All.Contains(scope)) is { } unknown)
            return $"Issuer {Issuer} may give the scope `{unknown}`, which does not exist.";
        if (ClockSkewSeconds is < 0 or > LongestSkew)
            return $"The clock skew of issuer {Issuer} is from 0 to {LongestSkew} seconds.";
        if (RateLimit is < 1 or > KeyGrant.HighestRate)
            return $"The rate limit of issuer {Issuer} is from 1 to {KeyGrant.HighestRate} a second.";
        return Jwks is null == JwksFile is null ? $"Issuer {Issuer} has either jwks or jwks_file." : null;
    }
}

/// <summary>What LEDGER_JWT_ISSUERS names: `{"issuers":[{"issuer":"…","audience":"…","tenants":["…"],"jwks":{…}}]}`.</summary>
internal sealed record IssuerFile(TokenIssuer[] Issuers)
{
    public static IssuerFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), IssuerShape.Default.IssuerFile)
                ?? throw new JsonException("It is empty.");
            foreach (var issuer in file.Issuers)
                if (issuer.Problem() is { } problem) throw new Mistake(problem);
            var isTwice = file.Issuers.GroupBy(issuer => (issuer.Issuer, issuer.Audience)).Any(same => same.Count() > 1);
            return isTwice ? throw new Mistake($"{path} has an issuer and audience twice.") : file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new Mistake($"LEDGER_JWT_ISSUERS cannot be read: {exception.Message}");
        }
    }
}

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IssuerFile))]
internal sealed partial class IssuerShape : JsonSerializerContext;
