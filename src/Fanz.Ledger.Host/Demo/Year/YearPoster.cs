using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>
/// Posts what people and services ask for in the year, each under a key that follows from its day and its name. What was
/// posted before, by a year that was broken off, answers as it did then.
/// </summary>
internal sealed class YearPoster(BookWriter writer, CancellationToken token)
{
    private static readonly Actor Name = new("demo");

    private readonly Dictionary<AccountKey, long> balances = [];
    private long taken, refunds, chargebacks;

    public Played Played { get; private set; } = Played.Nothing;

    /// <summary>What the processor owes, by all that was posted through here: nothing else moves it.</summary>
    public long Receivable => balances.Where(known => known.Key.Code == Chart.ProcessorReceivable)
        .Sum(known => known.Key.Code.InWords(known.Value));

    /// <summary>What the processor took, gave back to fans and lost to disputes since this was asked last.</summary>
    public (long Taken, long Refunds, long Chargebacks) TakeSinceSettled()
    {
        var since = (taken, refunds, chargebacks);
        (taken, refunds, chargebacks) = (0, 0, 0);
        return since;
    }

    public async Task Post(LocalDate day, IEnumerable<YearStep> steps)
    {
        var all = steps.ToList();
        if (all.Count == 0) return;
        var replies = await writer.PostAll(
            YearScript.Platform, [.. all.Select(step => (step.Command, KeyOf(day, step.Name)))], Name, token);
        for (var i = 0; i < all.Count; i++) Note(all[i], KeyOf(day, all[i].Name), replies[i]);
    }

    public Task Post(LocalDate day, string name, Command command, params string[] mayRefuse) =>
        Post(day, [new YearStep(name, command, null, mayRefuse)]);

    private void Note(YearStep step, string key, Reply reply)
    {
        Played += reply switch
        {
            Reply.Posted posted => Posted(step, posted),
            Reply.Refused refused when step.MayRefuse.Contains(refused.Refusal.Code) => new Played(0, 1, 0),
            _ => throw new Mistake($"The year stopped at {key}: {reply}"),
        };
    }

    private Played Posted(YearStep step, Reply.Posted posted)
    {
        foreach (var entry in posted.Receipt.Entries)
        {
            balances[entry.Account] = entry.Balance;
            if (entry.Account.Code == Chart.ProcessorReceivable) Moved(step.Command, entry.Amount);
        }

        step.Then?.Invoke(posted.Receipt.Number);
        return posted.Replayed ? new Played(0, 0, 1) : new Played(1, 0, 0);
    }

    private void Moved(Command command, long amount)
    {
        switch (command)
        {
            case Command.ExecuteRefund: refunds -= amount; break;
            case Command.OpenDispute or Command.WinDispute: chargebacks -= amount; break;
            case Command.SettleProcessor: break;
            default: taken += amount; break;
        }
    }

    private static string KeyOf(LocalDate day, string name) => $"year/{LocalDatePattern.Iso.Format(day)}/{name}";
}
