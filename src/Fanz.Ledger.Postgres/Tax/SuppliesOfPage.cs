using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>
/// Taxes on what fans bought, by the records of a page. Amounts are those of the entries, so that they are the balances
/// of the tax accounts; only what they are on, and at which rate, is said by the event.
/// </summary>
internal sealed class SuppliesOfPage(FollowedPage page)
{
    private const int NoRate = -1;

    private const string AddSql =
        """
        insert into projected.tax_supplies as t (
            build, month, kind, jurisdiction, currency, rate, supplies, base, tax, refunded_base, refunded_tax,
            deposited, adjustments)
        select $1, new.*
        from unnest(
            $2::date[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]) new
        order by 2, 3, 4
        on conflict (build, month, kind, jurisdiction, currency, rate) do update set
            supplies = t.supplies + excluded.supplies, base = t.base + excluded.base, tax = t.tax + excluded.tax,
            refunded_base = t.refunded_base + excluded.refunded_base,
            refunded_tax = t.refunded_tax + excluded.refunded_tax, deposited = t.deposited + excluded.deposited,
            adjustments = t.adjustments + excluded.adjustments
        """;

    private readonly record struct Key(
        LocalDate Month, TaxKind Kind, string Jurisdiction, string Currency, int Rate);

    private sealed class Sums
    {
        public long Supplies, Base, Tax, RefundedBase, RefundedTax, Deposited, Adjustments;
    }

    private readonly Dictionary<Key, Sums> sums = [];

    public void Follow(FollowedRecord followed)
    {
        foreach (var entry in followed.Entries)
        {
            var code = entry.Account.Code;
            if (code == Chart.VatPayable) Follow(followed, entry, TaxKind.Vat);
            else if (code == Chart.SalesTaxPayable) Follow(followed, entry, TaxKind.SalesTax);
        }
    }

    public void Write(BuildWrites writes)
    {
        if (sums.Count == 0) return;
        var (keys, all) = (sums.Keys.ToArray(), sums.Values.ToArray());
        writes.Add(
            AddSql,
            keys.Select(key => key.Month.ToDateOnly()).ToArray(),
            keys.Select(key => key.Kind == TaxKind.Vat ? "vat" : "sales_tax").ToArray(),
            keys.Select(key => key.Jurisdiction).ToArray(), keys.Select(key => key.Currency).ToArray(),
            keys.Select(key => key.Rate).ToArray(),
            all.Select(one => one.Supplies).ToArray(), all.Select(one => one.Base).ToArray(),
            all.Select(one => one.Tax).ToArray(), all.Select(one => one.RefundedBase).ToArray(),
            all.Select(one => one.RefundedTax).ToArray(), all.Select(one => one.Deposited).ToArray(),
            all.Select(one => one.Adjustments).ToArray());
    }

    private void Follow(FollowedRecord followed, Entry entry, TaxKind kind)
    {
        switch (followed.Event)
        {
            case Event.Sale sale:
                var supply = At(followed, entry, kind, RateOf(sale, kind, entry.Account.Owner));
                supply.Supplies++;
                supply.Base += sale.Paid - TaxesOf(sale);
                supply.Tax -= entry.Amount;
                break;
            case Event.SaleReturned returned when SaleOf(followed) is { } sale:
                // Each tax of a sale is on all of it, so each is given back on all that is.
                var back = At(followed, entry, kind, RateOf(sale, kind, entry.Account.Owner));
                back.RefundedBase += returned.Amount - followed.Entries
                    .Where(one => one.Account.Code == Chart.VatPayable || one.Account.Code == Chart.SalesTaxPayable)
                    .Sum(one => one.Amount);
                back.RefundedTax += entry.Amount;
                break;
            case Event.Reversed when SaleOf(followed) is { } sale:
                var undone = At(followed, entry, kind, RateOf(sale, kind, entry.Account.Owner));
                undone.RefundedBase += sale.Paid - TaxesOf(sale);
                undone.RefundedTax += entry.Amount;
                break;
            case Event.TaxDeposited:
                At(followed, entry, kind, NoRate).Deposited += entry.Amount;
                break;
            default:
                At(followed, entry, kind, NoRate).Adjustments -= entry.Amount;
                break;
        }
    }

    private Event.Sale? SaleOf(FollowedRecord followed) =>
        page.Find(followed.Record.RefersTo!.Value).Event as Event.Sale;

    private Sums At(FollowedRecord followed, Entry entry, TaxKind kind, int rate)
    {
        var on = followed.Record.EffectiveOn;
        var key = new Key(
            new LocalDate(on.Year, on.Month, 1), kind, entry.Account.Owner, entry.Account.Currency.Code, rate);
        return sums.TryGetValue(key, out var found) ? found : sums[key] = new Sums();
    }

    private static long TaxesOf(Event.Sale sale) => sale.Taxes?.Sum(tax => tax.Amount) ?? 0;

    private static int RateOf(Event.Sale sale, TaxKind kind, string jurisdiction)
    {
        return sale.Taxes?.FirstOrDefault(tax => tax.Kind == kind && tax.Jurisdiction == jurisdiction)
            ?.RateBasisPoints ?? NoRate;
    }
}
