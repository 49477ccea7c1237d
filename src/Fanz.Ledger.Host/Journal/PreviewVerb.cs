using System.CommandLine;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Journal;

/// <summary>`ledger preview`: says what a command would post, and posts nothing.</summary>
internal static class PreviewVerb
{
    private static readonly Actor Curious = new("preview");

    public static System.CommandLine.Command Words()
    {
        var book = BookWords.Option("The book that it would be posted to.", isRequired: true);
        var name = new Argument<string>("COMMAND") { Description = "Its name, such as send_tip." };
        var body = new Argument<string>("JSON")
        {
            Description = "Its fields as JSON; - reads them from standard input. Amounts are minor units.",
        };
        var json = Answer.JsonOption();
        var verb = new System.CommandLine.Command("preview", "Say what a command would post, without posting it.")
        {
            book, name, body, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, words.GetValue(name)!, words.GetValue(body)!, words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(
        BookName book, string name, string body, bool asJson, CancellationToken token)
    {
        if (body == "-") body = await Console.In.ReadToEndAsync(token);
        var (command, fault) = CommandFormat.Read(name, Encoding.UTF8.GetBytes(body));
        if (command is null) throw new Mistake(fault!.ToString());
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        switch (await new Preview(source, new BookRegistry(source)).Of(book, command, Curious, token))
        {
            case Previewed.Posts { Records: var records }:
                foreach (var record in records) Tell(record, asJson);
                return CommandLine.Done;
            case Previewed.Refused { Refusal: var refusal }:
                if (asJson) Answer.Json(new { Refused = new { refusal.Code, refusal.Message, refusal.Facts } });
                else Answer.Line($"refused, {refusal.Code}: {refusal.Message}");
                return CommandLine.AnswerIsNo;
            case Previewed.Malformed { Faults: var faults }:
                throw new Mistake(string.Join(" ", faults));
            case Previewed.Unavailable { Why: var why }:
                throw new Mistake(why);
            case Previewed.Failed { Why: var why }:
                throw new Mistake(why);
            default:
                throw new InvariantBroken("A preview has no other outcome.");
        }
    }

    private static void Tell(PreviewedRecord record, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Book = record.Book.ToString(),
                record.Type,
                EffectiveOn = record.EffectiveOn.ToString("uuuu-MM-dd", null),
                record.RefersTo,
                Data = JsonDocument.Parse(record.Data).RootElement,
                Entries = record.Legs.Select(leg => new
                {
                    Account = leg.Account.ToString(), leg.Amount, leg.BalanceBefore, leg.BalanceAfter,
                }),
            });
            return;
        }

        Answer.Table(
            $"{record.Book}: {record.Type} on {record.EffectiveOn:uuuu-MM-dd} " +
            Encoding.UTF8.GetString(record.Data.Span),
            [
                "account", new("debit", IsNumber: true), new("credit", IsNumber: true), new("before", IsNumber: true),
                new("after", IsNumber: true),
            ],
            record.Legs.Select(leg => (IReadOnlyList<string>)
                [
                    leg.Account.ToString(), leg.Amount > 0 ? Said(leg, leg.Amount) : "",
                    leg.Amount < 0 ? Said(leg, -leg.Amount) : "",
                    Said(leg, leg.Account.Code.InWords(leg.BalanceBefore)),
                    Said(leg, leg.Account.Code.InWords(leg.BalanceAfter)),
                ]));
    }

    private static string Said(PreviewedLeg leg, long minor) => new Money.Money(minor, leg.Account.Currency).ToString();
}
