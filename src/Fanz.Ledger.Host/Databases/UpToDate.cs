using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Npgsql;

namespace Fanz.Ledger.Host.Databases;

/// <summary>
/// What verbs do before they read what was made of the journal: they make it, up to where the books are now. So an
/// answer is of now, whether or not a host serves.
/// </summary>
internal static class UpToDate
{
    public static async Task Bring(
        NpgsqlDataSource source, IReadOnlyList<OpenedBook> books, CancellationToken token,
        params IReadOnlyCollection<string> followers)
    {
        var wanted = Followers.All
            .Where(follower => followers.Count == 0 || followers.Contains(follower.Name)).ToArray();
        var options = new FollowerOptions
        {
            LookEvery = TimeSpan.FromMilliseconds(50),
            Breath = TimeSpan.Zero,
            PooledByTransaction = HostSettings.IsPooledByTransaction,
        };
        using var progress = new ProgressLine();
        foreach (var held in await CatchUp.With(source, wanted, books, options, token, new Told(progress)))
        {
            CommandLine.Say(
                $"{held.Follower} of {held.Book} is only current to number {held.Number}: "
                + (held.Stopped is { } why ? $"it has stopped. {why}" : "it is paused."));
        }
    }

    /// <summary>What takes no second is not worth a word.</summary>
    private sealed class Told(ProgressLine line) : IProgress<long>
    {
        private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);
        private readonly Stopwatch clock = Stopwatch.StartNew();

        public void Report(long value)
        {
            if (clock.Elapsed < AtOnce) return;
            line.Report(string.Create(CultureInfo.InvariantCulture, $"{value:N0} records are yet to be looked at"));
        }
    }
}
