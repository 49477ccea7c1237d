using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Tests;

/// <summary>People ask to be forgotten and change their minds; courts want them kept; years go by.</summary>
internal static partial class HistorySteps
{
    private static Family Erasing() => new(
        "erasure",
        [
            (2, (step, _, _) => new Command.RequestErasure(Leaving(step), Asked(step), "asked in the app")),
            (1, (step, _, _) => new Command.WithdrawErasure(Leaving(step), Asked(step), "another mind")),
            (1, (step, _, _) => new Command.PlaceLegalHold(
                Leaving(step), Asked(step), $"case{step.B % 4}", "a court asks", "pat", "sam")),
            (2, (step, _, _) => new Command.LiftLegalHold(
                Leaving(step), Asked(step), $"case{step.B % 4}", "it is over", "pat", "sam")),
            (1, (step, book, _) => new Command.SetRetention(
                Step.Pick(Enum.GetValues<RetentionClass>(), step.A), 1 + (step.B % 12), "a law", "pat", "sam",
                From(step, book))),
            (3, (step, book, _) => new Command.ForgetPerson(Leaving(step), Asked(step),
                [
                    .. Enum.GetValues<RetentionClass>().Where((_, i) => (step.C >> i) % 2 == 0).Select(
                        kind => new KeptRecords(kind, book.Now.Today.PlusDays(-((step.B + (int)(step.Amount % 2_000)) % 5_500)))),
                ])),
        ],
        [
            "erasure_requested", "erasure_withdrawn", "legal_hold_placed", "legal_hold_lifted", "retention_set",
            "person_forgotten", "refused: erasure_open", "refused: no_erasure_request", "refused: person_forgotten",
            "refused: legal_hold", "refused: legal_hold_exists", "refused: legal_hold_unknown",
            "refused: retention_not_over", "refused: effective_in_past",
        ]);

    private static Role Leaving(Step step) => step.A % 3 == 0 ? Role.Fan : Role.Creator;

    private static string Asked(Step step) => $"leaver{step.A % 5}";
}
