using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

internal readonly record struct EarningsKey(
    string Creator, DateOnly EffectiveOn, string Kind, long Rule, string Currency);

internal enum EarningsSum
{
    Sales, Gross, Discounts, DiscountsBorne, Fees, Affiliates, AffiliatesBorne, ToOthers, FromOthers, Agreed, Refunds,
    FansRefunded, Chargebacks, FansChargedBack, Revenue, Earned, Reserved, Unearned, Refunded, ChargedBack, Released,
    Withheld, PayoutFees, PaidOut, Other,
}

/// <summary>
/// projected.earnings. What was agreed stands with the creator who made the sale; what they then have, and what becomes
/// of it, is what the entries of each creator's own accounts say, and every one of those is in exactly one column.
/// </summary>
internal static class EarningsTable
{
    private const string NaiveSql =
        """
        with sales (type, kind) as (values
            ('tip_sent', 'tip'), ('gift_sent', 'gift'), ('content_unlocked', 'ppv'), ('message_unlocked', 'message'),
            ('stream_entered', 'stream'), ('order_placed', 'order'), ('subscription_started', 'subscription'),
            ('subscription_renewed', 'subscription'), ('subscription_recovered', 'subscription'),
            ('subscription_upgraded', 'subscription'), ('charge_opened', 'subscription')),
        records as (
            select j.number, j.type, j.effective_on, j.data, coalesce(own.kind, earlier.kind) as sold,
                coalesce(own.kind, earlier.kind, j.type) as kind,
                case when own.kind is not null then j.type else r.type end as sale_type,
                case when own.kind is not null then j.data when earlier.kind is not null then r.data end as sale
            from ledger.journal j
            left join sales own on own.type = j.type
            left join ledger.journal r on r.book_id = j.book_id and r.number = j.refers_to
            left join sales earlier on earlier.type = r.type
            where j.book_id = $1 and j.number <= $2 and j.last_position <= $3),
        keyed as (
            select records.*, sale ->> 'creator' as seller, sale ->> 'currency' as currency,
                coalesce((sale ->> 'rule_version')::bigint, 0) as rule,
                case when sold is null or sale_type = 'charge_opened' then 0 when type = sale_type then 1
                    when type = 'reversed' then -1 else 0 end as times
            from records),
        shares as (
            select number, share ->> 'creator' as creator, coalesce((share ->> 'pending')::bigint, 0)
                + coalesce((share ->> 'reserve')::bigint, 0) + coalesce((share ->> 'unearned')::bigint, 0) as part
            from keyed, json_array_elements(sale -> 'shares') share
            where times <> 0
            union all
            select number, seller, coalesce((sale ->> 'pending')::bigint, 0)
                + coalesce((sale ->> 'reserve')::bigint, 0) + coalesce((sale ->> 'unearned')::bigint, 0)
            from keyed
            where times <> 0 and sale -> 'shares' is null),
        owned as (
            select k.*, a.code, a.owner, a.currency as moved_currency, e.amount
            from keyed k
            join ledger.entries e on e.book_id = $1 and e.number = k.number
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id),
        parts (creator, effective_on, kind, rule, currency, line, amount) as (
            select seller, effective_on, kind, rule, currency, line.name, times * line.amount
            from keyed
            cross join lateral (values
                ('sales', 1),
                ('gross', (sale ->> 'amount')::bigint + coalesce((sale ->> 'shipping')::bigint, 0)),
                ('discounts', (sale -> 'discount' ->> 'amount')::bigint),
                ('discounts_borne', case when sale -> 'discount' ->> 'borne_by' = 'creator'
                    then (sale -> 'discount' ->> 'amount')::bigint end),
                ('fees', (sale ->> 'fee')::bigint),
                ('affiliates', (sale -> 'affiliate' ->> 'amount')::bigint),
                ('affiliates_borne', case when sale -> 'affiliate' ->> 'borne_by' = 'creator'
                    then (sale -> 'affiliate' ->> 'amount')::bigint end)) line (name, amount)
            where times <> 0
            union all
            select s.creator, k.effective_on, k.kind, k.rule, k.currency, 'agreed', k.times * s.part
            from shares s join keyed k using (number)
            union all
            select k.seller, k.effective_on, k.kind, k.rule, k.currency, 'to_others', k.times * s.part
            from shares s join keyed k using (number)
            where s.creator <> k.seller
            union all
            select s.creator, k.effective_on, k.kind, k.rule, k.currency, 'from_others', k.times * s.part
            from shares s join keyed k using (number)
            where s.creator <> k.seller
            union all
            select seller, effective_on, kind, rule, currency, line.name, line.amount
            from keyed
            cross join lateral (values
                (case type when 'sale_refunded' then 'refunds' else 'chargebacks' end, 1),
                (case type when 'sale_refunded' then 'fans_refunded' else 'fans_charged_back' end,
                    (data ->> 'amount')::bigint)) line (name, amount)
            where sold is not null and type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back')
            union all
            select seller, effective_on, kind, rule, currency, 'revenue', -amount
            from owned
            where sold is not null and code like 'revenue.%'
            union all
            select owner, effective_on, kind, rule, moved_currency,
                case
                    when sold is not null and type = 'sale_refunded' then 'refunded'
                    when sold is not null and type in ('dispute_lost', 'sale_clawed_back') then 'charged_back'
                    when sold is not null and type not like 'dispute_%'
                        and code in ('creator.pending', 'creator.reserve') then 'earned'
                    when sold is not null and type not like 'dispute_%' and code = 'creator.unearned' then 'unearned'
                    when type in ('hold_released', 'reserve_released') then 'withheld'
                    when type in ('payout_settled', 'payout_returned') then 'paid_out'
                    when type like 'payout_%' then 'payout_fees'
                    else 'other'
                end,
                case
                    when type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back') and sold is not null then amount
                    when type in ('hold_released', 'reserve_released') or type like 'payout_%' then amount
                    else -amount
                end
            from owned
            where code like 'creator.%' or code like 'payout.%'
            union all
            select owner, effective_on, kind, rule, moved_currency, 'reserved', -amount
            from owned
            where sold is not null and code = 'creator.reserve'
                and (type in (sale_type, 'reversed', 'order_delivered', 'revenue_recognised'))
            union all
            select owner, effective_on, kind, rule, moved_currency, 'released', amount
            from owned
            where type in ('hold_released', 'reserve_released') and code in ('creator.pending', 'creator.reserve'))
        select creator, effective_on, kind, rule, currency,
            coalesce(sum(amount) filter (where line = 'sales'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'gross'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'discounts'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'discounts_borne'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'fees'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'affiliates'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'affiliates_borne'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'to_others'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'from_others'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'agreed'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'refunds'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'fans_refunded'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'chargebacks'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'fans_charged_back'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'revenue'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'earned'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'reserved'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'unearned'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'refunded'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'charged_back'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'released'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'withheld'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'payout_fees'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'paid_out'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'other'), 0)::bigint
        from parts
        group by creator, effective_on, kind, rule, currency
        """;

