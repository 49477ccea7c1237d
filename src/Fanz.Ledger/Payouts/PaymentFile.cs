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
        public sealed record PreparePaymentFile(
            string File, string Rail, string Currency, string Message, Instant CreatedAt, LocalDate ExecuteOn,
            long Payouts, long Sent, string Hash, string? Batch = null) : Command
        {
            /// <summary>The record of the rail that it was made by; it has to be the last one.</summary>
            public long? RailSetBy { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("file", File),
                IdentifierFault("rail", Rail),
                MoneyCurrencyFault("currency", Currency),
                IdentifierFault("message", Message),
                Fault.OfDate("execute_on", ExecuteOn),
                Payouts > 0 ? null : new Fault("payouts", "ill_formed", "A file has at least one payout."),
                AmountFault("sent", Sent),
                HashFault("hash", Hash),
                Batch is null ? null : IdentifierFault("batch", Batch));
        }

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

        public static Refusal RailChanged(string rail, long made, long set) => Of(
            "rail_changed",
            $"The rail {Identifier.Quote(rail)} was set by {set} in the meantime, not by {made}: make the file again.",
            ("rail", rail), ("made", made), ("set", set));

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
            if (file.ObjectionUnless(PaymentFileState.None, command.File) is { } refusal) return refusal;
            if (rail.Settings is null) return Refusal.RailUnknown(command.Rail);
            if (command.RailSetBy is { } made && made != rail.SetBy)
                return Refusal.RailChanged(command.Rail, made, rail.SetBy);
            return Decision.Of(book, new Draft(
                new Event.PaymentFilePrepared(
                    command.File, command.Rail, rail.SetBy, command.Currency, command.Message, command.CreatedAt,
                    command.ExecuteOn, command.Payouts, command.Sent, command.Hash, command.Batch),
                Aggregate: stream));
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
