using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>A record as followers see it. What it says is read once for all of them, when the first one asks.</summary>
public sealed class FollowedRecord(JournalRecord record, ArraySegment<Entry> entries)
{
    private Event? read;

    public JournalRecord Record => record;

    public long Number => record.Number;

    /// <summary>None unless a follower of the page needs them.</summary>
    public ArraySegment<Entry> Entries => entries;

    public Event Event => read ??= EventFormat.Read(record.Type, record.Data.Span);
}

/// <summary>Some records of one book, without gaps.</summary>
/// <param name="TimeZone">Whose days are the book's days.</param>
/// <param name="After">The place of the record before the first; the page's entries begin behind it.</param>
/// <param name="Records">At least one.</param>
/// <param name="Referred">
/// Records before the page to which these refer, and those refer, by number; without entries, and none unless a
/// follower of the page needs them.
/// </param>
public sealed record FollowedPage(
    int BookId, BookName Book, DateTimeZone TimeZone, Place After, IReadOnlyList<FollowedRecord> Records,
    IReadOnlyDictionary<long, FollowedRecord> Referred)
{
    public JournalRecord Last => Records[^1].Record;

    /// <summary>A record of the page, or one that is referred to.</summary>
    public FollowedRecord Find(long number) =>
        number > After.Number && number <= Last.Number
            ? Records[(int)(number - After.Number - 1)]
            : Referred[number];
}
