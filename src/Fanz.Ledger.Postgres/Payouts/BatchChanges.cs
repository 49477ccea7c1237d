using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>The state that a batch came to, and what was said with it; what is said once stays said.</summary>
internal sealed record BatchChange(string State)
{
    public long? Payouts { get; init; }

    public long? Sent { get; init; }

    public string? Members { get; init; }

    public string? FirstApprover { get; init; }

    public string? SecondApprover { get; init; }

    public string? Reason { get; init; }
}

/// <summary>The batches of a page: those that are opened, and what all that change come to by its end.</summary>
internal sealed class BatchChanges
{
    private const string OpenSql =
        """
        insert into projected.payout_batches (
            build, batch, currency, rail, on_day, opened_number, changed_number, state)
        select $1, new.batch, new.currency, new.rail, new.on_day, new.number, new.number, 'open'
        from unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::bigint[])
            new (batch, currency, rail, on_day, number)
        order by new.batch
        """;

    internal const string ChangeSql =
        """
        update projected.payout_batches b
        set state = new.state, payouts = coalesce(new.payouts, b.payouts), sent = coalesce(new.sent, b.sent),
            members = coalesce(new.members, b.members),
            first_approver = coalesce(new.first_approver, b.first_approver),
            second_approver = coalesce(new.second_approver, b.second_approver),
            reason = coalesce(new.reason, b.reason), changed_number = new.number
        from unnest(
            $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::bigint[])
            new (batch, state, payouts, sent, members, first_approver, second_approver, reason, number)
        where b.build = $1 and b.batch = new.batch
        """;

    private readonly List<(long Number, Event.BatchOpened Batch)> opened = [];
    private readonly SortedDictionary<string, (long Number, BatchChange Change)> changed = new(StringComparer.Ordinal);

    public void Open(JournalRecord record, Event.BatchOpened batch) => opened.Add((record.Number, batch));

    public void Change(JournalRecord record, string batch, BatchChange change)
    {
        if (changed.TryGetValue(batch, out var before))
            change = change with
            {
                Payouts = change.Payouts ?? before.Change.Payouts,
                Sent = change.Sent ?? before.Change.Sent,
                Members = change.Members ?? before.Change.Members,
                FirstApprover = change.FirstApprover ?? before.Change.FirstApprover,
                SecondApprover = change.SecondApprover ?? before.Change.SecondApprover,
                Reason = change.Reason ?? before.Change.Reason,
            };
        changed[batch] = (record.Number, change);
    }

    public void Write(BuildWrites writes)
    {
        if (opened.Count > 0)
            writes.Add(
                OpenSql, Opened(one => one.Batch.Batch), Opened(one => one.Batch.Currency),
                Opened(one => one.Batch.Rail), Opened(one => one.Batch.On.ToDateOnly()), Opened(one => one.Number));
        if (changed.Count > 0)
            writes.Add(
                ChangeSql, changed.Keys.ToArray(), Changed(one => one.Change.State),
                Changed(one => one.Change.Payouts), Changed(one => one.Change.Sent),
                Changed(one => one.Change.Members), Changed(one => one.Change.FirstApprover),
                Changed(one => one.Change.SecondApprover), Changed(one => one.Change.Reason),
                Changed(one => one.Number));
    }

    private T[] Opened<T>(Func<(long Number, Event.BatchOpened Batch), T> value) => [.. opened.Select(value)];

    private T[] Changed<T>(Func<(long Number, BatchChange Change), T> value) => [.. changed.Values.Select(value)];
}
