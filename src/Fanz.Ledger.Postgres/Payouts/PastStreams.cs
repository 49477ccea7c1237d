using System.Runtime.CompilerServices;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>
/// What streams had come to when a record was written. Many are read in one round trip, each a step of the index on
/// streams.
/// </summary>
public sealed class PastStreams(NpgsqlDataSource source)
{
    internal const string RecordsSql =
        """
        select asked.place, j.number, j.at, j.effective_on, j.type, j.data
        from unnest($1::text[], $2::bigint[]) with ordinality asked (stream, most, place)
        cross join lateral (
            select number, at, effective_on, type, data from ledger.journal
            where stream = asked.stream and book_id = $3 and number <= asked.most
            order by number
            offset 0) j
        order by asked.place, j.number
        """;

    /// <summary>Each as it stood with the record of a number, in their order; blank where there was none of it yet.</summary>
    public async Task<T[]> As<T>(
        OpenedBook book, IReadOnlyList<(string Stream, long UpTo)> asked, T blank, CancellationToken token)
        where T : Aggregate
    {
        var stood = new T[asked.Count];
        Array.Fill(stood, blank);
        await foreach (var (place, recorded) in Records(book, asked, token))
            stood[place] = (T)stood[place].After(recorded);
        return stood;
    }

    /// <summary>One, as it stood with the record of a number.</summary>
    public async Task<T> As<T>(OpenedBook book, string stream, long upTo, T blank, CancellationToken token)
        where T : Aggregate => (await As(book, [(stream, upTo)], blank, token))[0];

    /// <summary>One, as it stands now.</summary>
    public Task<T> Now<T>(OpenedBook book, string stream, T blank, CancellationToken token)
        where T : Aggregate => As(book, stream, long.MaxValue, blank, token);

    /// <summary>The records of streams, each up to a number: in the order of the streams, and of their numbers.</summary>
    public async IAsyncEnumerable<(int Place, Recorded Recorded)> Records(
        OpenedBook book, IReadOnlyList<(string Stream, long UpTo)> asked,
        [EnumeratorCancellation] CancellationToken token)
    {
        if (asked.Count == 0) yield break;
        await using var batch = ByIndex.Query(
            source, RecordsSql, asked.Select(one => one.Stream).ToArray(), asked.Select(one => one.UpTo).ToArray(),
            book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            yield return ((int)reader.GetInt64(0) - 1, new Recorded(
                reader.GetInt64(1), Instant.FromDateTimeUtc(reader.GetDateTime(2)),
                LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(3)),
                EventFormat.Read(reader.GetString(4), reader.GetFieldValue<byte[]>(5))));
        }
    }
}
