using System.Globalization;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// Sends what two people have approved, oldest first, and instant payouts; gives back what was rejected. Before
/// anything of a batch leaves, its payouts are held against what was approved: a batch with others in it is not touched,
/// and the run says so. What an earlier run could not finish comes first.
/// </summary>
internal sealed class SubmitPayouts : Job
{
    private const int Page = 2_000;
    private const string OfOneBatch = "batch-";

    /// <summary>The name of a schedule that nobody sets: a run of it, begun by hand, sends one batch alone.</summary>
    public static string ScheduleOf(string batch, int attempt) =>
        attempt == 1 ? $"{OfOneBatch}{batch}" : string.Create(CultureInfo.InvariantCulture, $"{OfOneBatch}{batch}-{attempt}");

    public override string Name => StandingJobs.SubmitPayouts;

    public override IReadOnlyList<string> Followers => [PayoutFollower.FollowerName];

    public override Counted? Count(Event happened) =>
        happened is Event.PayoutSubmitted submitted ? new Counted(submitted.Currency, submitted.Amount) : null;

    public override async Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var (plan, payouts) = (new RunPlan(), new PayoutReader(scope.Source));
        foreach (var batch in await Approved(scope, payouts, token))
            await foreach (var row in payouts.Members(scope.Book, batch.Batch, token))
                if (row.IsFormed) plan.Add(new Counted(row.Currency, row.Sent));
        if (IsOfOneBatch(scope)) return plan;
        foreach (var row in await payouts.Instants(scope.Book, token))
            if (row.IsFormed) plan.Add(new Counted(row.Currency, row.Sent));
        return plan;
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var (scope, payouts) = (work.Scope, new PayoutReader(work.Scope.Source));
        foreach (var batch in (await payouts.AtWork(scope.Book, token)).Where(batch => batch.IsRejected))
            await GiveBack(batch, work, payouts, token);
        if (scope.Paying?.Secrets is null)
            throw new RunBrokenOff("Payouts go to accounts that are sealed: LEDGER_MASTER_KEY is not set on this host.");
        try
        {
            if (!work.IsDry)
                foreach (var file in await payouts.Unreleased(scope.Book, token))
                    await Guarded(work, file.File, () => FileRail.Release(file.File, work, token));
            foreach (var batch in await Approved(scope, payouts, token)) await SendBatch(batch, work, payouts, token);
            if (IsOfOneBatch(scope)) return;
            foreach (var group in (await payouts.Instants(scope.Book, token)).GroupBy(row => (row.Rail, row.Currency)))
                await SendInstants(group.Key.Rail!, Currency.Of(group.Key.Currency), [.. group], work, token);
        }
        catch (WrongMasterKey wrong)
        {
            throw new RunBrokenOff(wrong.Message);
        }
    }

    private static bool IsOfOneBatch(RunScope scope) =>
        scope.Run.Schedule.StartsWith(OfOneBatch, StringComparison.Ordinal);

    private static async Task<IReadOnlyList<BatchRow>> Approved(
        RunScope scope, PayoutReader payouts, CancellationToken token) =>
        [
            .. (await payouts.AtWork(scope.Book, token)).Where(batch => batch.IsApproved
                && (!IsOfOneBatch(scope)
                    || $"{scope.Run.Schedule}-".StartsWith($"{OfOneBatch}{batch.Batch}-", StringComparison.Ordinal))),
        ];

    /// <summary>
    /// What was rejected is nobody's to send; each creator has the money again, after what they owe. What was submitted
    /// for a file that was not prepared has never left, and no file of the batch is prepared any more.
    /// </summary>
    private static async Task GiveBack(BatchRow batch, RunWork work, PayoutReader payouts, CancellationToken token)
    {
        var why = $"The batch {batch.Batch} was rejected.";
        var (page, prepared) = (new List<RunItem>(Page), new Dictionary<string, bool>(StringComparer.Ordinal));
        await foreach (var row in payouts.Members(work.Scope.Book, batch.Batch, token))
        {
            if (row.IsFormed)
                page.Add(new RunItem($"cancel/{row.Payout}", new Command.CancelPayout(row.Payout, why)));
            else if (row is { IsOnItsWay: true, File: { } file } && !await IsPrepared(file))
                page.Add(new RunItem($"reject/{row.Payout}", new Command.RejectPayout(row.Payout, why)));
            if (page.Count < Page) continue;
            await work.Post(page, token);
            page.Clear();
        }

        if (page.Count > 0) await work.Post(page, token);
        if (!work.IsDry && work.Scope.Paying is { } paying)
            foreach (var file in prepared.Where(file => !file.Value))
                await FileRelease.Discard(file.Key, batch.Rail, work, paying.Outbox, token);

        async Task<bool> IsPrepared(string file)
        {
            if (prepared.TryGetValue(file, out var known)) return known;
            var found = await new PastStreams(work.Scope.Source)
                .Now(work.Scope.Book, PaymentFile.StreamOf(file), new PaymentFile(), token);
            return prepared[file] = found.State != PaymentFileState.None;
        }
    }

    private static async Task SendBatch(BatchRow batch, RunWork work, PayoutReader payouts, CancellationToken token)
    {
        var book = work.Scope.Book;
        using var members = new BatchMembers();
        await foreach (var row in payouts.Members(book, batch.Batch, token))
            members.Add(row.Payout, row.Creator, row.Sent);
        if ((members.Payouts, members.Sent, members.Members()) != (batch.Payouts, batch.Sent, batch.Members))
        {
            work.Find(new RunFinding("batch_differs", batch.Batch, batch.Currency, batch.Sent, members.Sent));
            return;
        }

        await Send(
            batch.Rail, new(batch.Batch, batch.Batch, Currency.Of(batch.Currency)),
            stop => payouts.Members(book, batch.Batch, stop), work, token);
    }

    private static Task SendInstants(
        string rail, Currency currency, IReadOnlyList<PayoutRow> rows, RunWork work, CancellationToken token)
    {
        var name = PayoutNames.OfInstants(rail, currency, work.Scope.Run.Schedule, work.Scope.Run.On);
        return Send(rail, new(name, null, currency), _ => rows.ToAsyncEnumerable(), work, token);
    }

    private readonly record struct Together(string Name, string? Batch, Currency Currency);

    private static async Task Send(
        string rail, Together what, Func<CancellationToken, IAsyncEnumerable<PayoutRow>> members, RunWork work,
        CancellationToken token)
    {
        var set = await new PastStreams(work.Scope.Source)
            .Now(work.Scope.Book, Rail.StreamOf(rail), new Rail(), token);
        // A batch is of a rail that was set, and what was set stays.
        var settings = set.Settings ?? throw new InvariantBroken($"The rail {rail} was never set.");
        if (PaymentRail.Of(settings.Format) is not { } way)
        {
            work.Find(new RunFinding("rail_not_connected", rail));
            return;
        }

        var payments = new PaymentsToSend(what.Name, what.Batch, settings, set.SetBy, what.Currency, members);
        await Guarded(work, what.Name, () => way.Send(payments, work, token));
    }

    /// <summary>What is wrong with one file stops that one; the run says so, and the next tries again.</summary>
    private static async Task Guarded(RunWork work, string subject, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (OutboxWrong wrong)
        {
            work.Tell("outbox_holds_another", subject, wrong.Message);
        }
        catch (FileNotMade wrong)
        {
            work.Tell("payment_file_not_made", subject, wrong.Message);
        }
    }
}
