using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>What is said of a run: which one it is.</summary>
        public abstract record OfRun(string Job, string Schedule, LocalDate On) : Command
        {
            internal override int MostLegs => 0;

            internal RunId Run => new(Job, Schedule, On);

            protected IEnumerable<Fault> FaultsOfRun() => Found(
                RunFault("job", Job), RunFault("schedule", Schedule), Fault.OfDate("on", On));

            protected static Fault? CountFault(string field, long count) =>
                count >= 0 ? null : new Fault(field, "ill_formed", "A count is not below zero.");
        }

        /// <summary>A run begins. What it is to do is said before it does any of it.</summary>
        /// <param name="Items">How many items are due.</param>
        public sealed record BeginRun(string Job, string Schedule, LocalDate On, long Items)
            : OfRun(Job, Schedule, On)
        {
            /// <summary>What they come to, where they are money.</summary>
            public IReadOnlyList<RunAmount>? Amounts { get; init; }

            /// <summary>Somebody began it, whether it was due or not.</summary>
            public bool? ByHand { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => FaultsOfRun()
                .Concat(Found(CountFault("items", Items)))
                .Concat(RunAmount.Faults(Amounts));
        }
    }

    public abstract partial record Event
    {
        public sealed record RunBegun(string Job, string Schedule, LocalDate On, long Items) : Event
        {
            public IReadOnlyList<RunAmount>? Amounts { get; init; }

            public bool? ByHand { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal RunIsAhead(RunId run, LocalDate today) => Of(
            "run_is_ahead", $"The run {run} is of a later day than today, {Told(today)}.",
            ("run", run), ("today", today));

        public static Refusal RunIsBegun(RunId run) =>
            Of("run_is_begun", $"The run {run} has begun already.", ("run", run));

        public static Refusal RunNotBegun(RunId run) =>
            Of("run_not_begun", $"The run {run} has not begun.", ("run", run));

        public static Refusal RunIsFinished(RunId run) =>
            Of("run_is_finished", $"The run {run} is finished; what is due later is done by later runs.", ("run", run));
    }
}

namespace Fanz.Ledger.Schedules
{
    internal static class BeginningRuns
    {
        internal static Decision Decide(Command.BeginRun command, Book book, Moment now)
        {
            var id = command.Run;
            var run = Run.Of(book, id);
            if (run.State != RunState.Unknown)
                return run.State == RunState.Begun ? Refusal.RunIsBegun(id) : Refusal.RunIsFinished(id);
            if (command.On > now.Today) return Refusal.RunIsAhead(id, now.Today);
            var begun = new Event.RunBegun(command.Job, command.Schedule, command.On, command.Items)
            {
                Amounts = command.Amounts,
                ByHand = command.ByHand,
            };
            return Decision.Of(book, new Draft(begun, Aggregate: id.Stream));
        }
    }
}
