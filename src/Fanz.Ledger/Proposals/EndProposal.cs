using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Proposals;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Somebody who could have approved it says no, for good.</summary>
        /// <param name="Command">The name of the command that was proposed.</param>
        public sealed record RejectProposal(string Proposal, string Command, string Reason, string RejectedBy)
            : Command, ISaidBy, IOfProposal
        {
            (string Field, string Person) ISaidBy.Said => ("rejected_by", RejectedBy);

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("proposal", Proposal), TwoPeopleCommandFault(Command), ReasonFault(Reason),
                IdentifierFault("rejected_by", RejectedBy));
        }

        /// <summary>Whoever proposed it takes it back.</summary>
        /// <param name="Command">The name of the command that was proposed.</param>
        public sealed record WithdrawProposal(string Proposal, string Command, string Reason, string WithdrawnBy)
            : Command, ISaidBy, IOfProposal
        {
            (string Field, string Person) ISaidBy.Said => ("withdrawn_by", WithdrawnBy);

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("proposal", Proposal), TwoPeopleCommandFault(Command), ReasonFault(Reason),
                IdentifierFault("withdrawn_by", WithdrawnBy));
        }

        /// <summary>
        /// Nobody approved it in time. It could not be approved any more even so: this only says that it is over.
        /// </summary>
        public sealed record ExpireProposal(string Proposal) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(IdentifierFault("proposal", Proposal));
        }
    }

    public abstract partial record Event
    {
        public sealed record ProposalRejected(
            string Proposal, string Command, string Reason, string ProposedBy, string RejectedBy) : Event;

        public sealed record ProposalWithdrawn(string Proposal, string Command, string Reason, string ProposedBy)
            : Event;

        public sealed record ProposalExpired(string Proposal, string Command, string ProposedBy, LocalDate ExpiresOn)
            : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal ProposedByAnother(string proposal, string person) => Of(
            "proposed_by_another",
            $"{Identifier.Quote(person)} has not proposed {Identifier.Quote(proposal)} and cannot withdraw it.",
            ("proposal", proposal), ("person", person));

        public static Refusal ProposalNotExpiredYet(string proposal, LocalDate expiresOn) => Of(
            "proposal_not_expired_yet",
            $"The proposal {Identifier.Quote(proposal)} can be approved up to {Told(expiresOn)}.",
            ("proposal", proposal), ("expires_on", expiresOn), ("lifts_on", expiresOn.PlusDays(1)));
    }
}

namespace Fanz.Ledger.Proposals
{
    internal static class EndingProposals
    {
        internal static Decision Decide(Command.RejectProposal command, Book book)
        {
            var proposal = Proposal.Of(book, command.Proposal);
            if (proposal.Objection(command.Proposal, command.Command) is { } refusal) return refusal;
            return Decision.Of(book, Proposal.Changed(command.Proposal, new Event.ProposalRejected(
                command.Proposal, command.Command, command.Reason, proposal.Proposed!.ProposedBy,
                command.RejectedBy)));
        }

        internal static Decision Decide(Command.WithdrawProposal command, Book book)
        {
            var proposal = Proposal.Of(book, command.Proposal);
            if (proposal.Objection(command.Proposal, command.Command) is { } refusal) return refusal;
            if (proposal.Proposed!.ProposedBy != command.WithdrawnBy)
                return Refusal.ProposedByAnother(command.Proposal, command.WithdrawnBy);
            return Decision.Of(book, Proposal.Changed(command.Proposal, new Event.ProposalWithdrawn(
                command.Proposal, command.Command, command.Reason, command.WithdrawnBy)));
        }

        internal static Decision Decide(Command.ExpireProposal command, Book book, Moment now)
        {
            var proposal = Proposal.Of(book, command.Proposal);
            if (proposal.Objection(command.Proposal, command: null) is { } refusal) return refusal;
            var proposed = proposal.Proposed!;
            if (proposed.ExpiresOn >= now.Today)
                return Refusal.ProposalNotExpiredYet(command.Proposal, proposed.ExpiresOn);
            return Decision.Of(book, Proposal.Changed(command.Proposal, new Event.ProposalExpired(
                command.Proposal, proposed.Command, proposed.ProposedBy, proposed.ExpiresOn)));
        }
    }
}
