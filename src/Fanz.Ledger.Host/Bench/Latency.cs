using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// An open loop: tips are sent at a fixed rate whether or not earlier ones are answered, and each is timed from the
/// moment it was meant to be sent, so that a pause is charged to every tip that it delayed.
/// </summary>
internal static class Latency
{
    private const int PerSecond = 1_000;

    public static async Task<(double Median, double Worst99)> Run(
        BookWriter writer, BookName book, TipLoad load, TimeSpan time)
    {
        var random = new Random(1);
        var actor = new Actor("bench");
        var run = Guid.NewGuid().ToString("N");
        var count = (int)(time.TotalSeconds * PerSecond);
        var times = new Task<double>[count];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond);
            if (due - clock.Elapsed is { Ticks: > 0 } early) await Task.Delay(early);
            times[i] = Time(writer.Post(book, load.Tip(random), actor, $"{run}-{i}"), due);
        }

        var taken = await Task.WhenAll(times);
        Array.Sort(taken);
        return (taken[count / 2], taken[count * 99 / 100]);

        async Task<double> Time(Task<Reply> reply, TimeSpan due)
        {
            TipLoad.Expect(await reply);
            return (clock.Elapsed - due).TotalMilliseconds;
        }
    }
}
