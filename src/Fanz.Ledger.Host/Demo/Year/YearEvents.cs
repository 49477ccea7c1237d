using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>What befalls the creators, each on its day.</summary>
internal static class YearEvents
{
    public static readonly LocalDate VerificationEnds = new(2025, 9, 1);
    public static readonly LocalDate AccountCloses = new(2025, 5, 5);
    public static readonly LocalDate AccountFreezes = new(2025, 6, 16);
    public static readonly LocalDate Refused = new(2025, 4, 7);
    public static readonly LocalDate PaidAndReturnedLate = new(2025, 3, 3);

    private const int RateMonth = 7, DaysUntilRequest = 20;
    private const string Proposer = Opening.Proposer, Approver = Opening.Approver;

    public static IEnumerable<YearStep> On(LocalDate day, YearCast cast)
    {
        var commands = cast.Creators.SelectMany(creator => Of(creator, day)).Concat(OfPlatform(day));
        return commands.Select((command, i) => new YearStep($"event-{i:00}", command));
    }

    /// <summary>Whether somebody gives an account on a day: the first of the year, or another.</summary>
    public static bool IsNewAccount(YearCreator creator, LocalDate day) => creator.Fate switch
    {
        Fate.ChangesAccount => day == new LocalDate(2025, 3, 6),
        Fate.AccountClosed => day == AccountCloses.PlusDays(24),
        _ => false,
    };

    /// <summary>The form that a creator files on a day, if they do.</summary>
    public static Command.FileTaxForm? FormOf(YearCreator creator, LocalDate day) => (creator.Fate, day) switch
    {
        (Fate.NumberComesLate, { Month: 6, Day: 10 }) => YearOpening.Form(creator, 1, day),
        (Fate.Notice, { Month: 8, Day: 4 }) => YearOpening.Form(creator, 2, day),
        (not Fate.NumberComesLate, _) when day == YearScript.Eve => YearOpening.Form(creator, 1, day),
        _ => null,
    };

    private static IEnumerable<Command> Of(YearCreator creator, LocalDate day) => (creator.Fate, day) switch
    {
        (Fate.Notice, { Month: 4, Day: 14 }) =>
            [new Command.RecordTinNotice(creator.Name, $"notice-{creator.Name}", day)],
        (Fate.Sanctioned, { Month: 8, Day: 11 }) =>
            [new Command.SanctionParty(Role.Creator, creator.Name, "a list has the name")],
        (Fate.Sanctioned, { Month: 9, Day: 15 }) =>
            [new Command.ClearParty(Role.Creator, creator.Name, "another person of that name")],
        (Fate.VerificationExpires, { Month: 9, Day: 16 }) =>
            [
                new Command.RecordVerification(
                    creator.Name, VerificationOutcome.Verified, Level: 2, "idcheck", $"id-{creator.Name}-again"),
            ],
        (Fate.Held, { Month: 2, Day: 3 }) => [new Command.HoldCreator(creator.Name, "a complaint is looked into")],
        (Fate.Held, { Month: 3, Day: 3 }) =>
            [
                new Command.UnholdCreator(
                    creator.Name, "there was nothing in it", Proposer, Approver),
            ],
        (Fate.OnRequest, _) when day.DayOfYear % DaysUntilRequest == 0 =>
            [new Command.RequestPayout(creator.Name, "USD")],
        _ => [],
    };

    /// <summary>Half-way through the year the platform's country and another agree on a new rate.</summary>
    private static IEnumerable<Command> OfPlatform(LocalDate day)
    {
        if (day is { Month: RateMonth, Day: 1 })
            yield return new Command.SetTreatyRates(
                "GB", day, [new TreatyRate(IncomeClass.Royalties, 500, "12(1)")], "protocol of 2025", Proposer,
                Approver);
    }
}
