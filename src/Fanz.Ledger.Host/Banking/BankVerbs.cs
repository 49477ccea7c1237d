using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Banking;

/// <summary>`ledger bank import`: brings what a bank says into a book.</summary>
internal static class BankVerbs
{
    private sealed record Asked(
        BookName Book, string Path, string? Bank, string Format, TableTerms? Table, bool IsDry, bool Json);

    public static System.CommandLine.Command Words() => new("bank", "What banks send back.") { Import() };

    private static System.CommandLine.Command Import()
    {
        var path = new Argument<string>("FILE") { Description = "A statement, a notification, a report or returns." };
        var book = BookWords.Option("The book that it is about.", isRequired: true);
        var (bank, format, mapping) = (BankWords.Bank(), BankWords.Format(), BankWords.Mapping());
        var dry = new Option<bool>("--dry-run") { Description = "Only say what would be posted." };
        var json = Answer.JsonOption();
        var verb = new System.CommandLine.Command(
            "import", "Post what a bank's file says; run again, it goes on, and what is known is not posted twice.")
        {
            path, book, bank, format, mapping, dry, json,
        };
        verb.SetAction((words, token) => Run(
            new Asked(
                words.GetValue(book)!.Value, words.GetValue(path)!, words.GetValue(bank), words.GetValue(format)!,
                words.GetValue(mapping), words.GetValue(dry), words.GetValue(json)),
            token));
        return verb;
    }

    private static async Task<int> Run(Asked asked, CancellationToken token)
    {
        if (!File.Exists(asked.Path)) throw new Mistake($"There is no file {asked.Path}.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var book = await registry.MustFind(asked.Book, token);
        await using var writer = new BookWriter(source, registry, HostSettings.Writer());
        var answer = await new BankImport(source, writer, book, asked.Bank, Environment.UserName, token)
            .Import(new BankFileReading(asked.Path, asked.Table), asked.Format, asked.IsDry);
        BankAnswer.Tell(answer, asked.Json);
        return BankAnswer.IsQuiet(answer) ? CommandLine.Done : CommandLine.AnswerIsNo;
    }
}
