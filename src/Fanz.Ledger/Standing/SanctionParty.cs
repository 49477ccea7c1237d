using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Nobody may do business with a sanctioned party until it is cleared.</summary>
        public sealed record SanctionParty(Role Role, string Party, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason);
        }

        /// <summary>Lifts a sanction.</summary>
        public sealed record ClearParty(Role Role, string Party, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason);
        }

        /// <summary>Ends business with a party for good.</summary>
        public sealed record CloseParty(Role Role, string Party, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason);
        }

        private static IEnumerable<Fault> PartyFaults(Role role, string? party, string? reason) => Found(
            Enum.IsDefined(role) ? null : new Fault("role", "ill_formed", "A role is fan, creator or affiliate."),
            IdentifierFault("party", party),
            ReasonFault(reason));
    }

    public abstract partial record Event
    {
        public sealed record PartySanctioned(Role Role, string Party, string Reason) : Event;

        public sealed record PartyCleared(Role Role, string Party, string Reason) : Event;

        public sealed record PartyClosed(Role Role, string Party, string Reason) : Event;
    }
}

namespace Fanz.Ledger.Standing
{
    internal static class Sanctions
    {
        /// <summary>A closed party may be sanctioned too: what it is still owed must not leave.</summary>
        internal static Decision Decide(Command.SanctionParty command, Book book)
        {
            var (role, party) = (command.Role, command.Party);
            if (Standings.Of(book, role, party).IsSanctioned) return Refusal.PartySanctioned(role, party);
            return Standings.Changed(book, role, party, new Event.PartySanctioned(role, party, command.Reason));
        }

        internal static Decision Decide(Command.ClearParty command, Book book)
        {
            var (role, party) = (command.Role, command.Party);
            if (!Standings.Of(book, role, party).IsSanctioned) return Refusal.PartyNotSanctioned(role, party);
            return Standings.Changed(book, role, party, new Event.PartyCleared(role, party, command.Reason));
        }

        internal static Decision Decide(Command.CloseParty command, Book book)
        {
            var (role, party) = (command.Role, command.Party);
            if (Standings.Of(book, role, party).IsClosed) return Refusal.PartyClosed(role, party);
            return Standings.Changed(book, role, party, new Event.PartyClosed(role, party, command.Reason));
        }
    }
}
