using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>What people decide about payouts at a terminal. Each is recorded with who did.</summary>
internal static class PayoutDecisions
{
    private const int MostRuns = 50;

    /// <summary>
    /// Approves what the payouts of the batch come to by the journal, and not what anybody says of them: if that is not
    /// what the batch was closed with, nobody approves it.
    /// </summary>
    public static async Task<int> Approve(
        BookName book, string name, string person, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        var batch = await desk.MustFindBatch(name, token);
        var (payouts, sent, members) = await desk.Members(name, token);
        var receipt = await desk.Post(
            $"approve/{name}/{person}/{members[..16]}",
            new Command.ApproveBatch(name, payouts, sent, members, person), person, token);
        await desk.Follow(token);
        var after = await desk.MustFindBatch(name, token);
        if (asJson)
        {
            Answer.Json(new
            {
                Batch = name, batch.Currency, batch.Rail, Payouts = payouts, Sent = sent, Members = members,
                ApprovedBy = person, after.State, receipt.Number,
            });
            return CommandLine.Done;
        }

        Answer.Line(
            $"{person} has approved {name}: {payouts} payouts of {InWords(sent, batch.Currency)} in all, by {batch.Rail} "
            + $"(members {members[..16]}…). "
            + (after.IsApproved ? "Two people have: it is sent with the next submission." : "One more has to."));
        return CommandLine.Done;
    }

    public static async Task<int> Reject(
        BookName book, string name, string person, string reason, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        await desk.MustFindBatch(name, token);
        var receipt = await desk.Post($"reject/{name}", new Command.RejectBatch(name, reason), person, token);
        if (asJson) Answer.Json(new { Batch = name, State = "rejected", receipt.Number });
        else Answer.Line($"{name} is rejected; the next submission gives its money back.");
        return CommandLine.Done;
    }

    public static async Task<int> Cancel(
        BookName book, string name, string person, string reason, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        var payout = await desk.MustFindPayout(name, token);
        var receipt = await desk.Post($"cancel/{name}", new Command.CancelPayout(name, reason), person, token);
        if (asJson) Answer.Json(new { Payout = name, State = "cancelled", receipt.Number });
        else Answer.Line($"{name} is cancelled: {payout.Creator} has {InWords(payout.Amount, payout.Currency)} again.");
        return CommandLine.Done;
    }

    /// <summary>
    /// Sends one batch in a run of its own. A run is done once; after one that found something in the way, the next has
    /// another number.
    /// </summary>
    public static async Task<int> Submit(BookName book, string name, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        var batch = await desk.MustFindBatch(name, token);
        if (!batch.IsApproved) throw new Mistake($"The batch {name} is {batch.State}, not approved.");
        var now = await new Postgres.Schedules.RunReader(desk.Source).Clock(token);
        var engine = new RunEngine(desk.Source, desk.Writer, new RunOptions
        {
            Paying = await desk.Tools(token),
            FollowsItself = true,
            PooledByTransaction = HostSettings.IsPooledByTransaction,
        });
        var report = await Run(desk, engine, name, now.InZone(desk.Book.Settings.TimeZone).Date, token);
        await desk.Follow(token);
        var states = await desk.Payouts.States(desk.Book, name, token);
        var isSent = report.End is RunEnd.Finished or RunEnd.WasFinished
            && (report.Findings?.Count ?? 0) == 0 && states.All(state => state.State != "formed");
        if (asJson)
        {
            Answer.Json(new
            {
                Ok = isSent, Batch = name, Run = report.Run.ToString(), End = $"{report.End}", report.Done, report.Skipped,
                Findings = report.Findings ?? [], report.Why, States = states,
            });
        }
        else
        {
            if (report.Why is { } why) Answer.Line(why);
            foreach (var finding in report.Findings ?? []) Answer.Line($"{finding.Check}: {finding.Subject}");
            PayoutShow.Tell(batch, states);
        }

        return isSent ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    public static async Task<int> Ask(
        BookName book, string creator, string? currency, long? amount, string person, bool asJson,
        CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        var head = (await new JournalReader(desk.Source).PlaceAsOf(desk.Book, AsOf.Head, token)).Number;
        var receipt = await desk.Post(
            $"request/{creator}/{head}",
            new Command.RequestPayout(creator, currency ?? OwnCurrency(desk), amount), person, token);
        if (asJson) Answer.Json(new { Creator = creator, receipt.Number });
        else Answer.Line($"{creator} is paid with the next batch, if nothing is in the way then.");
        return CommandLine.Done;
    }

    public static async Task<int> Instant(
        BookName book, string creator, string? currency, long amount, string person, bool asJson,
        CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        if (!Currency.TryOf(currency ?? OwnCurrency(desk), out var of)) throw new Mistake($"`{currency}` is no currency.");
        var head = (await new JournalReader(desk.Source).PlaceAsOf(desk.Book, AsOf.Head, token)).Number;
        var now = await new Postgres.Schedules.RunReader(desk.Source).Clock(token);
        var terms = (await new PastStreams(desk.Source).Now(
            desk.Book, PayoutTermsOverTime.StreamOf(of), new PayoutTermsOverTime(), token))
            .On(now.InZone(desk.Book.Settings.TimeZone).Date);
        if (terms?.InstantFee is not { } fee) throw new Mistake($"Nothing is set for instant payouts in {of}.");
        var payout = PayoutNames.OfInstant(book, creator, head);
        var receipt = await desk.Post(
            $"instant/{payout}", new Command.FormPayout(payout, creator, of.Code, amount, fee, Instant: true), person,
            token);
        if (asJson) Answer.Json(new { Payout = payout, Creator = creator, Amount = amount, Fee = fee, receipt.Number });
        else Answer.Line($"{payout}: {creator} gets {InWords(amount - fee, of.Code)} with the next submission.");
        return CommandLine.Done;
    }

    internal static string InWords(long amount, string currency) =>
        new Money.Money(amount, Currency.Of(currency)).ToString();

    private static async Task<RunReport> Run(
        PayoutDesk desk, RunEngine engine, string batch, LocalDate today, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var schedule = SubmitPayouts.ScheduleOf(batch, attempt);
            if (RunId.Problem(schedule) is { } problem)
                throw new Mistake($"{schedule} {problem}: this batch goes with the scheduled submission.");
            var report = await engine.Do(
                desk.Book, new RunId(StandingJobs.SubmitPayouts, schedule, today), isByHand: true, token);
            if (report.End != RunEnd.WasFinished || attempt == MostRuns) return report;
            if ((await desk.Payouts.AtWork(desk.Book, token)).All(one => one.Batch != batch)) return report;
        }
    }

    private static string OwnCurrency(PayoutDesk desk) => desk.Book.Settings.ReportingCurrency.Code;
}
