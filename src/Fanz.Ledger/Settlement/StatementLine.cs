using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal AlreadyRecorded(string reference, long by) => Of(
            "already_recorded", $"{Identifier.Quote(reference)} was recorded by transaction {by}.",
            ("reference", reference), ("recorded_by", by));
    }
}

namespace Fanz.Ledger.Settlement
{
    /// <summary>
    /// A line of the statement of a bank or a processor, under the reference that they gave it. It is recorded once,
    /// however often and by whomever the statement is read.
    /// </summary>
    public sealed record StatementLine : Aggregate
    {
        public long? RecordedBy { get; private init; }

        public override Aggregate After(Recorded recorded) => (RecordedBy, recorded.Event) switch
        {
            (null, Event.ReceiptRecorded or Event.ProcessorSettled or Event.ProcessorReserveReleased
                or Event.TaxDeposited or Event.ExchangeCovered or Event.PaymentRecorded
                or Event.BankLineMatched) =>
                new StatementLine { RecordedBy = recorded.Number },
            _ => throw Impossible(recorded),
        };

        /// <summary>
        /// None without a reference. The institution is escaped, so that a slash in it cannot make two lines look like
        /// one.
        /// </summary>
        public static string? StreamOf(string kind, string? institution, string? reference) =>
            reference is null ? null : $"{kind}/{Uri.EscapeDataString(institution ?? "")}/{reference}";

        /// <summary>
        /// The refusal to record a line again; a line without a reference cannot be told from another.
        /// </summary>
        internal static Refusal? Objection(Book book, string? stream, string? reference) =>
            stream is not null && book.Recall<StatementLine>(stream).RecordedBy is { } by
                ? Refusal.AlreadyRecorded(reference!, by)
                : null;
    }
}
