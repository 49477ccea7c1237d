using System.CommandLine;
using System.Text;
using System.Text.Json;
using Command = System.CommandLine.Command;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Statements;

namespace Fanz.Ledger.Host.Statements;

/// <summary>
/// `ledger statement`: the statement of a party or an account on standard output, however long it is. It ends with 1
/// when the statement does not tie.
/// </summary>
internal static class StatementVerb
{
    private const int OutputBuffer = 1 << 16;

    public static Command Words()
    {
        var of = new Argument<string>("OF")
        {
            Description = "creator:ID, fan:ID or affiliate:ID, or an account, CODE/CURRENCY/COHORT/OWNER.",
        };
        var book = BookWords.Option("Which book; otherwise the only one in which there is something of it.");
        var currency = new Option<string?>("--currency")
        {
            HelpName = "CODE", Description = "Otherwise the book's own, or the only one there is.",
        };
        var from = Day("--from", "The first day; otherwise the first there is.");
        var to = Day("--to", "The last day, still in it; otherwise the last there is.");
        var knownOn = Day("--known-on", "As it was known at the end of that day; otherwise now.");
        var json = Answer.JsonOption();
        var (csv, html) = (Flag("--csv", "As a file of CSV."), Flag("--html", "As a page to print."));
        var verb = new Command("statement", "What was owed, every entry of a time, and what is owed after it.")
        {
            of, book, currency, from, to, knownOn, json, csv, html,
        };
        verb.Validators.Add(words =>
        {
            if (new[] { json, csv, html }.Count(words.GetValue) > 1)
                words.AddError("--json, --csv and --html are not given together.");
        });
        verb.SetAction((words, token) =>
        {
            var asked = Understand(words.GetValue(of)!, name => words.GetValue(name switch
            {
                "currency" => currency,
                "from" => from,
                "to" => to,
                _ => knownOn,
            }));
            var format = words.GetValue(json) ? "json"
                : words.GetValue(csv) ? "csv"
                : words.GetValue(html) ? "html"
                : "text";
            return Run(asked, words.GetValue(book), format, token);
        });
        return verb;
    }

    private static async Task<int> Run(StatementWords asked, BookName? only, string format, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var books = only is { } named ? [await registry.MustFind(named, token)] : await registry.List(token);
        await UpToDate.Bring(source, books, token, BalanceFollower.FollowerName);
        var reader = new StatementReader(source);
        var (book, has) = await Find(reader, asked, books, token);
        var name = book.Name;
        var statement = await reader.Begin(book, In(asked, has, book), token);
        await using var output = new BufferedStream(Console.OpenStandardOutput(), OutputBuffer);
        switch (format)
        {
            case "json":
                await WriteJson(output, statement, has, token);
                break;
            case "csv":
                await StatementFile.Write(output, format, statement, token);
                break;
            case "html":
                await StatementPage.Write(output, name, statement, token);
                break;
            default:
                await using (var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true))
                    await StatementText.Write(text, name, statement, token);
                break;
        }

        var end = await statement.End(token);
        if (end.AddsUp && end.Ties) return CommandLine.Done;
        CommandLine.Say($"The statement of {asked.Of} does not tie: {end}.");
        return CommandLine.AnswerIsNo;
    }

    /// <summary>The book that has something of it.</summary>
    private static async Task<(OpenedBook Book, IReadOnlyList<Money.Currency> Currencies)> Find(
        StatementReader reader, StatementWords asked, IReadOnlyList<OpenedBook> books, CancellationToken token)
    {
        var found = new List<(OpenedBook Book, IReadOnlyList<Money.Currency> Currencies)>();
        foreach (var book in books)
        {
            var has = await reader.Currencies(book, asked.Of, token);
            if (has.Count > 0) found.Add((book, has));
        }

        return found switch
        {
            [var one] => one,
            [] when books is [var one] => throw new Mistake($"{asked.Of} has never had an account in {one.Name}."),
            [] => throw new Mistake($"{asked.Of} has never had an account in any book."),
            _ => throw new Mistake(
                $"{asked.Of} has accounts in several books; name one with --book: "
                + $"{string.Join(", ", found.Select(one => one.Book.Name))}."),
        };
    }

    private static async Task WriteJson(
        Stream output, Statement statement, IReadOnlyList<Money.Currency> has, CancellationToken token)
    {
        await using var json = new Utf8JsonWriter(output, Api.Json.AsGiven);
        await StatementJson.Write(
            json, statement, has,
            () => json.BytesPending < OutputBuffer ? default : new ValueTask(json.FlushAsync(token)), token);
        await json.FlushAsync(token);
        output.WriteByte((byte)'\n');
    }

    private static StatementWords Understand(string of, Func<string, string?> given)
    {
        try
        {
            return StatementWords.Read(StatementWords.Subject("OF", of), given);
        }
        catch (StatementMistake mistake)
        {
            throw new Mistake(mistake.Message);
        }
    }

    private static StatementRequest In(
        StatementWords asked, IReadOnlyList<Money.Currency> has, OpenedBook book)
    {
        try
        {
            return asked.In(has, book.Settings.ReportingCurrency);
        }
        catch (StatementMistake mistake)
        {
            throw new Mistake(mistake.Message);
        }
    }

    private static Option<string?> Day(string name, string description) =>
        new(name) { HelpName = "DATE", Description = description };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
