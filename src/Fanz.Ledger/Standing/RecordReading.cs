using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Somebody is about to be shown what is sealed: of whom, what of it and why. It is written down before it is
        /// shown, so nothing is ever seen of which there is no record.
        /// </summary>
        public sealed record RecordReading(string Subject, string What, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("subject", Subject), IdentifierFault("what", What), ReasonFault(Reason));
        }
    }

    public abstract partial record Event
    {
        public sealed record SecretRead(string Subject, string What, string Reason) : Event;
    }
}

namespace Fanz.Ledger.Standing
{
    /// <summary>
    /// When secrets of a creator were read last. Who read them is the actor of the record. There may be very many, so
    /// the last one says all that is kept in mind.
    /// </summary>
    public sealed record Readings : Aggregate
    {
        /// <summary>The number of the last record; 0 while nobody has read anything.</summary>
        public long Last { get; private init; }

        public override bool IsInItsLastRecord => true;

        internal static string StreamOf(string subject) => $"readings/{subject}";

        public override Readings After(Recorded recorded) => recorded.Event is Event.SecretRead
            ? this with { Last = recorded.Number }
            : throw Impossible(recorded);
    }

    internal static class RecordingReadings
    {
        internal static Decision Decide(Command.RecordReading command, Book book)
        {
            var stream = Readings.StreamOf(command.Subject);
            _ = book.Recall<Readings>(stream);
            return Decision.Of(book, new Draft(
                new Event.SecretRead(command.Subject, command.What, command.Reason), Aggregate: stream));
        }
    }
}
