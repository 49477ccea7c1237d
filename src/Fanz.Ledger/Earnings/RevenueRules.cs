using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Earnings;

internal static class RevenueRules
{
    /// <summary>The rule that holds for a sale: the narrowest that is in effect on the day.</summary>
    internal static RevenueShare Of(Book book, SaleKind kind, string creator, Currency currency, LocalDate on)
    {
        var ofCreator = book.Recall<CreatorRules>(RuleScope.StreamOf(creator)).Of(creator);
        var ofPlatform = book.Recall<PlatformRules>(RuleScope.PlatformStream);
        var rule = ofCreator.On(kind, on) ?? ofPlatform.Platform.On(kind, on) ?? ofPlatform.Tenant.On(kind, on);
        if (rule is null) return RevenueShare.Default;
        return rule.For(kind, currency, rule.LooksAtCreator ? Standings.Of(book, Role.Creator, creator) : null);
    }

    /// <summary>What was agreed for whom a scope names, for all kinds of sale.</summary>
    internal static ScopedRules In(Book book, RuleScope scope)
    {
        if (scope.Creator is { } creator) return book.Recall<CreatorRules>(scope.Stream).Of(creator);
        var rules = book.Recall<PlatformRules>(scope.Stream);
        return scope.Tenant ? rules.Tenant : rules.Platform;
    }
}

/// <summary>A rule as it was set, made ready to be looked up; or the end of one.</summary>
internal sealed class RevenueRule
{
    public static readonly RevenueRule Ended = new();

    private readonly RevenueShare? usual;
    private readonly ImmutableArray<HoldDaysFor> holds = [];
    private readonly IReadOnlyList<MinimumFee> minimumFees = [];

    private RevenueRule()
    {
    }

    public RevenueRule(long version, Event.RevenueRuleSet set)
    {
        usual = new RevenueShare(
            version, set.FeeBasisPoints, set.ReserveBasisPoints, set.HoldDays, set.ReserveDays);
        if (set.Affiliate is { } affiliate)
        {
            usual = usual with
            {
                AffiliateBasisPoints = affiliate.BasisPoints,
                AffiliateBasis = affiliate.Basis,
                AffiliateBorneBy = affiliate.BorneBy,
            };
        }

        holds = [.. (set.HoldDaysBy ?? []).OrderByDescending(row => row.Narrowness)];
        minimumFees = set.MinimumFees ?? [];
    }

    public bool IsEnd => usual is null;

    /// <summary>Whether anything depends on the creator's tier or country.</summary>
    public bool LooksAtCreator => holds.Length > 0;

    /// <summary>The terms for a sale. Most rules have the same for all their sales.</summary>
    public RevenueShare For(SaleKind kind, Currency currency, PartyStanding? creator)
    {
        var share = usual ?? throw new InvariantBroken("A rule that has ended shares nothing.");
        var holdDays = share.HoldDays;
        foreach (var row in holds)
        {
            if (!row.Fits(kind, creator?.Tier, creator?.Country)) continue;
            holdDays = row.Days;
            break;
        }

        long minimumFee = 0;
        for (var i = 0; i < minimumFees.Count; i++)
            if (minimumFees[i].Currency == currency.Code) minimumFee = minimumFees[i].Amount;
        return holdDays == share.HoldDays && minimumFee == 0
            ? share
            : share with { HoldDays = holdDays, MinimumFee = minimumFee };
    }
}

/// <summary>What was agreed for one creator, the platform or the tenant: by kind of sale, and for all.</summary>
internal sealed record ScopedRules
{
    public static readonly ScopedRules None = new();

    private Timeline<RevenueRule> ForAll { get; init; } = Timeline<RevenueRule>.Empty;

    private ImmutableDictionary<SaleKind, Timeline<RevenueRule>> ByKind { get; init; } =
        ImmutableDictionary<SaleKind, Timeline<RevenueRule>>.Empty;

    /// <summary>The rule for a kind of sale, or else for all.</summary>
    public RevenueRule? On(SaleKind kind, LocalDate day) => Own(kind, day) ?? Own(kind: null, day);

    /// <summary>The rule for exactly this kind, or exactly for all.</summary>
    public RevenueRule? Own(SaleKind? kind, LocalDate day) =>
        TimelineOf(kind).On(day) is { IsEnd: false } rule ? rule : null;

    public ScopedRules With(SaleKind? kind, LocalDate from, RevenueRule rule)
    {
        var timeline = TimelineOf(kind).With(from, rule);
        return kind is null
            ? this with { ForAll = timeline }
            : this with { ByKind = ByKind.SetItem(kind.Value, timeline) };
    }

    /// <summary>The rules after a record about them, or null if it cannot be one.</summary>
    public ScopedRules? After(Recorded recorded) => recorded.Event switch
    {
        Event.RevenueRuleSet set => With(set.Scope.Kind, set.EffectiveOn, new RevenueRule(recorded.Number, set)),
        Event.RevenueRuleEnded ended when Own(ended.Scope.Kind, ended.EffectiveOn) is not null =>
            With(ended.Scope.Kind, ended.EffectiveOn, RevenueRule.Ended),
        _ => null,
    };

    internal static RuleScope? ScopeOf(Event @event) => @event switch
    {
        Event.RevenueRuleSet set => set.Scope,
        Event.RevenueRuleEnded ended => ended.Scope,
        _ => null,
    };

    private Timeline<RevenueRule> TimelineOf(SaleKind? kind) =>
        kind is null ? ForAll : ByKind.GetValueOrDefault(kind.Value, Timeline<RevenueRule>.Empty);
}

internal sealed record PlatformRules : Aggregate
{
    public ScopedRules Platform { get; private init; } = ScopedRules.None;

    public ScopedRules Tenant { get; private init; } = ScopedRules.None;

    public override Aggregate After(Recorded recorded) => ScopedRules.ScopeOf(recorded.Event) switch
    {
        { Creator: null, Tenant: true } => this with
        {
            Tenant = Tenant.After(recorded) ?? throw Impossible(recorded),
        },
        { Creator: null } => this with { Platform = Platform.After(recorded) ?? throw Impossible(recorded) },
        _ => throw Impossible(recorded),
    };
}

/// <summary>The rules of all creators that share a bucket.</summary>
internal sealed record CreatorRules : Aggregate
{
    private ImmutableDictionary<string, ScopedRules> ByCreator { get; init; } =
        ImmutableDictionary.Create<string, ScopedRules>(StringComparer.Ordinal);

    public ScopedRules Of(string creator) => ByCreator.GetValueOrDefault(creator, ScopedRules.None);

    public override Aggregate After(Recorded recorded)
    {
        if (ScopedRules.ScopeOf(recorded.Event) is not { Creator: { } creator }) throw Impossible(recorded);
        var rules = Of(creator).After(recorded) ?? throw Impossible(recorded);
        return this with { ByCreator = ByCreator.SetItem(creator, rules) };
    }
}
