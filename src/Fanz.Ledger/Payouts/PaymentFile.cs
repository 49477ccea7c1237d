using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// All that goes into a file was submitted for it, and what the file will be is known to the byte. It is said
        /// before any of it is written: from the journal alone the same file can be made again.
        /// </summary>
        /// <param name="Message">How the file is called for the bank.</param>
        /// <param name="CreatedAt">The time that the file states.</param>
        /// <param name="ExecuteOn">On which day the bank is to pay.</param>
        /// <param name="Hash">SHA-256 over the file, in hexadecimal.</param>
        /// <param name="Batch">The batch that all payouts in it are of, if they are of one.</param>
        public sealed record PreparePaymentFile(
            string File, string Rail, string Currency, string Message, Instant CreatedAt, LocalDate ExecuteOn,
            long Payouts, long Sent, string Hash, string? Batch = null) : Command
        {
            /// <summary>
            /// The record of the setting of the rail by which the file was made. If the rail was set again since, the
            /// file is not what could be made from the journal any more, and is refused.
            /// </summary>
            public long? RailSetBy { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("file", File),
                IdentifierFault("rail", Rail),
                MoneyCurrencyFault("currency", Currency),
                IdentifierFault("message", Message),
                TimeFault("created_at", CreatedAt),
                Fault.OfDate("execute_on", ExecuteOn),
                Payouts > 0 ? null : new Fault("payouts", "ill_formed", "A file has at least one payout."),
                AmountFault("sent", Sent),
                HashFault("hash", Hash),
                Batch is null ? null : IdentifierFault("batch", Batch),
                RailSetBy is null or > 0
                    ? null
                    : new Fault("rail_set_by", "ill_formed", "Records are numbered from 1."));
        }

        /// <summary>Every time is kept by the microsecond and no finer.</summary>
        private static Fault? TimeFault(string field, Instant time) =>
            Fault.OfDate(field, time.InUtc().Date)
            ?? (time.InUtc().NanosecondOfSecond % 1_000 == 0
                ? null
                : new Fault(field, "ill_formed", $"{field} is told to the microsecond."));

        /// <summary>A file was written to where the bank takes it from.</summary>
        public sealed record ReleasePaymentFile(string File, string Hash) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("file", File), HashFault("hash", Hash));
        }
    }

    public abstract partial record Event
    {
        /// <param name="RailSetBy">The record that says how the rail was set then.</param>
        public sealed record PaymentFilePrepared(
            string File, string Rail, long RailSetBy, string Currency, string Message, Instant CreatedAt,
            LocalDate ExecuteOn, long Payouts, long Sent, string Hash, string? Batch = null) : Event;

        public sealed record PaymentFileReleased(
            string File, string Rail, string Currency, long Payouts, long Sent, string Hash) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PaymentFileUnknown(string file) =>
            Of("payment_file_unknown", $"There is no file {Identifier.Quote(file)}.", ("file", file));

        public static Refusal PaymentFileNotInState(string file, string state) => Of(
            "payment_file_not_in_state", $"The file {Identifier.Quote(file)} is {state}.",
            ("file", file), ("state", state));

        public static Refusal PaymentFileOverBatch(string batch, long payouts, long sent) => Of(
            "payment_file_over_batch",
            $"Of the batch {Identifier.Quote(batch)} {payouts} payouts of {sent} in all were approved, and no more.",
            ("batch", batch), ("payouts", payouts), ("sent", sent));

        public static Refusal RailSetAgain(string rail, long setBy) => Of(
            "rail_set_again",
            $"The rail {Identifier.Quote(rail)} was set again by the record {setBy}: the file has to be made by that.",
            ("rail", rail), ("set_by", setBy));

        public static Refusal PaymentFileDiffers(string file, string hash) => Of(
            "payment_file_differs", $"The file {Identifier.Quote(file)} was prepared with other content.",
            ("file", file), ("hash", hash));
    }
}

