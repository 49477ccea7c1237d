using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Host.Demo;

/// <summary>One command, and what follows from it once it is in the journal.</summary>
internal sealed record Step(Command Command, Action<long>? Then = null);

/// <summary>
/// One book while its month is played. All that is known of it was learned from the answers to what was posted, which
/// are the same when it is played again: that is why the same commands come of it.
/// </summary>
internal sealed class Stage
{
    private readonly Dictionary<AccountKey, long> balances = [];
    private readonly Dictionary<AccountKey, long> spent = [];
    private readonly HashSet<string> stopped = [];
    private readonly HashSet<string> given = [];
    private readonly SortedDictionary<LocalDate, List<Func<Step?>>> agenda = [];
    private int named;

    public Stage(Scenery scenery, int fans, int seed)
    {
        Scenery = scenery;
        Random = new Random(seed);
        Cast = Cast.Of(scenery, fans, Random);
    }

    public Scenery Scenery { get; }

    public Cast Cast { get; }

    public Random Random { get; }

    public LocalDate Today { get; set; }

    public BookName Book => Scenery.Book.Name;

    public string Currency => Scenery.Book.ReportingCurrency.Code;

    /// <summary>Every account that was used, with its balance, positive on its normal side.</summary>
    public IEnumerable<(AccountKey Account, long Balance)> Balances =>
        balances.Select(known => (known.Key, known.Key.Code.InWords(known.Value)));

    public long Balance(AccountKey account) => account.Code.InWords(balances.GetValueOrDefault(account));

    public long Balance(AccountCode code, string owner, string? currency = null) =>
        Balance(Account(code, owner, currency));

    public AccountKey Account(AccountCode code, string owner = "", string? currency = null) =>
        new(code, owner, Money.Currency.Of(currency ?? Currency));

    /// <summary>Nothing is released or paid out to them.</summary>
    public bool IsStopped(string party) => stopped.Contains(party);

    /// <summary>True in so many of a thousand cases.</summary>
    public bool Luck(int ofAThousand) => Random.Next(1_000) < ofAThousand;

    /// <summary>True for each fan once: whoever was given something is not given it again.</summary>
    public bool TryGiveOnce(string fan) => given.Add(fan);

    /// <summary>A name that nothing else on this platform has.</summary>
    public string Name(string kind) => $"{kind}-{++named:00000}";

    /// <summary>
    /// Sets an amount aside of what an account is known to have, so that several commands that are decided together do
    /// not count on the same money.
    /// </summary>
    public bool TrySpend(AccountKey account, long amount)
    {
        var before = spent.GetValueOrDefault(account);
        if (Balance(account) - before < amount) return false;
        spent[account] = before + amount;
        return true;
    }

    /// <summary>Something is to be done on the morning of a later day, if it then still is.</summary>
    public void Later(LocalDate day, Func<Step?> what)
    {
        if (!agenda.TryGetValue(day, out var list)) agenda[day] = list = [];
        list.Add(what);
    }

    /// <summary>What was put off until today.</summary>
    public IEnumerable<Step> Due()
    {
        if (!agenda.Remove(Today, out var list)) return [];
        return list.Select(what => what()).OfType<Step>();
    }

    public void Learn(Command command, Receipt receipt)
    {
        foreach (var entry in receipt.Entries) balances[entry.Account] = entry.Balance;
        switch (command)
        {
            case Command.SanctionParty { Party: var party }: stopped.Add(party); break;
            case Command.HoldCreator { Creator: var creator }: stopped.Add(creator); break;
            case Command.ClearParty { Party: var party }: stopped.Remove(party); break;
            case Command.UnholdCreator { Creator: var creator }: stopped.Remove(creator); break;
        }
    }

    /// <summary>All that was decided together has been answered.</summary>
    public void NothingIsUnderWay() => spent.Clear();
}
