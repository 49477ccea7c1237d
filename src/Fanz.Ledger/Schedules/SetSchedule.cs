using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Sets when a job is done, from a day on: today or later. Another schedule of the same job stands beside it
        /// under a name of its own; one that is not enabled rests until it is set again.
        /// </summary>
        /// <param name="Job">What is done.</param>
        /// <param name="Schedule">The name of the schedule.</param>
        /// <param name="Cadence">The days that it names.</param>
        /// <param name="At">When on such a day, as `03:00`, in the book's time zone.</param>
        public sealed record SetSchedule(
            string Job, string Schedule, Cadence Cadence, string At, string ProposedBy, string ApprovedBy,
            LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            /// <summary>Whose business days it keeps; those of the book's own calendar if it is not said.</summary>
            public string? Calendar { get; init; }

            /// <summary>Where a day goes that is no business day: to the next one if it is not said.</summary>
            public Roll? Roll { get; init; }

            public bool? Enabled { get; init; }

            /// <summary>What the job is told beside, by the names that it knows.</summary>
            public IReadOnlyDictionary<string, string>? Options { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    RunFault("job", Job),
                    RunId.Problem(Job) is null && !StandingJobs.IsKnown(Job)
                        ? new Fault("job", "unknown_job", $"There is no job {Identifier.Quote(Job)}.")
                        : null,
                    RunFault("schedule", Schedule),
                    Schedules.Schedule.ReadTime(At) is null
                        ? new Fault("at", "ill_formed", "A time of day is written as 03:00.")
                        : null,
                    Calendar is null ? null : CalendarFault(Calendar),
                    Roll is null || Enum.IsDefined(Roll.Value)
                        ? null
                        : new Fault("roll", "ill_formed", "A day goes to the next or the previous one, or is skipped."),
                    Fault.OfDate("effective_on", EffectiveOn))
                .Concat(Cadence.Faults(Cadence))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy))
                .Concat(FaultsOfOptions());

            private IEnumerable<Fault> FaultsOfOptions()
            {
                const int mostOptions = 32, longestValue = 1_000;
                if (Options is not { } options) yield break;
                if (options.Count > mostOptions)
                    yield return new Fault("options", "too_many", $"At most {mostOptions} options are named.");
                foreach (var (name, value) in options.Take(mostOptions))
                {
                    if (RunId.Problem(name.Replace('_', '-')) is { } problem)
                        yield return new Fault("options", "ill_formed", $"{Identifier.Quote(name)} {problem}");
                    else if (Identifier.Problem(value, longestValue) is { } wrong)
                        yield return new Fault($"options.{name}", "ill_formed", $"The value of {name} {wrong}");
                }
            }
        }

        private static Fault? RunFault(string field, string? name) =>
            RunId.Problem(name) is { } problem ? new Fault(field, "ill_formed", $"{field} {problem}") : null;

        private static Fault? CalendarFault(string? calendar) =>
            BookName.Problem(calendar) is { } problem ? new Fault("calendar", "ill_formed", $"calendar {problem}") : null;
    }

    public abstract partial record Event
    {
        public sealed record ScheduleSet(
            string Job, string Schedule, Cadence Cadence, string At, string Calendar, Roll Roll, bool Enabled,
            LocalDate EffectiveOn, string ProposedBy, string ApprovedBy) : Event
        {
            public IReadOnlyDictionary<string, string>? Options { get; init; }

            internal Schedule Read() => new(
                Job, Schedule, Cadence, Schedules.Schedule.ReadTime(At) ?? throw new InvariantBroken($"{At} is no time."),
                Calendar, Roll, Enabled, Options ?? new Dictionary<string, string>());
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal CalendarUnknown(string calendar) => Of(
            "calendar_unknown", $"Nobody has said when banks are closed by {Identifier.Quote(calendar)}.",
            ("calendar", calendar));
    }
}

namespace Fanz.Ledger.Schedules
{
    internal static class SettingSchedules
    {
        internal static Decision Decide(Command.SetSchedule command, Book book, Moment now)
        {
            var timetable = book.Recall<Timetable>(Timetable.Stream);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            var calendar = command.Calendar ?? book.Settings.Calendar;
            if (!timetable.IsKnown(calendar)) return Refusal.CalendarUnknown(calendar);
            var set = new Event.ScheduleSet(
                command.Job, command.Schedule, command.Cadence, command.At, calendar, command.Roll ?? Roll.Next,
                command.Enabled ?? true, from, command.ProposedBy, command.ApprovedBy)
            {
                Options = command.Options,
            };
            return Decision.Of(book, new Draft(set, Aggregate: Timetable.Stream));
        }
    }
}
