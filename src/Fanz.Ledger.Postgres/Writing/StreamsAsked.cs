using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>What streams have come to: all of their records, or the last one where that says everything.</summary>
internal sealed class StreamsAsked(IReadOnlyCollection<Book> books) : Asked
{
    // Newest first, so that the last record can be asked for alone; no limit is null.
    private const string Select = """
        select w.ordinal, j.number, j.at, j.effective_on, j.type, j.data
        from unnest($1, $2, $3) with ordinality as w (book_id, stream, most, ordinal)
        cross join lateral (
            select number, at, effective_on, type, data from ledger.journal
            where stream = w.stream and book_id = w.book_id order by number desc limit w.most) j
        """;

    private readonly (Book Book, string Stream, Aggregate Blank)[] needs =
        [.. books.SelectMany(book => book.Needs.Streams.Select(need => (book, need.Key, need.Value)))];

    private readonly List<(int Need, Recorded Recorded)> found = [];

    public override bool IsNothing => needs.Length == 0;

    public override NpgsqlBatchCommand Statement() => Statement(
        Select,
        (NpgsqlDbType.Integer, needs.Select(need => need.Book.Id).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Stream).ToArray()),
        (NpgsqlDbType.Bigint, needs.Select(need => need.Blank.IsInItsLastRecord ? 1L : (long?)null).ToArray()));

    public override async Task Read(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync())
        {
            var recorded = new Recorded(
                reader.GetInt64(1), Instant.FromDateTimeUtc(reader.GetDateTime(2)), ReadDay(reader, 3),
                EventFormat.Read(reader.GetString(4), reader.GetFieldValue<byte[]>(5)));
            found.Add((ReadIndex(reader), recorded));
        }
    }

    public override void Tell(Unread unread)
    {
        var records = found.ToLookup(row => row.Need, row => row.Recorded);
        for (var i = 0; i < needs.Length; i++)
        {
            var (book, stream, blank) = needs[i];
            book.Learn(stream, records[i].OrderBy(recorded => recorded.Number)
                .Aggregate(blank, (aggregate, recorded) => aggregate.After(recorded)));
        }
    }
}
