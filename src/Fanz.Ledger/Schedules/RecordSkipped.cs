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
        /// What a run leaves as it is, and why. It is said in chunks that follow each other by number, so that two hosts
        /// that took up the same run cannot both have their say.
        /// </summary>
        public sealed record RecordSkipped(
            string Job, string Schedule, LocalDate On, int Chunk, IReadOnlyList<SkippedItem> Items)
            : OfRun(Job, Schedule, On)
        {
            public const int Most = 500;
            private const int LongestItem = 200;
            private const int LongestCode = 60;

            internal override IEnumerable<Fault> Faults(BookName book) => FaultsOfRun()
                .Concat(Found(
                    Chunk > 0 ? null : new Fault("chunk", "ill_formed", "Chunks are numbered from 1."),
                    Items is { Count: > 0 and <= Most }
                        ? null
                        : new Fault("items", "ill_formed", $"From 1 to {Most} items are named.")))
                .Concat((Items ?? []).Take(Most).SelectMany((item, i) => FaultsOf($"items[{i}]", item)));

            private static IEnumerable<Fault> FaultsOf(string field, SkippedItem? item) => item is null
                ? [new Fault(field, "ill_formed", $"{field} is missing")]
                : Found(
                    Identifier.Problem(item.Item, LongestItem) is { } problem
                        ? new Fault($"{field}.item", "ill_formed", $"item {problem}")
                        : null,
                    Identifier.Problem(item.Code, LongestCode) is { } wrong
                        ? new Fault($"{field}.code", "ill_formed", $"code {wrong}")
                        : null,
                    item.Currency is null || Money.Currency.TryOf(item.Currency, out _)
                        ? null
                        : new Fault(
                            $"{field}.currency", "unknown_currency",
                            $"{Identifier.Quote(item.Currency)} is not a known currency."),
                    item.Amount is null == item.Currency is null && item.Amount is not (< 0 or > Money.Money.Limit)
                        ? null
                        : new Fault($"{field}.amount", "ill_formed", "An amount is not below zero, and has a currency."));
        }
    }

    public abstract partial record Event
    {
        public sealed record RunSkipped(
            string Job, string Schedule, LocalDate On, int Chunk, IReadOnlyList<SkippedItem> Items) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotNextChunk(RunId run, int chunk, int next) => Of(
            "not_next_chunk", $"The next chunk of the run {run} is {next}, not {chunk}.",
            ("run", run), ("chunk", chunk), ("next", next));
    }
}

namespace Fanz.Ledger.Schedules
{
    internal static class RecordingSkipped
    {
        internal static Decision Decide(Command.RecordSkipped command, Book book)
        {
            var id = command.Run;
            var run = Run.Of(book, id);
            if (run.ObjectionUnlessBegun(id) is { } no) return no;
            if (command.Chunk != run.Chunks + 1) return Refusal.NotNextChunk(id, command.Chunk, run.Chunks + 1);
            var skipped = new Event.RunSkipped(
                command.Job, command.Schedule, command.On, command.Chunk, command.Items);
            return Decision.Of(book, new Draft(skipped, Aggregate: id.Stream));
        }
    }
}
