using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Books;

/// <summary>
/// What decisions asked a book for and nobody knows yet. A decision that left a need is void, whatever it said, and is
/// made again once the need is filled.
/// </summary>
public sealed class Needs
{
    public HashSet<AccountKey> Accounts { get; } = [];

    /// <summary>Earlier transactions, with everything that refers to them since.</summary>
    public HashSet<long> Transactions { get; } = [];

    /// <summary>Streams, each with the aggregate as it is before the stream's first record.</summary>
    public Dictionary<string, Aggregate> Streams { get; } = [];

    /// <summary>Holding accounts, named without a cohort, whose cohorts that hold something are asked for.</summary>
    public HashSet<AccountKey> Cohorts { get; } = [];

    /// <summary>Accounts whose debits after a record are asked for.</summary>
    public HashSet<Spending> Spending { get; } = [];

    public bool Any =>
        Accounts.Count > 0 || Transactions.Count > 0 || Streams.Count > 0 || Cohorts.Count > 0 || Spending.Count > 0;

    public void Clear()
    {
        Accounts.Clear();
        Transactions.Clear();
        Streams.Clear();
        Cohorts.Clear();
        Spending.Clear();
    }
}

/// <summary>What was taken from an account after a record, and for what.</summary>
public readonly record struct Spending(AccountKey Account, long After)
{
    /// <summary>The most that is looked at, newest first.</summary>
    public const int Most = 1_000;
}
