using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Postgres.Statements;

/// <summary>Which statement.</summary>
/// <param name="Of">Whose.</param>
/// <param name="Currency">In which currency; each has its own.</param>
/// <param name="From">The first day in the accounts; null for the first there is.</param>
/// <param name="To">The last day, which is still in it; null for all there are, those dated ahead included.</param>
/// <param name="KnownOn">As it was known at the end of this day of the book; null for all that is known.</param>
public sealed record StatementRequest(
    StatementSubject Of, Currency Currency, LocalDate? From = null, LocalDate? To = null, LocalDate? KnownOn = null);

/// <summary>What happened to one line of the chart in the time; the cohorts of a line are together.</summary>
/// <param name="Moved">By how much the entries of the time moved it.</param>
/// <param name="Entries">How many those are.</param>
public sealed record StatementCode(AccountCode Code, long Opening, long Moved, long Entries)
{
    public long Closing => checked(Opening + Moved);
}

/// <summary>One entry, with its amount on the owner's side.</summary>
/// <param name="Type">The event, as the journal names it.</param>
/// <param name="Balance">What all the accounts of the statement hold after it, in the statement's order.</param>
public sealed record StatementEntry(
    LocalDate EffectiveOn, long Number, long Position, string Type, AccountCode Code, LocalDate? Cohort, long Amount,
    long Balance);

/// <summary>What a statement is found to be after its last entry.</summary>
/// <param name="Entries">How many there were.</param>
/// <param name="Balance">The opening and all of them.</param>
/// <param name="InLedger">What the last entries of the accounts say in the ledger itself, up to that number.</param>
/// <param name="AddsUp">Opening and entries are the closing, and they are as many as there should be.</param>
/// <param name="Ties">The closing, with what lies behind the time, is what the ledger says.</param>
public sealed record StatementEnd(long Entries, long Balance, long InLedger, bool AddsUp, bool Ties);

/// <summary>
/// A statement at one number: what is posted later is not in it, however long it takes to be read. Opening and closing
/// are sums of days that the follower of balances keeps; the entries come from the ledger, and must come to the same.
/// Its entries are read once, and then it can be ended.
/// </summary>
public sealed class Statement
{
    private readonly StatementPages pages;
    private readonly IReadOnlyDictionary<long, (AccountCode Code, LocalDate? Cohort)> accounts;
    private long entries;
    private long balance;

    internal Statement(
        StatementRequest request, long number, IReadOnlyList<StatementCode> codes, long later, long laterEntries,
        IReadOnlyDictionary<long, (AccountCode Code, LocalDate? Cohort)> accounts, StatementPages pages)
    {
        (Request, Number, Codes, Later, LaterEntries) = (request, number, codes, later, laterEntries);
        (this.accounts, this.pages) = (accounts, pages);
        Opening = codes.Sum(code => code.Opening);
        Closing = codes.Sum(code => code.Closing);
        balance = Opening;
    }

    public StatementRequest Request { get; }

    /// <summary>The number of the last record that it knows of.</summary>
    public long Number { get; }

    /// <summary>Those that held or moved something up to the end of the time, by their names.</summary>
    public IReadOnlyList<StatementCode> Codes { get; }

    public long Opening { get; }

    public long Closing { get; }

    /// <summary>What is dated after the time, or was recorded after the day up to which it is told.</summary>
    public long Later { get; }

    public long LaterEntries { get; }

    internal StatementPages Pages => pages;

    /// <summary>All entries, by day and then in the order of the ledger, with a page of them in memory.</summary>
    public async IAsyncEnumerable<StatementEntry> Entries([EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var entry in pages.Entries(token))
        {
            var (code, cohort) = accounts[entry.AccountId];
            var amount = Request.Of.Side == Side.Credit ? checked(-entry.Amount) : entry.Amount;
            balance = checked(balance + amount);
            entries++;
            yield return new StatementEntry(
                entry.EffectiveOn, entry.Number, entry.Position, entry.Type, code, cohort, amount, balance);
        }
    }

    /// <summary>After the last entry: whether it all adds up, and is what the ledger says.</summary>
    public async Task<StatementEnd> End(CancellationToken token)
    {
        var inLedger = await pages.InLedger(token);
        if (Request.Of.Side == Side.Credit) inLedger = checked(-inLedger);
        return new StatementEnd(
            entries, balance, inLedger,
            AddsUp: balance == Closing && entries == Codes.Sum(code => code.Entries),
            Ties: checked(Closing + Later) == inLedger);
    }
}
