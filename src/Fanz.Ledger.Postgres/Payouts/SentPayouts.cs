using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>
/// Finds payouts that went to providers, as the follower `payouts` has left them, a page at a time and a few steps of
/// an index behind the last one. What it finds may have gone on since: whoever acts on it looks into the journal first.
/// </summary>
public sealed class SentPayouts(NpgsqlDataSource source)
{
    private const string Live =
        """
        (select id from ledger.builds
        where follower = 'payouts' and book_id = $1 and state = 'live' and state <> 'retired')
        """;

    internal const string InStateSql =
        $"""
        select p.payout, p.currency, p.sent
        from projected.payouts p
        where p.build = {Live} and p.state = $2 and p.payout > $3 and p.rail is not null and p.file is null
        order by p.payout
        limit $4
        """;

    internal const string SettledSql =
        $"""
        select p.payout, p.currency, p.sent, p.changed_number
        from projected.payouts p
        where p.build = {Live} and p.changed_number > $2 and p.state = 'settled' and p.rail is not null
            and p.file is null
        order by p.changed_number
        limit $3
        """;

    /// <summary>Those in a state whose names come behind one.</summary>
    public Task<List<SentPayout>> InState(
        OpenedBook book, string state, string after, int limit, CancellationToken token) =>
        Read(InStateSql, token, book.Id, state, after, limit);

    /// <summary>Those whose settlement is the last that happened to them, and came behind a record.</summary>
    public Task<List<SentPayout>> Settled(OpenedBook book, long after, int limit, CancellationToken token) =>
        Read(SettledSql, token, book.Id, after, limit);

    /// <summary>The last record that was written by a time.</summary>
    public Task<long> NumberAt(OpenedBook book, Instant time, CancellationToken token) =>
        new JournalReader(source).NumberAt(book, time, token);

    private async Task<List<SentPayout>> Read(string sql, CancellationToken token, params object[] parameters)
    {
        await using var batch = ByIndex.Query(source, sql, parameters);
        await using var reader = await ByIndex.Read(batch, token);
        var rows = new List<SentPayout>();
        while (await reader.ReadAsync(token))
        {
            rows.Add(new SentPayout(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2),
                reader.FieldCount > 3 ? reader.GetInt64(3) : 0));
        }

        return rows;
    }
}

/// <summary>A payout that a provider may be asked about.</summary>
public sealed record SentPayout(string Payout, string Currency, long Sent, long ChangedNumber);
