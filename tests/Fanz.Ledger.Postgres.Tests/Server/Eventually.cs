using System.Diagnostics;

namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>Waits for what another process will do, and fails when it has not within two minutes.</summary>
internal static class Eventually
{
    public static Task True(Func<bool> condition, string expectation) =>
        True(() => Task.FromResult(condition()), expectation);

    public static async Task True(Func<Task<bool>> condition, string expectation)
    {
        var elapsed = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(elapsed.Elapsed < TimeSpan.FromMinutes(2), expectation);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
