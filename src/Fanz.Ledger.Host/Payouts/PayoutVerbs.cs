using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Terminal;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>`ledger payouts`: what is to be paid and was, and what people decide about it.</summary>
internal static class PayoutVerbs
{
    public static Command Words() =>
        new("payouts", "See payouts, batches and files; approve, reject, cancel and send them.")
        {
            List(), Show(), Approve(), Reject(), Cancel(), Submit(), File(), Ask(), Instant(),
        };

    private static Command List()
    {
        var (book, json) = (Book(), Answer.JsonOption());
        var files = new Option<bool>("--files") { Description = "The files instead of the batches." };
        var verb = new Command("list", "List the newest batches of payouts.") { book, files, json };
        verb.SetAction((words, token) => PayoutShow.List(
            words.GetValue(book)!.Value, words.GetValue(files), words.GetValue(json), token));
        return verb;
    }

    private static Command Show()
    {
        var (book, json) = (Book(), Answer.JsonOption());
        var name = new Argument<string>("NAME") { Description = "A payout or a batch." };
        var verb = new Command("show", "Show a payout with all that happened to it, or a batch.") { name, book, json };
        verb.SetAction((words, token) => PayoutShow.One(
            words.GetValue(book)!.Value, words.GetValue(name)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Approve()
    {
        var (book, json, by) = (Book(), Answer.JsonOption(), Person("--by", "Who approves it."));
        var batch = Batch();
        var verb = new Command("approve", "Approve a batch; it takes two people, each within the limit of their own.")
        {
            batch, book, by, json,
        };
        verb.SetAction((words, token) => PayoutDecisions.Approve(
            words.GetValue(book)!.Value, words.GetValue(batch)!, words.GetValue(by)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Reject()
    {
        var (book, json, by, reason) = (Book(), Answer.JsonOption(), Person("--by", "Who rejects it."), Reason());
        var batch = Batch();
        var verb = new Command("reject", "Reject a batch: nothing of it is sent, and its money goes back.")
        {
            batch, book, by, reason, json,
        };
        verb.SetAction((words, token) => PayoutDecisions.Reject(
            words.GetValue(book)!.Value, words.GetValue(batch)!, words.GetValue(by)!, words.GetValue(reason)!,
            words.GetValue(json), token));
        return verb;
    }

    private static Command Cancel()
    {
        var (book, json, by, reason) = (Book(), Answer.JsonOption(), Person("--by", "Who cancels it."), Reason());
        var payout = new Argument<string>("PAYOUT") { Description = "The payout." };
        var verb = new Command("cancel", "Cancel a payout that was not sent; the creator has the money again.")
        {
            payout, book, by, reason, json,
        };
        verb.SetAction((words, token) => PayoutDecisions.Cancel(
            words.GetValue(book)!.Value, words.GetValue(payout)!, words.GetValue(by)!, words.GetValue(reason)!,
            words.GetValue(json), token));
        return verb;
    }

    private static Command Submit()
    {
        var (book, json, batch) = (Book(), Answer.JsonOption(), Batch());
        var verb = new Command("submit", "Send an approved batch now, without waiting for the schedule.")
        {
            batch, book, json,
        };
        verb.SetAction((words, token) => PayoutDecisions.Submit(
            words.GetValue(book)!.Value, words.GetValue(batch)!, words.GetValue(json), token));
        return verb;
    }

    private static Command File()
    {
        var (book, json) = (Book(), Answer.JsonOption());
        var file = new Argument<string>("FILE") { Description = "The file, as `ledger payouts list --files` has it." };
        var path = new Option<string?>("--out")
        {
            HelpName = "PATH",
            Description = "Write it there; nothing that is there is overwritten.",
        };
        var verb = new Command("file", "Make a file again from the journal, and hold it against what was prepared.")
        {
            file, book, path, json,
        };
        verb.SetAction((words, token) => PayoutFileVerb.Run(
            words.GetValue(book)!.Value, words.GetValue(file)!, words.GetValue(path), words.GetValue(json), token));
        return verb;
    }

    private static Command Ask()
    {
        var (book, json, by) = (Book(), Answer.JsonOption(), Person("--by", "Who asks for them."));
        var (creator, currency, amount) = (Creator(), Currency(), Amount());
        var verb = new Command("request", "Ask for a creator to be paid with the next batch.")
        {
            creator, book, currency, amount, by, json,
        };
        verb.SetAction((words, token) => PayoutDecisions.Ask(
            words.GetValue(book)!.Value, words.GetValue(creator)!, words.GetValue(currency), words.GetValue(amount),
            words.GetValue(by)!, words.GetValue(json), token));
        return verb;
    }

    private static Command Instant()
    {
        var (book, json, by) = (Book(), Answer.JsonOption(), Person("--by", "Who asks for them."));
        var (creator, currency, amount) = (Creator(), Currency(), Amount());
        amount.Required = true;
        var verb = new Command("instant", "Form an instant payout; it goes with the next submission.")
        {
            creator, book, currency, amount, by, json,
        };
        verb.SetAction((words, token) => PayoutDecisions.Instant(
            words.GetValue(book)!.Value, words.GetValue(creator)!, words.GetValue(currency),
            words.GetValue(amount)!.Value, words.GetValue(by)!, words.GetValue(json), token));
        return verb;
    }

    private static Option<BookName?> Book() => BookWords.Option("Which book.", isRequired: true);

    private static Argument<string> Batch() => new("BATCH") { Description = "The batch." };

    private static Argument<string> Creator() => new("CREATOR") { Description = "The creator." };

    private static Option<string?> Currency() =>
        new("--currency") { HelpName = "CODE", Description = "In which currency; otherwise the book's own." };

    private static Option<long?> Amount() =>
        new("--amount") { HelpName = "MINOR", Description = "How much, in minor units; otherwise all there is." };

    private static Option<string> Reason() =>
        new("--reason") { HelpName = "TEXT", Description = "Why.", Required = true };

    private static Option<string> Person(string name, string description) =>
        new(name) { HelpName = "PERSON", Description = description, Required = true };
}
