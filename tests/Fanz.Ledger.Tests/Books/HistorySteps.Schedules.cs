using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Schedules are set, and runs take their steps in any order.</summary>
internal static partial class HistorySteps
{
    private static Family Scheduling() => new(
        "schedules",
        [
            (1, (step, book, _) => new Command.SetSchedule(
                Step.Pick(StandingJobs.Names, step.A), Step.Pick(["main", "noon"], step.B), Cadence.Daily, "12:00",
                "pat", "sam")
            {
                Calendar = Step.Pick(["none", "us.fed", "us.ny"], step.C),
            }),
            (1, (step, book, _) => new Command.SetHolidays(
                Step.Pick(["us.fed", "us.ny"], step.A), "a day of mourning", "pat", "sam")
            {
                Closed = [book.Now.Today.PlusDays((step.B % 5) - 1)],
            }),
            (1, (step, book, _) => new Command.BeginRun("release-holds", "main", RunOf(step, book), step.B)),
            (1, (step, book, _) => new Command.RecordSkipped(
                "release-holds", "main", RunOf(step, book), (step.B % 3) + 1, [new SkippedItem("bea", "creator_held")])),
            (1, (step, book, _) => new Command.FinishRun("release-holds", "main", RunOf(step, book), step.B)),
        ],
        [
            "schedule_set", "holidays_set", "run_begun", "run_skipped", "run_finished", "refused: calendar_unknown",
            "refused: holiday_not_ahead", "refused: run_is_ahead", "refused: run_is_begun", "refused: run_not_begun",
            "refused: run_is_finished", "refused: not_next_chunk",
        ]);

    private static LocalDate RunOf(Step step, BookInMemory book) =>
        step.A % 12 == 0 ? book.Now.Today.PlusDays(1) : new LocalDate(2025, 12, 20).PlusDays(step.A % 6);
}
