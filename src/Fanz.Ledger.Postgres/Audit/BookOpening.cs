using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// A book's row and its first record say the same. Every leaf and seal has the book's name in it, so this comes
/// first: with a wrong name nothing else would fit. The first sealed leaf decides which of the two was changed.
/// </summary>
internal static class BookOpening
{
    public static async Task<Broken?> Check(NpgsqlDataSource source, BookRow book, CancellationToken token)
    {
        if (book.Head is null)
        {
            return book.UnsealedNumbers.Length == 0
                ? new Broken(book.Name, "books", book.Key, "it was never opened: it has no record and no seal")
                : new Broken(book.Name, "seals", "sequence=1", "it is missing");
        }

        // What is missing or unfit here is named by the check of the first batch.
        if (await FirstRecord(source, book, token) is not { Type: "book_opened" } record) return null;
        if (Read(record) is not { } opened || IsSame(book, opened)) return null;
        var hash = new RowLeaf(opened.Tenant, opened.Platform).OfRecord(record, [], new KnownAccounts());
        return await FirstLeaf(source, book, token) is { } leaf && leaf.AsSpan().SequenceEqual(hash)
            ? new Broken(book.Name, "books", book.Key, "it is not what the book was opened with")
            : new Broken(book.Name, "journal", "number=1", "it is not what was sealed");
    }

    private static bool IsSame(BookRow book, Event.BookOpened opened) =>
        (book.Tenant, book.Platform, book.TimeZone, book.Calendar, book.ReportingCurrency)
        == (opened.Tenant, opened.Platform, opened.TimeZone, opened.Calendar, opened.ReportingCurrency);

    private static Event.BookOpened? Read(JournalRow record)
    {
        try
        {
            return EventFormat.Read(record.Type, record.Data) as Event.BookOpened;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<JournalRow?> FirstRecord(NpgsqlDataSource source, BookRow book, CancellationToken token)
    {
        await foreach (var page in new RowPages(source).Journal(book.Id, 0, 1, token)) return page[0];
        return null;
    }

    private static async Task<byte[]?> FirstLeaf(NpgsqlDataSource source, BookRow book, CancellationToken token)
    {
        await using var query = source.CreateCommand(
            """
            select substring(leaves from 1 for 32) from ledger.seals where book_id = $1
            order by last_number, sequence limit 1
            """);
        query.Parameters.Add(new() { Value = book.Id });
        return await query.ExecuteScalarAsync(token) as byte[];
    }
}
