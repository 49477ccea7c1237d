using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Proposals;

/// <summary>What waits for a second person, and what became of it.</summary>
public static class ProposalList
{
    public static Listing Proposals { get; } = new(
        "proposals", ProposalFollower.FollowerName, "What one person proposed and another one decides upon.",
        "projected.proposals p", "p.build = @build",
        [
            new("proposal", "p.proposal", ValueKind.Text, "Its name."),
            new("command", "p.command", ValueKind.Text, "The command that is proposed."),
            new("state", "p.state", ValueKind.Text, "open, approved, rejected, withdrawn or expired."),
            new("body", "p.body", ValueKind.Json, "The fields of the command, but for the two people."),
            new("reason", "p.reason", ValueKind.Text, "Why it was proposed."),
            new("proposed_by", "p.proposed_by", ValueKind.Text, "The person who proposed it."),
            new("proposed_at", "p.proposed_at", ValueKind.Time, "When."),
            new("expires_on", "p.expires_on", ValueKind.Date, "The last day on which it can be approved."),
            new("decided_by", "p.decided_by", ValueKind.Text, "The person who approved or rejected it."),
            new("objection", "p.objection", ValueKind.Text, "Why it was rejected or withdrawn."),
            new("record", "p.record", ValueKind.Whole, "The record by which it was done."),
            new("number", "p.number", ValueKind.Whole, "The record that proposed it."),
            new("changed_number", "p.changed_number", ValueKind.Whole, "The record that brought it to its state."),
        ],
        [
            new("proposal", ValueKind.Text, "p.proposal = @value", "This one."),
            new("state", ValueKind.Text, "p.state = @value", "Stands so.")
            {
                Words = ["open", "approved", "rejected", "withdrawn", "expired"],
            },
            new("command", ValueKind.Text, "p.command = @value", "Proposes this command."),
            new("proposed_by", ValueKind.Text, "p.proposed_by = @value", "Proposed by this person."),
            new("expires_from", ValueKind.Date, "p.expires_on >= @value", "Can be approved on this day."),
            new("expires_to", ValueKind.Date, "p.expires_on <= @value", "Can be approved up to this day at most."),
        ],
        [
            new("newest", [new("p.number", ValueKind.Whole)]) { IsDescending = true },
            new("oldest", [new("p.number", ValueKind.Whole)]),
        ])
    {
        Text = "What is open after its last day cannot be approved any more, whether or not anybody has said that it "
            + "is expired: `state=open&expires_from=` today leaves what still can.",
    };
}
