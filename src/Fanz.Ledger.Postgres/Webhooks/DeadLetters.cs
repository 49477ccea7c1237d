using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Webhooks;

/// <summary>What could not be delivered, and what is done about it.</summary>
public sealed class DeadLetters(NpgsqlDataSource source)
{
    internal const string ListSql =
        """
        select b.tenant, b.platform, d.number, d.attempts, d.first_tried_at, d.failed_at, d.failure,
            d.replay_asked_at is not null
        from ledger.webhook_dead_letters d
        join ledger.books b on b.id = d.book_id
        where d.webhook = $1 and (d.book_id, d.number) > ($2, $3)
        order by d.book_id, d.number
        limit $4
        """;

    private const string AskSql =
        """
        update ledger.webhook_dead_letters set replay_asked_at = clock_timestamp()
        where webhook = $1 and replay_asked_at is null
            and ($2::int is null or book_id = $2) and ($3::bigint is null or number = $3)
        """;

    internal const string NextSql =
        """
        select number, attempts from ledger.webhook_dead_letters
        where webhook = $1 and book_id = $2 and replay_asked_at is not null
        order by number
        limit 1
        """;

    private const string DeliveredSql =
        "delete from ledger.webhook_dead_letters where webhook = $1 and book_id = $2 and number = $3";

    private const string FailedSql =
        """
        update ledger.webhook_dead_letters
        set replay_asked_at = null, attempts = attempts + 1, failed_at = $4, failure = $5
        where webhook = $1 and book_id = $2 and number = $3
        """;

    /// <summary>A page of them, by book and number, behind one of a book.</summary>
    public async Task<IReadOnlyList<DeadLetter>> List(
        string webhook, int afterBook, long afterNumber, int limit, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, ListSql, webhook, afterBook, afterNumber, limit);
        await using var reader = await ByIndex.Read(batch, token);
        var list = new List<DeadLetter>();
        while (await reader.ReadAsync(token))
        {
            list.Add(new DeadLetter(
                new BookName(reader.GetString(0), reader.GetString(1)),
                reader.GetInt64(2),
                reader.GetInt32(3),
                Instant.FromDateTimeUtc(reader.GetDateTime(4)),
                Instant.FromDateTimeUtc(reader.GetDateTime(5)),
                reader.GetString(6),
                reader.GetBoolean(7)));
        }

        return list;
    }

    /// <summary>Asks for another attempt: at one, at those of a book, or at all. Says at how many.</summary>
    public async Task<int> Replay(string webhook, int? book, long? number, CancellationToken token)
    {
        await using var command = source.CreateCommand(AskSql);
        command.Parameters.Add(new() { Value = webhook });
        command.Parameters.Add(new() { Value = (object?)book ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The next one to be replayed, and how often it was tried.</summary>
    public async Task<(long Number, int Attempts)?> Next(DueDelivery due, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, NextSql, due.Webhook, due.BookId);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? (reader.GetInt64(0), reader.GetInt32(1)) : null;
    }

    public Task Delivered(DueDelivery due, long number, CancellationToken token) =>
        Execute(DeliveredSql, due, number, [], token);

    /// <summary>It lies where it lay, until somebody asks again.</summary>
    public Task Failed(DueDelivery due, long number, string failure, Instant now, CancellationToken token) =>
        Execute(FailedSql, due, number, [now.ToDateTimeUtc(), failure], token);

    private async Task Execute(
        string sql, DueDelivery due, long number, object[] more, CancellationToken token)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new() { Value = due.Webhook });
        command.Parameters.Add(new() { Value = due.BookId });
        command.Parameters.Add(new() { Value = number });
        foreach (var value in more) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(token);
    }
}
