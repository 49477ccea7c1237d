namespace Fanz.Ledger.Accounts;

public enum Side
{
    Debit,
    Credit,
}

/// <summary>Whose account it is, and so whether its owner must, may or must not be named.</summary>
public enum Holder
{
    Platform,
    Fan,
    Creator,
    Affiliate,
    Jurisdiction,
    OtherBook,
    /// <summary>A processor or a bank; the platform may keep one account for all of them.</summary>
    Institution,
    /// <summary>The platform, or an import: what that has yet to balance is kept apart, as "import/NAME".</summary>
    PlatformOrImport,
}

/// <summary>One line of the chart of accounts.</summary>
public sealed record AccountCode(
    string Name, Side NormalSide, Holder Holder, bool MayGoBelowZero, bool HasCohort = false, bool HoldsTokens = false)
{
    /// <summary>Whether a balance (debit positive) is one that this kind of account may have.</summary>
    public bool Allows(long balance) =>
        MayGoBelowZero || (NormalSide == Side.Debit ? balance >= 0 : balance <= 0);

    /// <summary>The balance as its owner would say it: positive on the normal side.</summary>
    public long InWords(long balance) => NormalSide == Side.Debit ? balance : -balance;

    public bool Equals(AccountCode? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;
}
