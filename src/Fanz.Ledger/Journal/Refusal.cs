using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Journal;

/// <summary>
/// A business "no": a stable code and the facts behind it. A refusal depends on the state of the book, so it is an
/// answer for ever: the same command, come late, is refused again even if it could succeed by then.
/// </summary>
public sealed partial record Refusal(string Code, string Message)
{
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public static Refusal InsufficientFunds(AccountKey account, long available, long needed) =>
        new("insufficient_funds", $"{account} has {available}, {needed} is needed.")
        {
            Facts = new Dictionary<string, string>
            {
                ["account"] = account.ToString(), ["available"] = Text(available), ["needed"] = Text(needed),
            },
        };

    public static Refusal AccountFrozen(AccountKey account) => About("account_frozen", account, "is frozen");

    public static Refusal AccountClosed(AccountKey account) => About("account_closed", account, "is closed");

    public static Refusal AccountUnknown(AccountKey account) => About("account_unknown", account, "was never used");

    public static Refusal AccountNotFrozen(AccountKey account) => About("account_not_frozen", account, "is not frozen");

    public static Refusal AccountNotEmpty(AccountKey account, long balance) =>
        new("account_not_empty", $"{account} holds {balance}; an account is closed at zero.")
        {
            Facts = new Dictionary<string, string> { ["account"] = account.ToString(), ["balance"] = Text(balance) },
        };

    public static Refusal BalanceOverflow(AccountKey account) =>
        About("balance_overflow", account, "cannot hold that much");

    public static Refusal TransactionUnknown(long number) =>
        About("transaction_unknown", number, "does not exist");

    /// <summary>
    /// The transaction is archived, and nothing is decided upon what is not here. Attach it, and post it under a new key.
    /// </summary>
    public static Refusal TransactionArchived(long number, long upTo) =>
        new("transaction_archived", $"Transaction {number} is archived, with all up to {upTo}.")
        {
            Facts = new Dictionary<string, string>
            {
                ["transaction"] = Text(number), ["archived_up_to"] = Text(upTo),
            },
        };

    public static Refusal NotReversible(long number, string why) => About("not_reversible", number, why);

    public static Refusal AlreadyReversed(long number, long by) =>
        new("already_reversed", $"Transaction {number} was reversed by {by}.")
        {
            Facts = new Dictionary<string, string> { ["transaction"] = Text(number), ["reversed_by"] = Text(by) },
        };

    public static Refusal BookUnknown(BookName book) =>
        new("book_unknown", $"There is no book {book}.")
        {
            Facts = new Dictionary<string, string> { ["book"] = book.ToString() },
        };

    /// <summary>A refusal with its facts; each concept's file names its own.</summary>
    internal static Refusal Of(string code, string message, params ReadOnlySpan<(string Fact, object Value)> facts)
    {
        var told = new Dictionary<string, string>();
        foreach (var (fact, value) in facts) told.Add(fact, Told(value));
        return new Refusal(code, message) { Facts = told };
    }

    private static string Told(object value) => value switch
    {
        LocalDate day => LocalDatePattern.Iso.Format(day),
        Instant at => InstantPattern.ExtendedIso.Format(at),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static Refusal About(string code, AccountKey account, string what) =>
        new(code, $"{account} {what}.")
        {
            Facts = new Dictionary<string, string> { ["account"] = account.ToString() },
        };

    private static Refusal About(string code, long transaction, string what) =>
        new(code, $"Transaction {transaction} {what}.")
        {
            Facts = new Dictionary<string, string> { ["transaction"] = Text(transaction) },
        };

    private static string Text(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
