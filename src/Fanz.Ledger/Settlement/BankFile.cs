using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Settlement;

public enum BankFileState
{
    /// <summary>There is no such file.</summary>
    Unknown,
    UnderWay,
    Finished,
}

/// <summary>
/// A file that a bank sent: a statement, a notification, a report of what became of payments, or returns. It keeps
/// count of what has been dealt with, so that it is finished only when that is all there is in it.
/// </summary>
public sealed record BankFile : Aggregate
{
    public BankFileState State { get; private init; }

    public Event.BankFileBegun? Begun { get; private init; }

    /// <summary>The page that comes next.</summary>
    public int Next { get; private init; } = 1;

    /// <summary>How many lines have been dealt with.</summary>
    public long Lines { get; private init; }

    internal ImmutableSortedDictionary<string, (Int128 In, Int128 Out)> Sums { get; private init; } =
        ImmutableSortedDictionary.Create<string, (Int128, Int128)>(StringComparer.Ordinal);

    internal ImmutableDictionary<BankItemOutcome, long> Outcomes { get; private init; } =
        ImmutableDictionary<BankItemOutcome, long>.Empty;

    internal long Findings { get; private init; }

    public static string StreamOf(string? bank, string file) => StatementLine.StreamOf("bank_file", bank, file)!;

    public override BankFile After(Recorded recorded) => (State, recorded.Event) switch
    {
        (BankFileState.Unknown, Event.BankFileBegun begun) => this with
        {
            State = BankFileState.UnderWay,
            Begun = begun,
        },
        (BankFileState.UnderWay, Event.BankLinesRecorded page) when page.Page == Next => After(page),
        (BankFileState.UnderWay, Event.BankFileFinished) => this with { State = BankFileState.Finished },
        _ => throw Impossible(recorded),
    };

    internal Refusal? ObjectionUnlessUnderWay(string file) => State == BankFileState.UnderWay
        ? null
        : Refusal.BankFileNotUnderWay(file, State == BankFileState.Finished ? "finished" : "unknown");

    /// <summary>What is still missing of what was said of the file, or is too much.</summary>
    internal Refusal? ObjectionToEnd(string file)
    {
        var begun = Begun!;
        if (Lines != begun.Lines) return Refusal.BankFileIncomplete(file, "the lines", Lines, begun.Lines);
        var expected = begun.Totals.ToDictionary(total => total.Currency, total => ((Int128)total.In,
            (Int128)total.Out));
        foreach (var currency in expected.Keys.Union(Sums.Keys).Order(StringComparer.Ordinal))
        {
            var (came, wanted) = (Sums.GetValueOrDefault(currency), expected.GetValueOrDefault(currency));
            if (came.In != wanted.Item1)
                return Refusal.BankFileIncomplete(file, $"what came in {currency}", came.In, wanted.Item1);
            if (came.Out != wanted.Item2)
                return Refusal.BankFileIncomplete(file, $"what left in {currency}", came.Out, wanted.Item2);
        }

        return null;
    }

    private BankFile After(Event.BankLinesRecorded page)
    {
        var (sums, outcomes) = (Sums, Outcomes);
        foreach (var item in page.Items)
        {
            outcomes = outcomes.SetItem(item.Outcome, outcomes.GetValueOrDefault(item.Outcome) + 1);
            if (item is not { Amount: { } amount, Currency: { } currency }) continue;
            var (came, left) = sums.GetValueOrDefault(currency);
            sums = sums.SetItem(currency, amount > 0 ? (came + amount, left) : (came, left - amount));
        }

        return this with
        {
            Next = Next + 1,
            Lines = Lines + page.Items.Count,
            Sums = sums,
            Outcomes = outcomes,
            Findings = Findings + page.Items.Count(item => item.Finding is not null),
        };
    }
}

internal static class ReadingBankFiles
{
    internal static Decision Decide(Command.BeginBankFile command, Book book)
    {
        var stream = BankFile.StreamOf(command.Bank, command.File);
        var file = book.Recall<BankFile>(stream);
        if (file.Begun is { } known)
            return known.Sha256 == command.Sha256
                ? Refusal.BankFileExists(
                    command.File, file.State == BankFileState.Finished ? "finished" : "under_way")
                : Refusal.BankFileDiffers(command.File, known.Sha256);
        return Decision.Of(book, new Draft(
            new Event.BankFileBegun(
                command.File, command.Format, command.Sha256, command.Lines, command.Totals, command.Bank,
                command.Name),
            Aggregate: stream));
    }

    internal static Decision Decide(Command.RecordBankLines command, Book book)
    {
        var stream = BankFile.StreamOf(command.Bank, command.File);
        var file = book.Recall<BankFile>(stream);
        if (file.ObjectionUnlessUnderWay(command.File) is { } refusal) return refusal;
        if (command.Page != file.Next) return Refusal.NotNextPage(command.File, command.Page, file.Next);
        return Decision.Of(book, new Draft(
            new Event.BankLinesRecorded(command.File, command.Page, command.Items, command.Bank), Aggregate: stream));
    }

    internal static Decision Decide(Command.FinishBankFile command, Book book)
    {
        var stream = BankFile.StreamOf(command.Bank, command.File);
        var file = book.Recall<BankFile>(stream);
        if (file.ObjectionUnlessUnderWay(command.File) is { } refusal) return refusal;
        if (file.ObjectionToEnd(command.File) is { } objection) return objection;
        return Decision.Of(book, new Draft(
            new Event.BankFileFinished(
                command.File, file.Lines, Count(file, BankItemOutcome.Posted), Count(file, BankItemOutcome.Known),
                Count(file, BankItemOutcome.Suspense), file.Findings, command.Bank),
            Aggregate: stream));
    }

    private static long Count(BankFile file, BankItemOutcome outcome) => file.Outcomes.GetValueOrDefault(outcome);
}
