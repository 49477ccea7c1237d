using System.Globalization;

namespace Fanz.Ledger.Client;

/// <summary>What the client could not do. What a book said to a command is never one: that is an outcome.</summary>
public abstract class LedgerException : Exception
{
    private protected LedgerException(string message, Exception? inner) : base(message, inner)
    {
    }
}

/// <summary>
/// The ledger could not be reached, or took nothing, until patience ended. A command that ends so was **not** posted:
/// no attempt of it reached a book.
/// </summary>
public sealed class LedgerUnavailable : LedgerException
{
    internal LedgerUnavailable(string message, Exception? inner) : base(message, inner)
    {
    }
}

/// <summary>
/// Patience ended, or the caller's token was cancelled, after a command was sent and before it was learnt what became
/// of it. It may be posted, now or a moment later, or not. Keep the keys with their commands, and send the same
/// commands with the same keys again, as late as need be: what was posted is answered with its receipt and not posted
/// twice.
/// </summary>
public sealed class OutcomeUnknown : LedgerException
{
    internal OutcomeUnknown(IReadOnlyList<string> keys, IReadOnlyList<Outcome?> outcomes, Exception inner)
        : base(Said(keys, inner), inner)
    {
        Keys = keys;
        Outcomes = outcomes;
    }

    /// <summary>The key whose outcome is unknown; of several, the first.</summary>
    public string Key => Keys[0];

    /// <summary>The keys whose outcome is unknown.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>
    /// What did become of each command of the call, in the order of the call; null where it is unknown and where it
    /// was not sent yet. The whole list may be sent again.
    /// </summary>
    public IReadOnlyList<Outcome?> Outcomes { get; }

    private static string Said(IReadOnlyList<string> keys, Exception inner) =>
        $"It is unknown what became of {(keys.Count == 1 ? "the command" : $"{keys.Count} commands, the first")} with "
        + $"the key {keys[0]}: send the same again with the same key to learn it. {inner.Message}";
}

/// <summary>The key was not believed (401), or may not do this (403).</summary>
public sealed class LedgerDenied : LedgerException
{
    internal LedgerDenied(LedgerProblem problem) : base($"{problem.Code}: {problem.Detail}", null) =>
        Problem = problem;

    /// <summary>What the ledger said.</summary>
    public LedgerProblem Problem { get; }
}

/// <summary>The question was wrong: there is no such book, or a parameter is ill-formed.</summary>
public sealed class WrongQuestion : LedgerException
{
    internal WrongQuestion(LedgerProblem problem) : base($"{problem.Code}: {problem.Detail}", null) =>
        Problem = problem;

    /// <summary>What the ledger said.</summary>
    public LedgerProblem Problem { get; }
}

/// <summary>
/// What answered is no ledger, or one whose words this version does not know: look at the address, and at what stands
/// in between.
/// </summary>
public sealed class NotTheLedger : LedgerException
{
    internal NotTheLedger(string message) : base(message, null)
    {
    }
}

/// <summary>
/// What was followed is not what the book holds any more: another database took over, and the last commits were lost
/// with the first. Go back to the newest cursor that is not refused so, which is not beyond <see cref="LastInCommon"/>,
/// undo what was made of the records behind it, and follow from there.
/// </summary>
public sealed class TimelineLost : LedgerException
{
    internal TimelineLost(LedgerProblem problem, long lastInCommon, long head) : base(problem.Detail, null)
    {
        LastInCommon = lastInCommon;
        Head = head;
    }

    /// <summary>At most the records up to this number are still as they were read.</summary>
    public long LastInCommon { get; }

    /// <summary>The last number of the book as it is now.</summary>
    public long Head { get; }

    internal static TimelineLost? Of(LedgerProblem problem) =>
        problem.Code == "timeline_lost" && Fact(problem, "common_at_most") is { } common
            && Fact(problem, "head") is { } head
            ? new TimelineLost(problem, common, head)
            : null;

    internal static long? Fact(LedgerProblem problem, string name) =>
        long.TryParse(
            problem.Facts.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var fact)
            ? fact
            : null;
}

/// <summary>
/// What was asked for is archived: it is in a file of the operator's, and is answered again once it has been attached.
/// Balances and what is newer are answered as ever.
/// </summary>
public sealed class RecordsArchived : LedgerException
{
    private RecordsArchived(LedgerProblem problem, long first, long last, string file) : base(problem.Detail, null) =>
        (FirstNumber, LastNumber, File) = (first, last, file);

    /// <summary>The first record that is archived.</summary>
    public long FirstNumber { get; }

    /// <summary>The last one.</summary>
    public long LastNumber { get; }

    /// <summary>The name of the audit package that has them.</summary>
    public string File { get; }

    internal static RecordsArchived? Of(LedgerProblem problem) =>
        problem.Code == "archived" && TimelineLost.Fact(problem, "first_number") is { } first
            && TimelineLost.Fact(problem, "last_number") is { } last && problem.Facts.GetValueOrDefault("file") is { } file
            ? new RecordsArchived(problem, first, last, file)
            : null;
}
