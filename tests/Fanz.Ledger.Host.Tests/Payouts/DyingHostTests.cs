using System.Globalization;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts;

/// <summary>Hosts die wherever they are, and two are at it at once: nobody is paid twice, and everybody is paid.</summary>
public sealed class DyingHostTests(Home home) : IClassFixture<Home>
{
    private const int Seed = 20_260_131;
    private const int UsualRuns = 40;

    /// <summary>LEDGER_PAYOUT_RUNS asks for more runs than the usual tests have time for.</summary>
    private static readonly int Runs =
        Environment.GetEnvironmentVariable("LEDGER_PAYOUT_RUNS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : UsualRuns;

    [Fact]
    public async Task A_host_that_dies_after_any_of_its_writes_is_followed_by_one_that_ends_as_if_it_had_not()
    {
        const int creators = 4;
        for (var step = 1; ; step++)
        {
            await using var paying = await PayingLedger.Start(home, creators, filePayouts: 3);
            var deaths = 0;
            await Finish(paying, StandingJobs.FormPayouts);
            await paying.Approve(paying.Batch);
            await Finish(paying, StandingJobs.SubmitPayouts);
            await paying.Check(creators);
            if (deaths == 0) break;

            async Task Finish(PayingLedger ledger, string job)
            {
                // Once in each run, after as many writes as this round has.
                var left = step;
                ledger.Wrote = _ =>
                {
                    if (--left != 0) return;
                    deaths++;
                    throw new HostDied();
                };
                await UntilFinished(ledger, job);
                ledger.Wrote = null;
            }
        }
    }

    [Fact]
    public async Task A_file_that_was_taken_before_anybody_said_so_is_not_put_there_again()
    {
        await using var paying = await PayingLedger.Start(home, creators: 2);
        await paying.Do(StandingJobs.FormPayouts);
        await paying.Approve(paying.Batch);
        paying.Wrote = step =>
        {
            if (step != "placed") return;
            foreach (var file in paying.Files) File.Delete(file);
            throw new HostDied();
        };
        await Assert.ThrowsAsync<HostDied>(() => paying.Do(StandingJobs.SubmitPayouts));
        paying.Wrote = null;
        Assert.Equal(RunEnd.Finished, (await paying.Do(StandingJobs.SubmitPayouts)).End);
        Assert.Empty(paying.Files);
        Assert.Single(await paying.Happened<Event.PaymentFileReleased>());
        await paying.CheckFiles();
    }

    [Fact]
    public async Task A_batch_that_is_stopped_before_its_file_is_prepared_gives_everything_back()
    {
        await using var paying = await PayingLedger.Start(home, creators: 2);
        await paying.Do(StandingJobs.FormPayouts);
        await paying.Approve(paying.Batch);
        paying.Wrote = step =>
        {
            if (step == "part") throw new HostDied();
        };
        await Assert.ThrowsAsync<HostDied>(() => paying.Do(StandingJobs.SubmitPayouts));
        paying.Wrote = null;
        Assert.Single(paying.Leftovers);
        await paying.Ledger.Post(paying.Book, new Command.RejectBatch(paying.Batch, "the wrong month"));
        Assert.Equal(RunEnd.Finished, (await paying.Do(StandingJobs.SubmitPayouts)).End);
        Assert.Equal(2, (await paying.Happened<Event.PayoutRejected>()).Count);
        Assert.Empty(await paying.Happened<Event.PaymentFilePrepared>());
        Assert.Empty(paying.Files);
        Assert.Empty(paying.Leftovers);
    }

    [Fact]
    public async Task Two_hosts_that_die_at_random_pay_everybody_once_through_many_runs()
    {
        var random = new Random(Seed);
        await using var paying = await PayingLedger.Start(home, creators: 6, filePayouts: 4);
        var batches = new List<string>();
        for (var run = 0; run < Runs / 2; run++)
        {
            if (run > 0)
            {
                paying.Ledger.Clock.Advance(Duration.FromDays(1));
                for (var i = 0; i < 6; i++)
                    if (random.Next(2) == 0) await paying.Give(paying.Book, $"creator-{i}", random.Next(1, 30_00));
            }

            await Together(paying, random, StandingJobs.FormPayouts);
            if (await paying.StateOf(paying.Batch) == BatchState.Closed)
            {
                batches.Add(paying.Batch);
                await paying.Approve(paying.Batch);
            }

            await Together(paying, random, StandingJobs.SubmitPayouts);
        }

        var (formed, submitted) =
            (await paying.Happened<Event.PayoutFormed>(), await paying.Happened<Event.PayoutSubmitted>());
        Assert.True(batches.Count > 0, $"Nothing was formed with the seed {Seed}.");
        Assert.Empty(await paying.Happened<Event.PayoutCancelled>());
        Assert.Equal(formed.Select(one => one.Payout).Order(), submitted.Select(one => one.Payout).Order());
        Assert.Equal(formed.Count, formed.Select(one => (one.Creator, one.Batch)).Distinct().Count());
        Assert.Equal(
            submitted.Select(one => (one.Payout, one.Amount)).Order(),
            paying.InFiles().Select(one => (one.Payout, one.Amount)).Order());
        await paying.CheckFiles();
    }

    private static async Task Together(PayingLedger paying, Random random, string job)
    {
        var left = random.Next(1, 25);
        paying.Wrote = _ =>
        {
            if (Interlocked.Decrement(ref left) == 0) throw new HostDied();
        };
        await Task.WhenAll(Once(paying, job), Once(paying, job));
        paying.Wrote = null;
        await UntilFinished(paying, job);
    }

    private static async Task Once(PayingLedger paying, string job)
    {
        try
        {
            await paying.Do(job);
        }
        catch (HostDied)
        {
            // As a host does: it leaves everything where it was.
        }
    }

    private static async Task UntilFinished(PayingLedger paying, string job)
    {
        for (var attempt = 1; attempt <= 50; attempt++)
        {
            try
            {
                var report = await paying.Do(job);
                if (report.End is RunEnd.Finished or RunEnd.WasFinished) return;
            }
            catch (HostDied)
            {
                // The next one goes on.
            }
        }

        Assert.Fail($"The run of {job} never came to its end.");
    }
}
