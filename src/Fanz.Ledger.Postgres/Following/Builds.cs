using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>What a follower has made of a book, and up to where.</summary>
/// <param name="Head">The book's last number at the same moment.</param>
/// <param name="Lag">For how long the next record has been waiting; nothing when none is.</param>
/// <param name="Stopped">Why it goes no further, if it does not.</param>
/// <param name="PausedAt">Since when it waits for a person to let it go on, if it does.</param>
public sealed record Build(
    string Follower, BookName Book, string State, long Number, long Head, Duration Lag, string? Stopped,
    Instant? StoppedAt, Instant? PausedAt)
{
    /// <summary>What is read, and kept up with the book by whoever serves.</summary>
    public const string Live = "live";

    /// <summary>What is made beside it, to take its place.</summary>
    public const string Beside = "building";

    /// <summary>What is read no more, and about to go.</summary>
    public const string Retired = "retired";

    public long Behind => Math.Max(0, Head - Number);
}

/// <summary>Where the followers are, and what may be done about one that has stopped or is to wait.</summary>
public sealed class Builds(NpgsqlDataSource database)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    internal const string ListSql =
        """
        select c.follower, b.tenant, b.platform, c.state, c.number, head.last_number,
            coalesce(clock_timestamp() - waiting.at, '0'), c.stopped, c.stopped_at, c.paused_at
        from ledger.builds c
        join ledger.books b on b.id = c.book_id
        cross join lateral (
            select last_number from ledger.seals s where s.book_id = b.id
            order by last_number desc, sequence desc
            limit 1) head
        left join lateral (
            select at from ledger.journal j where j.book_id = b.id and j.number = c.number + 1) waiting on true
        where c.state <> 'retired'
        order by c.follower, b.tenant, b.platform, c.state desc
        """;

    internal const string NumberSql =
        """
        select number from ledger.builds
        where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired'
        """;

    private const string ResumeSql =
        """
        update ledger.builds set stopped = null, stopped_at = null, paused_at = null
        where follower = $1 and ($2::int is null or book_id = $2) and state = 'live'
        """;

    private const string PauseSql =
        """
        update ledger.builds set paused_at = clock_timestamp()
        where follower = $1 and ($2::int is null or book_id = $2) and state = 'live' and paused_at is null
        """;

    public async Task<IReadOnlyList<Build>> List(CancellationToken token)
    {
        await using var batch = ByIndex.Query(database, ListSql);
        await using var reader = await ByIndex.Read(batch, token);
        var list = new List<Build>();
        while (await reader.ReadAsync(token))
        {
            list.Add(new Build(
                reader.GetString(0),
                new BookName(reader.GetString(1), reader.GetString(2)),
                reader.GetString(3),
                reader.GetInt64(4),
                reader.GetInt64(5),
                Duration.FromTimeSpan(reader.GetTimeSpan(6)),
                reader.IsDBNull(7) ? null : reader.GetString(7),
                reader.IsDBNull(8) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(8)),
                reader.IsDBNull(9) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(9))));
        }

        return list;
    }

    /// <summary>Up to which record of a book a follower has got; nothing before it has begun.</summary>
    public async Task<long> Number(string follower, OpenedBook book, CancellationToken token)
    {
        await using var batch = ByIndex.Query(database, NumberSql, follower, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    /// <summary>Waits until a follower has got to a number, whichever host does its work; not for ever.</summary>
    public async Task<bool> Reach(
        string follower, OpenedBook book, long number, TimeSpan patience, CancellationToken token)
    {
        var waited = Stopwatch.StartNew();
        while (await Number(follower, book, token) < number)
        {
            if (waited.Elapsed >= patience) return false;
            await Task.Delay(BetweenLooks, token);
        }

        return true;
    }

    /// <summary>Lets a follower go on that was paused, or try again the record that it stopped at.</summary>
    /// <param name="follower">Its name.</param>
    /// <param name="book">The book, or all of them.</param>
    /// <param name="token">Ends the wait for who holds it.</param>
    public Task Resume(string follower, OpenedBook? book, CancellationToken token) =>
        Change(ResumeSql, follower, book, token);

    /// <summary>Lets a follower wait after the page that it is at; what it has made stays and is read.</summary>
    /// <param name="follower">Its name.</param>
    /// <param name="book">The book, or all of them.</param>
    /// <param name="token">Ends the wait for who holds it.</param>
    public Task Pause(string follower, OpenedBook? book, CancellationToken token) =>
        Change(PauseSql, follower, book, token);

    private async Task Change(string sql, string follower, OpenedBook? book, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = follower });
        command.Parameters.Add(
            new() { Value = (object?)book?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await command.ExecuteNonQueryAsync(token);
    }
}
