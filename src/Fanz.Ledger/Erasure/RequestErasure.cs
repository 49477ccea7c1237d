using Fanz.Ledger.Books;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A person asks to be forgotten. They are as soon as nothing has to be kept of them any more, on any platform of
        /// the tenant; until then the request is open.
        /// </summary>
        public sealed record RequestErasure(Role Role, string Party, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason);
        }

        /// <summary>They have changed their mind, or it was not they who asked.</summary>
        public sealed record WithdrawErasure(Role Role, string Party, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => PartyFaults(Role, Party, Reason);
        }
    }

    public abstract partial record Event
    {
        public sealed record ErasureRequested(Role Role, string Party, string Reason) : Event;

        public sealed record ErasureWithdrawn(Role Role, string Party, string Reason) : Event;
    }
}

namespace Fanz.Ledger.Erasure
{
    internal static class ErasureRequests
    {
        internal static Decision Decide(Command.RequestErasure command, Book book)
        {
            var (role, party) = (command.Role, command.Party);
            var person = PersonRecord.Of(book, role, party);
            if (person.IsForgotten) return Refusal.PersonForgotten(role, party);
            if (person.Request is { } open) return Refusal.ErasureOpen(role, party, open);
            return PersonRecord.Changed(book, role, party, new Event.ErasureRequested(role, party, command.Reason));
        }

        internal static Decision Decide(Command.WithdrawErasure command, Book book)
        {
            var (role, party) = (command.Role, command.Party);
            return PersonRecord.Of(book, role, party).Request is null
                ? Refusal.NoErasureRequest(role, party)
                : PersonRecord.Changed(book, role, party, new Event.ErasureWithdrawn(role, party, command.Reason));
        }
    }
}
