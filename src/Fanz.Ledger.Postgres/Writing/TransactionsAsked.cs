using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>Earlier transactions with their legs, and whatever refers to them since, with its legs too.</summary>
internal sealed class TransactionsAsked(IReadOnlyCollection<Book> books) : Asked
{
    // A record has as many rows as legs, or one; its event is in the first of them alone.
    private const string Select = """
        select w.ordinal, j.number, j.type, j.at, j.effective_on, j.stream,
            case when e.position > coalesce(before.last_position, 0) + 1 then null else j.data end,
            e.amount, a.code, a.owner, a.currency, a.cohort
        from unnest($1, $2) with ordinality as w (book_id, number, ordinal)
        cross join lateral (
            (select * from ledger.journal where book_id = w.book_id and number = w.number)
            union all
            (select * from ledger.journal where refers_to = w.number and book_id = w.book_id)
            offset 0) j
        left join lateral (
            select last_position from ledger.journal
            where book_id = w.book_id and number = j.number - 1 limit 1) before on true
        left join lateral (
            select * from ledger.entries
            where book_id = w.book_id
                and position > coalesce(before.last_position, 0) and position <= j.last_position offset 0) e on true
        left join lateral (
            select * from ledger.accounts where id = e.account_id and book_id = w.book_id limit 1) a on true
        order by w.ordinal, j.number, e.position
        """;

    private readonly (Book Book, long Number)[] needs =
        [.. books.SelectMany(book => book.Needs.Transactions.Select(number => (book, number)))];

    private readonly List<(int Need, PastRecord Record)> found = [];

    public override bool IsNothing => needs.Length == 0;

    /// <summary>Whether one of them was not found at all.</summary>
    public bool IsAnyMissing =>
        needs.Index().Any(need => !found.Exists(row => row.Need == need.Index && row.Record.Recorded.Number == need.Item.Number));

    public override NpgsqlBatchCommand Statement() => Statement(
        Select,
        (NpgsqlDbType.Integer, needs.Select(need => need.Book.Id).ToArray()),
        (NpgsqlDbType.Bigint, needs.Select(need => need.Number).ToArray()));

    public override async Task Read(NpgsqlDataReader reader)
    {
        var legs = new List<Leg>();
        var isAtRow = await reader.ReadAsync();
        while (isAtRow)
        {
            var (need, type, number) = (ReadIndex(reader), reader.GetString(2), reader.GetInt64(1));
            var stream = reader.IsDBNull(5) ? null : reader.GetString(5);
            var recorded = new Recorded(
                number, Instant.FromDateTimeUtc(reader.GetDateTime(3)), ReadDay(reader, 4),
                EventFormat.Read(type, reader.GetFieldValue<byte[]>(6)));
            legs.Clear();
            do
            {
                if (!reader.IsDBNull(7)) legs.Add(new Leg(ReadAccount(reader, 8), reader.GetInt64(7)));
                isAtRow = await reader.ReadAsync();
            }
            while (isAtRow && ReadIndex(reader) == need && reader.GetInt64(1) == number);
            found.Add((need, new PastRecord(recorded, type, stream, [.. legs])));
        }
    }

    public override void Tell(Unread unread)
    {
        var records = found.ToLookup(row => row.Need, row => row.Record);
        for (var i = 0; i < needs.Length; i++)
        {
            var (book, number) = needs[i];
            // What refers to a record comes after it.
            var past = records[i].FirstOrDefault() is { } first && first.Number == number
                ? new PastTransaction(first, records[i].Skip(1))
                : null;
            book.Learn(number, past);
        }
    }
}
