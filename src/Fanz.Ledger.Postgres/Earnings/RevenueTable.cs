using System.Collections.Frozen;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>The hour in which it was recorded, and the day that it counts for.</summary>
internal readonly record struct RevenueKey(DateOnly EffectiveOn, DateTime Hour, string Kind, string Currency);

internal enum RevenueSum
{
    Sales, Gross, Discounts, Taxes, Fees, Creators, Affiliates, Refunds, Refunded, Chargebacks, ChargedBack,
    TaxesReturned, Revenue, SalesRevenue, Deferred, AffiliateExpense, PromotionExpense, ProcessorFees, ChargebackLosses,
    ChargebackFees, Goodwill, BadDebts, OtherExpenses,
}

/// <summary>
/// projected.revenue. What was agreed with sales, and what of it fans got back, is what the events say. What the
/// platform earned and spent is what the entries say, whatever record they are of, so that it ties to the trial
/// balance.
/// </summary>
internal static class RevenueTable
{
    private const string NaiveSql =
        """
        with kinds (type, kind) as (values
            ('tip_sent', 'tip'), ('gift_sent', 'gift'), ('content_unlocked', 'ppv'), ('message_unlocked', 'message'),
            ('stream_entered', 'stream'), ('order_placed', 'order'), ('subscription_started', 'subscription'),
            ('subscription_renewed', 'subscription'), ('subscription_recovered', 'subscription'),
            ('subscription_upgraded', 'subscription'), ('charge_opened', 'subscription'),
            ('tokens_purchased', 'token_sale'), ('wallet_topped_up', 'top_up')),
        records as (
            select j.number, j.type, j.effective_on, date_trunc('hour', j.at, 'UTC') as hour, j.data,
                coalesce(own.kind, earlier.kind) as kind, r.data as earlier,
                coalesce(own.kind, earlier.kind) not in ('token_sale', 'top_up') as is_sale,
                case when own.kind is not null then j.type else r.type end as sale
            from ledger.journal j
            left join kinds own on own.type = j.type
            left join ledger.journal r on r.book_id = j.book_id and r.number = j.refers_to
            left join kinds earlier on earlier.type = r.type
            where j.book_id = $1 and j.number <= $2 and j.last_position <= $3),
        agreed as (
            select number, hour, effective_on, kind, case type when 'reversed' then -1 else 1 end as times,
                case type when 'reversed' then earlier else data end as data
            from records
            where is_sale and sale <> 'charge_opened' and type in (sale, 'reversed')),
        told as (
            select effective_on, hour, kind, data ->> 'currency' as currency, times as sales,
                times * ((data ->> 'amount')::bigint + coalesce((data ->> 'shipping')::bigint, 0)) as gross,
                times * coalesce((data -> 'discount' ->> 'amount')::bigint, 0) as discounts,
                times * coalesce((
                    select sum((tax ->> 'amount')::bigint) from json_array_elements(data -> 'taxes') tax), 0) as taxes,
                times * (data ->> 'fee')::bigint as fees,
                times * (coalesce((data ->> 'pending')::bigint, 0) + coalesce((data ->> 'reserve')::bigint, 0)
                    + coalesce((data ->> 'unearned')::bigint, 0)) as creators,
                times * coalesce((data -> 'affiliate' ->> 'amount')::bigint, 0) as affiliates,
                0 as refunds, 0 as refunded, 0 as chargebacks, 0 as charged_back, 0 as taxes_returned
            from agreed
            union all
            select effective_on, hour, kind, data ->> 'currency', 0, 0, 0, 0, 0, 0, 0,
                (type = 'sale_refunded')::int,
                case type when 'sale_refunded' then (data ->> 'amount')::bigint else 0 end,
                (type <> 'sale_refunded')::int,
                case type when 'sale_refunded' then 0 else (data ->> 'amount')::bigint end,
                coalesce((
                    select sum((part ->> 'amount')::bigint) from json_array_elements(data -> 'parts') part
                    where part -> 'account' ->> 'code' in ('vat.payable', 'salestax.payable')), 0)
            from records
            where is_sale and type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back')),
        accounts (code, line, kind) as (values
            ('revenue.tip', 'revenue', 'tip'), ('revenue.subscription', 'revenue', 'subscription'),
            ('revenue.ppv', 'revenue', 'ppv'), ('revenue.message', 'revenue', 'message'),
            ('revenue.stream', 'revenue', 'stream'), ('revenue.order', 'revenue', 'order'),
            ('revenue.payout_fee', 'revenue', 'payout_fee'), ('revenue.fx_spread', 'revenue', 'fx_spread'),
            ('revenue.breakage', 'revenue', 'breakage'), ('deferred.revenue', 'deferred', 'subscription'),
            ('expense.affiliate', 'affiliate_expense', 'affiliate'),
            ('expense.promo', 'promotion_expense', 'promotion'),
            ('expense.psp_fee', 'processor_fees', 'processing'),
            ('expense.chargeback_loss', 'chargeback_losses', 'chargeback'),
            ('expense.chargeback_fee', 'chargeback_fees', 'chargeback'),
            ('expense.goodwill', 'goodwill', 'goodwill'), ('expense.bad_debt', 'bad_debts', 'bad_debt'),
            ('fx.gainloss', 'other_expenses', 'exchange'), ('rounding', 'other_expenses', 'rounding')),
        moved as (
            select j.effective_on, j.hour, coalesce(j.kind, line.kind) as kind, a.currency, line.line, j.is_sale,
                e.amount
            from records j
            join ledger.entries e on e.book_id = $1 and e.number = j.number
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            join accounts line on line.code = a.code)
        select effective_on, hour, kind, currency, sum(sales)::bigint, sum(gross)::bigint, sum(discounts)::bigint,
            sum(taxes)::bigint, sum(fees)::bigint, sum(creators)::bigint, sum(affiliates)::bigint, sum(refunds)::bigint,
            sum(refunded)::bigint, sum(chargebacks)::bigint, sum(charged_back)::bigint, sum(taxes_returned)::bigint,
            sum(revenue)::bigint, sum(sales_revenue)::bigint, sum(deferred)::bigint, sum(affiliate_expense)::bigint,
            sum(promotion_expense)::bigint, sum(processor_fees)::bigint, sum(chargeback_losses)::bigint,
            sum(chargeback_fees)::bigint, sum(goodwill)::bigint, sum(bad_debts)::bigint, sum(other_expenses)::bigint
        from (
            select told.*, 0 as revenue, 0 as sales_revenue, 0 as deferred, 0 as affiliate_expense,
                0 as promotion_expense, 0 as processor_fees, 0 as chargeback_losses, 0 as chargeback_fees,
                0 as goodwill, 0 as bad_debts, 0 as other_expenses
            from told
            union all
            select effective_on, hour, kind, currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                case line when 'revenue' then -amount else 0 end,
                case when line = 'revenue' and is_sale then -amount else 0 end,
                case line when 'deferred' then -amount else 0 end,
                case line when 'affiliate_expense' then amount else 0 end,
                case line when 'promotion_expense' then amount else 0 end,
                case line when 'processor_fees' then amount else 0 end,
                case line when 'chargeback_losses' then amount else 0 end,
                case line when 'chargeback_fees' then amount else 0 end,
                case line when 'goodwill' then amount else 0 end,
                case line when 'bad_debts' then amount else 0 end,
                case line when 'other_expenses' then amount else 0 end
            from moved) part
        group by effective_on, hour, kind, currency
        """;

