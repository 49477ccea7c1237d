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
    /// <summary>How often secrets of a creator were read. Who read them is the actor of the record.</summary>
    public sealed record Readings : Aggregate
    {
        public long Count { get; private init; }

        internal static string StreamOf(string subject) => $"readings/{subject}";

        public override Readings After(Recorded recorded) => recorded.Event is Event.SecretRead
            ? this with { Count = Count + 1 }
            : throw Impossible(recorded);

        internal static Decision Decide(Command.RecordReading command, Book book)
        {
            var stream = StreamOf(command.Subject);
            _ = book.Recall<Readings>(stream);
            return Decision.Of(book, new Draft(
                new Event.SecretRead(command.Subject, command.What, command.Reason), Aggregate: stream));
        }
    }
}
