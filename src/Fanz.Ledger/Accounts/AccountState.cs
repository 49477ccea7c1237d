namespace Fanz.Ledger.Accounts;

public enum Life
{
    Open,
    FrozenForDebits,
    Frozen,
    Closed,
}

/// <summary>
/// What a decision must know of one account: its last entry and its life. An account that nobody has used yet has
/// no id and version 0; it opens with its first entry.
/// </summary>
public sealed class AccountState(AccountKey key)
{
    public AccountKey Key { get; } = key;

    public long Id { get; internal set; }

    /// <summary>How many entries it has.</summary>
    public long Version { get; internal set; }

    /// <summary>Debit positive.</summary>
    public long Balance { get; internal set; }

    public Life Life { get; internal set; }

    /// <summary>Whether an order lets nothing out of it.</summary>
    public bool IsFrozen => Life is Life.Frozen or Life.FrozenForDebits;

    public bool IsOpened => Version > 0;

    /// <summary>The state as a store found it.</summary>
    public static AccountState Loaded(AccountKey key, long id, long version, long balance, Life life) =>
        new(key) { Id = id, Version = version, Balance = balance, Life = life };
}