    private static readonly FrozenDictionary<AccountCode, (RevenueSum Sum, string Kind)> Lines =
        new (AccountCode Code, RevenueSum Sum, string Kind)[]
        {
            (Chart.TipRevenue, RevenueSum.Revenue, "tip"),
            (Chart.SubscriptionRevenue, RevenueSum.Revenue, "subscription"),
            (Chart.ContentRevenue, RevenueSum.Revenue, "ppv"),
            (Chart.MessageRevenue, RevenueSum.Revenue, "message"),
            (Chart.StreamRevenue, RevenueSum.Revenue, "stream"),
            (Chart.OrderRevenue, RevenueSum.Revenue, "order"),
            (Chart.PayoutFeeRevenue, RevenueSum.Revenue, "payout_fee"),
            (Chart.ExchangeSpreadRevenue, RevenueSum.Revenue, "fx_spread"),
            (Chart.BreakageRevenue, RevenueSum.Revenue, "breakage"),
            (Chart.DeferredRevenue, RevenueSum.Deferred, "subscription"),
            (Chart.AffiliateExpense, RevenueSum.AffiliateExpense, "affiliate"),
            (Chart.PromotionExpense, RevenueSum.PromotionExpense, "promotion"),
            (Chart.ProcessorFeeExpense, RevenueSum.ProcessorFees, "processing"),
            (Chart.ChargebackLoss, RevenueSum.ChargebackLosses, "chargeback"),
            (Chart.ChargebackFeeExpense, RevenueSum.ChargebackFees, "chargeback"),
            (Chart.GoodwillExpense, RevenueSum.Goodwill, "goodwill"),
            (Chart.BadDebtExpense, RevenueSum.BadDebts, "bad_debt"),
            (Chart.ExchangeGainLoss, RevenueSum.OtherExpenses, "exchange"),
            (Chart.Rounding, RevenueSum.OtherExpenses, "rounding"),
        }
        .ToFrozenDictionary(line => line.Code, line => (line.Sum, line.Kind));

