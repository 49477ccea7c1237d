using Fanz.Ledger.Books;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// What is known of a person is kept until the hold is lifted, whatever they ask and however old it is: a court,
        /// an authority or a dispute needs it.
        /// </summary>
        /// <param name="Hold">A name of the hold, never used before for this person.</param>
        public sealed record PlaceLegalHold(
            Role Role, string Party, string Hold, string Reason, string ProposedBy, string ApprovedBy)
            : Command, IByTwoPeople
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason)
                .Concat(Found(IdentifierFault("hold", Hold)))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }

        /// <summary>A hold is over: what has to be kept follows from how old it is again.</summary>
        public sealed record LiftLegalHold(
            Role Role, string Party, string Hold, string Reason, string ProposedBy, string ApprovedBy)
            : Command, IByTwoPeople
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason)
                .Concat(Found(IdentifierFault("hold", Hold)))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record LegalHoldPlaced(
            Role Role, string Party, string Hold, string Reason, string ProposedBy, string ApprovedBy) : Event;

        public sealed record LegalHoldLifted(
            Role Role, string Party, string Hold, string Reason, string ProposedBy, string ApprovedBy) : Event;
    }
}

namespace Fanz.Ledger.Erasure
{
    internal static class LegalHolds
    {
        internal static Decision Decide(Command.PlaceLegalHold command, Book book)
        {
            var person = PersonRecord.Of(book, command.Role, command.Party);
            if (person.IsForgotten) return Refusal.PersonForgotten(command.Role, command.Party);
            if (person.HasHad(command.Hold)) return Refusal.LegalHoldExists(command.Hold);
            return PersonRecord.Changed(book, command.Role, command.Party, new Event.LegalHoldPlaced(
                command.Role, command.Party, command.Hold, command.Reason, command.ProposedBy, command.ApprovedBy));
        }

        internal static Decision Decide(Command.LiftLegalHold command, Book book) =>
            PersonRecord.Of(book, command.Role, command.Party).Holds.Contains(command.Hold)
                ? PersonRecord.Changed(book, command.Role, command.Party, new Event.LegalHoldLifted(
                    command.Role, command.Party, command.Hold, command.Reason, command.ProposedBy, command.ApprovedBy))
                : Refusal.LegalHoldUnknown(command.Hold);
    }
}
