using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>
/// Whose own app it is. The same id may have several roles, and be somebody else in each, so the role is said too.
/// </summary>
public sealed record Owner(Role Role, string Id)
{
    public override string ToString() => $"{Word}/{Id}";

    /// <summary>Whether an account of this kind is one that its owner has in this role.</summary>
    public bool Holds(AccountCode code) => code.Holder == Role switch
    {
        Role.Fan => Holder.Fan,
        Role.Creator => Holder.Creator,
        Role.Affiliate => Holder.Affiliate,
        _ => throw new InvariantBroken("There is no other role."),
    };

    internal string Word => Role.ToString().ToLowerInvariant();

    /// <summary>`creator/mia`, `fan/anna` or `affiliate/joe`.</summary>
    public static Owner? Read(string text)
    {
        var parts = text.Split('/', 2);
        return parts.Length == 2 && parts[1].Length > 0 ? Of(parts[0], parts[1]) : null;
    }

    internal static Owner? Of(string word, string id) => word switch
    {
        "fan" => new Owner(Role.Fan, id),
        "creator" => new Owner(Role.Creator, id),
        "affiliate" => new Owner(Role.Affiliate, id),
        _ => null,
    };
}

/// <summary>A key as it is kept: everything but its secret.</summary>
public sealed record ApiKey
{
    public required string Id { get; init; }

    /// <summary>The tenant, or <see cref="KeyGrant.House"/>.</summary>
    public required string Tenant { get; init; }

    /// <summary>The platforms that it reaches; null for all of the tenant.</summary>
    public ImmutableArray<string>? Platforms { get; init; }

    public required string Service { get; init; }

    public string? Person { get; init; }

    public Owner? Owner { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>Commands and requests a second, if it is not the host's usual number.</summary>
    public int? RateLimit { get; init; }

    public required string MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    public Instant? ExpiresAt { get; init; }

    public Instant? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    /// <summary>The key that was made in its place; until <see cref="ExpiresAt"/> both are good.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>SHA-256 of the secret.</summary>
    public required ImmutableArray<byte> Hash { get; init; }

    public bool IsGoodAt(Instant time) => RevokedAt is null && (ExpiresAt is not { } end || time < end);

    public string StateAt(Instant time) =>
        RevokedAt is not null ? "revoked" : IsGoodAt(time) ? ReplacedBy is null ? "good" : "replaced" : "expired";
}

/// <summary>A key that was just made. The text is told once and kept nowhere.</summary>
public sealed record NewKey(ApiKey Key, string Text);
