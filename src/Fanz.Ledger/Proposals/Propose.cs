using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Proposals;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// One person proposes what takes two. Nothing of it is done before another one approves it, and then it is
        /// decided as if it were posted there and then.
        /// </summary>
        /// <param name="Proposal">Its name, never used again.</param>
        /// <param name="Command">The name of the command that is proposed; it is one that takes two people.</param>
        /// <param name="Body">Its fields, but for proposed_by and approved_by, which are filled in.</param>
        /// <param name="Reason">Why, for whoever is asked to approve it.</param>
        /// <param name="ProposedBy">The person who proposes it; they post it themselves.</param>
        /// <param name="ExpiresOn">
        /// The last day on which it can be approved, where that is sooner than the policy has it.
        /// </param>
        public sealed record Propose(
            string Proposal, string Command, CommandBody Body, string Reason, string ProposedBy,
            LocalDate? ExpiresOn = null) : Command, ISaidBy, IOfProposal
        {
            /// <summary>How many legs of one may open an account. A part of an import has as many.</summary>
            internal const int MostLegsOfOne = 2_000;

            (string Field, string Person) ISaidBy.Said => ("proposed_by", ProposedBy);

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book)
            {
                var proposer = IdentifierFault("proposed_by", ProposedBy);
                var own = Found(
                    IdentifierFault("proposal", Proposal), TwoPeopleCommandFault(Command), ReasonFault(Reason),
                    proposer, Fault.OfDate("expires_on", ExpiresOn));
                if (Body is null) return own.Append(new Fault("body", "ill_formed", "body is missing"));
                return CommandFormat.TakesTwoPeople(Command) && proposer is null
                    ? own.Concat(Body.Faults(Command, ProposedBy, book))
                    : own;
            }
        }

        /// <summary>Only what takes two people is proposed to another one, or limited to some of them.</summary>
        private static Fault? TwoPeopleCommandFault(string? command) =>
            CommandFormat.TakesTwoPeople(command)
                ? null
                : new Fault(
                    "command", "not_by_two_people",
                    $"{Identifier.Quote(command)} is no command that takes two people.");
    }

    public abstract partial record Event
    {
        /// <param name="ExpiresOn">The last day on which it can be approved.</param>
        public sealed record Proposed(
            string Proposal, string Command, CommandBody Body, string Reason, string ProposedBy, LocalDate ExpiresOn)
            : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal ProposalExists(string proposal) => Of(
            "proposal_exists", $"There is a proposal {Identifier.Quote(proposal)} already.", ("proposal", proposal));

        public static Refusal OutsideProposalTerm(LocalDate expiresOn, LocalDate today, LocalDate latest) => Of(
            "outside_proposal_term",
            $"What is proposed today can be approved up to {Told(latest)} at most, not {Told(expiresOn)}.",
            ("expires_on", expiresOn), ("today", today), ("latest", latest));
    }
}

namespace Fanz.Ledger.Proposals
{
    internal static class Proposing
    {
        internal static Decision Decide(Command.Propose command, Book book, Moment now)
        {
            var proposal = Proposal.Of(book, command.Proposal);
            var latest = now.Today.PlusDays(Policy.Of(book, now.Today).ProposalDays);
            var expiresOn = command.ExpiresOn ?? latest;
            if (proposal.State != ProposalState.None) return Refusal.ProposalExists(command.Proposal);
            if (expiresOn < now.Today || expiresOn > latest)
                return Refusal.OutsideProposalTerm(expiresOn, now.Today, latest);
            return Decision.Of(book, Proposal.Changed(command.Proposal, new Event.Proposed(
                command.Proposal, command.Command, command.Body, command.Reason, command.ProposedBy, expiresOn)));
        }
    }
}
