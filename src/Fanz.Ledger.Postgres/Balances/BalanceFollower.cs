using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Following;
using NodaTime;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>
/// Keeps projected.balances, projected.account_days and projected.code_days: what every account holds, and what moved
/// by account and by line of the chart, by the day it is dated and the day it was recorded. A page is summed up in
/// memory, so an account is written once however often it moved.
/// </summary>
public sealed class BalanceFollower() : Follower(FollowerName)
{
    public const string FollowerName = "balances";

    // An account that is there keeps what its first entry said. It is empty since its last entry, or not empty since
    // it was empty last.
    private const string BalancesSql =
        """
        insert into projected.balances as kept
            (build, account_id, code, owner, currency, cohort, balance, version, size_step, opened_number,
            moved_number, moved_on, since_number, since_on)
        select $1, moved.*
        from unnest(
            $2::bigint[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bigint[], $8::bigint[], $9::int[],
            $10::bigint[], $11::bigint[], $12::date[], $13::bigint[], $14::date[])
            moved (account_id, code, owner, currency, cohort, balance, version, size_step, opened_number,
            moved_number, moved_on, since_number, since_on)
        order by moved.account_id
        on conflict (build, account_id) do update set
            balance = excluded.balance, version = excluded.version, size_step = excluded.size_step,
            moved_number = excluded.moved_number, moved_on = excluded.moved_on,
            since_number = case when excluded.balance <> 0 then coalesce(excluded.since_number, kept.since_number) end,
            since_on = case when excluded.balance <> 0 then coalesce(excluded.since_on, kept.since_on) end
        """;

    private const string LifeSql =
        """
        update projected.balances set life = $6
        where build = $1 and code = $2 and owner = $3 and currency = $4 and cohort is not distinct from $5::date
        """;

    private const string AccountDaysSql =
        """
        insert into projected.account_days as kept
            (build, account_id, effective_on, recorded_on, debits, credits, entries, first_position, last_position)
        select $1, moved.*
        from unnest(
            $2::bigint[], $3::date[], $4::date[], $5::numeric[], $6::numeric[], $7::bigint[], $8::bigint[],
            $9::bigint[])
            moved (account_id, effective_on, recorded_on, debits, credits, entries, first_position, last_position)
        order by moved.account_id, moved.effective_on, moved.recorded_on
        on conflict (build, account_id, effective_on, recorded_on) do update set
            debits = kept.debits + excluded.debits, credits = kept.credits + excluded.credits,
            entries = kept.entries + excluded.entries, last_position = excluded.last_position
        """;

    private const string CodeDaysSql =
        """
        insert into projected.code_days as kept
            (build, code, owner, currency, effective_on, recorded_on, debits, credits, entries)
        select $1, moved.*
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::numeric[], $8::numeric[], $9::bigint[])
            moved (code, owner, currency, effective_on, recorded_on, debits, credits, entries)
        order by moved.code, moved.owner, moved.currency, moved.effective_on, moved.recorded_on
        on conflict (build, code, owner, currency, effective_on, recorded_on) do update set
            debits = kept.debits + excluded.debits, credits = kept.credits + excluded.credits,
            entries = kept.entries + excluded.entries
        """;

    public override bool NeedsEntries => true;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [
            new(
                "projected.balances",
                "account_id, code, owner, currency, cohort, balance, version, size_step, opened_number, moved_number, "
                + "moved_on, since_number, since_on, life",
                NaiveBalances.BalancesSql),
            new(
                "projected.account_days",
                "account_id, effective_on, recorded_on, debits, credits, entries, first_position, last_position",
                NaiveBalances.AccountDaysSql),
            new(
                "projected.code_days",
                "code, owner, currency, effective_on, recorded_on, debits, credits, entries",
                NaiveBalances.CodeDaysSql),
        ];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var moved = new PageMovements(page);
        if (moved.Accounts.Count > 0)
        {
            WriteBalances(moved, writes);
            WriteAccountDays(moved, writes);
            WriteCodeDays(moved, writes);
        }

        // An account must be open to be frozen or closed, so it is there by now.
        foreach (var (account, life) in moved.Lives)
            writes.Add(
                LifeSql, account.Code.Name, account.Owner, account.Currency.Code,
                account.Cohort is { } cohort ? cohort.ToDateOnly() : DBNull.Value, LifeWords.Of(life));
        return ValueTask.CompletedTask;
    }

    private static void WriteBalances(PageMovements moved, BuildWrites writes)
    {
        var all = moved.Accounts;
        var keys = all.Select(account => account.Last.Account).ToArray();
        writes.Add(
            BalancesSql, Each(all, one => one.Last.AccountId), Each(keys, key => key.Code.Name),
            Each(keys, key => key.Owner), Each(keys, key => key.Currency.Code),
            Each(keys, key => key.Cohort?.ToDateOnly()), Each(all, one => one.Last.Balance),
            Each(all, one => one.Last.Version), Each(all, one => SizeStep.Of(one.Last.Balance)),
            Each(all, one => one.FirstNumber), Each(all, one => one.Last.Number),
            Each(all, one => one.MovedOn.ToDateOnly()), Each(all, one => one.SinceNumber),
            Each(all, one => one.SinceOn?.ToDateOnly()));
    }

    private static void WriteAccountDays(PageMovements moved, BuildWrites writes)
    {
        var all = moved.AccountDays;
        writes.Add(
            AccountDaysSql, Each(all, one => one.AccountId), Each(all, one => one.Days.EffectiveOn.ToDateOnly()),
            Each(all, one => one.Days.RecordedOn.ToDateOnly()), Each(all, one => (decimal)one.Debits),
            Each(all, one => (decimal)one.Credits), Each(all, one => one.Entries), Each(all, one => one.FirstPosition),
            Each(all, one => one.LastPosition));
    }

    private static void WriteCodeDays(PageMovements moved, BuildWrites writes)
    {
        var all = moved.CodeDays();
        writes.Add(
            CodeDaysSql, Each(all, one => one.Line.Code.Name), Each(all, one => one.Line.Owner),
            Each(all, one => one.Line.Currency.Code), Each(all, one => one.Days.EffectiveOn.ToDateOnly()),
            Each(all, one => one.Days.RecordedOn.ToDateOnly()), Each(all, one => (decimal)one.Debits),
            Each(all, one => (decimal)one.Credits), Each(all, one => one.Entries));
    }

    private static TTo[] Each<TFrom, TTo>(IReadOnlyCollection<TFrom> all, Func<TFrom, TTo> part)
    {
        var parts = new TTo[all.Count];
        var next = 0;
        foreach (var one in all) parts[next++] = part(one);
        return parts;
    }
}
