using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Importing;

/// <summary>
/// The imports of a book, one after the other. Each keeps the sums of what it has brought, so that it can be finished
/// only when they are those of the source.
/// </summary>
internal sealed record Imports : Aggregate
{
    internal const string Stream = "imports";
    internal const string OwnerPrefix = "import/";
    internal const int LongestName = 100;
    internal const int MostParts = 1_000_000;

    /// <summary>The one that is under way; there is at most one.</summary>
    internal ImportUnderWay? UnderWay { get; private init; }

    private ImmutableDictionary<string, string> Over { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>In one word, or null where there is none of that name.</summary>
    internal string? StateOf(string import) =>
        UnderWay?.Name == import ? "under_way" : Over.GetValueOrDefault(import);

    public override Imports After(Recorded recorded) => (UnderWay, recorded.Event) switch
    {
        (null, Event.ImportBegun begun) when !Over.ContainsKey(begun.Import) =>
            this with { UnderWay = new ImportUnderWay(begun) },
        ({ } one, Event.ImportPart part) when part.Import == one.Name && part.Part == one.Next =>
            this with { UnderWay = one.After(part) },
        ({ } one, Event.ImportFinished finished) when finished.Import == one.Name => Ended("finished"),
        ({ } one, Event.ImportAbandoned abandoned) when abandoned.Import == one.Name => Ended("abandoned"),
        _ => throw Impossible(recorded),
    };

    /// <summary>The import of that name, or why nothing can be done with it.</summary>
    internal (ImportUnderWay? Import, Refusal? Objection) Find(string import) =>
        UnderWay?.Name == import
            ? (UnderWay, null)
            : (null, Refusal.ImportNotUnderWay(import, StateOf(import) ?? "unknown"));

    /// <summary>The import whose next part comes under this number, or why it cannot.</summary>
    internal (ImportUnderWay? Import, Refusal? Objection) Find(string import, int part)
    {
        var (found, objection) = Find(import);
        if (found is null) return (null, objection);
        return part == found.Next ? (found, null) : (null, Refusal.NotNextPart(import, part, found.Next));
    }

    private Imports Ended(string state) => this with { UnderWay = null, Over = Over.Add(UnderWay!.Name, state) };
}

/// <summary>An import while it is under way.</summary>
internal sealed record ImportUnderWay(Event.ImportBegun Begun)
{
    /// <summary>What the parts have brought so far, by line of the chart and currency.</summary>
    private ImmutableDictionary<(string Code, string Currency), Int128> Sums { get; init; } =
        ImmutableDictionary<(string, string), Int128>.Empty;

    internal string Name => Begun.Import;

    /// <summary>The number of the part that comes next.</summary>
    internal int Next { get; private init; } = 1;

    internal bool HasBroughtNothing => Sums.Values.All(sum => sum == 0);

    /// <summary>
    /// What stands against everything that is brought until all of it is there. Tokens are issued, as ever.
    /// </summary>
    internal static AccountKey Contra(string import, Currency currency) => currency.IsToken
        ? TokenValue.Issued
        : new AccountKey(Chart.Suspense, Imports.OwnerPrefix + import, currency);

    internal ImportUnderWay After(Event.ImportPart part)
    {
        var sums = Sums;
        foreach (var (code, currency, amount) in part.Sums)
            sums = sums.SetItem((code, currency), sums.GetValueOrDefault((code, currency)) + amount);
        return this with { Sums = sums, Next = Next + 1 };
    }

    /// <summary>
    /// Where what was brought and what was to come differ first, in the order of the chart's names.
    /// </summary>
    internal (string Code, string Currency, long Expected, Int128 Brought)? Difference()
    {
        var expected = Begun.TrialBalance.ToDictionary(line => (line.Code, line.Currency), line => line.Amount);
        var all = expected.Keys.Union(Sums.Keys)
            .OrderBy(key => key.Code, StringComparer.Ordinal).ThenBy(key => key.Currency, StringComparer.Ordinal);
        foreach (var key in all)
        {
            var (wanted, brought) = (expected.GetValueOrDefault(key), Sums.GetValueOrDefault(key));
            if (wanted != brought) return (key.Code, key.Currency, wanted, brought);
        }

        return null;
    }

    /// <summary>
    /// Why the tokens that are to come cannot, or null: what is owed for them must be their value here, to the last
    /// unit, because everything that moves tokens relies on it.
    /// </summary>
    internal Refusal? ObjectionToTokens(Book book)
    {
        var currency = book.Settings.ReportingCurrency;
        var tokens = Expected(Chart.TokensIssued, Currency.Token);
        var liability = -Expected(Chart.TokenLiability, currency);
        return TokenValue.IsWorth(book, tokens, liability)
            ? null
            : Refusal.TokenLiabilityDiffers(tokens, liability, currency);
    }

    private long Expected(AccountCode code, Currency currency)
    {
        foreach (var line in Begun.TrialBalance)
            if (line.Code == code.Name && line.Currency == currency.Code) return line.Amount;
        return 0;
    }
}
