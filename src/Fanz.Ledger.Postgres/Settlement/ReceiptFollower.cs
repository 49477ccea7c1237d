using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Settlement;

/// <summary>Keeps projected.receipts: money that came unannounced, and what was found out about it since.</summary>
public sealed class ReceiptFollower() : Follower(FollowerName)
{
    public const string FollowerName = "receipts";

    private const string ReceivedSql =
        """
        insert into projected.receipts
            (build, number, at, received_on, bank, bank_reference, currency, amount, assigned, assignments)
        select $1, new.*, 0, 0
        from unnest(
            $2::bigint[], $3::timestamptz[], $4::date[], $5::text[], $6::text[], $7::text[], $8::bigint[]) new
        order by 2
        """;

    internal const string AssignedSql =
        """
        update projected.receipts r
        set assigned = r.assigned + new.amount, assignments = r.assignments + new.times, last_assigned = new.day
        from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::date[]) new (number, amount, times, day)
        where r.build = $1 and r.number = new.number
        """;

    private const string ElsewhereSql =
        """
        insert into projected.suspense_elsewhere as s (build, owner, currency, amount)
        select $1, new.* from unnest($2::text[], $3::text[], $4::bigint[]) new
        order by 2, 3
        on conflict (build, owner, currency) do update set amount = s.amount + excluded.amount
        """;

    private const string NaiveReceipts =
        """
        select j.number, j.at, j.effective_on, coalesce(j.data ->> 'bank', ''), j.data ->> 'bank_reference',
            j.data ->> 'currency', (j.data ->> 'amount')::bigint, coalesce(assigned.amount, 0)::bigint,
            coalesce(assigned.count, 0), assigned.last
        from ledger.journal j
        left join lateral (
            select sum((a.data ->> 'amount')::bigint) amount, count(*) count,
                (array_agg(a.effective_on order by a.number desc))[1] as last
            from ledger.journal a
            where a.book_id = $1 and a.refers_to = j.number and a.number <= $2 and a.type = 'receipt_assigned')
            assigned on true
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.type = 'receipt_recorded'
        """;

    private const string NaiveElsewhere =
        """
        select a.owner, a.currency, (-sum(e.amount))::bigint
        from ledger.entries e
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        where e.book_id = $1 and e.number <= $2 and e.position <= $3 and a.code = 'suspense'
            and j.type not in ('receipt_recorded', 'receipt_assigned', 'payment_recorded', 'payment_assigned')
        group by a.owner, a.currency
        """;

    public override bool NeedsEntries => true;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [
            new(
                "projected.receipts",
                "number, at, received_on, bank, bank_reference, currency, amount, assigned, assignments, last_assigned",
                NaiveReceipts),
            new("projected.suspense_elsewhere", "owner, currency, amount", NaiveElsewhere),
        ];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var received = new List<(JournalRecord Record, Event.ReceiptRecorded Receipt)>();
        var assigned = new SortedDictionary<long, (long Amount, long Times, DateOnly Day)>();
        var elsewhere = new SortedDictionary<(string Owner, string Currency), long>();
        foreach (var followed in page.Records)
        {
            switch (followed.Event)
            {
                case Event.ReceiptRecorded receipt:
                    received.Add((followed.Record, receipt));
                    break;
                case Event.ReceiptAssigned one:
                    var (amount, times, _) = assigned.GetValueOrDefault(one.Receipt);
                    assigned[one.Receipt] =
                        (checked(amount + one.Amount), times + 1, followed.Record.EffectiveOn.ToDateOnly());
                    break;
                // What left unannounced stands there too, and has a list of its own.
                case Event.PaymentRecorded or Event.PaymentAssigned:
                    break;
                default:
                    foreach (var entry in followed.Entries)
                    {
                        if (entry.Account.Code != Chart.Suspense) continue;
                        var key = (entry.Account.Owner, entry.Account.Currency.Code);
                        elsewhere[key] = checked(elsewhere.GetValueOrDefault(key) - entry.Amount);
                    }

                    break;
            }
        }

        Write(received, writes);
        if (assigned.Count > 0)
            writes.Add(
                AssignedSql, assigned.Keys.ToArray(), assigned.Values.Select(one => one.Amount).ToArray(),
                assigned.Values.Select(one => one.Times).ToArray(), assigned.Values.Select(one => one.Day).ToArray());
        if (elsewhere.Count > 0)
            writes.Add(
                ElsewhereSql, elsewhere.Keys.Select(key => key.Owner).ToArray(),
                elsewhere.Keys.Select(key => key.Currency).ToArray(), elsewhere.Values.ToArray());
        return ValueTask.CompletedTask;
    }

    private static void Write(
        List<(JournalRecord Record, Event.ReceiptRecorded Receipt)> received, BuildWrites writes)
    {
        if (received.Count == 0) return;
        writes.Add(
            ReceivedSql,
            received.Select(one => one.Record.Number).ToArray(),
            received.Select(one => one.Record.At.ToDateTimeUtc()).ToArray(),
            received.Select(one => one.Record.EffectiveOn.ToDateOnly()).ToArray(),
            received.Select(one => one.Receipt.Bank ?? "").ToArray(),
            received.Select(one => one.Receipt.BankReference).ToArray(),
            received.Select(one => one.Receipt.Currency).ToArray(),
            received.Select(one => one.Receipt.Amount).ToArray());
    }
}