    public static SumTable<EarningsKey, EarningsSum> Sums { get; } = new(
        "projected.earnings",
        KeyColumn<EarningsKey>.Of("creator", "text", key => key.Creator),
        KeyColumn<EarningsKey>.Of("effective_on", "date", key => key.EffectiveOn),
        KeyColumn<EarningsKey>.Of("kind", "text", key => key.Kind),
        KeyColumn<EarningsKey>.Of("rule", "bigint", key => key.Rule),
        KeyColumn<EarningsKey>.Of("currency", "text", key => key.Currency));

    public static ProjectedTable Table { get; } = new("projected.earnings", Sums.Columns, NaiveSql);

    public static void Add(FollowedRecord followed, SaleRecord about, Sums<EarningsKey, EarningsSum> sums)
    {
        var day = followed.Record.EffectiveOn.ToDateOnly();
        var (kind, rule) = about.Sale is { } of ? (about.Kind!, of.RuleVersion) : (followed.Record.Type, 0);
        if (about.Sale is { } sale)
            AddSale(followed.Event, sale, about, sums, new EarningsKey(sale.Creator, day, kind, rule, sale.Currency));
        foreach (var entry in followed.Entries)
        {
            var code = entry.Account.Code;
            if (code.Holder == Holder.Creator)
            {
                var key = new EarningsKey(entry.Account.Owner, day, kind, rule, entry.Account.Currency.Code);
                AddOwned(followed.Event, about.Bearing, code, entry.Amount, sums[key]);
            }
            else if (about.Sale is not null && code.Name.StartsWith("revenue.", StringComparison.Ordinal))
                sums[new EarningsKey(about.Sale.Creator, day, kind, rule, about.Sale.Currency)]
                    .Add(EarningsSum.Revenue, -entry.Amount);
        }
    }

