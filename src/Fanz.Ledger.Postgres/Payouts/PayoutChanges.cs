using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>The state that a payout came to, and what was said with it.</summary>
internal sealed record PayoutChange(string State)
{
    /// <summary>What is said once stays said, unlike the code and the reason, which are those of the state.</summary>
    public string? File { get; init; }

    public long? Sequence { get; init; }

    public string? Bank { get; init; }

    public string? BankReference { get; init; }

    public string? Code { get; init; }

    public string? Reason { get; init; }
}

/// <summary>The payouts of a page: those that are formed, and what all that change come to by its end.</summary>
internal sealed class PayoutChanges
{
    private const string FormSql =
        """
        insert into projected.payouts (
            build, payout, creator, currency, amount, fee, sent, rail, batch, method, formed_on, formed_number,
            changed_number, changed_at, state)
        select $1, new.payout, new.creator, new.currency, new.amount, new.fee, new.sent, new.rail, new.batch,
            new.method, new.formed_on, new.number, new.number, new.at, 'formed'
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
            $10::text[], $11::date[], $12::bigint[], $13::timestamptz[])
            new (payout, creator, currency, amount, fee, sent, rail, batch, method, formed_on, number, at)
        order by new.payout
        """;

    internal const string ChangeSql =
        """
        update projected.payouts p
        set state = new.state, file = coalesce(new.file, p.file), sequence = coalesce(new.sequence, p.sequence),
            bank = coalesce(new.bank, p.bank), bank_reference = coalesce(new.bank_reference, p.bank_reference),
            code = new.code, reason = new.reason, changed_number = new.number, changed_at = new.at
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::bigint[], $11::timestamptz[])
            new (payout, state, file, sequence, bank, bank_reference, code, reason, number, at)
        where p.build = $1 and p.payout = new.payout
        """;

    private readonly List<(JournalRecord Record, Event.PayoutFormed Payout)> formed = [];
    private readonly SortedDictionary<string, (JournalRecord Record, PayoutChange Change)> changed =
        new(StringComparer.Ordinal);

    public void Form(JournalRecord record, Event.PayoutFormed payout) => formed.Add((record, payout));

    public void Change(JournalRecord record, string payout, PayoutChange change)
    {
        if (changed.TryGetValue(payout, out var before))
            change = change with
            {
                File = change.File ?? before.Change.File,
                Sequence = change.Sequence ?? before.Change.Sequence,
                Bank = change.Bank ?? before.Change.Bank,
                BankReference = change.BankReference ?? before.Change.BankReference,
            };
        changed[payout] = (record, change);
    }

    /// <summary>Those that are formed stand there first, so that what changed of them finds them.</summary>
    public void Write(BuildWrites writes)
    {
        if (formed.Count > 0)
            writes.Add(
                FormSql, Formed(one => one.Payout.Payout), Formed(one => one.Payout.Creator),
                Formed(one => one.Payout.Currency), Formed(one => one.Payout.Amount), Formed(one => one.Payout.Fee),
                Formed(one => one.Payout.Sent), Formed(one => one.Payout.Rail), Formed(one => one.Payout.Batch),
                Formed(one => one.Payout.Method), Formed(one => one.Record.EffectiveOn.ToDateOnly()),
                Formed(one => one.Record.Number), Formed(one => one.Record.At.ToDateTimeUtc()));
        if (changed.Count > 0)
            writes.Add(
                ChangeSql, changed.Keys.ToArray(), Changed(one => one.Change.State), Changed(one => one.Change.File),
                Changed(one => one.Change.Sequence), Changed(one => one.Change.Bank),
                Changed(one => one.Change.BankReference), Changed(one => one.Change.Code),
                Changed(one => one.Change.Reason), Changed(one => one.Record.Number),
                Changed(one => one.Record.At.ToDateTimeUtc()));
    }

    private T[] Formed<T>(Func<(JournalRecord Record, Event.PayoutFormed Payout), T> value) =>
        [.. formed.Select(value)];

    private T[] Changed<T>(Func<(JournalRecord Record, PayoutChange Change), T> value) =>
        [.. changed.Values.Select(value)];
}
