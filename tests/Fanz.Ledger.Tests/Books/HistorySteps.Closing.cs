using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Periods are closed while people date what they post before, within and behind them.</summary>
internal static partial class HistorySteps
{
    private static Family Closing() => new(
        "closing",
        [
            (1, (step, book, _) => new Command.ClosePeriod(
                book.Now.Today.PlusDays(step.A % 9 == 0 ? step.B % 2 : -1 - (step.B % 20)), "month end", "pat", "sam")),
            (1, (step, book, _) => new Command.Adjust(
                Rounding(step), "found later", "pat", "sam", Dated(step, book, latest: step.C % 4 == 0 ? 1 : 0))),
            (1, (step, book, _) => new Command.Transfer(
                Rounding(step), "of another day", Dated(step, book, latest: step.C % 3))),
            (1, (step, book, _) => new Command.SetRates(
                Step.Pick(["ecb", "month end"], step.A), Dated(step, book, latest: step.C % 4 == 0 ? 1 : 0),
                Step.Pick(["USD", "EUR"], step.B),
                step.C % 2 == 0
                    ? [new QuotedRate("JPY", Step.Pick(Rates, step.A))]
                    : [new QuotedRate("JPY", Step.Pick(Rates, step.A)), new QuotedRate("KWD", "0.30745")],
                "the bank")),
        ],
        [
            "period_closed", "rates_set", "refused: period_not_over", "refused: period_already_closed",
            "refused: period_closed", "refused: effective_in_future", "refused: not_the_treasury",
        ]);

    private static LocalDate Dated(Step step, BookInMemory book, int latest) =>
        book.Now.Today.PlusDays(latest - (step.B % 3 == 0 ? 0 : step.A % 30));

    private static NamedLeg[] Rounding(Step step)
    {
        var currency = Step.Pick(Currencies, step.C);
        return
        [
            new(new("rounding", "", currency), step.Small), new(new("expense.psp_fee", "", currency), -step.Small),
        ];
    }
}
