using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>How many items of a currency, and how much they come to.</summary>
public sealed record RunAmount(string Currency, long Count, long Amount)
{
    private const int Most = 400;

    internal static IEnumerable<Fault> Faults(IReadOnlyList<RunAmount>? amounts)
    {
        if (amounts is null) yield break;
        if (amounts.Count > Most)
            yield return new Fault("amounts", "too_many", $"At most {Most} currencies are named.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(amounts.Count, Most); i++)
        {
            var (field, one) = ($"amounts[{i}]", amounts[i]);
            if (one is null) yield return new Fault(field, "ill_formed", $"{field} is missing");
            else if (!Money.Currency.TryOf(one.Currency, out _))
                yield return new Fault(
                    $"{field}.currency", "unknown_currency", $"{Identifier.Quote(one.Currency)} is not a known currency.");
            else if (!seen.Add(one.Currency))
                yield return new Fault($"{field}.currency", "ill_formed", "Each currency is named once.");
            if (one is { Count: < 0 } or { Amount: < 0 })
                yield return new Fault(field, "ill_formed", "Neither a count nor an amount is below zero.");
        }
    }
}

/// <summary>What a run left as it was, and why: the code of a refusal, or of what the run itself saw.</summary>
public sealed record SkippedItem(string Item, string Code, string? Currency = null, long? Amount = null);

/// <summary>How many items were skipped for one reason, and of one currency how much.</summary>
public sealed record SkippedFor(string Code, long Count, string? Currency = null, long? Amount = null);

/// <summary>What a check found that should not be.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Subject">What it was found at: an account, a line, a file.</param>
public sealed record RunFinding(
    string Check, string Subject, string? Currency = null, long? Expected = null, long? Found = null);

public enum RunState
{
    /// <summary>Nobody has begun it.</summary>
    Unknown,

    /// <summary>Under way, or left there by a host that was stopped: then another goes on with it.</summary>
    Begun,

    Finished,
}

/// <summary>A run as its records have left it.</summary>
public sealed record Run : Aggregate
{
    public RunState State { get; private init; }

    /// <summary>Who began it without its being due, if somebody did.</summary>
    public bool IsByHand { get; private init; }

    /// <summary>How many times items were recorded as skipped; the next time has the number behind.</summary>
    public int Chunks { get; private init; }

    private ImmutableSortedDictionary<(string Code, string Currency), (long Count, long Amount)> Totals { get; init; } =
        ImmutableSortedDictionary.Create<(string, string), (long, long)>(
            Comparer<(string Code, string Currency)>.Create((one, other) =>
                string.CompareOrdinal(one.Code, other.Code) is not 0 and var order
                    ? order
                    : string.CompareOrdinal(one.Currency, other.Currency)));

    public long Skipped => Totals.Values.Sum(total => total.Count);

    /// <summary>What was skipped, by reason and currency.</summary>
    public IReadOnlyList<SkippedFor> SkippedFor =>
    [
        .. Totals.Select(total => new SkippedFor(
            total.Key.Code, total.Value.Count, total.Key.Currency == "" ? null : total.Key.Currency,
            total.Key.Currency == "" ? null : total.Value.Amount)),
    ];

    public static Run Of(Book book, RunId run) => book.Recall<Run>(run.Stream);

    public override Run After(Recorded recorded) => (State, recorded.Event) switch
    {
        (RunState.Unknown, Event.RunBegun begun) =>
            this with { State = RunState.Begun, IsByHand = begun.ByHand == true },
        (RunState.Begun, Event.RunSkipped skipped) =>
            this with { Chunks = skipped.Chunk, Totals = skipped.Items.Aggregate(Totals, Add) },
        (RunState.Begun, Event.RunFinished) => this with { State = RunState.Finished },
        _ => throw Impossible(recorded),
    };

    internal Refusal? ObjectionUnlessBegun(RunId run) => State switch
    {
        RunState.Unknown => Refusal.RunNotBegun(run),
        RunState.Finished => Refusal.RunIsFinished(run),
        _ => null,
    };

    private static ImmutableSortedDictionary<(string Code, string Currency), (long Count, long Amount)> Add(
        ImmutableSortedDictionary<(string Code, string Currency), (long Count, long Amount)> totals, SkippedItem item)
    {
        var key = (item.Code, item.Currency ?? "");
        var (count, amount) = totals.GetValueOrDefault(key);
        return totals.SetItem(key, (count + 1, amount + (item.Amount ?? 0)));
    }
}
