using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using NodaTime;

namespace Fanz.Ledger.Journal;

/// <summary>A record that has yet to be numbered: what happened, and what it moves.</summary>
/// <param name="Event">The event in the domain's words.</param>
/// <param name="Posting">Its legs; an event need not move anything.</param>
/// <param name="Account">The account whose life it changes, if it does.</param>
/// <param name="Aggregate">The stream of the aggregate that it changes, if it does.</param>
/// <param name="RefersTo">The number of the earlier record that it is about.</param>
/// <param name="EffectiveOn">Its date in the accounts, where that is not the day it is recorded.</param>
public sealed record Draft(
    Event Event, Posting? Posting = null, AccountKey? Account = null, long? RefersTo = null,
    LocalDate? EffectiveOn = null, string? Aggregate = null)
{
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

    public sealed record Refused(Refusal Refusal) : Decision;

    /// <summary>The first draft is the command's own book's; its number is the answer.</summary>
    public sealed record Accepted(ImmutableArray<(Book Book, Draft Draft)> Drafts) : Decision;
}
