using Fanz.Ledger.Postgres.Archiving;
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
    public delegate Task<FoundNumbers> Find(bool newestFirst, long after, long before, int limit);

    public static async Task<Page<long>> Page(Paging paging, BookLook look, Find find)
    {
        var found = await find(
            paging.ReadsNewestFirst, paging.After, Math.Min(paging.Before, look.Number + 1), paging.Limit + 1);
        return paging.Turn(found.Numbers, found.Cut);
    }

    /// <param name="context">Where to.</param>
    /// <param name="read">Who asks.</param>
    /// <param name="paging">How the list is turned.</param>
    /// <param name="page">The numbers.</param>
    /// <param name="isOfStream">The records are all in one stream: of them none is away.</param>
    public static async Task Answer(
        HttpContext context, ReadRequest read, Paging paging, Page<long> page, bool isOfStream = false)
    {
        var edges = await read.Readers.Looks.Places(read.Book, Paging.Edges(page, number => number), read.Aborted);
        await using var answer = LongAnswer.Begin(context);
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("records");
        foreach (var numbers in page.Rows.Chunk(RecordsAtATime))
        {
            var records = isOfStream
                ? await read.Readers.Found.ReadCarried(read.Book, numbers, read.Aborted)
                : await read.Readers.Found.Read(read.Book, numbers, read.Aborted);
            foreach (var found in records)
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
