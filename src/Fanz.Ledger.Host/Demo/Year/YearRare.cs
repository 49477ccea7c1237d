using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>
/// What happens once in the year, so that nothing there is to happen is missing: to Rhea, who sells nothing and changes
/// her mind, and to the platform. Most of it is in January, so that a few weeks of the year have it too.
/// </summary>
internal static class YearRare
{
    public const string Rhea = "rhea";

    /// <summary>When she says where to be paid.</summary>
    public static readonly LocalDate HasAccount = new(2025, 1, 7);

    /// <summary>When a part of a tax is given back, and how much.</summary>
    public static readonly LocalDate GivesBack = new(2025, 1, 20);

    public const long TaxBack = 1_00;

    /// <summary>A day on which payments leave, and the answer to one of them seems lost.</summary>
    public static readonly LocalDate Doubts = new(2025, 1, 27);

    public static readonly Command.FileTaxForm HasForm =
        new(Rhea, Form, TaxFormKind.W9, "2024-03", HasAccount, "US");

    private const string Proposer = Opening.Proposer, Approver = Opening.Approver;
    private const string Method = YearOpening.PayoutMethod, Form = "rhea-form-1", Batch = "by-mistake-20250108";

    private static readonly string AnyHash = new('5', 64);

    public static IEnumerable<YearStep> On(LocalDate day)
    {
        var commands = day switch
        {
            { Year: 2025, Month: 1, Day: 6 } => OfPlatform(),
            { Year: 2025, Month: 1, Day: 8 } => Verifying(),
            { Year: 2025, Month: 1, Day: 9 } => Asking(),
            { Year: 2025, Month: 1, Day: 10 } => Taxes(day),
            _ => [],
        };
        return commands.Select((command, i) => new YearStep($"rare-{i:00}", command));
    }

    private static IEnumerable<Command> OfPlatform() =>
        [
            new Command.SetHolidays("us.fed", "a national day of mourning", Proposer, Approver)
            {
                Closed = [new LocalDate(2025, 1, 9)],
            },
            new Command.OpenBatch(Batch, "USD", new LocalDate(2025, 1, 6)),
            new Command.RejectBatch(Batch, "opened by mistake"),
        ];

    private static IEnumerable<Command> Verifying() =>
        [
            new Command.FailPayoutMethodVerification(Rhea, Method, 1, "deposit-1"),
            new Command.VerifyPayoutMethod(Rhea, Method, 1, MethodProof.MicroDeposit, "deposit-1"),
            new Command.DisablePayoutMethod(Rhea, Method, "she is not sure that it is open"),
            new Command.EnablePayoutMethod(Rhea, Method, "it is", Proposer, Approver),
            new Command.RecordReading(Rhea, $"payout_method/{Method}", "she asks what we have of her"),
        ];

    private static IEnumerable<Command> Asking() =>
        [new Command.RequestPayout(Rhea, "USD"), new Command.WithdrawPayoutRequest(Rhea, "USD")];

    private static IEnumerable<Command> Taxes(LocalDate day) =>
        [
            new Command.RecordTinMatch(Rhea, Form, TinResult.Mismatched, TinEvidence.TinMatching, "run-1"),
            new Command.EndTaxForm(Rhea, Form, "the number is somebody else's"),
            new Command.RecordTinNotice(Rhea, "rhea-notice-1", day),
            new Command.RecordTaxFiling("2024-test", TaxReturn.Nec, 2024, AnyHash, []),
        ];
}
