using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Following;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>From where a payment came, and what it was for; both empty where there was no sale.</summary>
internal readonly record struct EarningKind(string Country, string Class)
{
    public static readonly EarningKind None = new("", "");
}

/// <summary>What sales have brought to a cohort, of one kind.</summary>
internal record struct Earned(long Sales, long Gross, long Fees, long Refunds)
{
    public readonly Earned Plus(Earned other) => checked(new Earned(
        Sales + other.Sales, Gross + other.Gross, Fees + other.Fees, Refunds + other.Refunds));

    public readonly long Net => Gross - Fees - Refunds;
}

/// <summary>
/// What cohorts hold that was not released yet, kind by kind. A cohort is always released as a whole, so what was kept
/// of it becomes available at once and nothing has to be divided.
/// </summary>
internal sealed class CohortEarnings
{
    internal const string KeptSql =
        """
        select c.creator, c.code, c.currency, c.cohort, c.country, c.class, c.sales, c.gross, c.fees, c.refunds
        from unnest($2::text[], $3::text[], $4::text[], $5::date[]) asked (creator, code, currency, cohort)
        cross join lateral (
            select * from projected.tax_cohorts t
            where t.creator = asked.creator and t.code = asked.code and t.currency = asked.currency
                and t.cohort = asked.cohort and t.build = $1
            offset 0) c
        """;

    internal const string ReleasedSql =
        """
        select r.creator, r.code, r.currency, r.cohort
        from unnest($2::text[], $3::text[], $4::text[], $5::date[]) asked (creator, code, currency, cohort)
        cross join lateral (
            select * from projected.tax_releases t
            where t.creator = asked.creator and t.code = asked.code and t.currency = asked.currency
                and t.cohort = asked.cohort and t.build = $1
            limit 1) r
        """;

    internal const string ForgetSql =
        """
        delete from projected.tax_cohorts t
        using unnest($2::text[], $3::text[], $4::text[], $5::date[]) gone (creator, code, currency, cohort)
        where t.creator = gone.creator and t.code = gone.code and t.currency = gone.currency
            and t.cohort = gone.cohort and t.build = $1
        """;

    private const string ReleaseSql =
        """
        insert into projected.tax_releases (build, creator, code, currency, cohort, number)
        select $1, new.* from unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::bigint[]) new
        order by 2, 3, 4, 5
        on conflict (creator, code, currency, cohort, build) do update set number = excluded.number
        """;

    private const string AddSql =
        """
        insert into projected.tax_cohorts as t
            (build, creator, code, currency, cohort, country, class, sales, gross, fees, refunds)
        select $1, new.*
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[]) new
        order by 2, 3, 4, 5
        on conflict (creator, code, currency, cohort, build, country, class) do update set
            sales = t.sales + excluded.sales, gross = t.gross + excluded.gross, fees = t.fees + excluded.fees,
            refunds = t.refunds + excluded.refunds
        """;

    private readonly Dictionary<AccountKey, Dictionary<EarningKind, Earned>> kept = [];
    private readonly HashSet<AccountKey> everReleased = [];

    // In this page, with the last record that did.
    private readonly Dictionary<AccountKey, long> released = [];

    private CohortEarnings()
    {
    }

    /// <summary>With what is known of the cohorts that the page will ask for.</summary>
    public static async ValueTask<CohortEarnings> Of(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var cohorts = new CohortEarnings();
        var (releases, returns) = (new HashSet<AccountKey>(), new HashSet<AccountKey>());
        foreach (var followed in page.Records)
        {
            if (ReleasedBy(followed.Event) is { } account) releases.Add(account);
            foreach (var part in GivenBack.By(followed, page)) returns.Add(part.Account);
        }

        if (releases.Count > 0)
        {
            var rows = await writes.Read(
                KeptSql, Parameters([.. releases]),
                row => (Account: Key(row), Kind: new EarningKind(row.GetString(4), row.GetString(5)),
                    Earned: new Earned(row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9))),
                token);
            foreach (var (account, kind, earned) in rows) cohorts.Add(account, kind, earned);
        }

        if (returns.Count > 0)
            cohorts.everReleased.UnionWith(await writes.Read(ReleasedSql, Parameters([.. returns]), Key, token));
        return cohorts;
    }

    /// <summary>The cohort that a record has released; null when it has released none of a creator's.</summary>
    public static AccountKey? ReleasedBy(Event happened) => happened switch
    {
        Event.HoldReleased hold =>
            new AccountKey(Chart.CreatorPending, hold.Creator, Currency.Of(hold.Currency), hold.Cohort),
        Event.ReserveReleased reserve =>
            new AccountKey(Chart.CreatorReserve, reserve.Creator, Currency.Of(reserve.Currency), reserve.Cohort),
        _ => null,
    };

    public bool WasReleased(AccountKey account) => everReleased.Contains(account) || released.ContainsKey(account);

    public void Add(AccountKey account, EarningKind kind, Earned earned)
    {
        if (!kept.TryGetValue(account, out var kinds)) kept[account] = kinds = [];
        kinds[kind] = kinds.GetValueOrDefault(kind).Plus(earned);
    }

    /// <summary>All that was kept, which is kept no longer.</summary>
    public IReadOnlyDictionary<EarningKind, Earned> Release(AccountKey account, long number)
    {
        released[account] = number;
        return kept.Remove(account, out var kinds) ? kinds : new Dictionary<EarningKind, Earned>();
    }

    public void Write(BuildWrites writes)
    {
        if (released.Count > 0)
        {
            var gone = released.Keys.ToArray();
            writes.Add(ForgetSql, Parameters(gone));
            writes.Add(ReleaseSql, [.. Parameters(gone), released.Values.ToArray()]);
        }

        if (kept.Count == 0) return;
        var rows = kept.SelectMany(cohort => cohort.Value, (cohort, kind) => (cohort.Key, Kind: kind.Key, kind.Value))
            .ToArray();
        writes.Add(
            AddSql,
            [
                .. Parameters([.. rows.Select(row => row.Key)]),
                rows.Select(row => row.Kind.Country).ToArray(), rows.Select(row => row.Kind.Class).ToArray(),
                rows.Select(row => row.Value.Sales).ToArray(), rows.Select(row => row.Value.Gross).ToArray(),
                rows.Select(row => row.Value.Fees).ToArray(), rows.Select(row => row.Value.Refunds).ToArray(),
            ]);
    }

    internal static object[] Parameters(AccountKey[] accounts) =>
        [
            accounts.Select(account => account.Owner).ToArray(),
            accounts.Select(account => account.Code.Name).ToArray(),
            accounts.Select(account => account.Currency.Code).ToArray(),
            accounts.Select(account => account.Cohort!.Value.ToDateOnly()).ToArray(),
        ];

    internal static AccountKey Key(NpgsqlDataReader row) => new(
        Chart.Find(row.GetString(1)), row.GetString(0), Currency.Of(row.GetString(2)),
        LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(3)));
}
