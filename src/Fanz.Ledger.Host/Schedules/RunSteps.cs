using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// What a run posts, under keys made of its name. What is not answered for good is asked again under the same key, with
/// growing pauses; after a while the run is broken off instead, and gone on with later.
/// </summary>
internal sealed class RunSteps(BookWriter writer, OpenedBook book, RunId run, RunOptions options)
{
    // Names of items do not begin so.
    private const string OwnMark = "~";

    /// <summary>Begins it. When somebody else has, that is as good.</summary>
    public async Task Begin(RunPlan plan, bool isByHand, CancellationToken token)
    {
        var begin = new Command.BeginRun(run.Job, run.Schedule, run.On, plan.Items)
        {
            Amounts = plan.Amounts,
            ByHand = isByHand ? true : null,
        };
        if (await Own("begin", begin, token) is { } refusal && refusal.Code is not ("run_is_begun" or "run_is_finished"))
            throw new RunRefused(refusal);
    }

    /// <summary>Records what was skipped; false when another host has had its say in the meantime.</summary>
    public async Task<bool> Record(int chunk, IReadOnlyList<SkippedItem> items, CancellationToken token) =>
        await Own(
            $"skipped/{chunk}", new Command.RecordSkipped(run.Job, run.Schedule, run.On, chunk, items), token,
            isReusedNo: true) is null;

    public async Task Finish(RunPlan done, IReadOnlyList<RunFinding> findings, CancellationToken token)
    {
        var finish = new Command.FinishRun(run.Job, run.Schedule, run.On, done.Items)
        {
            Amounts = done.Amounts,
            Findings = findings.Count > 0 ? [.. findings.Take(100)] : null,
        };
        if (await Own("finish", finish, token) is { } refusal && refusal.Code != "run_is_finished")
            throw new RunRefused(refusal);
    }

    /// <summary>Posts commands and answers each for good, in their order.</summary>
    public async Task<IReadOnlyList<Reply>> Post(
        IReadOnlyList<(Command Command, string Key)> commands, CancellationToken token)
    {
        var replies = new Reply[commands.Count];
        var open = Enumerable.Range(0, commands.Count).ToList();
        var (pause, waited) = (options.FirstPause, TimeSpan.Zero);
        while (true)
        {
            var answers = await writer.PostAll(book.Name, [.. open.Select(i => commands[i])], run.Actor, token);
            for (var i = 0; i < answers.Count; i++) replies[open[i]] = answers[i];
            open = [.. open.Where(i => !IsForGood(replies[i]))];
            if (open.Count == 0) return replies;
            if (waited > options.Patience.ToTimeSpan()) throw new RunBrokenOff(Why(replies[open[0]]));
            await Task.Delay(pause, token);
            waited += pause;
            pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
        }
    }

    public string KeyOf(RunItem item) => item.Name.StartsWith(OwnMark, StringComparison.Ordinal)
        ? throw new ArgumentException($"The name of an item begins with {OwnMark}.")
        : run.KeyOf(item.Name);

    /// <summary>
    /// One of the run's own steps. A key that was used for another request was used by another host for the same step.
    /// </summary>
    private async Task<Refusal?> Own(string step, Command command, CancellationToken token, bool isReusedNo = false)
    {
        var reply = (await Post([(command, run.KeyOf(OwnMark + step))], token))[0];
        options.Wrote?.Invoke(step);
        return reply switch
        {
            Reply.Posted => null,
            Reply.Refused refused => refused.Refusal,
            Reply.KeyReused => isReusedNo ? Refusal.RunIsBegun(run) : null,
            Reply.Malformed malformed => throw new RunBrokenOff(
                $"{step}: {string.Join("; ", malformed.Faults.Select(fault => fault.ToString()))}"),
            Reply.Failed failed => throw new RunBrokenOff($"{step}: {failed.Why}"),
            _ => throw new InvalidOperationException($"{reply.GetType().Name} is no answer for good."),
        };
    }

    private static bool IsForGood(Reply reply) =>
        reply is not (Reply.Busy or Reply.Unavailable or Reply.Unknown or Reply.SetAside);

    private static string Why(Reply reply) => reply switch
    {
        Reply.Unavailable unavailable => unavailable.Why,
        Reply.Unknown unknown => unknown.Why,
        _ => "The writer is busy.",
    };
}

/// <summary>The book does not let the run be: its day is not here yet.</summary>
internal sealed class RunRefused(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
