using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>Where a follower is in a book.</summary>
/// <param name="Head">The book's last number at the same moment.</param>
/// <param name="Lag">For how long the next record has been waiting; nothing when none is.</param>
/// <param name="Stopped">Why it goes no further, if it does not.</param>
public sealed record Checkpoint(
    string Follower, BookName Book, long Number, long Head, Duration Lag, string? Stopped, Instant? StoppedAt)
{
    public long Behind => Math.Max(0, Head - Number);
}

/// <summary>Where the followers are, and what may be done about one that has stopped.</summary>
public sealed class Checkpoints(NpgsqlDataSource database)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    internal const string ListSql =
        """
        select c.follower, b.tenant, b.platform, c.number, head.last_number,
            coalesce(clock_timestamp() - waiting.at, '0'), c.stopped, c.stopped_at
        from ledger.checkpoints c
        join ledger.books b on b.id = c.book_id
        cross join lateral (
            select last_number from ledger.seals s where s.book_id = b.id
            order by last_number desc, sequence desc
            limit 1) head
        left join lateral (
            select at from ledger.journal j where j.book_id = b.id and j.number = c.number + 1) waiting on true
        order by c.follower, b.tenant, b.platform
        """;

    private const string NumberSql = "select number from ledger.checkpoints where follower = $1 and book_id = $2";

    private const string ResumeSql =
        """
        update ledger.checkpoints set stopped = null, stopped_at = null where follower = $1 and book_id = $2
        """;

    private const string BackToTheStartSql =
        """
        update ledger.checkpoints
        set number = 0, last_position = 0, at = null, seal = null, stopped = null, stopped_at = null
        where follower = $1 and book_id = $2
        """;

    public async Task<IReadOnlyList<Checkpoint>> List(CancellationToken token)
    {
        await using var batch = ByIndex.Query(database, ListSql);
        await using var reader = await ByIndex.Read(batch, token);
        var list = new List<Checkpoint>();
        while (await reader.ReadAsync(token))
        {
            list.Add(new Checkpoint(
                reader.GetString(0),
                new BookName(reader.GetString(1), reader.GetString(2)),
                reader.GetInt64(3),
                reader.GetInt64(4),
                Duration.FromTimeSpan(reader.GetTimeSpan(5)),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.IsDBNull(7) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(7))));
        }

        return list;
    }

    /// <summary>Up to which record of a book a follower has got; nothing before it has begun.</summary>
    public async Task<long> Number(string follower, OpenedBook book, CancellationToken token)
    {
        await using var command = database.CreateCommand(NumberSql);
        command.Parameters.Add(new() { Value = follower });
        command.Parameters.Add(new() { Value = book.Id });
        return await command.ExecuteScalarAsync(token) is long number ? number : 0;
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

    /// <summary>Lets a follower try again the record that it stopped at.</summary>
    public async Task Resume(string follower, OpenedBook book, CancellationToken token)
    {
        await using var command = database.CreateCommand(ResumeSql);
        command.Parameters.Add(new() { Value = follower });
        command.Parameters.Add(new() { Value = book.Id });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>
    /// Takes back what a follower made of a book and lets it begin again, in one transaction; it stops at nothing that
    /// is not there any more.
    /// </summary>
    public async Task StartOver(Follower follower, OpenedBook book, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        // The checkpoint first: its lock keeps whoever follows the book from writing meanwhile.
        var back = new NpgsqlBatchCommand(BackToTheStartSql);
        back.Parameters.Add(new() { Value = follower.Name });
        back.Parameters.Add(new() { Value = book.Id });
        batch.BatchCommands.Add(back);
        follower.Forget(book.Id, batch);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(CancellationToken.None);
    }
}
