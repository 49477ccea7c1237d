using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>What processors said of days on a page, and what the ledger has of their settlements.</summary>
internal sealed class ProcessorDays
{
    private const string ReportedSql =
        """
        insert into projected.processor_reports as r
            (build, on_day, processor, currency, gross, refunds, chargebacks, fees, reserve, payout, sha256, number)
        select $1, new.*
        from unnest(
            $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::text[], $12::bigint[]) new
        order by 2, 3, 4
        on conflict (build, on_day, processor, currency) do update
        set gross = excluded.gross, refunds = excluded.refunds, chargebacks = excluded.chargebacks,
            fees = excluded.fees, reserve = excluded.reserve, payout = excluded.payout, sha256 = excluded.sha256,
            number = excluded.number
        """;

    private const string SettledSql =
        """
        insert into projected.processor_days as d (build, on_day, processor, currency, gross, fees, kept, net)
        select $1, new.*
        from unnest(
            $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) new
        order by 2, 3, 4
        on conflict (build, on_day, processor, currency) do update
        set gross = d.gross + excluded.gross, fees = d.fees + excluded.fees, kept = d.kept + excluded.kept,
            net = d.net + excluded.net
        """;

    private readonly SortedDictionary<(DateOnly On, string Processor, string Currency), (long Number,
        Event.ProcessorReported Said)>
        reports = [];

    private readonly SortedDictionary<(DateOnly On, string Processor, string Currency), (long Gross, long Fees,
        long Kept, long Net)>
        settled = [];

    /// <summary>The last of a day is what holds.</summary>
    public void Report(JournalRecord record, Event.ProcessorReported report) =>
        reports[(report.On.ToDateOnly(), report.Processor ?? "", report.Currency)] = (record.Number, report);

    public void Settle(
        JournalRecord record, string? processor, string currency, long gross, long fees, long kept, long net)
    {
        var key = (record.EffectiveOn.ToDateOnly(), processor ?? "", currency);
        var sums = settled.GetValueOrDefault(key);
        settled[key] = checked((sums.Gross + gross, sums.Fees + fees, sums.Kept + kept, sums.Net + net));
    }

    public void Write(BuildWrites writes)
    {
        if (reports.Count > 0)
            writes.Add(
                ReportedSql, reports.Keys.Select(key => key.On).ToArray(),
                reports.Keys.Select(key => key.Processor).ToArray(), reports.Keys.Select(key => key.Currency).ToArray(),
                Said(one => one.Gross), Said(one => one.Refunds), Said(one => one.Chargebacks), Said(one => one.Fees),
                Said(one => one.Reserve), Said(one => one.Payout), Said(one => one.Sha256),
                reports.Values.Select(one => one.Number).ToArray());
        if (settled.Count > 0)
            writes.Add(
                SettledSql, settled.Keys.Select(key => key.On).ToArray(),
                settled.Keys.Select(key => key.Processor).ToArray(), settled.Keys.Select(key => key.Currency).ToArray(),
                settled.Values.Select(sums => sums.Gross).ToArray(), settled.Values.Select(sums => sums.Fees).ToArray(),
                settled.Values.Select(sums => sums.Kept).ToArray(), settled.Values.Select(sums => sums.Net).ToArray());
    }

    private T[] Said<T>(Func<Event.ProcessorReported, T> value) => [.. reports.Values.Select(one => value(one.Said))];
}
