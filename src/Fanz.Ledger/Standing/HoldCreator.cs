using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Stops releases and payouts to a creator. They still sell and earn.</summary>
        public sealed record HoldCreator(string Creator, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("creator", Creator), ReasonFault(Reason));
        }

        /// <summary>Lifts a hold: releases and payouts go on.</summary>
        public sealed record UnholdCreator(string Creator, string Reason, string ProposedBy, string ApprovedBy)
            : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("creator", Creator), ReasonFault(Reason))
                    .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record CreatorHeld(string Creator, string Reason) : Event;

        /// <summary>By two people; the first such records name nobody.</summary>
        public sealed record CreatorUnheld(
            string Creator, string Reason, string? ProposedBy = null, string? ApprovedBy = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal CreatorHeld(string creator) => Of(
            "creator_held", $"The creator {Identifier.Quote(creator)} is held.", ("creator", creator));

        public static Refusal CreatorNotHeld(string creator) => Of(
            "creator_not_held", $"The creator {Identifier.Quote(creator)} is not held.", ("creator", creator));
    }
}

namespace Fanz.Ledger.Standing
{
    internal static class CreatorHolds
    {
        internal static Decision Decide(Command.HoldCreator command, Book book) =>
            Standings.Of(book, Role.Creator, command.Creator).IsHeld
                ? Refusal.CreatorHeld(command.Creator)
                : Standings.Changed(
                    book, Role.Creator, command.Creator, new Event.CreatorHeld(command.Creator, command.Reason));

        internal static Decision Decide(Command.UnholdCreator command, Book book) =>
            !Standings.Of(book, Role.Creator, command.Creator).IsHeld
                ? Refusal.CreatorNotHeld(command.Creator)
                : Standings.Changed(
                    book, Role.Creator, command.Creator, new Event.CreatorUnheld(
                        command.Creator, command.Reason, command.ProposedBy, command.ApprovedBy));
    }
}
