using System.Diagnostics;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// What creators wait for: the release of a day's tips, and a batch of payouts from what is available to the statement
/// that shows it. And what fans see of it: tips of another book while a batch is made, beside tips alone.
/// </summary>
internal sealed class PayoutsRun(
    BenchDatabase database, BookRegistry registry, PayoutsSize size, TimeSpan turn, IProgress<string> progress)
{
    private const double MostToRelease = 60, MostToPay = 120, MostMemory = 600, LeastBeside = 0.5;
    private const int DaysToMature = 40, TipsABatch = 500;
    private const double Megabyte = 1_048_576;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private readonly LocalDate today = SystemClock.Instance.GetCurrentInstant().InUtc().Date;

    public async Task<IReadOnlyList<Measure>> Measure(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-bench-");
        try
        {
            return [.. await Batches(folder.FullName, cancellation), await Release(cancellation)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<Measure>> Batches(string folder, CancellationToken cancellation)
    {
        var (clock, bell) = (new LaterClock(today), new Bell());
        await using var writer = new BookWriter(
            database.Source, registry, new WriterOptions { Clock = clock, Landed = (_, _) => bell.Ring() });
        var book = await registry.Open(TipLoad.Book("paid"), "bench", cancellation);
        var paid = new PaidBook(database, writer, clock, book);
        progress.Report($"payouts: writing a book of {size.Payees:n0} creators");
        await paid.SetTerms();
        await paid.AddPayees(size.Payees, progress, cancellation);
        await paid.Give(size.Payees, "first");
        clock.PutForward(PaidBook.CoolDownDays + 1);

        await using var runner = new FollowerRunner(database.Source, Followers.All, bell);
        var followed = new Followed(database.Source);
        progress.Report("payouts: waiting for the followers");
        await followed.CaughtUp(cancellation);
        var batch = new PaidBatch(database, writer, paid, clock, folder, cancellation);
        var memory = await Memory(() => batch.Pay(size.Payees, isAlsoXml: true));
        foreach (var (step, took) in batch.Took) progress.Report($"payouts: {step} took {took.TotalSeconds:n1} s");

        await followed.CaughtUp(cancellation);
        return
            [
                .. batch.Took.Select(step =>
                    Bench.Measure.Plain($"payouts_{step.Key}", step.Value.TotalSeconds, "s")),
                Bench.Measure.AtMost("payouts_batch", batch.Total.TotalSeconds, "s", MostToPay),
                Bench.Measure.AtMost("payouts_memory", memory / Megabyte, "MB", MostMemory),
                await Beside(writer, paid, clock, folder, cancellation),
            ];
    }

    /// <summary>Tips of another book alone, beside a batch, and alone again: whatever else slows down slows both.</summary>
    private async Task<Measure> Beside(
        BookWriter writer, PaidBook paid, LaterClock clock, string folder, CancellationToken cancellation)
    {
        await paid.Give(size.PaidBeside, "second");
        clock.PutForward(1);
        var book = await registry.Open(TipLoad.Book("tipped"), "bench", cancellation);
        var load = new TipLoad(writer, [book.Name], TipLoad.Fans, TipLoad.Creators);
        await load.FillWallets();
        await load.Run(TimeSpan.FromSeconds(2));
        var alone = await load.Run(turn);
        var paying = new PaidBatch(database, writer, paid, clock, folder, cancellation)
            .Pay(size.PaidBeside, isAlsoXml: false);
        var beside = LoadResult.None;
        while (!paying.IsCompleted) beside += await load.Run(TimeSpan.FromSeconds(1));
        await paying;
        alone += await load.Run(turn);
        progress.Report($"payouts: {beside.PerSecond:n0} tips/s beside a batch, {alone.PerSecond:n0}/s alone");
        return Bench.Measure.AtLeast(
            "payouts_beside", beside.PerSecond, "tips/s", "tips alone", alone.PerSecond, LeastBeside);
    }

    /// <summary>The most memory that the host has while something is done.</summary>
    private static async Task<long> Memory(Func<Task> work)
    {
        // What was needed before is garbage by now, and no part of it.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        var (most, working) = (0L, Task.Run(work));
        while (!working.IsCompleted)
        {
            process.Refresh();
            most = Math.Max(most, process.WorkingSet64);
            await Task.WhenAny(working, Task.Delay(BetweenLooks));
        }

        await working;
        return most;
    }

    /// <summary>Tips of one day, when they have matured. They are written and followed before.</summary>
    private async Task<Measure> Release(CancellationToken cancellation)
    {
        var book = await WriteTips(cancellation);
        foreach (var follower in Followers.All)
            if (follower.Name is BalanceFollower.FollowerName or TaxFollower.FollowerName)
                await new Rebuild(database.Source).Run(follower, book, null, cancellation);
        var clock = new LaterClock(today.PlusDays(DaysToMature));
        await using var writer = new BookWriter(database.Source, registry, new WriterOptions { Clock = clock });
        var engine = new RunEngine(
            database.Source, writer, new RunOptions { Clock = clock, FollowsItself = true });
        var watch = Stopwatch.StartNew();
        var report = await engine.Do(
            book, new RunId(StandingJobs.ReleaseHolds, Schedule.Main, clock.Today), isByHand: true, cancellation);
        watch.Stop();
        if (report.End != RunEnd.Finished || report.Done < size.Earners || report.Skipped > 0)
            throw new InvalidOperationException($"The benchmark met {report}.");
        progress.Report($"payouts: {report.Done:n0} cohorts released in {watch.Elapsed.TotalSeconds:n1} s");
        return Bench.Measure.AtMost("payouts_release", watch.Elapsed.TotalSeconds, "s", MostToRelease);
    }

    /// <summary>Every creator is tipped as often as every other.</summary>
    private async Task<OpenedBook> WriteTips(CancellationToken cancellation)
    {
        progress.Report($"payouts: writing {size.Tips:n0} tips");
        var prepared = await Prepared.On(database.Source, registry, "released");
        await using var connection = await database.Owner.OpenConnectionAsync(cancellation);
        var fans = Enumerable.Range(0, TipLoad.Fans).Select(TipLoad.FanName);
        await CopyRows.Of((await prepared.TopUps(fans, 1)).Rows).Write(connection);
        foreach (var some in Enumerable.Range(0, size.Tips).Chunk(TipsABatch))
        {
            cancellation.ThrowIfCancellationRequested();
            var tips = some.Select(i => TipLoad.TipOf(i % TipLoad.Fans, i % size.Earners, 100 + (i % 9_900)));
            await CopyRows.Of((await prepared.Tips(tips)).Rows).Write(connection);
        }

        return (await registry.Find(prepared.Name, cancellation))!;
    }
}
