using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Proposals;

/// <summary>Where a proposal stands. Only an open one leads anywhere, and to one end alone.</summary>
public enum ProposalState
{
    None,
    Open,
    Approved,
    Rejected,
    Withdrawn,
    Expired,
}

/// <summary>What one person proposed, as long as nobody has decided upon it.</summary>
public sealed record Proposal : Aggregate
{
    public ProposalState State { get; private init; }

    /// <summary>What was proposed; once it has come to its end, nobody asks any more.</summary>
    internal Event.Proposed? Proposed { get; private init; }

    public static string StreamOf(string proposal) => $"proposal/{proposal}";

    public static Proposal Of(Book book, string proposal) => book.Recall<Proposal>(StreamOf(proposal));

    public override Aggregate After(Recorded recorded) => (State, recorded.Event) switch
    {
        (ProposalState.None, Event.Proposed proposed) => new Proposal
        {
            State = ProposalState.Open,
            Proposed = proposed,
        },
        (ProposalState.Open, Event.ProposalApproved) => new Proposal { State = ProposalState.Approved },
        (ProposalState.Open, Event.ProposalRejected) => new Proposal { State = ProposalState.Rejected },
        (ProposalState.Open, Event.ProposalWithdrawn) => new Proposal { State = ProposalState.Withdrawn },
        (ProposalState.Open, Event.ProposalExpired) => new Proposal { State = ProposalState.Expired },
        _ => throw Impossible(recorded),
    };

    internal static Draft Changed(string proposal, Event @event) => new(@event, Aggregate: StreamOf(proposal));

    /// <summary>
    /// Why nothing can be done with it, or null. Whoever decides upon a proposal names the command that they believe
    /// it to be: by that their right to it was judged.
    /// </summary>
    internal Refusal? Objection(string proposal, string? command) => this switch
    {
        { State: ProposalState.None } => Refusal.ProposalUnknown(proposal),
        { Proposed: not { } } => Refusal.ProposalNotOpen(proposal, InWords(State)),
        { Proposed: { } proposed } when command is not null && proposed.Command != command =>
            Refusal.ProposalOfAnotherCommand(proposal, proposed.Command, command),
        _ => null,
    };

    private static string InWords(ProposalState state) => state switch
    {
        ProposalState.Approved => "approved",
        ProposalState.Rejected => "rejected",
        ProposalState.Withdrawn => "withdrawn",
        ProposalState.Expired => "expired",
        _ => throw new InvariantBroken($"A proposal that is {state} is no longer decided upon."),
    };
}
