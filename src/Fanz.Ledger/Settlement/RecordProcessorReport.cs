using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// What a processor says of one day and currency, so that the ledger and the bank can be held against it. What
        /// it took back or gives back has the other sign than usual.
        /// </summary>
        /// <param name="Gross">What it took from fans.</param>
        /// <param name="Refunds">What of that it gave back to fans.</param>
        /// <param name="Chargebacks">What it lost to disputes, with what it charges for them, less what was
        /// won.</param>
        /// <param name="Fees">What it kept for itself.</param>
        /// <param name="Reserve">What it kept back, less what it gave back of that.</param>
        /// <param name="Payout">What it paid to the bank.</param>
        /// <param name="Sha256">Over the report that this was read from.</param>
        /// <param name="Corrects">The record of the day's last report, where this one takes its place.</param>
        public sealed record RecordProcessorReport(
            string Currency, LocalDate On, long Gross, long Refunds, long Chargebacks, long Fees, long Reserve,
            long Payout, string Sha256, string? Processor = null, long? Corrects = null) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                MoneyCurrencyFault("currency", Currency),
                Fault.OfDate("on", On),
                BalanceFault("gross", Gross),
                BalanceFault("refunds", Refunds),
                BalanceFault("chargebacks", Chargebacks),
                BalanceFault("fees", Fees),
                BalanceFault("reserve", Reserve),
                BalanceFault("payout", Payout),
                HashFault("sha256", Sha256),
                Processor is null ? null : IdentifierFault("processor", Processor),
                Corrects is null or > 0
                    ? null
                    : new Fault("corrects", "ill_formed", "Transactions are numbered from 1."));
        }
    }

    public abstract partial record Event
    {
        public sealed record ProcessorReported(
            string Currency, LocalDate On, long Gross, long Refunds, long Chargebacks, long Fees, long Reserve,
            long Payout, string Sha256, string? Processor = null, long? Corrects = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal ReportDiffers(LocalDate on, long by) => Of(
            "report_differs",
            $"The report of {on:yyyy-MM-dd} was recorded by transaction {by} with other content: a correction says so.",
            ("on", on), ("recorded_by", by));

        public static Refusal NotTheLastReport(LocalDate on, long last) => Of(
            "not_the_last_report", $"The last report of {on:yyyy-MM-dd} is transaction {last}; 0 is none.",
            ("on", on), ("last", last));
    }
}

namespace Fanz.Ledger.Settlement
{
    /// <summary>What a processor last said of one day and currency.</summary>
    public sealed record ProcessorReport : Aggregate
    {
        public Event.ProcessorReported? Last { get; private init; }

        public long RecordedBy { get; private init; }

        public override bool IsInItsLastRecord => true;

        public static string StreamOf(string? processor, string currency, LocalDate on) =>
            StatementLine.StreamOf("processor_report", processor, $"{currency}/{on:yyyy-MM-dd}")!;

        public override ProcessorReport After(Recorded recorded) => recorded.Event is Event.ProcessorReported report
            ? new ProcessorReport { Last = report, RecordedBy = recorded.Number }
            : throw Impossible(recorded);
    }

    internal static class RecordingReports
    {
        internal static Decision Decide(Command.RecordProcessorReport command, Book book)
        {
            var stream = ProcessorReport.StreamOf(command.Processor, command.Currency, command.On);
            var known = book.Recall<ProcessorReport>(stream);
            var reported = new Event.ProcessorReported(
                command.Currency, command.On, command.Gross, command.Refunds, command.Chargebacks, command.Fees,
                command.Reserve, command.Payout, command.Sha256, command.Processor, command.Corrects);
            if (command.Corrects is { } corrected)
            {
                if (corrected != known.RecordedBy) return Refusal.NotTheLastReport(command.On, known.RecordedBy);
            }
            else if (known.Last is { } last)
            {
                return last with { Corrects = null } == reported
                    ? Refusal.AlreadyRecorded(command.Sha256, known.RecordedBy)
                    : Refusal.ReportDiffers(command.On, known.RecordedBy);
            }

            return Decision.Of(book, new Draft(reported, Aggregate: stream));
        }
    }
}
