using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Importing;

/// <summary>How an import went: what was posted now, and what had been by an earlier run.</summary>
internal sealed record ImportOutcome(int Posted, int Replayed, long Begun, long Finished);

/// <summary>
/// Posts an import through the writer. Every key follows from the import, its files and the part, so that a run that
/// was stopped anywhere is simply run again: what is there already answers as it did. A refusal is an answer for ever,
/// so after one has been put right the same part comes under the next key; the import itself takes each part once.
/// </summary>
internal sealed class ImportRun(
    BookWriter writer, BookName book, ImportPlan plan, IProgress<string> progress, CancellationToken token)
{
    private const int AtOnce = 8;
    private const int MostAttempts = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly Actor Mover = new("ledger", Environment.UserName);

    private int posted;
    private int replayed;

    public async Task<ImportOutcome> Post()
    {
        var terms = plan.Terms;
        var begun = await PostAlone("begin", new Command.BeginImport(
            terms.Import, plan.TrialBalance, plan.Parts, terms.ProposedBy, terms.ApprovedBy, terms.On)
        {
            Files = plan.Files,
        });
        foreach (var some in plan.ReadParts().Chunk(AtOnce)) await PostParts(some);
        var finished = await PostAlone("finish", new Command.FinishImport(terms.Import));
        return new ImportOutcome(posted, replayed, begun, finished);
    }

    /// <summary>
    /// Several parts in one go; from the first that was not posted so, one by one, because the later ones were refused
    /// for want of it.
    /// </summary>
    private async Task PostParts(Command[] parts)
    {
        var replies = await writer.PostAll(
            book, [.. parts.Select(part => (part, Key($"{NumberOf(part)}", 1)))], Mover, token);
        for (var i = 0; i < parts.Length; i++)
        {
            if (replies[i] is Reply.Posted reply) Count(reply);
            else await PostAlone($"{NumberOf(parts[i])}", parts[i]);
            progress.Report($"posted {NumberOf(parts[i]):N0} of {plan.Parts:N0} parts");
        }
    }

    private async Task<long> PostAlone(string name, Command command)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        for (var attempt = 1; attempt <= MostAttempts;)
        {
            switch (await writer.Post(book, command, Mover, Key(name, attempt), token))
            {
                case Reply.Posted reply:
                    Count(reply);
                    return reply.Receipt.Number;
                case Reply.Refused { Replayed: true }:
                    attempt++;
                    continue;
                case Reply.Busy or Reply.Unavailable or Reply.Unknown when since.Elapsed < Patience:
                    // Nothing is lost by asking again under the same key.
                    await Task.Delay(Pause, token);
                    continue;
                case var other:
                    throw new Mistake($"The import {plan.Terms.Import} stopped at {name}: {Said(other)}");
            }
        }

        throw new Mistake($"The import {plan.Terms.Import} was refused {MostAttempts} times at {name}.");
    }

    private void Count(Reply.Posted reply)
    {
        if (reply.Replayed) replayed++;
        else posted++;
    }

    private string Key(string name, int attempt) =>
        $"import/{plan.Terms.Import}/{plan.Digest[..16]}/{name}/{attempt}";

    private static int NumberOf(Command part) => part switch
    {
        Command.OpenBalances balances => balances.Part,
        Command.OpenSubscriptions subscriptions => subscriptions.Part,
        _ => throw new InvariantBroken($"{part} is no part of an import."),
    };

    private static string Said(Reply reply) => reply switch
    {
        Reply.Refused { Refusal: { Code: "import_exists" } refusal } =>
            $"{refusal.Message} Its files may not change: others come under a name of their own.",
        Reply.Refused { Refusal: var refusal } =>
            $"{refusal.Code}: {refusal.Message} Put that right, and run it again to go on.",
        Reply.Malformed { Faults: var faults } => string.Join(" ", faults.Select(fault => fault.Problem)),
        Reply.KeyReused => "it was begun in parts of another size, by other people or as of another day.",
        Reply.Unavailable { Why: var why } => $"{why} Run it again to go on.",
        Reply.Unknown { Why: var why } => $"{why} Run it again to go on.",
        Reply.Failed { Why: var why } => why,
        _ => "the writer is busy. Run it again to go on.",
    };
}
