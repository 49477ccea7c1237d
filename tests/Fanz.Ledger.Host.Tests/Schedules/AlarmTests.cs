using System.Diagnostics;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Schedules;

public sealed class AlarmTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task Of_two_hosts_on_one_store_one_looks_at_a_time_and_the_other_goes_on_when_it_ends()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var (inside, most, looks) = (0, 0, 0);
        await using var two = await Alarm.Start(ledger.Source, Look, TimeSpan.FromSeconds(1), CancellationToken.None);
        await using (var one = await Alarm.Start(
            ledger.Source, Look, TimeSpan.FromSeconds(1), CancellationToken.None))
        {
            Assert.NotEqual(one.Host, two.Host);
            // The last one to start winds the clock anew, and a look of before that may still be under way.
            await Looked(2);
            Volatile.Write(ref most, 0);
            await Looked(2);
            Assert.Equal(1, Volatile.Read(ref most));
        }

        await Looked(1);

        async Task Looked(int times)
        {
            var (from, clock) = (Volatile.Read(ref looks), Stopwatch.StartNew());
            while (Volatile.Read(ref looks) < from + times)
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "Nobody looks.");
                await Task.Delay(20);
            }
        }

        Task Look(CancellationToken token)
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Interlocked.Increment(ref looks);
            Interlocked.Decrement(ref inside);
            return Task.CompletedTask;
        }
    }
}
