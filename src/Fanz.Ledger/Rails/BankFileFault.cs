namespace Fanz.Ledger.Rails;

/// <summary>What is wrong with a file that a bank sent, and where: lines and columns count from one.</summary>
/// <param name="Reason">One of <see cref="BankFileReason"/>.</param>
public sealed record BankFileFault(string Reason, string Message, long Line, int? Column = null)
{
    public override string ToString() =>
        Column is null ? $"line {Line}: {Message}" : $"line {Line}, column {Column}: {Message}";
}

/// <summary>The codes of what can be wrong with a file.</summary>
public static class BankFileReason
{
    /// <summary>It is not of the form that its beginning promised.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>It ends before it is complete.</summary>
    public const string Truncated = "truncated";

    /// <summary>It is of another format, or of a version that is not read here.</summary>
    public const string ForeignFormat = "foreign_format";

    /// <summary>It has a document type or an entity: what could fetch or multiply is not read at all.</summary>
    public const string ForbiddenMarkup = "forbidden_markup";

    public const string TooDeep = "too_deep";
    public const string TooLarge = "too_large";

    /// <summary>Its parts do not sum to what it says they do.</summary>
    public const string WrongTotal = "wrong_total";

    public const string WrongCount = "wrong_count";
    public const string WrongHash = "wrong_hash";
    public const string WrongCheckDigit = "wrong_check_digit";

    /// <summary>Opening balance and lines do not come to the closing balance.</summary>
    public const string WrongBalance = "wrong_balance";

    public const string UnknownCurrency = "unknown_currency";
    public const string WrongCurrency = "wrong_currency";
    public const string WrongAmount = "wrong_amount";
    public const string WrongDate = "wrong_date";
    public const string WrongCharacter = "wrong_character";

    /// <summary>What must be there is not.</summary>
    public const string Missing = "missing";

    /// <summary>One identifier names two things, or one thing is said twice.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>Records or lines stand in another order than they must.</summary>
    public const string WrongOrder = "wrong_order";
}

/// <summary>A file, or the rest of one, cannot be relied on. Nothing of it is to be posted.</summary>
public sealed class UnreadableBankFile(BankFileFault fault) : Exception(fault.ToString())
{
    public UnreadableBankFile(string reason, string message, long line, int? column = null)
        : this(new BankFileFault(reason, message, line, column))
    {
    }

    public BankFileFault Fault { get; } = fault;
}
