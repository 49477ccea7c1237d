using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Tests.Following;

/// <summary>Everything that is made of the journal, in every book of a database.</summary>
internal static class Projected
{
    /// <summary>It is what the journal says: as it was followed, and made again.</summary>
    public static async Task IsRight(string hostConnectionString)
    {
        await using var source = LedgerDatabase.Connect(hostConnectionString);
        var books = await new BookRegistry(source).List(CancellationToken.None);
        Assert.Empty(await CatchUp.With(source, Followers.All, books, new FollowerOptions(), CancellationToken.None));
        foreach (var isMadeAgain in new[] { false, true })
        {
            foreach (var book in books)
            {
                foreach (var follower in Followers.All)
                {
                    if (isMadeAgain)
                        await new Rebuild(source).Run(follower, book, null, CancellationToken.None);
                    await foreach (var table in new ProjectionCheck(source).Check(follower, book))
                    {
                        Assert.True(
                            table.Differences.Count == 0,
                            $"{book.Name} {table.Table}: {string.Join('\n', table.Differences)}");
                    }
                }
            }
        }
    }
}
