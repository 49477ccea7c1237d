using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// Decides what becomes of the lines of a file, a page at a time, from what the journal says now. Reads: the payouts
/// that the page names; what is recorded of its lines; and where a line names nothing, what was moved at the bank and
/// not shown yet, once the followers have come to the journal's head.
/// </summary>
/// <param name="caughtUp">Waits until the followers' rows are those of now.</param>
internal sealed partial class PagePlanner(BankReader reader, string? bank, Func<Task> caughtUp, CancellationToken token)
{
    private Dictionary<string, SeenPayout> payouts = new(StringComparer.Ordinal);
    private Dictionary<string, StreamRecord> recorded = new(StringComparer.Ordinal);
    private readonly HashSet<long> usedEntries = [];
    private PagePlan plan = new();
    private Refusals refusals = new();
    private bool isCaughtUp;

    /// <summary>Nothing is posted: what is planned is remembered as if it had been.</summary>
    public bool IsDry { get; init; }

    /// <summary>
    /// Plans as many of these sayings as belong on one page: at least the first. One that needs the record of another
    /// of the same page begins the next.
    /// </summary>
    public async Task<PagePlan> Plan(IReadOnlyList<Saying> sayings, Refusals refused)
    {
        (plan, refusals, isCaughtUp) = (new PagePlan(), refused, false);
        if (!IsDry) usedEntries.Clear();
        await Look(sayings);
        for (var i = 0; i < sayings.Count; i++)
        {
            var item = sayings[i] switch
            {
                Saying.Movement movement => await Take(movement, i),
                Saying.Return returned => Take(returned, i),
                Saying.Status status => await Take(status, i),
                _ => throw new InvariantBroken($"{sayings[i]} is nothing that a bank says."),
            };
            // What is done for all payouts of a file is a page of its own, for it changes what others find.
            if (item is null || (plan.Many.Count > 0 && i > 0))
            {
                if (i == 0) throw new InvariantBroken("The first line of a page can always be taken.");
                plan.Many.Clear();
                return plan;
            }

            plan.Items.Add(item);
            if (plan.Many.Count > 0) return plan;
        }

        return plan;
    }

    private async Task Look(IReadOnlyList<Saying> sayings)
    {
        var names = sayings.SelectMany(saying => saying switch
        {
            Saying.Movement movement => movement.Names,
            Saying.Return { Payout: var payout } => [payout],
            Saying.Status { Payout: { } payout } => [payout],
            _ => (IReadOnlyList<string>)[],
        }).Where(name => name != "" && !(IsDry && payouts.ContainsKey(name))).ToHashSet(StringComparer.Ordinal);
        var found = await reader.Payouts(names, token);
        if (!IsDry) payouts = found;
        else foreach (var (id, payout) in found) payouts.TryAdd(id, payout);
        var streams = sayings.OfType<Saying.Movement>().SelectMany(movement => StreamsOf(movement.Reference)).ToList();
        var known = (await reader.Streams(streams, token)).ToDictionary(one => one.Stream, StringComparer.Ordinal);
        if (!IsDry) recorded = known;
        else foreach (var (stream, record) in known) recorded.TryAdd(stream, record);
    }

    /// <summary>Under what a line may have been recorded, by this file or another, or by hand.</summary>
    private IEnumerable<string> StreamsOf(string reference) =>
        new[] { "receipt", "payment", "bank_line", "tax_deposit", "exchange" }
            .Select(kind => StatementLine.StreamOf(kind, bank, reference)!);

    private StreamRecord? RecordOf(string reference) => StreamsOf(reference)
        .Select(stream => recorded.GetValueOrDefault(stream)).FirstOrDefault(record => record is not null);

    private SeenPayout? Find(IEnumerable<string> names)
    {
        foreach (var name in names)
            if (payouts.TryGetValue(name, out var payout)) return payout;
        return null;
    }

    private void Post(Command command, int saying) => plan.Commands.Add(new PlannedCommand(command, saying));

    private async Task CatchUp()
    {
        if (isCaughtUp || IsDry && usedEntries.Count > 0) return;
        await caughtUp();
        isCaughtUp = true;
    }
}
