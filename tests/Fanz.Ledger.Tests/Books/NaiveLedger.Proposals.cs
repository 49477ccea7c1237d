using System.Numerics;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What is proposed, who decides upon it, and up to how much they may.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Proposal), NaiveProposal> proposals = [];
    private readonly Dictionary<(string Book, string Command, string Currency, string Person), long> kinds = [];

    // Who approves the command that is being answered, if two people are behind it.
    private (string Command, string Person)? approver;

    private sealed class NaiveProposal
    {
        public required Command.Propose Said { get; init; }

        public required LocalDate ExpiresOn { get; init; }

        public bool IsOpen { get; set; } = true;
    }

    private static (string Command, string Person)? ApproverOf(Command command) =>
        command is Command.IByTwoPeople { ApprovedBy: { } person } ? (CommandFormat.NameOf(command), person) : null;

    private Answer? OfProposals(Command command) => command switch
    {
        Command.Propose c => Propose(c),
        Command.ApproveProposal c => OnProposal(c.Proposal, c.Command, proposal => Approve(c, proposal)),
        Command.RejectProposal c => OnProposal(c.Proposal, c.Command, proposal => End(proposal, "proposal_rejected")),
        Command.WithdrawProposal c => OnProposal(c.Proposal, c.Command, proposal =>
            proposal.Said.ProposedBy == c.WithdrawnBy
                ? End(proposal, "proposal_withdrawn")
                : Refused("proposed_by_another")),
        Command.ExpireProposal c => OnProposal(c.Proposal, null, proposal => proposal.ExpiresOn < today
            ? End(proposal, "proposal_expired")
            : Refused("proposal_not_expired_yet")),
        _ => null,
    };

    private Answer Propose(Command.Propose c)
    {
        if (proposals.ContainsKey((here, c.Proposal))) return Refused("proposal_exists");
        var latest = today.PlusDays(Policy(policy => policy.ProposalDays) ?? 14);
        var expiresOn = c.ExpiresOn ?? latest;
        if (expiresOn < today || expiresOn > latest) return Refused("outside_proposal_term");
        proposals[(here, c.Proposal)] = new NaiveProposal { Said = c, ExpiresOn = expiresOn };
        return Move("proposed");
    }

    private Answer OnProposal(string name, string? command, Func<NaiveProposal, Answer> answer)
    {
        if (!proposals.TryGetValue((here, name), out var proposal)) return Refused("proposal_unknown");
        if (!proposal.IsOpen) return Refused("proposal_not_open");
        return command is null || command == proposal.Said.Command
            ? answer(proposal)
            : Refused("proposal_of_another_command");
    }

    private Answer End(NaiveProposal proposal, string type)
    {
        proposal.IsOpen = false;
        return Move(type);
    }

    /// <summary>What it would have come to if it had been posted by both, here and now.</summary>
    private Answer Approve(Command.ApproveProposal c, NaiveProposal proposal)
    {
        if (proposal.ExpiresOn < today) return Refused("proposal_expired");
        var (proposer, record) = (proposal.Said.ProposedBy, last[here] + 1);
        if (proposer == c.ApprovedBy) return Refused("proposed_by_same");
        var command = proposal.Said.Body.Read(c.Command, proposer, c.ApprovedBy).Command!;
        if (command is Command.SetApprover own && own.Person == c.ApprovedBy) return Refused("not_for_this_approver");
        (approver, isConsequence) = (ApproverOf(command), IsConsequence(command));
        var answer = Answered(command);
        if (answer.Refusal is not null) return answer;
        proposal.IsOpen = false;
        return Together(
            [
                answer,
                Append(new NaiveDraft(here, "proposal_approved")
                {
                    Told = $"record {record} proposed by {proposer} approved by {c.ApprovedBy}",
                }),
            ]);
    }

    /// <summary>Why this approver may not approve what would be moved, or null.</summary>
    private string? ObjectionToApprover(NaiveDraft[] drafts)
    {
        if (approver is not var (command, person)) return null;
        var moved = new Dictionary<string, BigInteger>();
        foreach (var (account, amount) in drafts.SelectMany(draft => draft.Legs).Where(leg => leg.Amount > 0))
            moved[CurrencyOf(account)] = moved.GetValueOrDefault(CurrencyOf(account)) + amount;
        return moved.Any(one => kinds.Keys.Any(known => known.Book == here && known.Command == command
                && known.Currency == one.Key) && one.Value > kinds.GetValueOrDefault((here, command, one.Key, person)))
            ? "over_limit_of_approver"
            : null;
    }

    private static string CurrencyOf(string account) => account.Split('/')[1];
}
