using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>The work of a run that is only asked about: every command is decided, and none is posted.</summary>
internal sealed class PreviewedWork(RunScope scope, Job job, Preview preview) : RunWork(scope)
{
    private const int CommandsAtATime = 2_000;

    private readonly List<SkippedItem> skipped = [];

    public override bool IsDry => true;

    public RunPlan Done { get; } = new();

    public IReadOnlyList<SkippedItem> Skipped => skipped;

    public IReadOnlyList<SkippedFor> SkippedFor =>
    [
        .. from item in skipped
           group item by (item.Code, item.Currency) into reason
           orderby reason.Key.Code, reason.Key.Currency
           select new SkippedFor(
               reason.Key.Code, reason.Count(), reason.Key.Currency,
               reason.Key.Currency is null ? null : reason.Sum(item => item.Amount ?? 0)),
    ];

    public override async Task<IReadOnlyList<ItemOutcome>> Post(IReadOnlyList<RunItem> items, CancellationToken token)
    {
        var outcomes = new List<ItemOutcome>(items.Count);
        foreach (var page in items.Chunk(CommandsAtATime))
        {
            var answers = await preview.Of(
                Scope.Book.Name, [.. page.Select(item => item.Command)], Scope.Run.Actor, token);
            for (var i = 0; i < page.Length; i++) outcomes.Add(await Tell(page[i], answers[i], token));
        }

        return outcomes;
    }

    public override Task Follow(CancellationToken token) => Task.CompletedTask;

    public override Task Skip(SkippedItem item, CancellationToken token)
    {
        skipped.Add(item);
        return Task.CompletedTask;
    }

    private async Task<ItemOutcome> Tell(RunItem item, Previewed answer, CancellationToken token)
    {
        if (answer is Previewed.Posts posts)
        {
            foreach (var record in posts.Records)
                if (job.Count(EventFormat.Read(record.Type, record.Data.Span)) is { } counted) Done.Add(counted);
            return new ItemOutcome.Done(item);
        }

        var code = answer switch
        {
            Previewed.Refused refused => refused.Refusal.Code,
            Previewed.Malformed => "malformed",
            Previewed.Failed => "failed",
            Previewed.Unavailable unavailable => throw new RunBrokenOff(unavailable.Why),
            _ => throw new InvalidOperationException($"{answer.GetType().Name} is no answer."),
        };
        await Skip(item.Skipped(code), token);
        return new ItemOutcome.Skipped(item, code, (answer as Previewed.Refused)?.Refusal.Message);
    }
}
