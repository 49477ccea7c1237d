using System.Collections.Frozen;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

internal readonly record struct SpendingKey(
    string Fan, DateOnly EffectiveOn, string Kind, string Funding, string Currency);

internal enum SpendingSum
{
    Purchases, Gross, Discounts, Taxes, Refunds, Refunded, Chargebacks, ChargedBack,
}

/// <summary>projected.spending: what fans paid for sales, and what they got back of it, as the events say.</summary>
internal static class SpendingTable
{
    private const string NaiveSql =
        """
        with sales (type, kind) as (values
            ('tip_sent', 'tip'), ('gift_sent', 'gift'), ('content_unlocked', 'ppv'), ('message_unlocked', 'message'),
            ('stream_entered', 'stream'), ('order_placed', 'order'), ('subscription_started', 'subscription'),
            ('subscription_renewed', 'subscription'), ('subscription_recovered', 'subscription'),
            ('subscription_upgraded', 'subscription'), ('charge_opened', 'subscription')),
        counted as (
            select j.effective_on, s.kind, j.data as sale, 1 as times, null::bigint as refunded,
                null::bigint as charged_back
            from ledger.journal j join sales s on s.type = j.type
            where j.book_id = $1 and j.number <= $2 and j.last_position <= $3 and j.type <> 'charge_opened'
            union all
            select j.effective_on, s.kind, sale.data, case j.type when 'reversed' then -1 else 0 end,
                case j.type when 'sale_refunded' then (j.data ->> 'amount')::bigint end,
                case when j.type in ('dispute_lost', 'sale_clawed_back') then (j.data ->> 'amount')::bigint end
            from ledger.journal j
            join ledger.journal sale on sale.book_id = j.book_id and sale.number = j.refers_to
            join sales s on s.type = sale.type
            where j.book_id = $1 and j.number <= $2 and j.last_position <= $3
                and j.type in ('reversed', 'sale_refunded', 'dispute_lost', 'sale_clawed_back'))
        select sale ->> 'fan', effective_on, kind, sale ->> 'funding', sale ->> 'currency', sum(times)::bigint,
            sum(times * ((sale ->> 'amount')::bigint + coalesce((sale ->> 'shipping')::bigint, 0)))::bigint,
            sum(times * coalesce((sale -> 'discount' ->> 'amount')::bigint, 0))::bigint,
            sum(times * coalesce((
                select sum((tax ->> 'amount')::bigint) from json_array_elements(sale -> 'taxes') tax), 0))::bigint,
            count(refunded), coalesce(sum(refunded), 0)::bigint,
            count(charged_back), coalesce(sum(charged_back), 0)::bigint
        from counted
        group by 1, 2, 3, 4, 5
        """;

    private static readonly FrozenDictionary<Funding, string> Words = new Dictionary<Funding, string>
    {
        [Funding.Wallet] = "wallet",
        [Funding.Card] = "card",
        [Funding.Tokens] = "tokens",
        [Funding.Promo] = "promo",
        [Funding.Authorisation] = "authorisation",
    }.ToFrozenDictionary();

    /// <summary>Ways to pay, as they are written.</summary>
    public static IReadOnlyList<string> Fundings => Words.Values;

    public static SumTable<SpendingKey, SpendingSum> Sums { get; } = new(
        "projected.spending",
        KeyColumn<SpendingKey>.Of("fan", "text", key => key.Fan),
        KeyColumn<SpendingKey>.Of("effective_on", "date", key => key.EffectiveOn),
        KeyColumn<SpendingKey>.Of("kind", "text", key => key.Kind),
        KeyColumn<SpendingKey>.Of("funding", "text", key => key.Funding),
        KeyColumn<SpendingKey>.Of("currency", "text", key => key.Currency));

    public static ProjectedTable Table { get; } = new("projected.spending", Sums.Columns, NaiveSql);

    public static void Add(FollowedRecord followed, SaleRecord about, Sums<SpendingKey, SpendingSum> sums)
    {
        if (about.Sale is not { } sale) return;
        var key = new SpendingKey(
            sale.Fan, followed.Record.EffectiveOn.ToDateOnly(), about.Kind!, Words[sale.Funding], sale.Currency);
        if (about.Times is var times and not 0)
        {
            var agreed = about.Agreed;
            var row = sums[key];
            row.Add(SpendingSum.Purchases, times);
            row.Add(SpendingSum.Gross, times * agreed.Gross);
            row.Add(SpendingSum.Discounts, times * agreed.Discount);
            row.Add(SpendingSum.Taxes, times * agreed.Taxes);
        }
        else if (followed.Event is Event.SaleReturned returned)
        {
            var (row, isRefund) = (sums[key], about.Bearing == Bearing.Refunded);
            row.Add(isRefund ? SpendingSum.Refunds : SpendingSum.Chargebacks, 1);
            row.Add(isRefund ? SpendingSum.Refunded : SpendingSum.ChargedBack, returned.Amount);
        }
    }
}
