using System.Collections.Frozen;
using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>What a key is asked for: who will bear it, and what it may do.</summary>
public sealed record KeyGrant
{
    /// <summary>Instead of a tenant: a key that administers all of them, and does nothing else.</summary>
    public const string House = "*";

    /// <summary>
    /// In these names the ledger itself posts. By them it finds what it has done, so nobody else has them.
    /// </summary>
    public static readonly FrozenSet<string> ServicesOfOurOwn =
        FrozenSet.Create(StringComparer.Ordinal, RunId.Service, "rails");

    /// <summary>Beyond this it is no limit but a slip.</summary>
    public const int HighestRate = 1_000_000;

    public required string Tenant { get; init; }

    public ImmutableArray<string>? Platforms { get; init; }

    public required string Service { get; init; }

    public string? Person { get; init; }

    public Owner? Owner { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    public int? RateLimit { get; init; }

    public Instant? ExpiresAt { get; init; }

    /// <summary>Whoever grants it must be believed about people.</summary>
    public bool TakesVouching => Person is not null || Scopes.Contains(Access.Scopes.VouchForPeople);

    /// <summary>Everything that is wrong with it, whoever grants it.</summary>
    public IEnumerable<Fault> Faults(Instant now)
    {
        if (Tenant != House && BookName.Problem(Tenant) is { } tenant)
            yield return new Fault("tenant", "ill_formed", $"tenant {tenant}");
        if (Identifier.Problem(Service) is { } service)
            yield return new Fault("service", "ill_formed", $"service {service}");
        else if (Service.Contains('/')) yield return new Fault("service", "ill_formed", "service has a slash");
        else if (ServicesOfOurOwn.Contains(Service))
            yield return new Fault("service", "reserved", $"In the name {Service} only the ledger itself posts.");
        if (Person is not null && Identifier.Problem(Person) is { } person)
            yield return new Fault("person", "ill_formed", $"person {person}");
        if (Owner is not null && Identifier.Problem(Owner.Id) is { } owner)
            yield return new Fault("owner", "ill_formed", $"owner {owner}");
        if (RateLimit is < 1 or > HighestRate)
            yield return new Fault("rate_limit", "out_of_range", $"A rate limit is from 1 to {HighestRate} a second.");
        if (ExpiresAt is { } end && (end <= now || end >= Instant.FromUtc(3000, 1, 1, 0, 0)))
            yield return new Fault("expires_at", "out_of_range", "A key expires in the future, before the year 3000.");
        foreach (var fault in PlatformFaults().Concat(ScopeFaults())) yield return fault;
    }

    private IEnumerable<Fault> PlatformFaults()
    {
        if (Platforms is not { } platforms) yield break;
        if (platforms.IsEmpty)
            yield return new Fault("platforms", "ill_formed", "Leave platforms out, or name some.");
        if (Tenant == House)
            yield return new Fault("platforms", "ill_formed", "A key for all tenants is for all of their platforms.");
        if (platforms.Distinct().Count() != platforms.Length)
            yield return new Fault("platforms", "ill_formed", "A platform is named twice.");
        foreach (var platform in platforms)
            if (BookName.Problem(platform) is { } problem)
                yield return new Fault("platforms", "ill_formed", $"A platform {problem}.");
    }

    private IEnumerable<Fault> ScopeFaults()
    {
        if (Scopes.IsEmpty) yield return new Fault("scopes", "ill_formed", "A key without a scope can do nothing.");
        if (Scopes.Distinct().Count() != Scopes.Length)
            yield return new Fault("scopes", "ill_formed", "A scope is named twice.");
        foreach (var scope in Scopes)
        {
            if (!Access.Scopes.All.Contains(scope))
                yield return new Fault("scopes", "unknown_scope", $"There is no scope {Identifier.Quote(scope)}.");
            else if (Owner is not null && !Access.Scopes.OfOwners.Contains(scope))
                yield return new Fault("scopes", "scope_not_for_owners", $"An owner's key cannot have {scope}.");
            else if (Tenant == House && !Access.Scopes.OfHouse.Contains(scope))
                yield return new Fault("scopes", "scope_not_for_house", $"A key for all tenants cannot have {scope}.");
        }

        if (Owner is not null && Tenant == House)
            yield return new Fault("owner", "ill_formed", "An owner is somebody with one tenant.");
        if (Scopes.Contains(Access.Scopes.VouchForPeople) && Person is not null)
            yield return new Fault("scopes", "scope_not_for_people", "A person vouches for nobody else.");
    }
}
