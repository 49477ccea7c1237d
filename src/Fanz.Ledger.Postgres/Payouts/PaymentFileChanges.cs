using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>The files of payment instructions of a page: those that are prepared, and those that are released.</summary>
internal sealed class PaymentFileChanges
{
    private const string PrepareSql =
        """
        insert into projected.payment_files (
            build, file, rail, rail_set_by, batch, currency, message, created_at, execute_on, payouts, sent, hash,
            prepared_number, state)
        select $1, new.*, 'prepared'
        from unnest(
            $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::date[],
            $10::bigint[], $11::bigint[], $12::text[], $13::bigint[]) new
        order by 2
        """;

    internal const string ReleaseSql =
        """
        update projected.payment_files f
        set state = 'released', released_number = new.number
        from unnest($2::text[], $3::bigint[]) new (file, number)
        where f.build = $1 and f.file = new.file
        """;

    private readonly List<(long Number, Event.PaymentFilePrepared File)> prepared = [];
    private readonly List<(string File, long Number)> released = [];

    public void Prepare(JournalRecord record, Event.PaymentFilePrepared file) => prepared.Add((record.Number, file));

    public void Release(JournalRecord record, string file) => released.Add((file, record.Number));

    public void Write(BuildWrites writes)
    {
        if (prepared.Count > 0)
            writes.Add(
                PrepareSql, Prepared(one => one.File.File), Prepared(one => one.File.Rail),
                Prepared(one => one.File.RailSetBy), Prepared(one => one.File.Batch),
                Prepared(one => one.File.Currency), Prepared(one => one.File.Message),
                Prepared(one => one.File.CreatedAt.ToDateTimeUtc()), Prepared(one => one.File.ExecuteOn.ToDateOnly()),
                Prepared(one => one.File.Payouts), Prepared(one => one.File.Sent), Prepared(one => one.File.Hash),
                Prepared(one => one.Number));
        if (released.Count > 0)
            writes.Add(
                ReleaseSql, released.Select(one => one.File).ToArray(), released.Select(one => one.Number).ToArray());
    }

    private T[] Prepared<T>(Func<(long Number, Event.PaymentFilePrepared File), T> value) =>
        [.. prepared.Select(value)];
}