namespace Fanz.Ledger.Payouts
{
    public enum PaymentFileState
    {
        /// <summary>Payouts may be submitted for it; it is not yet told what it will be.</summary>
        None,

        /// <summary>What it will be is known, and nothing can be added.</summary>
        Prepared,

        /// <summary>It is where the bank takes it from.</summary>
        Released,
    }

    /// <summary>A file of payment instructions. Its content is known before it is written, and never changes.</summary>
    public sealed record PaymentFile : Aggregate
    {
        public PaymentFileState State { get; private init; }

        public Event.PaymentFilePrepared? Prepared { get; private init; }

        public static string StreamOf(string file) => $"payment_file/{file}";

        public override Aggregate After(Recorded recorded) => (State, recorded.Event) switch
        {
            (PaymentFileState.None, Event.PaymentFilePrepared prepared) => this with
            {
                State = PaymentFileState.Prepared,
                Prepared = prepared,
            },
            (PaymentFileState.Prepared, Event.PaymentFileReleased) => this with { State = PaymentFileState.Released },
            _ => throw Impossible(recorded),
        };

        internal Refusal? ObjectionUnless(PaymentFileState needed, string id) =>
            State == needed ? null
            : State == PaymentFileState.None ? Refusal.PaymentFileUnknown(id)
            : Refusal.PaymentFileNotInState(id, State == PaymentFileState.Prepared ? "prepared" : "released");
    }

    internal static class WritingPaymentFiles
    {
        internal static Decision Decide(Command.PreparePaymentFile command, Book book)
        {
            var stream = PaymentFile.StreamOf(command.File);
            var file = book.Recall<PaymentFile>(stream);
            var rail = book.Recall<Rail>(Rail.StreamOf(command.Rail));
            var batch = command.Batch is { } named ? PayoutBatch.Of(book, named) : null;
            if (file.ObjectionUnless(PaymentFileState.None, command.File) is { } refusal) return refusal;
            if (rail.Settings is null) return Refusal.RailUnknown(command.Rail);
            if (command.RailSetBy is { } madeBy && madeBy != rail.SetBy)
                return Refusal.RailSetAgain(command.Rail, rail.SetBy);
            if (batch is not null && ObjectionOf(batch, command) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.PaymentFilePrepared(
                    command.File, command.Rail, rail.SetBy, command.Currency, command.Message, command.CreatedAt,
                    command.ExecuteOn, command.Payouts, command.Sent, command.Hash, command.Batch),
                Aggregate: stream));
        }

        /// <summary>A file carries what two people approved, and no more than that.</summary>
        private static Refusal? ObjectionOf(PayoutBatch batch, Command.PreparePaymentFile command)
        {
            if (batch.ObjectionUnless(command.Batch!, BatchState.Approved) is { } refusal) return refusal;
            if ((batch.Currency, batch.Rail) != (command.Currency, command.Rail))
                return Refusal.BatchOfAnother(command.Batch!, batch.Currency, batch.Rail);
            return command.Payouts > batch.Payouts || command.Sent > batch.Sent
                ? Refusal.PaymentFileOverBatch(command.Batch!, batch.Payouts, batch.Sent)
                : null;
        }

        internal static Decision Decide(Command.ReleasePaymentFile command, Book book)
        {
            var stream = PaymentFile.StreamOf(command.File);
            var file = book.Recall<PaymentFile>(stream);
            if (file.ObjectionUnless(PaymentFileState.Prepared, command.File) is { } refusal) return refusal;
            var prepared = file.Prepared!;
            if (prepared.Hash != command.Hash) return Refusal.PaymentFileDiffers(command.File, prepared.Hash);
            return Decision.Of(book, new Draft(
                new Event.PaymentFileReleased(
                    command.File, prepared.Rail, prepared.Currency, prepared.Payouts, prepared.Sent, prepared.Hash),
                Aggregate: stream));
        }
    }
}
