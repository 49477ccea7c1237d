using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A run has looked at everything that was due. What it skipped the book knows already.</summary>
        /// <param name="Done">How many items were done.</param>
        public sealed record FinishRun(string Job, string Schedule, LocalDate On, long Done)
            : OfRun(Job, Schedule, On)
        {
            private const int MostFindings = 100;
            private const int LongestSubject = 200;

            /// <summary>What was done, by currency, where it is money.</summary>
            public IReadOnlyList<RunAmount>? Amounts { get; init; }

            /// <summary>What checks found that should not be; of very many the first.</summary>
            public IReadOnlyList<RunFinding>? Findings { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => FaultsOfRun()
                .Concat(Found(
                    CountFault("done", Done),
                    Findings is { Count: > MostFindings }
                        ? new Fault("findings", "too_many", $"At most {MostFindings} findings are named.")
                        : null))
                .Concat(RunAmount.Faults(Amounts))
                .Concat((Findings ?? []).Take(MostFindings).SelectMany((one, i) => FaultsOf($"findings[{i}]", one)));

            private static IEnumerable<Fault> FaultsOf(string field, RunFinding? finding) => finding is null
                ? [new Fault(field, "ill_formed", $"{field} is missing")]
                : Found(
                    IdentifierFault($"{field}.check", finding.Check),
                    Identifier.Problem(finding.Subject, LongestSubject) is { } problem
                        ? new Fault($"{field}.subject", "ill_formed", $"subject {problem}")
                        : null,
                    finding.Currency is null || Money.Currency.TryOf(finding.Currency, out _)
                        ? null
                        : new Fault(
                            $"{field}.currency", "unknown_currency",
                            $"{Identifier.Quote(finding.Currency)} is not a known currency."));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Done">How many items were done.</param>
        /// <param name="Skipped">How many were left as they are.</param>
        public sealed record RunFinished(string Job, string Schedule, LocalDate On, long Done, long Skipped) : Event
        {
            public IReadOnlyList<RunAmount>? Amounts { get; init; }

            /// <summary>Why the skipped ones were, by reason.</summary>
            public IReadOnlyList<SkippedFor>? SkippedFor { get; init; }

            public IReadOnlyList<RunFinding>? Findings { get; init; }
        }
    }
}

namespace Fanz.Ledger.Schedules
{
    internal static class FinishingRuns
    {
        internal static Decision Decide(Command.FinishRun command, Book book)
        {
            var id = command.Run;
            var run = Run.Of(book, id);
            if (run.ObjectionUnlessBegun(id) is { } no) return no;
            var finished = new Event.RunFinished(command.Job, command.Schedule, command.On, command.Done, run.Skipped)
            {
                Amounts = command.Amounts,
                SkippedFor = run.SkippedFor is { Count: > 0 } skipped ? skipped : null,
                Findings = command.Findings,
            };
            return Decision.Of(book, new Draft(finished, Aggregate: id.Stream));
        }
    }
}
