using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>How the book stood, and the records behind a place, each with the cursor of its own.</summary>
public sealed record FeedPage(BookLook Look, IReadOnlyList<Placed> Records);

/// <summary>
/// The journal as those read it who follow it. Round trips: the look, the seals and the records; then their entries,
/// if they have any. One connection serves both, and a connection never goes back in time, so a page whose place was
/// found in the chain is a page of that chain.
/// Limits: as many records as were asked for, and no more of them than fit the bounds below, but always one.
/// </summary>
public sealed class JournalFeed(NpgsqlDataSource source)
{
    private const int MostBytes = 1 << 20;
    private const int MostEntries = 20_000;

    // From seal to seal, not record by record, and past those that close refusals alone.
    internal const string SealsSql =
        """
        with recursive covering (last_number, hash) as (
            (select last_number, hash from ledger.seals where book_id = $1 and last_number > $2
            order by last_number, sequence limit 1)
            union all
            select next.last_number, next.hash from covering
            cross join lateral (
                select last_number, hash from ledger.seals
                where book_id = $1 and last_number > covering.last_number
                order by last_number, sequence limit 1) next
            where covering.last_number < $3)
        select last_number, hash from covering
        """;

    /// <summary>
    /// The records behind a place. If the place is not on the book's timeline, or is not there yet, there are none:
    /// the look says which. Null when this database has no such book. A page ends before what is archived, and one that
    /// would begin there is refused.
    /// </summary>
    public async Task<FeedPage?> After(OpenedBook book, JournalCursor place, int limit, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        var (upTo, records) = (place.Number + limit, new List<JournalRecord>());
        var seals = new List<(long LastNumber, byte[] Hash)>();
        BookLook? look;
        await using (var batch = Ask(connection, book, place, limit, upTo))
        await using (var reader = await ByIndex.Read(batch, token))
        {
            look = await BookLooks.Read(reader, place, token);
            if (look is null) return null;
            if (!look.Knows(place)) return new FeedPage(look, []);
            await reader.NextResultAsync(token);
            while (await reader.ReadAsync(token)) seals.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
            await reader.NextResultAsync(token);
            var bytes = 0;
            while (await reader.ReadAsync(token))
            {
                var record = JournalReader.ReadRecord(reader);
                bytes += record.Data.Length;
                var isOver = bytes > MostBytes || record.LastPosition - look.PositionAsked > MostEntries;
                // What was committed after the look is not part of it, and its seal may not have been read.
                if (record.Number > look.Number || (isOver && records.Count > 0)) break;
                records.Add(record);
            }

            var away = await RangesAway.Read(reader, token);
            if (away.Between(place.Number, Math.Min(upTo, look.Number)) is { } range)
            {
                if (range.FirstNumber <= place.Number + 1) throw new RangeIsArchived(range);
                records.RemoveAll(record => record.Number >= range.FirstNumber);
            }
        }

        if (records.Count == 0) return new FeedPage(look, []);
        var entries = await Entries(connection, book, look.PositionAsked, records[^1].LastPosition, token);
        return new FeedPage(look, [.. Place(records, entries, seals, look.PositionAsked)]);
    }

    private static NpgsqlBatch Ask(
        NpgsqlConnection connection, OpenedBook book, JournalCursor place, int limit, long upTo)
    {
        var batch = ByIndex.Query(connection, BookLooks.LookSql, BookLooks.Parameters(book, place));
        ByIndex.Add(batch, SealsSql, book.Id, place.Number, upTo);
        ByIndex.Add(batch, JournalReader.RecordsSql, book.Id, place.Number, upTo, limit);
        RangesAway.Ask(batch, book.Id);
        return batch;
    }

    private static async Task<List<Entry>> Entries(
        NpgsqlConnection connection, OpenedBook book, long after, long upTo, CancellationToken token)
    {
        if (after == upTo) return [];
        await using var batch = ByIndex.Query(connection, JournalReader.EntriesSql, book.Id, after, upTo);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var entries = await JournalReader.ReadEntries(reader, token);
        (await RangesAway.Read(reader, token)).RequirePositions(after, upTo);
        return entries;
    }

    private static IEnumerable<Placed> Place(
        List<JournalRecord> records, List<Entry> entries, List<(long LastNumber, byte[] Hash)> seals, long position)
    {
        var (next, seal) = (0, 0);
        foreach (var record in records)
        {
            while (seals[seal].LastNumber < record.Number) seal++;
            var count = checked((int)(record.LastPosition - position));
            yield return new Placed(
                JournalCursor.Of(record.Number, seals[seal].Hash),
                new Appended(record, [.. entries.Slice(next, count)]));
            next += count;
            position = record.LastPosition;
        }
    }
}
