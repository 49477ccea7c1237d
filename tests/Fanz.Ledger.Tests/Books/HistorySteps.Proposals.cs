using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What one person proposes and another one approves, rejects, or leaves until it is too late.</summary>
internal static partial class HistorySteps
{
    private const string ALimited = "grant_goodwill";

    private static readonly string[] Proposers = ["pat", "kim", "lee"];
    private static readonly string[] Deciders = ["sam", "max", "kim", "sam", "pat"];

    private static Family Proposals() => new(
        "proposals",
        [
            (4, (step, book, _) => Propose(step, book)),
            (5, (step, book, _) => OfProposal(step, book, (proposal, command) => new Command.ApproveProposal(
                proposal, command, Step.Pick(Deciders, step.A)))),
            (1, (step, book, _) => OfProposal(step, book, (proposal, command) => new Command.RejectProposal(
                proposal, command, "not so", Step.Pick(Deciders, step.A)))),
            (1, (step, book, _) => OfProposal(step, book, (proposal, command) => new Command.WithdrawProposal(
                proposal, command, "a mistake", Step.Pick(Proposers, step.A)))),
            (1, (step, book, _) => OfProposal(step, book, (proposal, _) => new Command.ExpireProposal(proposal))),
            (1, (step, _, _) => step.C % 3 == 0 ? LimitedApprover(step) : null),
            (1, (step, book, _) => Later(step, book)),
        ],
        [
            "proposed", "goodwill_granted proposal_approved", "adjusted proposal_approved",
            "policy_set proposal_approved", "approver_set proposal_approved", "revenue_rule_set proposal_approved",
            "payout_method_added proposal_approved",
            "proposal_rejected", "proposal_withdrawn", "proposal_expired", "refused: proposal_exists",
            "refused: proposal_unknown", "refused: proposal_not_open", "refused: proposal_of_another_command",
            "refused: outside_proposal_term", "refused: proposal_expired", "refused: proposal_not_expired_yet",
            "refused: proposed_by_same", "refused: proposed_by_another", "refused: not_for_this_approver",
            "refused: over_limit_of_approver",
        ]);

    private static Command.Propose Propose(Step step, BookInMemory book)
    {
        var command = ToBeProposed(step, book);
        var count = Count(book, "proposed");
        return new Command.Propose(
            step.C % 12 == 0 ? $"q{Math.Max(0, count - 1)}" : $"q{count}", CommandFormat.NameOf(command),
            CommandBody.Of(command), "to be looked at", Step.Pick(Proposers, step.B),
            step.C % 5 == 0 ? book.Now.Today.PlusDays((step.B % 20) - 2) : null);
    }

    private static Command ToBeProposed(Step step, BookInMemory book) => (step.A % 9) switch
    {
        0 or 1 => Goodwill(step with { Amount = step.Small }),
        2 => Adjust(step, book),
        3 => Rule(step, book),
        4 => SetApprover(step),
        5 => LimitedApprover(step),
        6 => new Command.SetPolicy("pat", "sam") { ProposalDays = step.B % 30 },
        7 => Method(step, $"m{step.B % 3}"),
        _ => new Command.UnholdCreator(Step.Pick(Creators, step.A), "fine", "pat", "sam"),
    };

    private static Command.SetApprover LimitedApprover(Step step) => new(
        Step.Pick(Deciders, step.B), "USD", step.C % 2 == 0 ? step.Small : 10_000, "ida", "otto", ALimited);

    /// <summary>Something about one of the last proposals, mostly about one that is open.</summary>
    private static Command OfProposal(Step step, BookInMemory book, Func<string, string, Command> make)
    {
        var proposed = Told<Event.Proposed>(book, "proposed").ToList();
        var open = proposed.FindAll(one => LastOf(book, $"proposal/{one.Proposal}") == "proposed");
        if (open.Count == 0 && step.C % 6 != 0) return Propose(step, book);
        if (open.Count == 0 || step.B % 10 == 0)
            return make($"q{step.A % (proposed.Count + 1)}", proposed.LastOrDefault()?.Command ?? "adjust");
        var one = Step.Pick(open.TakeLast(4).ToList(), step.C);
        return make(one.Proposal, step.B % 11 == 0 ? "set_rail" : one.Command);
    }
}