    private static void AddSale(
        Event @event, Event.Sale sale, SaleRecord about, Sums<EarningsKey, EarningsSum> sums, EarningsKey key)
    {
        if (about.Times is var times and not 0)
        {
            AddAgreed(sale, about.Agreed, times, sums[key]);
            foreach (var share in about.Agreed.Creators)
            {
                var part = times * Agreed.PartOf(share);
                sums[key with { Creator = share.Creator }].Add(EarningsSum.Agreed, part);
                if (share.Creator == key.Creator) continue;
                sums[key].Add(EarningsSum.ToOthers, part);
                sums[key with { Creator = share.Creator }].Add(EarningsSum.FromOthers, part);
            }
        }
        else if (@event is Event.SaleReturned returned)
        {
            var (row, isRefund) = (sums[key], about.Bearing == Bearing.Refunded);
            row.Add(isRefund ? EarningsSum.Refunds : EarningsSum.Chargebacks, 1);
            row.Add(isRefund ? EarningsSum.FansRefunded : EarningsSum.FansChargedBack, returned.Amount);
        }
    }

    private static void AddAgreed(Event.Sale sale, Agreed agreed, int times, SumRow<EarningsSum> row)
    {
        row.Add(EarningsSum.Sales, times);
        row.Add(EarningsSum.Gross, times * agreed.Gross);
        row.Add(EarningsSum.Discounts, times * agreed.Discount);
        if (sale.Discount is { BorneBy: Bearer.Creator }) row.Add(EarningsSum.DiscountsBorne, times * agreed.Discount);
        row.Add(EarningsSum.Fees, times * sale.Fee);
        row.Add(EarningsSum.Affiliates, times * agreed.Affiliate);
        if (sale.Affiliate is { BorneBy: Bearer.Creator })
            row.Add(EarningsSum.AffiliatesBorne, times * agreed.Affiliate);
    }

    /// <summary>An entry of an account of a creator's. Credits are what the creator gets.</summary>
    private static void AddOwned(
        Event @event, Bearing bearing, AccountCode code, long debit, SumRow<EarningsSum> row)
    {
        switch (bearing)
        {
            case Bearing.Sold or Bearing.Undone or Bearing.Earned when code == Chart.CreatorUnearned:
                row.Add(EarningsSum.Unearned, -debit);
                return;
            case Bearing.Sold or Bearing.Undone or Bearing.Earned
                when code == Chart.CreatorPending || code == Chart.CreatorReserve:
                row.Add(EarningsSum.Earned, -debit);
                if (code == Chart.CreatorReserve) row.Add(EarningsSum.Reserved, -debit);
                return;
            case Bearing.Refunded:
                row.Add(EarningsSum.Refunded, debit);
                return;
            case Bearing.ChargedBack:
                row.Add(EarningsSum.ChargedBack, debit);
                return;
        }

        switch (@event)
        {
            case Event.HoldReleased or Event.ReserveReleased:
                // What was released comes again as available, or repays a debt; what does not was withheld.
                row.Add(EarningsSum.Withheld, debit);
                if (code == Chart.CreatorPending || code == Chart.CreatorReserve) row.Add(EarningsSum.Released, debit);
                return;
            case Event.PayoutSettled or Event.PayoutReturned:
                row.Add(EarningsSum.PaidOut, debit);
                return;
            case Event.PayoutFormed or Event.PayoutAccepted or Event.PayoutFailed or Event.PayoutRejected
                or Event.PayoutCancelled:
                row.Add(EarningsSum.PayoutFees, debit);
                return;
            default:
                row.Add(EarningsSum.Other, -debit);
                return;
        }
    }
}
