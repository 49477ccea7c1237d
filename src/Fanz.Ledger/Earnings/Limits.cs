using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Earnings;

/// <summary>A limit, and for accounts of which age alone it holds.</summary>
internal readonly record struct Limit(long Amount, int? YoungerThanDays)
{
    /// <summary>On which day a fan has outgrown it, if ever.</summary>
    public LocalDate? OutgrownOn(LocalDate? since) =>
        since is { } day && YoungerThanDays is { } days ? day.PlusDays(days) : null;
}

/// <summary>
/// The limits of one purchase. Whatever fits it holds: what was set for its kind beside what was set for all kinds, and
/// what was set for young accounts beside what was set for all. The tightest counts, so a narrower limit only tightens.
/// </summary>
internal struct Limits
{
    public Limit? Minimum { get; private set; }

    public Limit? Maximum { get; private set; }

    public Limit? PerPurchase { get; private set; }

    public Limit? PerDay { get; private set; }

    public Limit? PerWeek { get; private set; }

    public readonly bool CountSpending => PerDay is not null || PerWeek is not null;

    internal static Limits Of(ImmutableArray<LimitRow> rows, SaleKind? kind, LocalDate? since, LocalDate on)
    {
        var limits = default(Limits);
        // A fan whom nobody registered is as young as can be, and so is one from the future.
        var age = since is { } day ? Math.Max(0, Period.DaysBetween(day, on)) : 0;
        foreach (var row in rows)
        {
            if (row.Kind is not null && row.Kind != kind) continue;
            if (row.YoungerThanDays <= age) continue;
            if (row.Sets.On(on) is { } set) limits.Tighten(set);
        }

        return limits;
    }

    private void Tighten(Event.LimitsSet set)
    {
        var age = set.YoungerThanDays;
        if (set.Minimum > (Minimum?.Amount ?? 0)) Minimum = new Limit(set.Minimum.Value, age);
        if (set.Maximum < (Maximum?.Amount ?? long.MaxValue)) Maximum = new Limit(set.Maximum.Value, age);
        if (set.PerPurchase < (PerPurchase?.Amount ?? long.MaxValue))
            PerPurchase = new Limit(set.PerPurchase.Value, age);
        if (set.PerDay < (PerDay?.Amount ?? long.MaxValue)) PerDay = new Limit(set.PerDay.Value, age);
        if (set.PerWeek < (PerWeek?.Amount ?? long.MaxValue)) PerWeek = new Limit(set.PerWeek.Value, age);
    }
}

/// <summary>What was set for one currency, kind and age, in the order in which it takes effect.</summary>
internal sealed record LimitRow(SaleKind? Kind, int? YoungerThanDays, Timeline<Event.LimitsSet> Sets);

internal sealed record LimitsOverTime : Aggregate
{
    internal const string Stream = "limits";

    private ImmutableDictionary<string, ImmutableArray<LimitRow>> ByCurrency { get; init; } =
        ImmutableDictionary<string, ImmutableArray<LimitRow>>.Empty;

    public ImmutableArray<LimitRow> Of(string currency) => ByCurrency.GetValueOrDefault(currency, []);

    public override Aggregate After(Recorded recorded)
    {
        if (recorded.Event is not Event.LimitsSet set) throw Impossible(recorded);
        var rows = Of(set.Currency);
        var at = 0;
        while (at < rows.Length && (rows[at].Kind, rows[at].YoungerThanDays) != (set.Kind, set.YoungerThanDays)) at++;
        if (at == rows.Length)
            rows = rows.Add(new LimitRow(set.Kind, set.YoungerThanDays, Timeline<Event.LimitsSet>.Empty));
        rows = rows.SetItem(at, rows[at] with { Sets = rows[at].Sets.With(set.EffectiveOn, set) });
        return this with { ByCurrency = ByCurrency.SetItem(set.Currency, rows) };
    }
}
