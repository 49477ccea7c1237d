using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Proposals;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Another person approves what was proposed, and it is decided on the spot, as things stand now. What is
        /// refused stays proposed.
        /// </summary>
        /// <param name="Command">The name of the command that was proposed.</param>
        /// <param name="ApprovedBy">The person who approves it; never the one who proposed it.</param>
        public sealed record ApproveProposal(string Proposal, string Command, string ApprovedBy)
            : Command, IApproved, IOfProposal
        {
            // How many there are only the proposal tells.
            internal override int MostLegs => Propose.MostLegsOfOne;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("proposal", Proposal), TwoPeopleCommandFault(Command),
                IdentifierFault("approved_by", ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        /// <summary>It stands behind what was done by it.</summary>
        /// <param name="Record">The record of the command itself.</param>
        public sealed record ProposalApproved(
            string Proposal, string Command, long Record, string ProposedBy, string ApprovedBy) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal ProposalUnknown(string proposal) => Of(
            "proposal_unknown", $"There is no proposal {Identifier.Quote(proposal)}.", ("proposal", proposal));

        public static Refusal ProposalNotOpen(string proposal, string state) => Of(
            "proposal_not_open", $"The proposal {Identifier.Quote(proposal)} is {state}.",
            ("proposal", proposal), ("state", state));

        public static Refusal ProposalOfAnotherCommand(string proposal, string command, string named) => Of(
            "proposal_of_another_command",
            $"The proposal {Identifier.Quote(proposal)} is to {command}, not to {named}.",
            ("proposal", proposal), ("command", command), ("named", named));

        public static Refusal ProposalExpired(string proposal, LocalDate expiresOn) => Of(
            "proposal_expired",
            $"The proposal {Identifier.Quote(proposal)} could be approved up to {Told(expiresOn)}: propose it again.",
            ("proposal", proposal), ("expires_on", expiresOn));

        public static Refusal ProposedBySame(string proposal, string person) => Of(
            "proposed_by_same",
            $"{Identifier.Quote(person)} has proposed it; somebody else has to approve it.",
            ("proposal", proposal), ("person", person));

        /// <summary>As it stands it could not be posted with this approver, such as a limit of their own.</summary>
        public static Refusal NotForThisApprover(string proposal, string person, string problem) => Of(
            "not_for_this_approver",
            $"{Identifier.Quote(person)} cannot approve the proposal {Identifier.Quote(proposal)}: {problem}",
            ("proposal", proposal), ("person", person), ("problem", problem));
    }
}

namespace Fanz.Ledger.Proposals
{
    internal static class ApprovingProposals
    {
        internal static Decision Decide(Command.ApproveProposal command, Book book, Moment now)
        {
            var proposal = Proposal.Of(book, command.Proposal);
            if (proposal.Objection(command.Proposal, command.Command) is { } refusal) return refusal;
            var proposed = proposal.Proposed!;
            if (proposed.ExpiresOn < now.Today)
                return Refusal.ProposalExpired(command.Proposal, proposed.ExpiresOn);
            if (proposed.ProposedBy == command.ApprovedBy)
                return Refusal.ProposedBySame(command.Proposal, command.ApprovedBy);
            var (inner, problem) = Read(proposed, command.ApprovedBy, book.Name);
            if (inner is null) return Refusal.NotForThisApprover(command.Proposal, command.ApprovedBy, problem!);
            var decision = Decider.Decide(inner, book, other: null, now);
            if (decision is not Decision.Accepted accepted) return decision;
            // What was asked for comes first, so that the answer is the one that the command itself would have had.
            return accepted with
            {
                Drafts = accepted.Drafts.Add((book, Proposal.Changed(command.Proposal, new Event.ProposalApproved(
                    command.Proposal, proposed.Command, book.LastNumber + 1, proposed.ProposedBy,
                    command.ApprovedBy)))),
            };
        }

        /// <summary>The command, if these two may make it so; its form was judged when it was proposed.</summary>
        private static (Command? Command, string? Problem) Read(
            Event.Proposed proposed, string approvedBy, BookName book)
        {
            var (inner, fault) = proposed.Body.Read(proposed.Command, proposed.ProposedBy, approvedBy);
            fault ??= inner!.Faults(book).FirstOrDefault();
            return fault is null ? (inner, null) : (null, fault.Problem);
        }
    }
}
