using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Host.Statements;

/// <summary>
/// Lets a follower come to the end of a book before its rows are read by a verb: where no host serves, nobody else
/// does. Hosts that serve share the work, and where it goes no further what there is will do, and that is said.
/// </summary>
internal static class BroughtUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task ToHead(
        NpgsqlDataSource source, Follower follower, OpenedBook book, CancellationToken token)
    {
        var builds = new Builds(source);
        var head = (await new JournalReader(source).PlaceAsOf(book, AsOf.Head, token)).Number;
        var number = await builds.Number(follower.Name, book, token);
        if (number >= head) return;
        await using var runner = new FollowerRunner(
            source, [follower], new Bell(),
            new FollowerOptions { PooledByTransaction = HostSettings.IsPooledByTransaction, Tell = CommandLine.Say });
        using var progress = new ProgressLine();
        while (!await builds.Reach(follower.Name, book, head, Patience, token))
        {
            var reached = await builds.Number(follower.Name, book, token);
            progress.Report($"{book.Name}: {reached} of {head} records");
            if (reached == number)
            {
                CommandLine.Say($"{follower.Name} of {book.Name} goes no further than record {reached} of {head}.");
                return;
            }

            number = reached;
        }
    }
}
