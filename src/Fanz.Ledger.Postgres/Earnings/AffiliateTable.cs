using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

internal readonly record struct AffiliateKey(string Affiliate, DateOnly EffectiveOn, string Kind, string Currency);

internal enum AffiliateSum
{
    Earnings, Earned, Reversed, Released, Withheld, Other,
}

/// <summary>
/// projected.affiliate_earnings: the entries of affiliates' accounts, each of them in exactly one column of what they
/// come to.
/// </summary>
internal static class AffiliateTable
{
    private const string NaiveSql =
        """
        with sales (type, kind) as (values
            ('tip_sent', 'tip'), ('gift_sent', 'gift'), ('content_unlocked', 'ppv'), ('message_unlocked', 'message'),
            ('stream_entered', 'stream'), ('order_placed', 'order'), ('subscription_started', 'subscription'),
            ('subscription_renewed', 'subscription'), ('subscription_recovered', 'subscription'),
            ('subscription_upgraded', 'subscription'), ('charge_opened', 'subscription')),
        moved as (
            select a.owner, j.effective_on, coalesce(own.kind, earlier.kind, j.type) as kind, a.currency, a.code,
                j.type, coalesce(own.kind, earlier.kind) is not null as is_sale, e.amount
            from ledger.journal j
            join ledger.entries e on e.book_id = j.book_id and e.number = j.number
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            left join sales own on own.type = j.type
            left join ledger.journal r on r.book_id = j.book_id and r.number = j.refers_to
            left join sales earlier on earlier.type = r.type
            where j.book_id = $1 and j.number <= $2 and j.last_position <= $3
                and a.code in ('affiliate.pending', 'affiliate.available')),
        classed as (
            select moved.*, case
                when is_sale and type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back') then 'reversed'
                when is_sale and type not like 'dispute_%' and code = 'affiliate.pending' then 'earned'
                when type = 'affiliate_released' then 'withheld'
                else 'other' end as line
            from moved)
        select owner, effective_on, kind, currency,
            coalesce(sum(case when amount < 0 then 1 else -1 end) filter (where line = 'earned'), 0)::bigint,
            coalesce(sum(-amount) filter (where line = 'earned'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'reversed'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'withheld' and code = 'affiliate.pending'), 0)::bigint,
            coalesce(sum(amount) filter (where line = 'withheld'), 0)::bigint,
            coalesce(sum(-amount) filter (where line = 'other'), 0)::bigint
        from classed
        group by owner, effective_on, kind, currency
        """;

    public static SumTable<AffiliateKey, AffiliateSum> Sums { get; } = new(
        "projected.affiliate_earnings",
        KeyColumn<AffiliateKey>.Of("affiliate", "text", key => key.Affiliate),
        KeyColumn<AffiliateKey>.Of("effective_on", "date", key => key.EffectiveOn),
        KeyColumn<AffiliateKey>.Of("kind", "text", key => key.Kind),
        KeyColumn<AffiliateKey>.Of("currency", "text", key => key.Currency));

    public static ProjectedTable Table { get; } = new("projected.affiliate_earnings", Sums.Columns, NaiveSql);

    public static void Add(FollowedRecord followed, SaleRecord about, Sums<AffiliateKey, AffiliateSum> sums)
    {
        foreach (var entry in followed.Entries)
        {
            if (entry.Account.Code.Holder != Holder.Affiliate) continue;
            var kind = about.Sale is null ? followed.Record.Type : about.Kind!;
            var row = sums[new AffiliateKey(
                entry.Account.Owner, followed.Record.EffectiveOn.ToDateOnly(), kind, entry.Account.Currency.Code)];
            var isPending = entry.Account.Code == Chart.AffiliatePending;
            switch (about.Bearing)
            {
                case Bearing.Sold or Bearing.Undone or Bearing.Earned when isPending:
                    row.Add(AffiliateSum.Earnings, entry.Amount < 0 ? 1 : -1);
                    row.Add(AffiliateSum.Earned, -entry.Amount);
                    break;
                case Bearing.Refunded or Bearing.ChargedBack:
                    row.Add(AffiliateSum.Reversed, entry.Amount);
                    break;
                case Bearing.None when followed.Event is Event.AffiliateReleased:
                    // What was released comes again as available; what does not was withheld.
                    row.Add(AffiliateSum.Withheld, entry.Amount);
                    if (isPending) row.Add(AffiliateSum.Released, entry.Amount);
                    break;
                default:
                    row.Add(AffiliateSum.Other, -entry.Amount);
                    break;
            }
        }
    }
}
