using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// The journal as server-sent events, one a record, for as long as the reader stays. Each event's id is a cursor; a
/// browser, or any other client of such events, sends the last one back when it connects again, and goes on there.
/// The stream ends when the host stops or the database is away, and is then resumed elsewhere. It ends after an event
/// `problem` when the key is no longer good, the book is on another timeline, or what comes next is archived; a new
/// connection is told so at once.
/// </summary>
internal static class StreamingJournal
{
    private const string LastEventId = "Last-Event-ID";
    private const int Buffer = 32 << 10;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    /// <summary>How long a key is believed to be good still.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Books.Route + "/journal/stream", (RequestDelegate)Follow)
            .WithMetadata(ReadingDescriptions.Stream);

    private static async Task Follow(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context, "after");
        // A client that connects again repeats the address that it began with, and says by this where it is by now.
        var last = context.Request.Headers[LastEventId];
        var after = last.Count == 0
            ? await ReadingJournal.Begin(read, "after", read.Parameters.Text("after"))
            : await ReadingJournal.Begin(read, LastEventId, last.ToString());
        using var place = read.Readers.TakePlace();
        var page = await ReadingJournal.Page(read, after, ReadingJournal.RecordsAtATime);
        read.SayNumber(page.Look.Number);
        Begin(context.Response);
        try
        {
            await Send(read, context.Response.BodyWriter, after, page);
        }
        catch (ProblemFound problem)
        {
            await Tell(context, problem.Problem);
        }
        catch (RangeIsArchived archived)
        {
            await Tell(context, Problem.Of(archived));
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            // The database is away. The reader resumes where it is, here or at another host.
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader is gone.
        }
    }

    private static async Task Tell(HttpContext context, Problem problem)
    {
        Write(context.Response.BodyWriter, "problem", json => ProblemWriter.Write(json, problem));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // A proxy that gathers an answer before it passes it on would pass nothing on.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private static async Task Send(ReadRequest read, PipeWriter body, JournalCursor after, FeedPage page)
    {
        Comment(body, after);
        var isNews = true;
        var (admitted, spoken) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        while (!read.Readers.Watch.IsClosed)
        {
            foreach (var placed in page.Records)
            {
                Write(
                    body, placed.Appended.Record.Type, json => RecordJson.Write(json, placed.Appended, placed.Cursor),
                    placed.Cursor);
                after = placed.Cursor;
                if (body.UnflushedBytes > Buffer) await body.FlushAsync(read.Aborted);
            }

            if (page.Records.Count == 0 && Stopwatch.GetElapsedTime(spoken) > Heartbeat) Comment(body, after);
            if (body.UnflushedBytes > 0) spoken = Stopwatch.GetTimestamp();
            await body.FlushAsync(read.Aborted);
            isNews = page.Records.Count > 0
                || await read.Readers.Watch.Moves(read.Book, after, Trust, read.Aborted, isOnlyLonger: !isNews);
            if (Stopwatch.GetElapsedTime(admitted) > Trust)
            {
                await read.Readmit();
                admitted = Stopwatch.GetTimestamp();
            }

            page = isNews
                ? await ReadingJournal.Page(read, after, ReadingJournal.RecordsAtATime, isShared: true)
                : page with { Records = [] };
        }
    }

    /// <summary>It keeps proxies from taking silence for an end, and finds out whether the reader is there.</summary>
    private static void Comment(PipeWriter body, JournalCursor after) =>
        Encoding.UTF8.GetBytes($": {after}\n\n", body);

    private static void Write(PipeWriter body, string type, Action<Utf8JsonWriter> write, JournalCursor? id = null)
    {
        if (id is { } cursor) Encoding.UTF8.GetBytes($"id: {cursor}\n", body);
        Encoding.UTF8.GetBytes($"event: {type}\ndata: ", body);
        using (var json = new Utf8JsonWriter(new OneLine(body), Json.AsGiven)) write(json);
        Encoding.UTF8.GetBytes("\n\n", body);
    }

    /// <summary>
    /// Data is kept as it was given and might hold line breaks between its parts, which would end an event's line. In
    /// JSON a raw one is never part of a text, so a space says the same.
    /// </summary>
    private sealed class OneLine(PipeWriter body) : IBufferWriter<byte>
    {
        private Memory<byte> given;

        public void Advance(int count)
        {
            var written = given.Span[..count];
            written.Replace((byte)'\n', (byte)' ');
            written.Replace((byte)'\r', (byte)' ');
            body.Advance(count);
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => given = body.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
