using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Postgres.Access;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Access;

/// <summary>A key as an administrator asks for it.</summary>
internal sealed record KeyRequest(
    string Service, string[] Scopes, string[]? Platforms = null, string? Person = null, string? Owner = null,
    int? RateLimit = null, string? ExpiresAt = null)
{
    /// <summary>What is asked for, for a tenant. What cannot be read is a problem; what can be may still have faults.</summary>
    public KeyGrant For(string tenant) => new()
    {
        Tenant = tenant,
        Service = Service,
        Person = Person,
        Platforms = Platforms is null ? null : [.. Platforms],
        Scopes = [.. Scopes],
        RateLimit = RateLimit,
        Owner = Owner is null ? null : Postgres.Access.Owner.Read(Owner) ?? throw new ProblemFound(
            Problem.OfParameter("owner", "ill_formed", "An owner is such as creator/mia, fan/anna or affiliate/joe.")),
        ExpiresAt = ExpiresAt is null ? null : KeyJson.Time.Parse(ExpiresAt).TryGetValue(default, out var time)
            ? time
            : throw new ProblemFound(
                Problem.OfParameter("expires_at", "ill_formed", "A time is such as 2026-12-31T00:00:00Z.")),
    };
}

/// <summary>For how long the old key is good beside the new one.</summary>
internal sealed record RotationRequest(int? OverlapSeconds = null);

/// <summary>Keys as programs read them.</summary>
internal static class KeyJson
{
    public static readonly InstantPattern Time = InstantPattern.ExtendedIso;

    public static void Write(Utf8JsonWriter json, ApiKey key, Instant now, string? text = null)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id);
        if (text is not null) json.WriteString("key", text);
        json.WriteString("state", key.StateAt(now));
        json.WriteString("tenant", key.Tenant);
        if (key.Platforms is { } platforms) WriteAll(json, "platforms", platforms);
        json.WriteString("service", key.Service);
        if (key.Person is { } person) json.WriteString("person", person);
        if (key.Owner is { } owner) json.WriteString("owner", owner.ToString());
        WriteAll(json, "scopes", key.Scopes);
        if (key.RateLimit is { } limit) json.WriteNumber("rate_limit", limit);
        json.WriteString("made_by", key.MadeBy);
        json.WriteString("made_at", Time.Format(key.MadeAt));
        if (key.ExpiresAt is { } end) json.WriteString("expires_at", Time.Format(end));
        if (key.RevokedAt is { } revoked) json.WriteString("revoked_at", Time.Format(revoked));
        if (key.RevokedBy is { } revoker) json.WriteString("revoked_by", revoker);
        if (key.ReplacedBy is { } next) json.WriteString("replaced_by", next);
        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }
}

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(RotationRequest))]
internal sealed partial class KeyShape : JsonSerializerContext;
