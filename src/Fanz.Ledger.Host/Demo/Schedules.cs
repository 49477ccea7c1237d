using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Demo;

/// <summary>What happens by the calendar: each run looks at what is there, and asks for what is due.</summary>
internal static class Schedules
{
    private const long PayoutFee = 2_50;
    private const long LeastPayout = 50_00;
    private const int SpreadBasisPoints = 100;

    /// <summary>In basis points.</summary>
    private const int ProcessorFee = 290, ProcessorReserve = 500, BackupRate = 2_400, NonResidentRate = 3_000;

    private static readonly Dictionary<string, string> Rates = new()
    {
        ["GBP"] = "0.7415", ["CHF"] = "0.9312",
    };

    /// <summary>What was put off until today.</summary>
    public static IEnumerable<Step> Due(Stage stage) => stage.Due();

    /// <summary>On some days creators are paid, currencies exchanged, and taxes deposited.</summary>
    public static IEnumerable<Step> OfTheDay(Stage stage) => stage.Today switch
    {
        { DayOfWeek: IsoDayOfWeek.Sunday } => Conversions(stage),
        { DayOfWeek: IsoDayOfWeek.Monday } => Payouts(stage),
        { DayOfWeek: IsoDayOfWeek.Friday } => Covers(stage),
        { Day: 21 } => TaxDeposits(stage),
        _ => [],
    };

    /// <summary>
    /// The processors settle the day, less their fee and what they keep back. After a day of refunds it is the bank
    /// that pays.
    /// </summary>
    public static IEnumerable<Step> OfEvening(Stage stage) =>
        from known in stage.Balances.ToList()
        where known.Account.Code == Chart.ProcessorReceivable && known.Balance != 0
        let taken = Math.Max(0, known.Balance)
        let processor = known.Account.Owner == "" ? null : known.Account.Owner
        select new Step(new Command.SettleProcessor(
            known.Account.Currency.Code, known.Balance, taken * ProcessorFee / 10_000,
            taken * ProcessorReserve / 10_000, processor,
            Reference: $"{processor ?? "direct"}-{known.Account.Currency}-{stage.Today:yyyy-MM-dd}"));

    /// <summary>Whole cohorts that have matured, of everybody whom nothing stops.</summary>
    public static IEnumerable<Step> Releases(Stage stage)
    {
        var run = $"release-{stage.Today:yyyy-MM-dd}";
        foreach (var (account, balance) in stage.Balances.ToList())
        {
            if (account.Cohort is not { } cohort || cohort > stage.Today || balance == 0) continue;
            if (stage.IsStopped(account.Owner)) continue;
            var (owner, currency) = (account.Owner, account.Currency.Code);
            var withholding = Withholding(stage, owner, balance);
            if (account.Code == Chart.CreatorPending)
                yield return new Step(
                    new Command.ReleaseHold(owner, currency, cohort, run) { Withholding = withholding });
            else if (account.Code == Chart.CreatorReserve)
                yield return new Step(
                    new Command.ReleaseReserve(owner, currency, cohort, run) { Withholding = withholding });
            else
                yield return new Step(new Command.ReleaseAffiliate(owner, currency, cohort, run));
        }
    }

    private static IReadOnlyList<WithholdingLine>? Withholding(Stage stage, string owner, long amount) =>
        stage.Cast.Find(owner)?.Tax switch
        {
            TaxStatus.WithoutNumber => [new WithholdingLine(WithholdingKind.Backup, amount, BackupRate)],
            // Two fifths of the payments come from the country that taxes them.
            TaxStatus.NonResident when amount * 2 / 5 is > 0 and var taxed =>
                [new WithholdingLine(WithholdingKind.NonResident, taxed, NonResidentRate)],
            _ => null,
        };

