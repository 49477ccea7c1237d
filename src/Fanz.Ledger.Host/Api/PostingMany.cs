using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Api;

/// <summary>
/// Up to a thousand commands a request: `POST /v1/{tenant}/{platform}/commands`. Each is answered on its own, in
/// order; with `"atomic": true` all of them are posted or none.
/// </summary>
internal static class PostingMany
{
    private const int MaxBody = (int)RequestLimits.LargestBatchBody;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Books.Route + "/commands", (RequestDelegate)Post)
            .WithMetadata(new BodyLimit(RequestLimits.LargestBatchBody), Described);

    private static Described Described => new("post_commands", "Batches", "Post up to 1,000 commands at once")
    {
        Text = "They are answered in order, each on its own: one that is refused does not keep the next from being "
            + "posted. With `atomic`, all of them are posted or none is. Each has a key of its own, so that a batch "
            + "that was cut off is simply sent again. A command needs the scope that it needs by itself.",
        Parameters = [Posting.DryRun],
        Body = Shapes.Object(
            null,
            ("atomic?", Shapes.Flag("Whether all are posted or none.")),
            ("commands", Shapes.List(Shapes.Object(
                null,
                ("key", Shapes.Text("The idempotency key of this command.")),
                ("command", Shapes.Text("Its name, as in the paths of this document.")),
                ("body", Shapes.Anything("Its body, as of the operation of that name."))), "From 1 to 1,000."))),
        BodyExample = """
            {"atomic": false, "commands": [
                {"key": "tip-1001", "command": "send_tip", "body": {
                    "fan": "anna", "creator": "mia", "amount": 999, "currency": "USD", "funding": "wallet"}},
                {"key": "tip-1002", "command": "send_tip", "body": {
                    "fan": "anna", "creator": "mia", "amount": 500, "currency": "USD", "funding": "card"}}]}
            """,
        Answers =
            [
                new(StatusCodes.Status200OK, "What became of each, in order.", Shapes.Object(
                    null,
                    ("results", Shapes.List(Shapes.Object(
                        "One of `receipt`, `records` (with `dry_run`) and `problem` is there.",
                        ("key", Shapes.Text()),
                        ("status", Shapes.Whole("The status that the command by itself would have got.")),
                        ("replayed?", Shapes.Flag("Whether the key was answered before.")),
                        ("receipt?", Shapes.Ref("Receipt")),
                        ("records?", Shapes.List(Shapes.Ref("WouldBe"))),
                        ("problem?", Shapes.Ref("Problem"))))))),
            ],
        Codes =
            [
                "parameter_unknown", "book_unknown", "not_json", "too_large", "too_many", "missing_field",
                "unknown_field", "duplicate_field", "wrong_type", "key_missing", "busy",
            ],
    };

    private static async Task Post(HttpContext context)
    {
        var (caller, served) = (Caller.Of(context), Served.Of(context));
        var book = await Books.Find(context);
        var isDry = Posting.IsDryRun(context);
        var request = (await Read(context)).For(caller, book.Name.Tenant);
        served.Entrance.Charge(caller, request.Items.Count - 1);
        NoteRefused(context, caller, request);
        var good = request.Items.Where(item => item.Command is not null).ToArray();
        var isStopped = request.IsAtomic && good.Length < request.Items.Count;
        if (isDry)
        {
            var previewed = isStopped ? [] : await served.Preview.Of(
                book.Name, [.. good.Select(item => item.Command!)], caller.Actor, context.RequestAborted);
            await Answer(context, request, isStopped, previewed, Replies.ProblemOf, WritePreviewed);
            return;
        }

        var replies = isStopped ? [] : await PostAll(served.Writer, book.Name, request, good, caller.Actor);
        if (replies.Count == request.Items.Count && replies.All(reply => reply is Reply.Posted))
            AccessLogging.IsInJournal(context);
        await Answer(context, request, isStopped, replies, Replies.ProblemOf, WriteReply);
    }

    /// <summary>What is not the caller's to post is in the trail, however many commands it was among.</summary>
    private static void NoteRefused(HttpContext context, Caller caller, BatchRequest request)
    {
        var refused = request.Items.Select(item => item.Problem)
            .Where(problem => problem?.Status == StatusCodes.Status403Forbidden).ToList();
        if (refused.Count == 0) return;
        Served.Of(context).Entrance.Refused.Note(caller.Tenant, new TrailNote(
            TrailKind.Refused, "post_commands", caller.Actor.ToString())
        {
            KeyId = caller.KeyId, Item = refused[0]!.Code, Times = refused.Count, Request = context.TraceIdentifier,
        });
    }

    private static async Task<BatchRequest> Read(HttpContext context)
    {
        using var body = await Body.Read(context, MaxBody);
        return BatchRequest.Read(body.Bytes);
    }

    private static Task<IReadOnlyList<Reply>> PostAll(
        BookWriter writer, BookName book, BatchRequest request, BatchItem[] good, Actor actor)
    {
        var commands = Array.ConvertAll(good, item => (item.Command!, item.Key));
        return request.IsAtomic
            ? writer.PostTogether(book, commands, actor)
            : writer.PostAll(book, commands, actor);
    }

    /// <summary>
    /// Says of each command, in the order of the request, what became of it. A whole that could not be taken at all is
    /// a problem of the whole, so that it is sent again as a whole.
    /// </summary>
    private static Task Answer<T>(
        HttpContext context, BatchRequest request, bool isStopped, IReadOnlyList<T> answers,
        Func<T, Problem?> problemOf, Action<Utf8JsonWriter, T> write)
    {
        if (answers.Count > 0 && answers.Count == request.Items.Count
            && answers.All(answer => answer is Reply.Busy)) return ProblemWriter.Write(context, problemOf(answers[0])!);
        return Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            var next = 0;
            foreach (var item in request.Items)
            {
                json.WriteStartObject();
                json.WriteString("key", item.Key);
                if (item.Problem is { } wrong) Wrong(json, wrong);
                else if (isStopped) Wrong(json, SetAside);
                else if (problemOf(answers[next++]) is { } problem) Wrong(json, problem);
                else write(json, answers[next - 1]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static readonly Problem SetAside = new(
        StatusCodes.Status409Conflict, "set_aside", "Another command of this batch is wrong, so none was posted.");

    private static void WriteReply(Utf8JsonWriter json, Reply reply)
    {
        var posted = (Reply.Posted)reply;
        json.WriteNumber("status", StatusCodes.Status201Created);
        if (posted.Replayed) json.WriteBoolean("replayed", true);
        json.WritePropertyName("receipt");
        ReceiptJson.Write(json, posted.Receipt);
    }

    private static void WritePreviewed(Utf8JsonWriter json, Previewed previewed)
    {
        json.WriteNumber("status", StatusCodes.Status200OK);
        json.WriteStartArray("records");
        foreach (var record in ((Previewed.Posts)previewed).Records) ReceiptJson.Write(json, record);
        json.WriteEndArray();
    }

    private static void Wrong(Utf8JsonWriter json, Problem problem)
    {
        json.WriteNumber("status", problem.Status);
        if (problem.IsReplay) json.WriteBoolean("replayed", true);
        json.WritePropertyName("problem");
        ProblemWriter.Write(json, problem);
    }
}
