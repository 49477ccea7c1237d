using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Earnings;

/// <summary>
/// For whom a rule holds, from narrow to wide: a creator's sales of one kind, all of a creator, all sales of a kind on
/// the platform, all on the platform, all of the tenant. A rule of the tenant is written into the book of each of its
/// platforms, so that every book can be read by itself.
/// </summary>
public sealed record RuleScope(string? Creator = null, SaleKind? Kind = null)
{
    internal const string PlatformStream = "rules/platform";

    private static readonly Buckets OfCreators = new("rules/creator/");

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tenant { get; init; }

    [JsonIgnore]
    internal string Stream => Creator is null ? PlatformStream : StreamOf(Creator);

    internal static string StreamOf(string creator) => OfCreators.StreamOf(creator);

    public override string ToString()
    {
        var whose = Tenant ? "tenant" : Creator is null ? "platform" : $"creator {Identifier.Quote(Creator)}";
        return Kind is { } kind ? $"{whose} for {kind.Word()}" : whose;
    }
}

/// <summary>
/// Another hold, for what all that it names fits. Of several that fit, the one that names most counts; of those, one
/// that names the kind before one that names the tier before one that names the country.
/// </summary>
public sealed record HoldDaysFor(int Days, SaleKind? Kind = null, string? Tier = null, string? Country = null)
{
    /// <summary>The higher the narrower; no two rows of a rule that fit the same sale have the same.</summary>
    internal int Narrowness
    {
        get
        {
            var (kind, tier, country) = (Kind is null ? 0 : 1, Tier is null ? 0 : 1, Country is null ? 0 : 1);
            return ((kind + tier + country) * 8) + (kind * 4) + (tier * 2) + country;
        }
    }

    internal bool Fits(SaleKind kind, string? tier, string? country) =>
        (Kind is null || Kind == kind) && (Tier is null || Tier == tier) && (Country is null || Country == country);
}

public sealed record MinimumFee(string Currency, long Amount);

/// <summary>What an affiliate earns of a sale, of what it is taken, and from whose part it goes.</summary>
public sealed record AffiliateTerms(int BasisPoints, AffiliateBasis Basis, Bearer BorneBy);
