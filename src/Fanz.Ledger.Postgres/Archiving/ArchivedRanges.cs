using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// The ranges of a book that are away. A reader asks once it has read: what was archived before that is told, and what
/// it has read was whole if nothing is told. Round trips: one, of a table that is as good as empty.
/// </summary>
public sealed class ArchivedRanges(NpgsqlDataSource source)
{
    private const string Away =
        """
        select id, book_id, first_number, last_number, first_position, last_position, first_sequence, last_sequence,
            carried, at, actor, file, file_hash, seal, carried_hash
        from ledger.archived_ranges a
        where not exists (select from ledger.returned_ranges r where r.range_id = a.id)
        """;

    internal const string AwaySql = $"{Away} and book_id = $1 order by last_number";

    internal const string AllAwaySql = $"{Away} order by book_id, last_number";

    /// <summary>Those that are away, oldest first.</summary>
    public async Task<IReadOnlyList<ArchivedRange>> Of(int book, CancellationToken token)
    {
        await using var query = ByIndex.Query(source, AwaySql, book);
        await using var reader = await ByIndex.Read(query, token);
        var ranges = new List<ArchivedRange>();
        while (await reader.ReadAsync(token)) ranges.Add(Read(reader));
        return ranges;
    }

    /// <summary>Nothing of a book may be away.</summary>
    public async Task RequireAll(int book, CancellationToken token)
    {
        if (await Of(book, token) is [var first, ..]) throw new RangeIsArchived(first);
    }

    /// <summary>A record may not be away, nor any between two, both of them included.</summary>
    public async Task RequireNumbers(int book, long first, long last, CancellationToken token)
    {
        foreach (var range in await Of(book, token))
            if (range.FirstNumber <= last && range.LastNumber >= first) throw new RangeIsArchived(range);
    }

    internal static ArchivedRange Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
        reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8),
        Instant.FromDateTimeUtc(reader.GetDateTime(9)), reader.GetString(10), reader.GetString(11),
        reader.GetFieldValue<byte[]>(12), reader.GetFieldValue<byte[]>(13), reader.GetFieldValue<byte[]>(14));
}
