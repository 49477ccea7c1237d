using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Periods;
using NodaTime;

namespace Fanz.Ledger.Journal;

/// <summary>A record that has yet to be numbered: what happened, and what it moves.</summary>
/// <param name="Event">The event in the domain's words.</param>
/// <param name="Posting">Its legs; an event need not move anything.</param>
/// <param name="Account">The account whose life it changes, if it does.</param>
/// <param name="Aggregate">The stream of the aggregate that it changes, if it does.</param>
/// <param name="RefersTo">The number of the earlier record that it is about.</param>
public sealed record Draft(
    Event Event, Posting? Posting = null, AccountKey? Account = null, long? RefersTo = null,
    string? Aggregate = null)
{
    /// <summary>
    /// Its date in the accounts, where that is not the day it is recorded. Only <see cref="Decision.Dated"/> gives one.
    /// </summary>
    internal LocalDate? EffectiveOn { get; init; }

    /// <summary>The stream that a later reader finds this record under.</summary>
    public string? Stream => Account is { } account ? AccountLife.StreamOf(account) : Aggregate;
}

/// <summary>The answer to a command: a refusal, or what is to be appended to each book it touches.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    public static implicit operator Decision(Refusal refusal) => new Refused(refusal);

    public static Decision Of(Book home, Draft draft) => new Accepted([(home, draft)]);

    /// <summary>
    /// Records that a command dates itself, if it does: each as long as its book has not closed that day. There is no
    /// other way to date one, and a book appends none whose day was not looked at here.
    /// </summary>
    internal static Decision Dated(LocalDate? effectiveOn, params ImmutableArray<(Book Book, Draft Draft)> drafts)
    {
        if (effectiveOn is not { } day) return new Accepted(drafts);
        Refusal? first = null;
        foreach (var book in drafts.Select(one => one.Book).Distinct())
        {
            var objection = ClosedPeriods.Objection(book, day);
            first ??= objection;
        }

        if (first is not null) return first;
        return new Accepted([.. drafts.Select(one => (one.Book, one.Draft with { EffectiveOn = day }))]);
    }

    public sealed record Refused(Refusal Refusal) : Decision;

    /// <summary>The first draft is the command's own book's; its number is the answer.</summary>
    public sealed record Accepted(ImmutableArray<(Book Book, Draft Draft)> Drafts) : Decision;
}
