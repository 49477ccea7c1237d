using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Books;

/// <summary>`ledger book create` and `ledger book list`. A book is opened on purpose, and stays so.</summary>
internal static class BookVerbs
{
    public static Command Words() => new("book", "Create a book, or list the books.") { CreateWords(), ListWords() };

    private static Command CreateWords()
    {
        var book = BookWords.Argument("The tenant and the platform; the platform _ is the tenant's treasury.");
        var timeZone = new Option<string>("--time-zone")
        {
            HelpName = "IANA",
            Description = "Whose midnight ends the book's day, for example Europe/Berlin.",
            Required = true,
        };
        var currency = new Option<string>("--currency")
        {
            HelpName = "ISO",
            Description = "The currency that the book reports in, for example USD.",
            Required = true,
        };
        var calendar = new Option<string>("--calendar")
        {
            HelpName = "NAME",
            Description = "The bank holidays that its schedules keep.",
            DefaultValueFactory = _ => BookSettings.NoHolidays,
        };
        var json = Answer.JsonOption();
        var verb = new Command("create", "Open a book. Opening it again with the same settings changes nothing.")
        {
            book, timeZone, currency, calendar, json,
        };
        verb.SetAction((words, token) =>
        {
            var name = words.GetValue(book);
            var (settings, faults) = BookSettings.Read(
                name.Tenant, name.Platform, words.GetRequiredValue(timeZone), words.GetRequiredValue(calendar),
                words.GetRequiredValue(currency));
            return settings is null
                ? throw new Mistake(string.Join(" ", faults.Select(fault => fault.Problem)))
                : Create(settings, words.GetValue(json), token);
        });
        return verb;
    }

    private static Command ListWords()
    {
        var json = Answer.JsonOption();
        var verb = new Command("list", "List the books and what they were opened with.") { json };
        verb.SetAction((words, token) => List(words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Create(BookSettings settings, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var isNew = await registry.Find(settings.Name, token) is null;
        var book = await registry.Open(settings, new Actor("ledger", Environment.UserName).ToString(), token);
        if (asJson) Answer.Json(Row(book));
        else Answer.Line(isNew ? $"Book {book.Name} is open." : $"Book {book.Name} was open already.");
        return CommandLine.Done;
    }

    private static async Task<int> List(bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var books = await new BookRegistry(source).List(token);
        if (asJson)
        {
            Answer.Json(new { Books = books.Select(Row) });
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            ["book", new("id", IsNumber: true), "time zone", "calendar", "currency"],
            books.Select(book => (IReadOnlyList<string>)
                [
                    book.Name.ToString(), $"{book.Id}", book.Settings.TimeZone.Id, book.Settings.Calendar,
                    book.Settings.ReportingCurrency.Code,
                ]));
        return CommandLine.Done;
    }

    private static object Row(OpenedBook book) => new
    {
        Book = book.Name.ToString(),
        book.Id,
        TimeZone = book.Settings.TimeZone.Id,
        book.Settings.Calendar,
        Currency = book.Settings.ReportingCurrency.Code,
    };
}
