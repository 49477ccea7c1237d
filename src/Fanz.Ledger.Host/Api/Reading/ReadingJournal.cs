using System.Diagnostics;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// The journal behind a cursor. Without news it waits for some, if it may: the answer comes as soon as the book moves
/// on, or empty when the time is over or the host stops.
/// </summary>
internal static class ReadingJournal
{
    public const int RecordsAtATime = 200;
    private const int MostRecords = 1_000;
    private const int UsualRecords = 100;
    private const int LongestWait = 30;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Books.Route + "/journal", (RequestDelegate)Journal).WithMetadata(ReadingDescriptions.Journal);

    private static async Task Journal(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context, "after", "limit", "wait");
        var limit = (int)(read.Parameters.Whole("limit", 1, MostRecords) ?? UsualRecords);
        var wait = TimeSpan.FromSeconds(read.Parameters.Whole("wait", 0, LongestWait) ?? 0);
        var after = await Begin(read, "after", read.Parameters.Text("after"));
        var page = await Page(read, after, Math.Min(limit, RecordsAtATime));
        if (page.Records.Count == 0 && wait > TimeSpan.Zero)
            page = await AwaitNews(read, page, after, Math.Min(limit, RecordsAtATime), wait);
        read.SayNumber(page.Look.Number);
        await Answer(context, read, after, page, limit);
    }

    /// <summary>
    /// Where a reader stands. One who names no place begins with the first record, and `head` is wherever the book ends
    /// now. A bare number is no place: nobody could tell whose number it was.
    /// </summary>
    public static async Task<JournalCursor> Begin(ReadRequest read, string field, string? text)
    {
        // An absent place is the beginning; an empty one is a mistake.
        var place = JournalCursor.Start;
        var isHead = text == "head";
        if (text is not null && !isHead && !JournalCursor.TryParse(text, out place))
        {
            throw Parameters.Wrong(
                field, "cursor_ill_formed", $"{field} is a cursor as the journal gives them, or 0, or head.");
        }

        var look = await read.Look(place);
        return isHead ? look.Head : place;
    }

    /// <summary>The records behind a place, which must lie on the book's timeline.</summary>
    /// <param name="read">Who asks.</param>
    /// <param name="after">The place.</param>
    /// <param name="limit">How many records, at most.</param>
    /// <param name="isShared">All who were woken at once ask for the same, and one look will do for them.</param>
    public static async Task<FeedPage> Page(ReadRequest read, JournalCursor after, int limit, bool isShared = false)
    {
        var page = await Ask();
        if (page.Look.Knows(after)) return page;
        await read.Judge(page.Look, after);
        return await Ask();

        async Task<FeedPage> Ask() => (isShared
            ? await read.Readers.SharedPages.After(read.Book, after, limit, read.Aborted)
            : await read.Readers.Feed.After(read.Book, after, limit, read.Aborted)) ?? throw read.Gone();
    }

    private static async Task<FeedPage> AwaitNews(
        ReadRequest read, FeedPage page, JournalCursor after, int limit, TimeSpan wait)
    {
        using var waiting = read.Readers.TakePlace();
        var since = Stopwatch.GetTimestamp();
        while (page.Records.Count == 0)
        {
            var left = wait - Stopwatch.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !await read.Readers.Watch.Moves(read.Book, after, left, read.Aborted)) break;
            page = await Page(read, after, limit, isShared: true);
        }

        await read.Readmit();
        return page;
    }

    /// <summary>What goes on behind what was written; null where that is archived, which the next request is told.</summary>
    private static async Task<FeedPage?> Next(ReadRequest read, JournalCursor after, int limit)
    {
        try
        {
            return await read.Readers.Feed.After(read.Book, after, limit, read.Aborted) ?? throw read.Gone();
        }
        catch (RangeIsArchived)
        {
            return null;
        }
    }

    private static async Task Answer(
        HttpContext context, ReadRequest read, JournalCursor after, FeedPage page, int limit)
    {
        await using var answer = LongAnswer.Begin(context);
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("records");
        while (true)
        {
            foreach (var placed in page.Records)
            {
                RecordJson.Write(json, placed.Appended, placed.Cursor);
                after = placed.Cursor;
                await answer.Breathe();
            }

            limit -= page.Records.Count;
            if (limit == 0 || page.Records.Count == 0 || after.Number >= page.Look.Number) break;
            // What was written leaves before more is asked for: a fault from here on breaks the connection.
            await answer.Flush();
            if (await Next(read, after, Math.Min(limit, RecordsAtATime)) is not { } next) break;
            page = next;
        }

        json.WriteEndArray();
        json.WriteString("cursor", after.ToString());
        json.WriteBoolean("more", after.Number < page.Look.Number);
        json.WriteEndObject();
        await answer.Flush();
    }
}
