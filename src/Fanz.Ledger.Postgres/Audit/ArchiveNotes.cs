using Fanz.Ledger.Postgres.Archiving;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Holds what is noted of archived ranges against the access trail, which is chained: each range that was archived, or
/// attached again, has its line there with all that is said of it, and each line its range.
/// </summary>
internal sealed class ArchiveNotes(NpgsqlDataSource source)
{
    private const string NotesSql =
        """
        select a.id, a.book_id, a.first_number, a.last_number, a.first_position, a.last_position, a.first_sequence,
            a.last_sequence, a.carried, a.at, a.actor, a.file, a.file_hash, a.seal, a.carried_hash,
            b.tenant || '/' || b.platform, r.range_id is not null
        from ledger.archived_ranges a
        join ledger.books b on b.id = a.book_id
        left join ledger.returned_ranges r on r.range_id = a.id and r.book_id = a.book_id
        where $1::int is null or a.book_id = $1
        order by a.id
        """;

    private const string LinesSql =
        """
        select t.tenant || '/' || t.platform, t.sequence, t.action, t.item
        from ledger.books b
        join ledger.trail t on t.subject = 'book:' || b.platform and t.tenant = b.tenant
        where t.action in ('archive_detached', 'archive_attached') and t.kind = 'done'
            and ($1::int is null or b.id = $1)
        order by t.tenant, t.sequence
        """;

    private const string StraysSql =
        """
        select 'archived_ranges', id from ledger.archived_ranges where book_id not in (select id from ledger.books)
        union all
        select 'returned_ranges', range_id from ledger.returned_ranges r
        where not exists (select from ledger.archived_ranges a where a.id = r.range_id and a.book_id = r.book_id)
        limit 1
        """;

    /// <summary>The first that has no counterpart, or null.</summary>
    public async Task<Broken?> Fault(BookRow? only, CancellationToken token)
    {
        var lines = await Lines(only, token);
        await using (var query = Query(NotesSql, only))
        await using (var reader = await query.ExecuteReaderAsync(token))
        {
            while (await reader.ReadAsync(token))
            {
                var (range, book, isBack) = (ArchivedRanges.Read(reader), reader.GetString(15), reader.GetBoolean(16));
                var (id, item) = (range.Id, Detaching.ItemOf(range));
                if (!lines.Remove((book, Detaching.Action, item), out _))
                    return new Broken(book, "archived_ranges", $"id={id}", "the access trail has no such line");
                if (isBack && !lines.Remove((book, Attaching.Action, item), out _))
                    return new Broken(book, "returned_ranges", $"range_id={id}", "the access trail has no such line");
            }
        }

        if (only is null && await Stray(token) is { } stray) return stray;
        foreach (var ((book, action, _), sequence) in lines)
            return new Broken(
                book, action == Detaching.Action ? "archived_ranges" : "returned_ranges", $"trail={sequence}",
                "the access trail tells of it, and it is not there");
        return null;
    }

    private async Task<Dictionary<(string Book, string Action, string Item), long>> Lines(
        BookRow? only, CancellationToken token)
    {
        await using var query = Query(LinesSql, only);
        await using var reader = await query.ExecuteReaderAsync(token);
        var lines = new Dictionary<(string, string, string), long>();
        while (await reader.ReadAsync(token))
            lines[(reader.GetString(0), reader.GetString(2), reader.GetString(3))] = reader.GetInt64(1);
        return lines;
    }

    private async Task<Broken?> Stray(CancellationToken token)
    {
        await using var query = source.CreateCommand(StraysSql);
        await using var reader = await query.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token)
            ? new Broken("#", reader.GetString(0), $"id={reader.GetInt64(1)}", "its book, or its range, does not exist")
            : null;
    }

    private NpgsqlCommand Query(string sql, BookRow? only)
    {
        var query = source.CreateCommand(sql);
        query.Parameters.Add(new() { Value = (object?)only?.Id ?? DBNull.Value, DataTypeName = "integer" });
        return query;
    }
}
