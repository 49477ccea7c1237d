using Fanz.Ledger.Host.Access;

namespace Fanz.Ledger.Host.Tests.Access;

public sealed class RateLimitsTests
{
    private readonly ManualTime clock = new(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_caller_has_a_second_in_reserve_and_then_its_rate()
    {
        var limits = new RateLimits(10, clock);
        Assert.Equal(10, Taken(limits, "shop", null));
        clock.Now += TimeSpan.FromMilliseconds(300);
        Assert.Equal(3, Taken(limits, "shop", null));
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(10, Taken(limits, "shop", null));
        Assert.Equal(2, Taken(limits, "app", 2));
    }

    [Fact]
    public void A_batch_is_taken_when_something_is_left_and_paid_off_afterwards()
    {
        var limits = new RateLimits(10, clock);
        Assert.Null(limits.Take("shop", null, 100));
        var wait = limits.Take("shop", null, 1)!.Value;
        Assert.Equal(9.1, wait.TotalSeconds, 3);
        clock.Now += wait - TimeSpan.FromMilliseconds(50);
        Assert.NotNull(limits.Take("shop", null, 1));
        clock.Now += TimeSpan.FromMilliseconds(51);
        Assert.Null(limits.Take("shop", null, 1));
    }

    [Fact]
    public void Callers_that_have_paid_are_forgotten_and_those_that_have_not_are_kept()
    {
        var limits = new RateLimits(10, clock);
        limits.Take("debtor", null, 1_000_000);
        for (var i = 0; i < 50_000; i++)
        {
            limits.Take($"caller-{i}", null, 1);
            clock.Now += TimeSpan.FromMilliseconds(1);
        }

        Assert.InRange(limits.Remembered, 1, 11_001);
        Assert.NotNull(limits.Take("debtor", null, 1));
    }

    private static int Taken(RateLimits limits, string caller, int? limit)
    {
        for (var taken = 0; ; taken++)
            if (limits.Take(caller, limit, 1) is not null) return taken;
    }
}
