using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Marten;
using Fanz.Ledger.Postgres.Server;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Marten;

/// <summary>`ledger marten`: a schema of views through which an application that uses Marten reads a book.</summary>
internal static class MartenVerb
{
    public static Command Words()
    {
        var book = BookWords.Option("The book that is shown.", isRequired: true);
        var schema = new Option<string>("--schema")
        {
            HelpName = "NAME",
            Description = "The schema that is made for it, or brought up to date.",
            Required = true,
        };
        var reader = new Option<string?>("--reader")
        {
            HelpName = "ROLE",
            Description = "A role that may read the views and keep its progress, and nothing else of the ledger.",
        };
        var drop = new Option<bool>("--drop")
        {
            Description = "Take the schema away again, with how far its reader has come.",
        };
        var json = Answer.JsonOption();
        var verb = new Command("marten", "Let an application that uses Marten read a book, through views of its own.")
        {
            book, schema, reader, drop, json,
        };
        verb.Validators.Add(words =>
        {
            if (words.GetValue(drop) && words.GetValue(reader) is not null)
                words.AddError("--drop takes the rights of every reader with it: leave --reader out.");
        });
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, words.GetValue(schema)!, words.GetValue(reader), words.GetValue(drop),
            words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(
        BookName name, string schema, string? reader, bool isDrop, bool asJson, CancellationToken token)
    {
        await using var owner = await OwnerDatabase.Open("Making views for Marten", token);
        await owner.Prepare(token);
        await using var source = LedgerDatabase.Connect(owner.ConnectionString);
        var book = await new BookRegistry(source).MustFind(name, token);
        var marten = new MartenSchema(owner.ConnectionString);
        var done = isDrop ? await Drop() : await Make();
        if (asJson) Answer.Json(new { Book = book.Name.ToString(), Schema = schema, Reader = reader, Done = done });
        else Answer.Line(Told(book.Name, schema, reader, done));
        return CommandLine.Done;

        async Task<string> Drop()
        {
            await marten.Drop(book, schema, token);
            return Dropped;
        }

        async Task<string> Make()
        {
            using var progress = new ProgressLine();
            return await marten.Make(book, schema, reader, progress, token) ? Created : Renewed;
        }
    }

    private const string Created = "created";
    private const string Renewed = "renewed";
    private const string Dropped = "dropped";

    private static string Told(BookName book, string schema, string? reader, string done) => done switch
    {
        Dropped => $"Schema {schema} is gone.",
        Created => $"Schema {schema} shows book {book} to Marten{May(reader)}.",
        _ => $"Schema {schema} shows book {book} to Marten, as before{May(reader)}.",
    };

    private static string May(string? reader) => reader is null ? "" : $"; {reader} may read it";
}
