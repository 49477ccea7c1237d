using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Sales that are earned with the payment.</summary>
internal static partial class HistorySteps
{
    private static Family Sales() => new(
        "sales",
        [
            (4, (step, _, _) => new Command.TopUp(
                Step.Pick(People, step.A), step.Amount, Step.Pick(Currencies, step.B))),
            (5, (step, _, _) => new Command.SendTip(
                Step.Pick(People, step.A), Step.Pick(People, step.B), step.Amount, Step.Pick(Currencies, step.C),
                step.A % 3 == 0 ? Funding.Card : Funding.Wallet)),
        ],
        ["wallet_topped_up", "tip_sent", "refused: self_tip"]);
}
