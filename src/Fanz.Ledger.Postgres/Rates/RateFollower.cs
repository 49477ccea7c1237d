using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using NodaTime;

namespace Fanz.Ledger.Postgres.Rates;

/// <summary>Keeps projected.rates: every rate that a treasury set, for the reports that are made by it.</summary>
public sealed class RateFollower() : Follower(FollowerName)
{
    public const string FollowerName = "rates";

    private const string InsertSql =
        """
        insert into projected.rates
            (build, number, rates_on, recorded_on, table_name, base_currency, currency, rate, source)
        select $1, said.*
        from unnest(
            $2::bigint[], $3::date[], $4::date[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) said
        """;

    private const string NaiveSql =
        """
        select j.number, (j.data ->> 'on')::date, (j.at at time zone b.time_zone)::date, j.data ->> 'table',
            j.data ->> 'base_currency', quoted ->> 'currency', quoted ->> 'rate', j.data ->> 'source'
        from ledger.journal j
        join ledger.books b on b.id = j.book_id
        cross join lateral json_array_elements(j.data -> 'rates') quoted
        where j.book_id = $1 and j.number <= $2 and j.last_position <= $3 and j.type = 'rates_set'
        """;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [
            new(
                "projected.rates",
                "number, rates_on, recorded_on, table_name, base_currency, currency, rate, source", NaiveSql),
        ];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var said = (
            from followed in page.Records
            where followed.Record.Type == "rates_set"
            let set = (Event.RatesSet)followed.Event
            let recordedOn = followed.Record.At.InZone(page.TimeZone).Date.ToDateOnly()
            from rate in set.Rates
            select (followed.Number, Set: set, RecordedOn: recordedOn, Rate: rate)).ToArray();
        if (said.Length > 0)
        {
            writes.Add(
                InsertSql, said.Select(one => one.Number).ToArray(),
                said.Select(one => one.Set.On.ToDateOnly()).ToArray(), said.Select(one => one.RecordedOn).ToArray(),
                said.Select(one => one.Set.Table).ToArray(), said.Select(one => one.Set.BaseCurrency).ToArray(),
                said.Select(one => one.Rate.Currency).ToArray(), said.Select(one => one.Rate.Rate).ToArray(),
                said.Select(one => one.Set.Source).ToArray());
        }

        return ValueTask.CompletedTask;
    }
}