    /// <summary>All that a row can be about.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [
            .. new[] { "tip", "gift", "token_sale", "top_up" }.Concat(Lines.Values.Select(line => line.Kind))
                .Distinct().Order(StringComparer.Ordinal),
        ];

    public static SumTable<RevenueKey, RevenueSum> Sums { get; } = new(
        "projected.revenue",
        KeyColumn<RevenueKey>.Of("effective_on", "date", key => key.EffectiveOn),
        KeyColumn<RevenueKey>.Of("hour", "timestamptz", key => key.Hour),
        KeyColumn<RevenueKey>.Of("kind", "text", key => key.Kind),
        KeyColumn<RevenueKey>.Of("currency", "text", key => key.Currency));

    public static ProjectedTable Table { get; } = new("projected.revenue", Sums.Columns, NaiveSql);

    public static void Add(FollowedRecord followed, SaleRecord about, Sums<RevenueKey, RevenueSum> sums)
    {
        var day = followed.Record.EffectiveOn.ToDateOnly();
        var hour = HourOf(followed.Record.At.ToDateTimeUtc());
        if (about is { Sale: { } sale, Kind: { } kind })
            AddSale(followed.Event, sale, about, sums, new RevenueKey(day, hour, kind, sale.Currency));
        foreach (var entry in followed.Entries)
        {
            if (!Lines.TryGetValue(entry.Account.Code, out var line)) continue;
            var row = sums[new RevenueKey(day, hour, about.Kind ?? line.Kind, entry.Account.Currency.Code)];
            var isIncome = line.Sum is RevenueSum.Revenue or RevenueSum.Deferred;
            row.Add(line.Sum, isIncome ? -entry.Amount : entry.Amount);
            if (line.Sum == RevenueSum.Revenue && about.Sale is not null)
                row.Add(RevenueSum.SalesRevenue, -entry.Amount);
        }
    }

    private static void AddSale(
        Event @event, Event.Sale sale, SaleRecord about, Sums<RevenueKey, RevenueSum> sums, RevenueKey key)
    {
        if (about.Times is var times and not 0)
        {
            var agreed = about.Agreed;
            var row = sums[key];
            row.Add(RevenueSum.Sales, times);
            row.Add(RevenueSum.Gross, times * agreed.Gross);
            row.Add(RevenueSum.Discounts, times * agreed.Discount);
            row.Add(RevenueSum.Taxes, times * agreed.Taxes);
            row.Add(RevenueSum.Fees, times * sale.Fee);
            row.Add(RevenueSum.Creators, times * agreed.Creators.Sum(Agreed.PartOf));
            row.Add(RevenueSum.Affiliates, times * agreed.Affiliate);
        }
        else if (@event is Event.SaleReturned returned)
        {
            var row = sums[key];
            var isRefund = about.Bearing == Bearing.Refunded;
            row.Add(isRefund ? RevenueSum.Refunds : RevenueSum.Chargebacks, 1);
            row.Add(isRefund ? RevenueSum.Refunded : RevenueSum.ChargedBack, returned.Amount);
            foreach (var part in returned.Parts)
                if (part.Account.Code == Chart.VatPayable.Name || part.Account.Code == Chart.SalesTaxPayable.Name)
                    row.Add(RevenueSum.TaxesReturned, part.Amount);
        }
    }

    private static DateTime HourOf(DateTime at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerHour));
}
