using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>
/// The eve: what two people agree on, and what is known of the creators. They are paid every Monday; what leaves is
/// approved by two others.
/// </summary>
internal static class YearOpening
{
    public const string Rail = "nacha", PayoutMethod = "bank";

    /// <summary>Whoever agrees on terms does not approve what is paid by them.</summary>
    public const string FirstApprover = "rita", SecondApprover = "sven";

    private const string Proposer = Opening.Proposer, Approver = Opening.Approver;
    private const long ApprovalLimit = 250_000_00;

    public static IEnumerable<YearStep> Of(YearCast cast)
    {
        var commands = Terms().Concat(Schedules()).Concat(cast.Creators.SelectMany(Standing));
        return commands.Select((command, i) => new YearStep($"opening-{i:000}", command));
    }

    /// <summary>How the form of a creator is called; they file one more in the year at most.</summary>
    public static string FormOf(YearCreator creator, int number = 1) => $"{creator.Name}-form-{number}";

    public static Command.FileTaxForm Form(YearCreator creator, int number, LocalDate signedOn) =>
        creator.Fate is Fate.Treaty or Fate.NoTreaty
            ? new Command.FileTaxForm(
                creator.Name, FormOf(creator, number), TaxFormKind.W8Ben, "2021-10", signedOn, creator.Country)
            {
                Claims = creator.Fate == Fate.Treaty ? [new TreatyClaim(IncomeClass.Royalties, "12(1)")] : null,
            }
            : new Command.FileTaxForm(
                creator.Name, FormOf(creator, number), TaxFormKind.W9, "2024-03", signedOn, creator.Country);

    private static IEnumerable<Command> Terms()
    {
        yield return new Command.SetPolicy(Proposer, Approver) { ChargebackBearer = Bearer.Creator };
        yield return new Command.SetRevenueRule(
            new RuleScope(), FeeBasisPoints: 2_000, ReserveBasisPoints: 1_000, ReserveDays: 90, HoldDays: 7, Proposer,
            Approver);
        yield return new Command.SetTaxTerms(Proposer, Approver)
        {
            PayerCountry = "US", Withholds = true, BackupBasisPoints = 2_400, NonResidentBasisPoints = 3_000,
            NoticeGraceDays = 30, NoticeGraceUnit = GraceUnit.BusinessDays, InformationReturn = InformationReturn.Nec,
        };
        yield return new Command.SetTreatyRates(
            "GB", YearScript.Eve, [new TreatyRate(IncomeClass.Royalties, 0, "12(1)")], "convention of 2001", Proposer,
            Approver);
        yield return new Command.SetRail(
            Rail, PaymentFormat.Nacha, YearBank.RailSettings, Proposer, Approver, YearBank.Bank);
        yield return new Command.SetPayoutTerms(
            "USD", Rail, Minimum: 50_00, Fee: 1_00,
            new PayoutRequirements(VerificationLevel: 1, CoolDownDays: 3, Screening: true, TaxForm: false), Proposer,
            Approver)
        {
            InstantFee = 5_00, InstantMost = 500_00,
        };
        yield return new Command.SetApprover(FirstApprover, "USD", ApprovalLimit, Proposer, Approver);
        yield return new Command.SetApprover(SecondApprover, "USD", ApprovalLimit, Proposer, Approver);
    }

    private static IEnumerable<Command> Schedules()
    {
        yield return Every("form-payouts", Cadence.Weekly(IsoDayOfWeek.Monday), "06:00");
        yield return Every("submit-payouts", Cadence.Daily, "12:00");
        yield return Every("import-bank-files", Cadence.Daily, "17:00");
        yield return Every("reconcile", Cadence.Daily, "17:30");
    }

    private static Command.SetSchedule Every(string job, Cadence cadence, string at) =>
        new(job, Schedule.Main, cadence, at, Proposer, Approver)
        {
            Options = job == "form-payouts" ? new Dictionary<string, string> { ["currency"] = "USD" } : null,
        };

    private static IEnumerable<Command> Standing(YearCreator creator)
    {
        yield return new Command.DescribeCreator(creator.Name, "standard", creator.Country);
        yield return new Command.RecordVerification(
            creator.Name, VerificationOutcome.Verified, Level: 2, "idcheck", $"id-{creator.Name}",
            creator.Fate == Fate.VerificationExpires ? YearEvents.VerificationEnds : null);
        yield return new Command.RecordScreening(
            creator.Name, ScreeningOutcome.Clear, "consolidated", "screener", $"screen-{creator.Name}", YearScript.Eve);
        if (creator.Fate == Fate.OnRequest)
            yield return new Command.SetPayoutPreference(creator.Name, "USD", PayoutMode.OnRequest);
    }
}
