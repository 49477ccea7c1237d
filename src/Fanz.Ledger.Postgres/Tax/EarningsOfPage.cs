using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What creators earned by the records of a page.</summary>
internal sealed class EarningsOfPage(FollowedPage page, CohortEarnings cohorts)
{
    private const string AddSql =
        """
        insert into projected.tax_earnings as t (
            build, creator, tax_year, quarter, currency, country, class, sales, gross, fees, refunds, later_refunds,
            adjustments, released, withheld, payments, payments_gross)
        select $1, new.*
        from unnest(
            $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[],
            $17::bigint[]) new
        order by 2, 3, 4
        on conflict (build, creator, tax_year, quarter, currency, country, class) do update set
            sales = t.sales + excluded.sales, gross = t.gross + excluded.gross, fees = t.fees + excluded.fees,
            refunds = t.refunds + excluded.refunds, later_refunds = t.later_refunds + excluded.later_refunds,
            adjustments = t.adjustments + excluded.adjustments, released = t.released + excluded.released,
            withheld = t.withheld + excluded.withheld, payments = t.payments + excluded.payments,
            payments_gross = t.payments_gross + excluded.payments_gross
        """;

    private readonly record struct Key(string Creator, TaxQuarter Quarter, string Currency, EarningKind Kind);

    private sealed class Sums
    {
        public long Sales, Gross, Fees, Refunds, LaterRefunds, Adjustments, Released, Withheld, Payments, PaymentsGross;
    }

    private readonly Dictionary<Key, Sums> sums = [];

    public void Follow(FollowedRecord followed)
    {
        var quarter = TaxQuarter.Of(followed.Record.EffectiveOn);
        switch (followed.Event)
        {
            case Event.ChargeOpened charge:
                // Paid before it was brought in: its months are earned here, the payment was somebody else's to report.
                Earn(followed, charge);
                break;
            case Event.Sale sale:
                Earn(followed, sale);
                Pay(sale, quarter, 1);
                break;
            case Event.SaleMoved:
                Earn(followed, (Event.Sale)page.Find(followed.Record.RefersTo!.Value).Event);
                break;
            case Event.SaleReturned:
                Return(followed, quarter);
                break;
            case Event.Reversed when page.Find(followed.Record.RefersTo!.Value).Event is Event.Sale sale:
                Return(followed, quarter);
                Pay(sale, quarter, -1);
                break;
            case Event.HoldReleased hold:
                Release(followed, quarter, hold.Amount, hold.Withheld?.Sum(tax => tax.Amount) ?? 0);
                break;
            case Event.ReserveReleased reserve:
                Release(followed, quarter, reserve.Amount, reserve.Withheld?.Sum(tax => tax.Amount) ?? 0);
                break;
            case Event.WithholdingCorrected corrected:
                At(corrected.Creator, quarter, corrected.Currency, EarningKind.None).Withheld += corrected.Change;
                break;
        }
    }

    public void Write(BuildWrites writes)
    {
        if (sums.Count == 0) return;
        var (keys, all) = (sums.Keys.ToArray(), sums.Values.ToArray());
        writes.Add(
            AddSql,
            keys.Select(key => key.Creator).ToArray(), keys.Select(key => key.Quarter.Year).ToArray(),
            keys.Select(key => key.Quarter.Quarter).ToArray(), keys.Select(key => key.Currency).ToArray(),
            keys.Select(key => key.Kind.Country).ToArray(), keys.Select(key => key.Kind.Class).ToArray(),
            all.Select(one => one.Sales).ToArray(), all.Select(one => one.Gross).ToArray(),
            all.Select(one => one.Fees).ToArray(), all.Select(one => one.Refunds).ToArray(),
            all.Select(one => one.LaterRefunds).ToArray(), all.Select(one => one.Adjustments).ToArray(),
            all.Select(one => one.Released).ToArray(), all.Select(one => one.Withheld).ToArray(),
            all.Select(one => one.Payments).ToArray(), all.Select(one => one.PaymentsGross).ToArray());
    }

    /// <summary>Every part that a record brings to a creator's cohort, with its part of the fees.</summary>
    private void Earn(FollowedRecord followed, Event.Sale sale)
    {
        long net = 0, fees = 0;
        foreach (var entry in followed.Entries)
        {
            if (GivenBack.IsCohort(entry.Account.Code)) net = checked(net - entry.Amount);
            // What was deferred is a fee of the payment; the month in which it is earned takes it from there.
            else if (GivenBack.IsFee(entry.Account.Code, sale)
                && (entry.Account.Code != Chart.DeferredRevenue || ReferenceEquals(followed.Event, sale)))
                fees = checked(fees - entry.Amount);
        }

        if (net == 0) return;
        var (shared, kind) = (new SharedFees(fees, net), KindOf(sale));
        // Two creators of one sale stand beside each other, and so do the two parts of each.
        var last = "";
        foreach (var entry in followed.Entries)
        {
            if (!GivenBack.IsCohort(entry.Account.Code)) continue;
            var (part, fee) = (-entry.Amount, shared.Next(-entry.Amount));
            var isFirst = entry.Account.Owner != last;
            last = entry.Account.Owner;
            cohorts.Add(entry.Account, kind, new Earned(isFirst ? 1 : 0, part + fee, fee, 0));
        }
    }

    /// <summary>
    /// What is given back before it is released never becomes available. What had been is an adjustment of its own
    /// quarter.
    /// </summary>
    private void Return(FollowedRecord followed, TaxQuarter quarter)
    {
        foreach (var (sale, account, net, fees) in GivenBack.By(followed, page))
        {
            var gross = checked(net + fees);
            if (!cohorts.WasReleased(account))
            {
                cohorts.Add(account, KindOf(sale), new Earned(0, 0, -fees, gross));
                continue;
            }

            var one = At(account.Owner, quarter, sale.Currency, KindOf(sale));
            one.Fees -= fees;
            one.LaterRefunds += gross;
        }
    }

    private void Release(FollowedRecord followed, TaxQuarter quarter, long amount, long withheld)
    {
        var account = CohortEarnings.ReleasedBy(followed.Event)!.Value;
        long net = 0;
        foreach (var (kind, earned) in cohorts.Release(account, followed.Number))
        {
            var one = At(account.Owner, quarter, account.Currency.Code, kind);
            one.Sales += earned.Sales;
            one.Gross += earned.Gross;
            one.Fees += earned.Fees;
            one.Refunds += earned.Refunds;
            net = checked(net + earned.Net);
        }

        var whole = At(account.Owner, quarter, account.Currency.Code, EarningKind.None);
        whole.Released += amount;
        whole.Withheld += withheld;
        whole.Adjustments += amount - net;
    }

    private void Pay(Event.Sale sale, TaxQuarter quarter, int sign)
    {
        var one = At(sale.Creator, quarter, sale.Currency, KindOf(sale));
        var taxes = sale.Taxes?.Sum(tax => tax.Amount) ?? 0;
        var borneByPlatform = sale.Discount is { BorneBy: Bearer.Platform } discount ? discount.Amount : 0;
        one.Payments += sign;
        one.PaymentsGross += sign * (sale.Paid - taxes + borneByPlatform);
    }

    private Sums At(string creator, TaxQuarter quarter, string currency, EarningKind kind)
    {
        var key = new Key(creator, quarter, currency, kind);
        return sums.TryGetValue(key, out var found) ? found : sums[key] = new Sums();
    }

    private static EarningKind KindOf(Event.Sale sale) => new(sale.Country ?? "", TaxClass.Of(sale));
}
