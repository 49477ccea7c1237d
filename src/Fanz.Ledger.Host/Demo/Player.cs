using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Demo;

/// <summary>How a demonstration went: what was written now, and what had been written by an earlier one.</summary>
internal sealed record Played(int Posted, int Refused, int Replayed)
{
    public static readonly Played Nothing = new(0, 0, 0);

    public int Commands => Posted + Refused + Replayed;

    public static Played operator +(Played left, Played right) => new(
        left.Posted + right.Posted, left.Refused + right.Refused, left.Replayed + right.Replayed);
}

/// <summary>
/// Posts what is played, each step under a key of its own that follows from its place, and insists on the answer that
/// is expected.
/// </summary>
internal sealed class Player(BookWriter writer, WriterOptions options, CancellationToken token)
{
    private const int MostAtOnce = 2_000;
    public static readonly Actor Name = new("demo");

    private readonly int atOnce = Math.Clamp(options.MaxQueuedCommands / options.Lanes, 1, MostAtOnce);

    /// <summary>Posts many steps of one book in order; what follows from each is noted in that order too.</summary>
    public async Task<Played> Post(Stage stage, string part, IEnumerable<Step> steps)
    {
        var played = Played.Nothing;
        var numbered = steps.Select((step, i) => (Step: step, Key: Key(stage.Book, $"{stage.Today:MM-dd}/{part}/{i}")));
        foreach (var some in numbered.ToList().Chunk(atOnce))
        {
            var replies = await writer.PostAll(
                stage.Book, [.. some.Select(one => (one.Step.Command, one.Key))], Name, token);
            for (var i = 0; i < some.Length; i++)
            {
                played += Judge(stage.Book, some[i].Key, replies[i], refused: null);
                var receipt = ((Reply.Posted)replies[i]).Receipt;
                stage.Learn(some[i].Step.Command, receipt);
                some[i].Step.Then?.Invoke(receipt.Number);
            }
        }

        stage.NothingIsUnderWay();
        return played;
    }

    /// <summary>Posts one step that has a name, and answers its number unless it is to be refused.</summary>
    public async Task<(Played Played, long? Number)> Post(Stage stage, string name, Command command, string? refused)
    {
        var key = Key(stage.Book, name);
        var reply = await writer.Post(stage.Book, command, Name, key, token);
        var played = Judge(stage.Book, key, reply, refused);
        if (reply is not Reply.Posted { Receipt: var receipt }) return (played, null);
        stage.Learn(command, receipt);
        return (played, receipt.Number);
    }

    private static string Key(BookName book, string name) => $"demo/{book.Platform}/{name}";

    private static Played Judge(BookName book, string key, Reply reply, string? refused) => (reply, refused) switch
    {
        (Reply.Posted { Replayed: true }, null) => new Played(0, 0, 1),
        (Reply.Posted, null) => new Played(1, 0, 0),
        (Reply.Refused { Replayed: true } no, { } code) when no.Refusal.Code == code => new Played(0, 0, 1),
        (Reply.Refused no, { } code) when no.Refusal.Code == code => new Played(0, 1, 0),
        _ => throw new Mistake($"The demonstration stopped at {key} in {book}: {Said(reply)}"),
    };

    private static string Said(Reply reply) => reply switch
    {
        Reply.Posted => "it was posted, and should have been refused.",
        Reply.Refused { Refusal: var refusal } => $"{refusal.Code}: {refusal.Message}",
        Reply.Malformed { Faults: var faults } => string.Join(" ", faults.Select(fault => fault.Problem)),
        Reply.KeyReused => "its key was used by a demonstration of another seed or size; --fresh starts over.",
        Reply.Busy => "the writer is busy.",
        Reply.Unavailable { Why: var why } => why,
        Reply.Unknown { Why: var why } => why,
        Reply.Failed { Why: var why } => why,
        _ => reply.ToString(),
    };
}