    /// <summary>Those who are paid in another currency have what they can spend converted on the day before.</summary>
    private static IEnumerable<Step> Conversions(Stage stage)
    {
        foreach (var creator in stage.Cast.Creators)
        {
            if (creator.PaidIn is not { } currency || stage.IsStopped(creator.Name)) continue;
            var available = stage.Balance(Chart.CreatorAvailable, creator.Name);
            if (available < LeastPayout || stage.Balance(Chart.CreatorDebt, creator.Name) > 0) continue;
            yield return new Step(new Command.ConvertCurrency(
                creator.Name, stage.Currency, currency, available, Rates[currency], SpreadBasisPoints));
        }
    }

    /// <summary>Whoever has enough and owes nothing is paid; the bank takes two days, and errs at times.</summary>
    private static IEnumerable<Step> Payouts(Stage stage)
    {
        foreach (var creator in stage.Cast.Creators)
        {
            var currency = creator.PaidIn ?? stage.Currency;
            var available = stage.Balance(Chart.CreatorAvailable, creator.Name, currency);
            if (available < LeastPayout || stage.IsStopped(creator.Name)) continue;
            if (stage.Balance(Chart.CreatorDebt, creator.Name, currency) > 0) continue;
            var payout = stage.Name("payout");
            yield return new Step(
                new Command.FormPayout(payout, creator.Name, currency, available, PayoutFee),
                _ => Send(stage, payout, creator.Name, currency, available - PayoutFee));
        }
    }

    private static void Send(Stage stage, string payout, string creator, string currency, long sent)
    {
        var (tuesday, wednesday) = (stage.Today.PlusDays(1), stage.Today.PlusDays(2));
        switch (stage.Random.Next(100))
        {
            case 0:
                stage.Later(tuesday, () => new Step(new Command.FailPayout(payout, "not in the file")));
                break;
            case 1:
                stage.Later(tuesday, () => new Step(new Command.AcceptPayout(payout)));
                stage.Later(wednesday, () => new Step(new Command.RejectPayout(payout, "AC04 closed account")));
                break;
            case 2:
                // It comes back, somebody looks, and it is the creator's again.
                stage.Later(tuesday, () => new Step(new Command.AcceptPayout(payout)));
                stage.Later(wednesday, () => new Step(new Command.SettlePayout(payout)));
                stage.Later(wednesday.PlusDays(1), () => new Step(new Command.ReturnPayout(payout, "R03 no account")));
                stage.Later(wednesday.PlusDays(4), () => new Step(
                    new Command.ReleaseAmount(creator, sent, currency, "details corrected", payout)));
                break;
            default:
                stage.Later(tuesday, () => new Step(new Command.AcceptPayout(payout)));
                stage.Later(wednesday, () => new Step(new Command.SettlePayout(payout)));
                break;
        }
    }

    /// <summary>On Fridays the bank buys what was promised in other currencies.</summary>
    private static IEnumerable<Step> Covers(Stage stage)
    {
        var owed = stage.Balance(Chart.ExchangePosition, "", stage.Scenery.OtherCurrency);
        var held = -stage.Balance(Chart.ExchangePosition, "");
        if (owed > 0 && held > 0)
            yield return new Step(new Command.CoverExchange(
                stage.Currency, held, stage.Scenery.OtherCurrency, owed, Reference: $"cover-{stage.Today:yyyy-MM-dd}"));
    }

    private static IEnumerable<Step> TaxDeposits(Stage stage) =>
        from known in stage.Balances.ToList()
        where known.Balance > 0
        let currency = known.Account.Currency.Code
        let code = known.Account.Code
        let command = code == Chart.VatPayable
            ? new Command.DepositTax(DepositedTax.Vat, known.Balance, currency, known.Account.Owner)
            : code == Chart.SalesTaxPayable
                ? new Command.DepositTax(DepositedTax.SalesTax, known.Balance, currency, known.Account.Owner)
                : code == Chart.BackupWithholding
                    ? new Command.DepositTax(DepositedTax.Backup, known.Balance, currency)
                    : code == Chart.NonResidentWithholding
                        ? new Command.DepositTax(DepositedTax.NonResident, known.Balance, currency)
                        : null
        where command is not null
        select new Step(command);
}
