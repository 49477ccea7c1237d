using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>Taxes withheld from payees, paid on and corrected, by the records of a page.</summary>
internal sealed class WithholdingsOfPage
{
    private const string AddSql =
        """
        insert into projected.withholdings as t
            (build, tax_year, quarter, kind, role, payee, currency, base, withheld, deposited, adjustments)
        select $1, new.*
        from unnest(
            $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[]) new
        order by 2, 3, 4, 5, 6
        on conflict (build, tax_year, quarter, kind, role, payee, currency) do update set
            base = t.base + excluded.base, withheld = t.withheld + excluded.withheld,
            deposited = t.deposited + excluded.deposited, adjustments = t.adjustments + excluded.adjustments
        """;

    private readonly record struct Key(
        TaxQuarter Quarter, WithholdingKind Kind, string Role, string Payee, string Currency);

    private sealed class Sums
    {
        public long Base, Withheld, Deposited, Adjustments;
    }

    private readonly Dictionary<Key, Sums> sums = [];

    public void Follow(FollowedRecord followed)
    {
        var quarter = TaxQuarter.Of(followed.Record.EffectiveOn);
        switch (followed.Event)
        {
            case Event.HoldReleased hold:
                Withhold(hold.Withheld, quarter, "creator", hold.Creator, hold.Currency);
                break;
            case Event.ReserveReleased reserve:
                Withhold(reserve.Withheld, quarter, "creator", reserve.Creator, reserve.Currency);
                break;
            case Event.AffiliateReleased affiliate:
                Withhold(affiliate.Withheld, quarter, "affiliate", affiliate.Affiliate, affiliate.Currency);
                break;
            case Event.WithholdingCorrected corrected:
                At(new Key(quarter, corrected.Kind, "creator", corrected.Creator, corrected.Currency)).Withheld +=
                    corrected.Change;
                break;
            default:
                foreach (var entry in followed.Entries) Move(followed, entry, quarter);
                break;
        }
    }

    public void Write(BuildWrites writes)
    {
        if (sums.Count == 0) return;
        var (keys, all) = (sums.Keys.ToArray(), sums.Values.ToArray());
        writes.Add(
            AddSql,
            keys.Select(key => key.Quarter.Year).ToArray(), keys.Select(key => key.Quarter.Quarter).ToArray(),
            keys.Select(key => key.Kind == WithholdingKind.Backup ? "backup" : "non_resident").ToArray(),
            keys.Select(key => key.Role).ToArray(), keys.Select(key => key.Payee).ToArray(),
            keys.Select(key => key.Currency).ToArray(), all.Select(one => one.Base).ToArray(),
            all.Select(one => one.Withheld).ToArray(), all.Select(one => one.Deposited).ToArray(),
            all.Select(one => one.Adjustments).ToArray());
    }

    private void Withhold(
        IReadOnlyList<Withheld>? lines, TaxQuarter quarter, string role, string payee, string currency)
    {
        foreach (var line in lines ?? [])
        {
            var one = At(new Key(quarter, line.Kind, role, payee, currency));
            one.Base += line.Base;
            one.Withheld += line.Amount;
        }
    }

    private void Move(FollowedRecord followed, Entry entry, TaxQuarter quarter)
    {
        var code = entry.Account.Code;
        if (code != Chart.BackupWithholding && code != Chart.NonResidentWithholding) return;
        var kind = code == Chart.BackupWithholding ? WithholdingKind.Backup : WithholdingKind.NonResident;
        var one = At(new Key(quarter, kind, "", "", entry.Account.Currency.Code));
        if (followed.Event is Event.TaxDeposited) one.Deposited += entry.Amount;
        else one.Adjustments -= entry.Amount;
    }

    private Sums At(Key key) => sums.TryGetValue(key, out var found) ? found : sums[key] = new Sums();
}
