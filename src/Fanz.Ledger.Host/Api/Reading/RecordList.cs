using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// A page of records that are found by what they are. Their numbers are read first and tell where the page ends; the
/// records follow a few at a time while they are written.
/// </summary>
internal static class RecordList
{
    private const int RecordsAtATime = 50;

    /// <summary>Reads the numbers between two that are not among them, in one direction, so many at most.</summary>
    public delegate Task<List<long>> Find(bool newestFirst, long after, long before, int limit);

    public static async Task<Page<long>> Page(Paging paging, BookLook look, Find find) => paging.Turn(
        await find(
            paging.ReadsNewestFirst, paging.After, Math.Min(paging.Before, look.Number + 1), paging.Limit + 1));

    public static async Task Answer(HttpContext context, ReadRequest read, Paging paging, Page<long> page)
    {
        var edges = await read.Readers.Looks.Places(read.Book, Paging.Edges(page, number => number), read.Aborted);
        await using var answer = LongAnswer.Begin(context);
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("records");
        foreach (var numbers in page.Rows.Chunk(RecordsAtATime))
        {
            foreach (var found in await read.Readers.Found.Read(read.Book, numbers, read.Aborted))
            {
                RecordJson.Write(json, found.Appended, found.Cursor);
                await answer.Breathe();
            }

            // What was written leaves before anything more is asked for: a fault from here on breaks the connection.
            await answer.Flush();
        }

        json.WriteEndArray();
        paging.Write(json, page, number => number, edges);
        json.WriteEndObject();
        await answer.Flush();
    }
}
