using System.Buffers;
using System.Text.Json;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client;

/// <summary>
/// As many commands as one request may carry, and what is known of each. What is settled is not sent again, unless all
/// are to be posted together.
/// </summary>
internal sealed class BatchChunk(
    IReadOnlyList<KeyedCommand> commands, int first, int count, bool isAtomic, Outcome?[] outcomes)
{
    public const int MostCommands = 1_000;

    /// <summary>Half of what the ledger takes, which leaves room for the names around each command.</summary>
    private const int MostBytes = 8 << 20;

    private List<int> asked = [];

    private IEnumerable<int> All => Enumerable.Range(first, count);

    public bool IsSettled => All.All(i => outcomes[i] is not null);

    public IReadOnlyList<string> OpenKeys => [.. All.Where(i => outcomes[i] is null).Select(i => commands[i].Key)];

    /// <summary>How many commands from there on make one request.</summary>
    public static int CountFrom(IReadOnlyList<KeyedCommand> commands, int first)
    {
        var (count, bytes) = (0, 0L);
        while (first + count < commands.Count && count < MostCommands)
        {
            bytes += CommandFormat.Write(commands[first + count].Command).Length;
            if (bytes > MostBytes && count > 0) break;
            count++;
        }

        return count;
    }

    public byte[] Body()
    {
        asked = [.. isAtomic ? All : All.Where(i => outcomes[i] is null)];
        var body = new ArrayBufferWriter<byte>(256 * asked.Count);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteBoolean("atomic", isAtomic);
            json.WriteStartArray("commands");
            foreach (var i in asked)
            {
                json.WriteStartObject();
                json.WriteString("key", commands[i].Key);
                json.WriteString("command", CommandFormat.NameOf(commands[i].Command));
                json.WritePropertyName("body");
                json.WriteRawValue(CommandFormat.Write(commands[i].Command), skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    /// <summary>Notes what became of each command. It is settled when something became of all.</summary>
    public Verdict<BatchChunk> Judge(Answer answer, bool mayHaveBeenTaken)
    {
        if (answer.Status != 200) return JudgeWhole(answer, mayHaveBeenTaken);
        var results = answer.Read(json => json.List("results", Result.Read));
        if (results is null || results.Count != asked.Count || !asked.Select(i => commands[i].Key)
            .SequenceEqual(results.Select(result => result.Key), StringComparer.Ordinal))
            return Verdict<BatchChunk>.Of(answer);
        LedgerProblem? open = null;
        for (var i = 0; i < results.Count; i++)
        {
            var (key, problem) = (results[i].Key, results[i].Problem);
            outcomes[asked[i]] = problem is null
                ? new Outcome.Posted(key, results[i].Receipt!, results[i].IsReplay)
                : Of(key, problem, results[i].IsReplay, mayHaveBeenTaken);
            if (outcomes[asked[i]] is null && Graver(problem!, open)) open = problem;
        }

        return open is null ? Verdict<BatchChunk>.Is(this) : Verdict<BatchChunk>.Open(open);
    }

    private Verdict<BatchChunk> JudgeWhole(Answer answer, bool mayHaveBeenTaken)
    {
        if (answer.Problem() is not { Status: not (401 or 403 or 409) } problem || problem.Status != answer.Status
            || Outcome.Of("", problem, isReplay: false) is null) return Verdict<BatchChunk>.Of(answer);
        foreach (var i in asked) outcomes[i] = Of(commands[i].Key, problem, isReplay: false, mayHaveBeenTaken);
        return Verdict<BatchChunk>.Is(this);
    }

    /// <summary>
    /// A caller who may not post it now may have been allowed to when an earlier attempt arrived.
    /// </summary>
    private static Outcome? Of(string key, LedgerProblem problem, bool isReplay, bool mayHaveBeenTaken) =>
        Outcome.Of(key, problem, isReplay) is { } outcome && !(outcome is Outcome.Denied && mayHaveBeenTaken)
            ? outcome
            : null;

    /// <summary>Of several reasons to go on, the one that says least about the ledger's not having taken it.</summary>
    private static bool Graver(LedgerProblem problem, LedgerProblem? than) =>
        than is null || (Verdict<BatchChunk>.Open(than).WasNotTaken && !Verdict<BatchChunk>.Open(problem).WasNotTaken);

    private sealed record Result(string Key, Receipt? Receipt, LedgerProblem? Problem, bool IsReplay)
    {
        public static Result Read(JsonElement json)
        {
            var isPosted = json.Number("status") == 201;
            return new Result(
                json.Text("key"),
                isPosted ? Client.Receipt.Read(json.Object("receipt")) : null,
                isPosted ? null : LedgerProblem.Read(json.Object("problem"))
                    ?? throw new JsonException("The answer has neither a receipt nor a problem."),
                json.IsTrue("replayed"));
        }
    }
}
