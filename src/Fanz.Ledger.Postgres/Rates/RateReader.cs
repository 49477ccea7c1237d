using Fanz.Ledger.Exchange;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Rates;

/// <summary>The rates of a table on a day, and the record that says so.</summary>
public sealed record FoundRates(long Number, RatesOfDay Rates);

/// <summary>
/// Finds the rates of exactly one day. A table that says nothing of it is not helped out with another day's rates,
/// which nobody asked for; the nearest day before is told instead.
/// </summary>
public sealed class RateReader(NpgsqlDataSource source)
{
    internal const string FindSql =
        """
        select r.number, r.base_currency, r.currency, r.rate
        from projected.rates r
        where r.build = (
                select id from ledger.builds
                where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired')
            and r.table_name = $3 and r.rates_on = $4 and r.recorded_on <= $5
        order by r.number desc
        """;

    internal const string LastBeforeSql =
        """
        select r.rates_on
        from projected.rates r
        where r.build = (
                select id from ledger.builds
                where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired')
            and r.table_name = $3 and r.rates_on < $4 and r.recorded_on <= $5
        order by r.rates_on desc, r.number desc, r.currency desc
        limit 1
        """;

    /// <summary>What the treasury last said of that day, by the end of another day of its own; or null.</summary>
    public async Task<FoundRates?> Find(
        OpenedBook treasury, string table, LocalDate on, LocalDate? knownOn, CancellationToken token)
    {
        await using var batch = Query(FindSql, treasury, table, on, knownOn);
        await using var reader = await ByIndex.Read(batch, token);
        var (number, @base, quoted) = (0L, "", new List<QuotedRate>());
        while (await reader.ReadAsync(token))
        {
            // Those of earlier records were replaced as a whole.
            if (quoted.Count > 0 && reader.GetInt64(0) != number) break;
            (number, @base) = (reader.GetInt64(0), reader.GetString(1));
            quoted.Add(new QuotedRate(reader.GetString(2), reader.GetString(3)));
        }

        return quoted.Count == 0 ? null : new FoundRates(number, RatesOfDay.Of(@base, quoted));
    }

    /// <summary>The nearest day before of which the table says something.</summary>
    public async Task<LocalDate?> LastBefore(
        OpenedBook treasury, string table, LocalDate on, LocalDate? knownOn, CancellationToken token)
    {
        await using var batch = Query(LastBeforeSql, treasury, table, on, knownOn);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(0)) : null;
    }

    private NpgsqlBatch Query(string sql, OpenedBook treasury, string table, LocalDate on, LocalDate? knownOn) =>
        ByIndex.Query(
            source, sql, RateFollower.FollowerName, treasury.Id, table, on.ToDateOnly(),
            knownOn?.ToDateOnly() ?? DateOnly.MaxValue);
}
