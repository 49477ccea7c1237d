using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>The work of a run that is done.</summary>
internal sealed class PostedWork(
    RunScope scope, RunSteps steps, RunReader reader, RunProgress begun, RunLock held, RunOptions options,
    Func<CancellationToken, Task> follow)
    : RunWork(scope)
{
    private const int MostConflicts = 20;

    private readonly List<SkippedItem> waiting = [];
    private RunProgress progress = begun;
    private HashSet<string> known = [.. begun.Skipped];

    public override bool IsDry => false;

    public override async Task<IReadOnlyList<ItemOutcome>> Post(IReadOnlyList<RunItem> items, CancellationToken token)
    {
        var outcomes = new List<ItemOutcome>(items.Count);
        foreach (var page in items.Chunk(options.ItemsAPage))
        {
            await held.Keep(token);
            var replies = await steps.Post([.. page.Select(item => (item.Command, steps.KeyOf(item)))], token);
            options.Wrote?.Invoke("items");
            for (var i = 0; i < page.Length; i++) outcomes.Add(await Tell(page[i], replies[i], token));
        }

        return outcomes;
    }

    public override async Task Follow(CancellationToken token)
    {
        await held.Keep(token);
        await follow(token);
    }

    public override async Task Skip(SkippedItem item, CancellationToken token)
    {
        if (!known.Add(item.Item)) return;
        waiting.Add(item);
        if (waiting.Count >= Command.RecordSkipped.Most) await Flush(token);
    }

    /// <summary>
    /// Records what was skipped. When another host was faster with this chunk, what it has recorded is looked at, and
    /// the rest goes into the next one.
    /// </summary>
    public async Task Flush(CancellationToken token)
    {
        for (var conflicts = 0; waiting.Count > 0;)
        {
            var chunk = waiting.Take(Command.RecordSkipped.Most).ToArray();
            if (await steps.Record(progress.Run.Chunks + 1, chunk, token)) waiting.RemoveRange(0, chunk.Length);
            else if (++conflicts > MostConflicts) throw new RunBrokenOff("Another host is at this run.");
            progress = await reader.Progress(Scope.Book, Scope.Run, token);
            if (progress.Run.State == RunState.Finished) waiting.Clear();
            waiting.RemoveAll(item => progress.Skipped.Contains(item.Item));
            known.UnionWith(progress.Skipped);
        }
    }

    private async Task<ItemOutcome> Tell(RunItem item, Reply reply, CancellationToken token)
    {
        // A key that was used for another request was used by this run, when the same item looked otherwise.
        if (reply is Reply.Posted or Reply.KeyReused) return new ItemOutcome.Done(item);
        var code = CodeOf(reply);
        if (reply is Reply.Failed failed && options.Log is { } log)
            RunLog.ItemFailed(log, Scope.Book.Name, Scope.Run, failed.Why);
        await Skip(item.Skipped(code), token);
        return new ItemOutcome.Skipped(item, code, (reply as Reply.Refused)?.Refusal.Message);
    }
}
