using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What was agreed: revenue rules, limits, the platform's policy, and the standing of parties.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, Role Role, string Party), NaiveStanding> standings = [];
    private readonly List<NaiveRule> rules = [];
    private readonly List<(string Book, LocalDate From, Command.SetLimits Limits)> limits = [];
    private readonly List<(string Book, LocalDate From, Command.SetPolicy Policy)> policies = [];
    private readonly List<(string Book, string Fan, string Currency, LocalDate On, BigInteger Amount)> counted = [];

    /// <summary>A rule, or the end of one.</summary>
    private sealed record NaiveRule(
        string Book, RuleScope Scope, LocalDate From, long Number, Command.SetRevenueRule? Rule);

    private sealed class NaiveStanding
    {
        public bool Sanctioned { get; set; }

        public bool Closed { get; set; }

        public bool Held { get; set; }

        public LocalDate? Since { get; set; }

        public Command.DescribeCreator? Description { get; set; }

        public string? Objection => Sanctioned ? "party_sanctioned" : Closed ? "party_closed" : null;
    }

    private Answer? OfRules(Command command)
    {
        switch (command)
        {
            case Command.SetRevenueRule c: return Agree(c);
            case Command.EndRevenueRule c: return End(c);
            case Command.SetLimits c:
                if (c.EffectiveOn < today) return Refused("effective_in_past");
                limits.Add((here, c.EffectiveOn ?? today, c));
                return Move("limits_set");
            case Command.SetPolicy c: return Set(c);
            case Command.SanctionParty c:
                return Change(
                    c.Role, c.Party, s => s.Sanctioned ? "party_sanctioned" : null, s => s.Sanctioned = true,
                    "party_sanctioned");
            case Command.ClearParty c:
                return Change(
                    c.Role, c.Party, s => s.Sanctioned ? null : "party_not_sanctioned", s => s.Sanctioned = false,
                    "party_cleared");
            case Command.CloseParty c:
                return Change(
                    c.Role, c.Party, s => s.Closed ? "party_closed" : null, s => s.Closed = true, "party_closed");
            case Command.HoldCreator c:
                return Change(
                    Role.Creator, c.Creator, s => s.Held ? "creator_held" : null, s => s.Held = true, "creator_held");
            case Command.UnholdCreator c:
                return Change(
                    Role.Creator, c.Creator, s => s.Held ? null : "creator_not_held", s => s.Held = false,
                    "creator_unheld");
            case Command.RegisterFan c:
                return Change(
                    Role.Fan, c.Fan, s => s.Since is null ? null : "fan_registered", s => s.Since = c.Since,
                    "fan_registered");
            case Command.DescribeCreator c:
                return Change(Role.Creator, c.Creator, _ => null, s => s.Description = c, "creator_described");
            default: return null;
        }
    }

    private NaiveStanding Standing(Role role, string party)
    {
        if (!standings.TryGetValue((here, role, party), out var standing))
            standings[(here, role, party)] = standing = new NaiveStanding();
        return standing;
    }

    private Answer Change(
        Role role, string party, Func<NaiveStanding, string?> objection, Action<NaiveStanding> change, string type)
    {
        var standing = Standing(role, party);
        if (objection(standing) is { } refusal) return Refused(refusal);
        change(standing);
        return Move(type);
    }

    private Answer Agree(Command.SetRevenueRule c)
    {
        if (c.EffectiveOn < today) return Refused("effective_in_past");
        rules.Add(new NaiveRule(here, c.Scope, c.EffectiveOn ?? today, last[here] + 1, c));
        return Move("revenue_rule_set");
    }

    private Answer End(Command.EndRevenueRule c)
    {
        if (c.EffectiveOn < today) return Refused("effective_in_past");
        if (RuleOf(c.Scope, c.EffectiveOn ?? today) is null) return Refused("no_revenue_rule");
        rules.Add(new NaiveRule(here, c.Scope, c.EffectiveOn ?? today, last[here] + 1, null));
        return Move("revenue_rule_ended");
    }

    /// <summary>What was said last of the latest day so far, unless that was the end of it.</summary>
    private (long Version, Command.SetRevenueRule Rule)? RuleOf(RuleScope scope, LocalDate on)
    {
        var found = rules.Where(rule => rule.Book == here && rule.Scope == scope && rule.From <= on)
            .OrderBy(rule => rule.From).ThenBy(rule => rule.Number).LastOrDefault();
        return found?.Rule is { } set ? (found.Number, set) : null;
    }

    /// <summary>The terms of a sale today, as its rule says them or as they are where there is no rule.</summary>
    private sealed record NaiveTerms(
        long Version, int Fee, int Reserve, int HoldDays, int ReserveDays, BigInteger MinimumFee,
        AffiliateTerms? Affiliate);

    private NaiveTerms TermsOf(SaleKind kind, string creator, string currency)
    {
        RuleScope[] narrowestFirst =
            [new(creator, kind), new(creator), new(null, kind), new(), new() { Tenant = true }];
        var found = narrowestFirst.Select(scope => RuleOf(scope, today)).FirstOrDefault(rule => rule is not null);
        if (found is not var (version, rule)) return new NaiveTerms(0, 2_000, 1_000, 7, 90, 0, null);
        var who = Standing(Role.Creator, creator).Description;
        // What names more is narrower; of what names as much, the kind counts before the tier, that before the country.
        var hold = (rule.HoldDaysBy ?? [])
            .Where(row => (row.Kind ?? kind) == kind)
            .Where(row => row.Tier is null || row.Tier == who?.Tier)
            .Where(row => row.Country is null || row.Country == who?.Country)
            .OrderByDescending(row => new object?[] { row.Kind, row.Tier, row.Country }.Count(name => name is not null))
            .ThenByDescending(row => row.Kind is not null).ThenByDescending(row => row.Tier is not null)
            .FirstOrDefault();
        var least = (rule.MinimumFees ?? []).Where(fee => fee.Currency == currency).Sum(fee => fee.Amount);
        return new NaiveTerms(
            version, rule.FeeBasisPoints, rule.ReserveBasisPoints, hold?.Days ?? rule.HoldDays, rule.ReserveDays, least,
            rule.Affiliate);
    }

    private Answer Set(Command.SetPolicy c)
    {
        if (c.EffectiveOn < today) return Refused("effective_in_past");
        if (c.TokenValue is { } price)
        {
            if (c.EffectiveOn > today) return Refused("token_value_ahead");
            var (tokens, amount) = TokenPriceNow;
            var isTheSame = (BigInteger)price.Tokens * amount == (BigInteger)price.Amount * tokens;
            if (Held("token.issued/TKN//") != 0 && !isTheSame) return Refused("token_value_in_use");
        }

        policies.Add((here, c.EffectiveOn ?? today, c));
        return Move("policy_set");
    }

    /// <summary>What the policy says of something today: what was said last of the latest day so far.</summary>
    private T? Policy<T>(Func<Command.SetPolicy, T?> of) => policies
        .Where(policy => policy.Book == here && policy.From <= today && of(policy.Policy) is not null)
        .OrderBy(policy => policy.From)
        .Select(policy => of(policy.Policy)).LastOrDefault();

    public (long Tokens, long Amount) TokenPriceOf(string book, LocalDate on)
    {
        (here, today) = (book, on);
        return (TokenPriceNow.Tokens, TokenPriceNow.Amount);
    }

    private TokenPrice TokenPriceNow => Policy(policy => policy.TokenValue) ?? new TokenPrice(100, 100);

    /// <summary>Why a fan may not pay so much, by the tightest of all limits that fit; or null.</summary>
    private string? ObjectionToSpending(string fan, string currency, SaleKind? kind, BigInteger paid)
    {
        if (ObjectionToPurchase(fan, currency, kind, paid) is { } objection) return objection;
        if (kind == SaleKind.Subscription) return null;
        var (day, week) = SpentBy(fan, currency);
        return LimitsOf(fan, currency, kind).Any(set => day + paid > set.PerDay || week + paid > set.PerWeek)
            ? "over_limit"
            : null;
    }

    private string? ObjectionToPurchase(string fan, string currency, SaleKind? kind, BigInteger paid)
    {
        var holding = LimitsOf(fan, currency, kind);
        // What costs the fan nothing is never too little.
        if (paid > 0 && holding.Any(set => paid < set.Minimum)) return "below_minimum";
        if (holding.Any(set => paid > set.Maximum)) return "over_maximum";
        // Subscriptions were agreed to before.
        return kind != SaleKind.Subscription && holding.Any(set => paid > set.PerPurchase) ? "over_limit" : null;
    }

    /// <summary>Whether what a fan pays is counted: where a day or a week is limited for them.</summary>
    private bool IsCounted(string fan, string currency, SaleKind? kind) =>
        kind != SaleKind.Subscription
        && LimitsOf(fan, currency, kind).Any(set => set.PerDay is not null || set.PerWeek is not null);

    private (BigInteger Day, BigInteger Week) Count(string fan, string currency, BigInteger paid)
    {
        counted.Add((here, fan, currency, today, paid));
        return SpentBy(fan, currency);
    }

    private (BigInteger Day, BigInteger Week) SpentBy(string fan, string currency)
    {
        var monday = today.PlusDays(1 - (int)today.DayOfWeek);
        var all = counted.Where(one => one.Book == here && one.Fan == fan && one.Currency == currency).ToList();
        return (
            all.Where(one => one.On == today).Aggregate(BigInteger.Zero, (sum, one) => sum + one.Amount),
            all.Where(one => one.On >= monday).Aggregate(BigInteger.Zero, (sum, one) => sum + one.Amount));
    }

    private List<Command.SetLimits> LimitsOf(string fan, string currency, SaleKind? kind)
    {
        var since = Standing(Role.Fan, fan).Since;
        // Whom nobody registered is as young as can be.
        var age = since is { } day && day < today ? Period.DaysBetween(day, today) : 0;
        return limits
            .Where(set => set.Book == here && set.Limits.Currency == currency && set.From <= today)
            .GroupBy(set => (set.Limits.Kind, set.Limits.YoungerThanDays))
            .Where(row => row.Key.Kind is null || row.Key.Kind == kind)
            .Where(row => row.Key.YoungerThanDays is null || age < row.Key.YoungerThanDays)
            .Select(row => row.OrderBy(set => set.From).Last().Limits).ToList();
    }
}
