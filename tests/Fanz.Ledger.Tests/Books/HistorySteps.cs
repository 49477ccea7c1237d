using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

/// <summary>
/// What a caller might do next: some move, and numbers whose meaning depends on the move and on what there is by then.
/// </summary>
internal sealed record Step(int Book, int Move, int A, int B, int C, long Amount)
{
    public static T Pick<T>(IReadOnlyList<T> from, int at) => from[at % from.Count];

    /// <summary>A small amount, so that there is often enough for it.</summary>
    public long Small => (Amount % 2_000) + 1;
}

/// <summary>Makes a step's command, or does something else to the book and makes none.</summary>
internal delegate Command? Making(Step step, BookInMemory book, BookInMemory other);

/// <summary>
/// The moves of one family of commands, and the words (event types and codes of refusals) that they must lead to.
/// </summary>
internal sealed record Family(string Name, (int Weight, Making Making)[] Moves, string[] Words);

/// <summary>
/// The moves of all histories. Each family has a file of its own and is named here once. A history has a focus: moves
/// of one family come far more often than the others.
/// </summary>
internal static partial class HistorySteps
{
    private const int Focus = 12;

    private static readonly Family[] Families =
    [
        Journal(),
        Rules(),
        Sales(),
        Wallets(),
        Moving(),
        Paying(),
        Hindering(),
        Settling(),
        Banking(),
        Disputes(),
        Orders(),
        Subscriptions(),
        Refunds(),
        Imports(),
        Closing(),
        Scheduling(),
        Taxes(),
        PayeesFamily(),
        Proposals(),
        Erasing(),
    ];

    private static readonly (Family Family, int Weight, Making Making)[] Moves =
        [.. Families.SelectMany(family => family.Moves, (family, move) => (family, move.Weight, move.Making))];

    /// <summary>Every word that must be met.</summary>
    public static IEnumerable<string> Words => Families.SelectMany(family => family.Words).Distinct();

    public static int Turns => Families.Length;

    public static Gen<Step[]> History(int length) =>
        from focus in Gen.Elements(Families)
        from steps in AnyStep(focus).ArrayOf(length)
        select steps;

    /// <summary>One with a focus that is not left to chance: each family in its turn.</summary>
    public static Gen<Step[]> History(int length, int turn) => AnyStep(Step.Pick(Families, turn)).ArrayOf(length);

    public static Command? CommandOf(Step step, BookInMemory book, BookInMemory other) =>
        Moves[step.Move].Making(step, book, other);

    private static Gen<Step> AnyStep(Family focus)
    {
        var weights = Moves.Select((move, i) => (move.Weight * (move.Family == focus ? Focus : 1), Gen.Constant(i)));
        return from book in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Constant(1)))
               from move in Gen.Frequency(weights)
               from a in Gen.Choose(0, 10_000)
               from b in Gen.Choose(0, 10_000)
               from c in Gen.Choose(0, 10_000)
               from amount in Gen.Frequency(
                   (12, Gen.Choose(1, 2_000).Select(n => (long)n)),
                   (1, Gen.Choose(0, 10).Select(n => Money.Money.Limit - n)))
               select new Step(book, move, a, b, c, amount);
    }

    /// <summary>The number of some record of one of these types, or of any record where there is none.</summary>
    private static long Record(BookInMemory book, int at, params string[] types)
    {
        var found = book.Journal.Where(appended => types.Contains(appended.Record.Type)).ToList();
        return found.Count > 0 ? Step.Pick(found, at).Record.Number : (at % (book.Book.LastNumber + 2)) + 1;
    }
}
