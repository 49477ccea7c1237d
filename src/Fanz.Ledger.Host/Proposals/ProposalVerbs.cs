using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Terminal;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Proposals;

/// <summary>`ledger proposals`: what waits for a second person, and what people decide about it.</summary>
internal static class ProposalVerbs
{
    private static readonly string[] States = ["open", "approved", "rejected", "withdrawn", "expired", "all"];

    public static Command Words() =>
        new("proposals", "See what waits for a second person; propose, approve, reject, withdraw.")
        {
            List(), Show(), Propose(), Approve(), Reject(), Withdraw(),
        };

    private static Command List()
    {
        var (book, json) = (Book(), Answer.JsonOption());
        var state = new Option<string>("--state")
        {
            Description = "Those that stand so.", DefaultValueFactory = _ => "open",
        };
        state.AcceptOnlyFromAmong(States);
        var verb = new Command("list", "List the newest proposals that are open, or stand otherwise.")
        {
            book, state, json,
        };
        verb.SetAction((words, token) => ProposalDesk.List(
            words.GetValue(book)!.Value, words.GetValue(state)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Show()
    {
        var (book, json, proposal) = (Book(), Answer.JsonOption(), Proposal());
        var verb = new Command("show", "Show a proposal with its fields, and what became of it.")
        {
            proposal, book, json,
        };
        verb.SetAction((words, token) => ProposalDesk.Show(
            words.GetValue(book)!.Value, words.GetValue(proposal)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Propose()
    {
        var (book, json, by, reason) = (Book(), Answer.JsonOption(), Person("Who proposes it."), Reason());
        var proposal = Proposal();
        var command = new Argument<string>("COMMAND") { Description = "What is proposed, such as adjust." };
        var body = new Argument<string>("JSON")
        {
            Description = "Its fields as JSON, without proposed_by and approved_by; - reads them from standard input.",
        };
        var verb = new Command("propose", "Propose a command that takes two people.")
        {
            proposal, command, body, book, by, reason, json,
        };
        verb.SetAction((words, token) => ProposalDesk.Propose(
            words.GetValue(book)!.Value, words.GetValue(proposal)!, words.GetValue(command)!, words.GetValue(body)!,
            words.GetValue(by)!, words.GetValue(reason)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Approve()
    {
        var (book, json, by, proposal) = (Book(), Answer.JsonOption(), Person("Who approves it."), Proposal());
        var verb = new Command("approve", "Approve what somebody else has proposed: it is done at once.")
        {
            proposal, book, by, json,
        };
        verb.SetAction((words, token) => ProposalDesk.Approve(
            words.GetValue(book)!.Value, words.GetValue(proposal)!, words.GetValue(by)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Reject()
    {
        var (book, json, by, reason) = (Book(), Answer.JsonOption(), Person("Who rejects it."), Reason());
        var proposal = Proposal();
        var verb = new Command("reject", "Reject what somebody has proposed, for good.")
        {
            proposal, book, by, reason, json,
        };
        verb.SetAction((words, token) => ProposalDesk.Reject(
            words.GetValue(book)!.Value, words.GetValue(proposal)!, words.GetValue(by)!, words.GetValue(reason)!,
            words.GetValue(json), token));
        return verb;
    }

    private static Command Withdraw()
    {
        var (book, json, by, reason) = (Book(), Answer.JsonOption(), Person("Who proposed it."), Reason());
        var proposal = Proposal();
        var verb = new Command("withdraw", "Take back what you have proposed.") { proposal, book, by, reason, json };
        verb.SetAction((words, token) => ProposalDesk.Withdraw(
            words.GetValue(book)!.Value, words.GetValue(proposal)!, words.GetValue(by)!, words.GetValue(reason)!,
            words.GetValue(json), token));
        return verb;
    }

    private static Option<BookName?> Book() => BookWords.Option("Which book.", isRequired: true);

    private static Argument<string> Proposal() => new("PROPOSAL") { Description = "The name of the proposal." };

    private static Option<string> Reason() =>
        new("--reason") { HelpName = "TEXT", Description = "Why.", Required = true };

    private static Option<string> Person(string description) =>
        new("--by") { HelpName = "PERSON", Description = description, Required = true };
}
