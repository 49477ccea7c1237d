using System.Collections.Frozen;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Host.Access;

/// <summary>Who asks, and what they may.</summary>
internal sealed record Caller(Actor Actor, string Tenant)
{
    /// <summary>The platforms of the tenant; null means all of them.</summary>
    public IReadOnlySet<string>? Platforms { get; init; }

    public required IReadOnlySet<string> Scopes { get; init; }

    /// <summary>The one owner whose accounts are seen; null means every owner's.</summary>
    public Owner? Owner { get; init; }

    /// <summary>The key that was shown; null for a token.</summary>
    public string? KeyId { get; init; }

    /// <summary>What its requests are counted under.</summary>
    public required string RateKey { get; init; }

    public int? RateLimit { get; init; }

    /// <summary>It administers every tenant.</summary>
    public bool IsOfHouse => Tenant == KeyGrant.House;

    /// <summary>A service that is believed about people; a person speaks for nobody else.</summary>
    public bool MayVouch => Actor.Person is null && Has(Postgres.Access.Scopes.VouchForPeople);

    public bool MaySee(string tenant) => tenant == Tenant || IsOfHouse;

    public bool MaySee(string tenant, string platform) =>
        MaySee(tenant) && (Platforms is null || Platforms.Contains(platform));

    /// <summary>An owner's own app sees the owner's accounts in that role, and no other.</summary>
    public bool MaySee(AccountKey account) => Owner is null || (Owner.Holds(account.Code) && Owner.Id == account.Owner);

    public bool Has(string scope) =>
        Scopes.Contains(scope) && (Owner is null || Postgres.Access.Scopes.OfOwners.Contains(scope));

    public void Require(string scope)
    {
        if (!Has(scope)) throw new ProblemFound(Lacks(scope));
    }

    /// <summary>Why a command is not this caller's to post to a book that they may see, or null.</summary>
    public Problem? ObjectionTo(Command command, string tenant)
    {
        var scope = Postgres.Access.Scopes.OfCommand(CommandFormat.NameOf(command));
        if (!Has(scope)) return Lacks(scope);
        // Whoever proposes something or decides upon it needs the right to what it is as well.
        if (command is Command.IOfProposal { Command: var proposed } && CommandFormat.TakesTwoPeople(proposed)
            && Postgres.Access.Scopes.OfCommand(proposed) is var needed && !Has(needed)) return Lacks(needed);
        // It is answered as the book's not being there would be.
        if (command is Command.TransferToBook { Platform: var platform } && !MaySee(tenant, platform))
            return Problem.Of([BookRegistry.Unknown(new BookName(tenant, platform))]);
        return command switch
        {
            // Nobody is believed that somebody else has proposed what they approve: that one has to say so.
            Command.IByTwoPeople { ApprovedBy: not null } =>
                MayVouch ? null : ProposeFirst(CommandFormat.NameOf(command)),
            Command.IApproved { ApprovedBy: { } approver } when !MaySpeakFor(approver) => new Problem(
                StatusCodes.Status403Forbidden, "not_the_approver",
                "Only approved_by themselves can post it, or a service that may vouch for people.")
            {
                Field = "approved_by",
            },
            Command.ISaidBy { Said: var (field, person) } when !MaySpeakFor(person) => new Problem(
                StatusCodes.Status403Forbidden, "not_that_person",
                $"Only {field} themselves can post it, or a service that may vouch for people.")
            {
                Field = field,
            },
            _ => null,
        };
    }

    /// <summary>The caller that the request was admitted for.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? throw new ProblemFound(
        new Problem(StatusCodes.Status401Unauthorized, "unauthenticated", "A key is needed: Authorization: Bearer …"));

    public static Caller Of(ApiKey key) => new(new Actor(key.Service, key.Person), key.Tenant)
    {
        Platforms = key.Platforms?.ToFrozenSet(StringComparer.Ordinal),
        Scopes = key.Scopes.ToFrozenSet(StringComparer.Ordinal),
        Owner = key.Owner,
        KeyId = key.Id,
        RateKey = key.Id,
        RateLimit = key.RateLimit,
    };

    public static Problem Lacks(string scope) =>
        new(StatusCodes.Status403Forbidden, "scope_missing", $"This needs the scope {scope}.")
        {
            Facts = new Dictionary<string, string> { ["scope"] = scope },
        };

    private static Problem ProposeFirst(string command) => new(
        StatusCodes.Status403Forbidden, "propose_first",
        $"{command} takes two people, and only a service that may vouch for people (vouch:people) posts it for both. "
        + "Post propose with it as one person, and approve_proposal as another.")
    {
        Facts = new Dictionary<string, string> { ["command"] = command },
    };

    private bool MaySpeakFor(string? one) => Actor.Person is { } person ? person == one : MayVouch;
}
