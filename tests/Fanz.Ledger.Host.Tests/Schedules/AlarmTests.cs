using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Schedules;

public sealed class AlarmTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task Of_two_hosts_on_one_store_one_looks_at_a_time_and_the_other_goes_on_when_it_ends()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var (inside, most, first, second) = (0, 0, new TaskCompletionSource(), new TaskCompletionSource());
        await using var two = await Alarm.Start(ledger.Source, Look(second), TimeSpan.FromSeconds(1), CancellationToken.None);
        await using (var one = await Alarm.Start(
            ledger.Source, Look(first), TimeSpan.FromSeconds(1), CancellationToken.None))
        {
            Assert.NotEqual(one.Host, two.Host);
            await Task.WhenAny(first.Task, second.Task).WaitAsync(TimeSpan.FromSeconds(60));
        }

        await second.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, most);

        Func<CancellationToken, Task> Look(TaskCompletionSource looked) => _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            looked.TrySetResult();
            Interlocked.Decrement(ref inside);
            return Task.CompletedTask;
        };
    }
}
