using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Postgres.Tests.Balances;

/// <summary>Lets followers come to the end of all books of a history.</summary>
internal static class CaughtUp
{
    public static async Task With(BusyDays days, params Follower[] followers)
    {
        await using var runner = new FollowerRunner(days.Host.Database, followers, new Bell());
        foreach (var book in days.Books)
        {
            var head = await new JournalReader(days.Host.Database).PlaceAsOf(book, AsOf.Head, CancellationToken.None);
            foreach (var follower in followers)
            {
                Assert.True(await new Builds(days.Host.Database).Reach(
                    follower.Name, book, head.Number, TimeSpan.FromMinutes(1), CancellationToken.None));
            }
        }
    }
}
