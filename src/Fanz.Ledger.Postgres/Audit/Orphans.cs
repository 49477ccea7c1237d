using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Rows whose book is in no row of books. A single one was put in or moved; where there are several, it is the row
/// of their book that is gone.
/// </summary>
internal sealed class Orphans(NpgsqlDataSource source)
{
    internal const string BooksOfRowsSql =
        """
        with recursive
        of_journal (id) as (
            (select book_id from ledger.journal order by book_id limit 1)
            union all
            select next.book_id from of_journal cross join lateral (
            select book_id from ledger.journal where book_id > id order by book_id limit 1) next),
        of_entries (id) as (
            (select book_id from ledger.entries order by book_id limit 1)
            union all
            select next.book_id from of_entries cross join lateral (
            select book_id from ledger.entries where book_id > id order by book_id limit 1) next),
        of_seals (id) as (
            (select book_id from ledger.seals order by book_id limit 1)
            union all
            select next.book_id from of_seals cross join lateral (
            select book_id from ledger.seals where book_id > id order by book_id limit 1) next)
        select id from (select id from of_journal union select id from of_entries union select id from of_seals) found
        where id not in (select id from ledger.books)
        order by id
        limit 1
        """;

    /// <summary>Looks where an index leads from book to book; accounts and answers are met as they are read.</summary>
    public async Task<Broken?> First(CancellationToken token)
    {
        int? book;
        await using (var query = ByIndex.Query(source, BooksOfRowsSql))
        await using (var reader = await ByIndex.Read(query, token))
            book = await reader.ReadAsync(token) ? reader.GetInt32(0) : null;
        return book is { } id ? await Name(id, token) : null;
    }

    /// <summary>Looks through accounts and answers, for whoever does not read them all.</summary>
    public async Task<Broken?> FirstScanned(CancellationToken token)
    {
        await using var query = source.CreateCommand(
            """
            select book_id from (
                select distinct book_id from ledger.accounts
                union
                select distinct book_id from ledger.answers) found
            where book_id not in (select id from ledger.books)
            order by book_id
            limit 1
            """);
        query.CommandTimeout = 0;
        return await query.ExecuteScalarAsync(token) is int book ? await Name(book, token) : null;
    }

    public async Task<Broken> Name(int book, CancellationToken token)
    {
        await using var query = source.CreateCommand(
            """
            (select 'journal', 'number=' || number from ledger.journal where book_id = $1 limit 2)
            union all
            (select 'entries', 'position=' || position from ledger.entries where book_id = $1 limit 2)
            union all
            (select 'seals', 'sequence=' || sequence from ledger.seals where book_id = $1 limit 2)
            union all
            (select 'accounts', 'id=' || id from ledger.accounts where book_id = $1 limit 2)
            union all
            (select 'answers', 'key_hash=' || key_hash from ledger.answers where book_id = $1 limit 2)
            """);
        query.CommandTimeout = 0;
        query.Parameters.Add(new() { Value = book });
        await using var reader = await query.ExecuteReaderAsync(token);
        var found = new List<(string Table, string Key)>();
        while (await reader.ReadAsync(token)) found.Add((reader.GetString(0), reader.GetString(1)));
        return found is [var (table, key)]
            ? new Broken($"#{book}", table, key, "its book does not exist")
            : new Broken($"#{book}", "books", $"id={book}", "it is missing, and has rows");
    }
}
