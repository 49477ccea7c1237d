namespace Fanz.Ledger.Journal;

public abstract partial record Command
{
    /// <summary>A command that somebody approves: only they themselves can say so.</summary>
    public interface IApproved
    {
        string? ApprovedBy { get; }
    }

    /// <summary>
    /// A command that one person proposes and another one approves; nobody is named where it may be posted without.
    /// </summary>
    public interface IByTwoPeople : IApproved
    {
        string? ProposedBy { get; }
    }

    /// <summary>A command that somebody says in their own name: nobody else can say it for them.</summary>
    public interface ISaidBy
    {
        /// <summary>The field in which they are named, and who it is.</summary>
        (string Field, string Person) Said { get; }
    }

    /// <summary>A step on the way of a command that is proposed; whoever takes it says which command that is.</summary>
    public interface IOfProposal
    {
        string Command { get; }
    }

    /// <summary>What one person proposes another one approves; neither can do both.</summary>
    private static IEnumerable<Fault> TwoPeopleFaults(string? proposedBy, string? approvedBy) => Found(
        IdentifierFault("proposed_by", proposedBy),
        IdentifierFault("approved_by", approvedBy),
        proposedBy is not null && proposedBy == approvedBy
            ? new Fault("approved_by", "same_person", "Whoever proposes it cannot approve it.")
            : null);
}
