using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Subscriptions;

/// <summary>
/// Keeps projected.subscriptions, their days, and what of deferred revenue belongs to none of them. A page that has
/// nothing to do with subscriptions writes nothing. Round trips: the rows of those that the page changes.
/// </summary>
public sealed class SubscriptionFollower() : Follower(FollowerName)
{
    public const string FollowerName = "subscriptions";

    private const string StreamPrefix = "subscription/";

    private const string RowsSql =
        """
        select s.subscription, s.state, s.fan, s.creator, s.period, s.currency, s.price, s.deferred, s.unearned,
            s.charges, s.charged, s.refunds, s.refunded, s.last_number, s.attempts, s.started_on, s.period_start,
            s.period_end, s.ended_on, s.has_paid
        from unnest($2::text[]) asked (subscription)
        cross join lateral (
            select * from projected.subscriptions
            where build = $1 and subscription = asked.subscription
            limit 1) s
        """;

    private const string WriteSql =
        """
        insert into projected.subscriptions (
            build, subscription, state, fan, creator, period, currency, price, deferred, unearned, charges, charged,
            refunds, refunded, last_number, attempts, started_on, period_start, period_end, ended_on, has_paid)
        select $1, new.*
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::int[],
            $17::date[], $18::date[], $19::date[], $20::date[], $21::boolean[]) new
        order by 2
        on conflict (build, subscription) do update set
            state = excluded.state, price = excluded.price, deferred = excluded.deferred,
            unearned = excluded.unearned, charges = excluded.charges, charged = excluded.charged,
            refunds = excluded.refunds, refunded = excluded.refunded, last_number = excluded.last_number,
            attempts = excluded.attempts, period_start = excluded.period_start, period_end = excluded.period_end,
            ended_on = excluded.ended_on, has_paid = excluded.has_paid
        """;

    private const string ElsewhereSql =
        """
        insert into projected.deferred_elsewhere as d (build, code, owner, currency, amount)
        select $1, new.* from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) new
        order by 2, 3, 4
        on conflict (build, code, owner, currency) do update set amount = d.amount + excluded.amount
        """;

    public override bool NeedsEntries => true;

    public override bool NeedsReferred => true;

    public override IReadOnlyList<ProjectedTable> Tables => SubscriptionTables.All;

    public override async ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var rows = await Rows(page, writes, token);
        var elsewhere = new SortedDictionary<(string Code, string Owner, string Currency), long>();
        var days = new SubscriptionDays();
        foreach (var followed in page.Records)
        {
            var row = SubscriptionOf(followed, page) is { } subscription ? rows[subscription] : null;
            if (row is not null)
            {
                row.LastNumber = followed.Number;
                if (IsOfStream(followed)) Follow(row, followed, days);
                else if (followed.Event is Event.SaleReturned returned) row.Return(returned.Amount);
            }

            foreach (var entry in followed.Entries) Move(row, entry, elsewhere);
        }

        if (rows.Count > 0) Write([.. rows.Values], writes);
        days.Write(writes);
        if (elsewhere.Count > 0)
            writes.Add(
                ElsewhereSql, elsewhere.Keys.Select(key => key.Code).ToArray(),
                elsewhere.Keys.Select(key => key.Owner).ToArray(),
                elsewhere.Keys.Select(key => key.Currency).ToArray(), elsewhere.Values.ToArray());
    }

    private static void Follow(SubscriptionRow row, FollowedRecord followed, SubscriptionDays days)
    {
        var before = row.State;
        row.Follow(followed.Event, followed.Record.EffectiveOn);
        days.Add(followed.Record.EffectiveOn, followed.Event, before, row.State);
    }

    private static void Move(
        SubscriptionRow? row, Entry entry, SortedDictionary<(string, string, string), long> elsewhere)
    {
        var (code, owner, currency, _) = entry.Account;
        var isDeferred = code == Chart.DeferredRevenue;
        if (!isDeferred && code != Chart.CreatorUnearned) return;
        if (row is null)
        {
            var key = (code.Name, owner, currency.Code);
            elsewhere[key] = checked(elsewhere.GetValueOrDefault(key) - entry.Amount);
        }
        else if (isDeferred) row.Deferred = checked(row.Deferred - entry.Amount);
        else row.Unearned = checked(row.Unearned - entry.Amount);
    }

    /// <summary>Whose record it is: by its stream, or because it is about a payment of it.</summary>
    private static string? SubscriptionOf(FollowedRecord followed, FollowedPage page)
    {
        if (IsOfStream(followed)) return followed.Record.Stream![StreamPrefix.Length..];
        return followed.Record.RefersTo is { } number
            && page.Find(number) is { Event: Event.SubscriptionCharge charge }
            ? charge.Subscription
            : null;
    }

    private static bool IsOfStream(FollowedRecord followed) =>
        followed.Record.Stream?.StartsWith(StreamPrefix, StringComparison.Ordinal) == true;

    private static async Task<Dictionary<string, SubscriptionRow>> Rows(
        FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var named = page.Records.Select(followed => SubscriptionOf(followed, page)).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        if (named.Count == 0) return [];
        var known = await writes.Read(RowsSql, [named.ToArray()], SubscriptionRow.Read, token);
        var rows = known.ToDictionary(row => row.Subscription, StringComparer.Ordinal);
        foreach (var subscription in named) rows.TryAdd(subscription, new SubscriptionRow(subscription));
        return rows;
    }

    private static void Write(SubscriptionRow[] rows, BuildWrites writes)
    {
        writes.Add(
            WriteSql, Of(row => row.Subscription), Of(row => row.State!), Of(row => row.Fan), Of(row => row.Creator),
            Of(row => row.Period), Of(row => row.Currency), Of(row => row.Price), Of(row => row.Deferred),
            Of(row => row.Unearned), Of(row => row.Charges), Of(row => row.Charged), Of(row => row.Refunds),
            Of(row => row.Refunded), Of(row => row.LastNumber), Of(row => row.Attempts),
            Of(row => row.StartedOn.ToDateOnly()), Of(row => row.PeriodStart.ToDateOnly()),
            Of(row => row.PeriodEnd.ToDateOnly()), Of(row => row.EndedOn?.ToDateOnly()), Of(row => row.HasPaid));

        T[] Of<T>(Func<SubscriptionRow, T> value) => [.. rows.Select(value)];
    }
}
