using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>A payout as the journal has it, not as a projection had it a moment ago.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Payout">What its stream has come to.</param>
/// <param name="LastNumber">The last record of its stream; 0 where there is no such payout.</param>
/// <param name="Submitted">When it was submitted, and by which record.</param>
public sealed record PayoutNow(string Id, Payout Payout, long LastNumber, (Instant At, long Number)? Submitted)
{
    /// <summary>When its last record was written.</summary>
    public Instant ChangedAt { get; init; }
}

/// <summary>
/// Reads payouts and their rails from the journal, where whoever is to talk to a provider about them must look: what
/// is said there depends on what was committed. One round trip for any number of payouts, and one for a rail.
/// </summary>
public sealed class PayoutsNow(NpgsqlDataSource source)
{
    internal const string StreamsSql =
        """
        select w.ordinal, j.number, j.at, j.effective_on, j.type, j.data
        from unnest($1) with ordinality as w (stream, ordinal)
        cross join lateral (
            select number, at, effective_on, type, data from ledger.journal
            where stream = w.stream and book_id = $2 order by number) j
        """;

    public async Task<PayoutNow> Read(OpenedBook book, string payout, CancellationToken token) =>
        (await Read(book, [payout], token))[0];

    /// <summary>Each payout, in the order in which they are asked for.</summary>
    public async Task<IReadOnlyList<PayoutNow>> Read(
        OpenedBook book, IReadOnlyList<string> payouts, CancellationToken token)
    {
        var read = payouts.Select(id => new PayoutNow(id, new Payout(), 0, null)).ToArray();
        await using var batch = ByIndex.Query(source, StreamsSql, payouts.Select(Payout.StreamOf).ToArray(), book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var rows = new List<(int Index, Recorded Recorded)>();
        while (await reader.ReadAsync(token)) rows.Add(((int)reader.GetInt64(0) - 1, Read(reader, 1)));
        foreach (var (index, recorded) in rows.OrderBy(row => row.Recorded.Number))
        {
            var before = read[index];
            read[index] = before with
            {
                Payout = (Payout)before.Payout.After(recorded),
                LastNumber = recorded.Number,
                ChangedAt = recorded.At,
                Submitted = recorded.Event is Event.PayoutSubmitted
                    ? (recorded.At, recorded.Number)
                    : before.Submitted,
            };
        }

        return read;
    }

    /// <summary>Each time that a rail was set, in order, with the number of the record that did.</summary>
    public async Task<IReadOnlyList<(long Number, Event.RailSet Set)>> Rail(
        OpenedBook book, string rail, CancellationToken token)
    {
        string[] streams = [Ledger.Payouts.Rail.StreamOf(rail)];
        await using var batch = ByIndex.Query(source, StreamsSql, streams, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var sets = new List<(long, Event.RailSet)>();
        while (await reader.ReadAsync(token))
        {
            var recorded = Read(reader, 1);
            sets.Add((recorded.Number, (Event.RailSet)recorded.Event));
        }

        return sets;
    }

    private static Recorded Read(NpgsqlDataReader reader, int column) => new(
        reader.GetInt64(column), Instant.FromDateTimeUtc(reader.GetDateTime(column + 1)),
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column + 2)),
        EventFormat.Read(reader.GetString(column + 3), reader.GetFieldValue<byte[]>(column + 4)));
}
