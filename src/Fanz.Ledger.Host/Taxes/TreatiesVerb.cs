using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>`ledger tax treaties`: posts the rates of a file to a book, as two people stand for them.</summary>
internal static class TreatiesVerb
{
    public static Command Words()
    {
        var book = BookWords.Option("The book that withholds by them.", isRequired: true);
        var file = new Argument<string>("FILE")
        {
            Description = $"A CSV with the columns {string.Join(",", TreatyFile.Columns)}.",
        };
        var proposed = Person("--proposed-by", "Who stands for the rates.");
        var approved = Person("--approved-by", "Who has checked them, and is somebody else.");
        var verb = new Command("treaties", "Post the treaty rates of a file; what was posted is not posted again.")
        {
            book, file, proposed, approved,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, words.GetValue(file)!, words.GetValue(proposed)!, words.GetValue(approved)!,
            token));
        return verb;
    }

    private static async Task<int> Run(
        BookName book, string path, string proposedBy, string approvedBy, CancellationToken token)
    {
        var problems = new Problems();
        var commands = Read(book, path, proposedBy, approvedBy, problems);
        if (problems.Count > 0)
        {
            foreach (var problem in problems.Told) CommandLine.Say(problem);
            return CommandLine.AnswerIsNo;
        }

        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        await registry.MustFind(book, token);
        await using var writer = new BookWriter(source, registry, HostSettings.Writer());
        var posted = 0;
        foreach (var command in commands)
        {
            var digest = Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(CommandFormat.Write(command)))[..16];
            var key = $"treaty/{command.Country}/{command.EffectiveOn:uuuu-MM-dd}/{digest}";
            if (await TaxPosting.Post(writer, book, command, key, token)) posted++;
        }

        CommandLine.Say($"{posted} of {commands.Count} sets of rates are new in {book}.");
        return CommandLine.Done;
    }

    private static IReadOnlyList<Ledger.Journal.Command.SetTreatyRates> Read(
        BookName book, string path, string proposedBy, string approvedBy, Problems problems)
    {
        try
        {
            var file = Path.GetFileName(path);
            var commands = TreatyFile.Read(File.OpenRead(path), file, proposedBy, approvedBy, problems);
            // What is wrong with a command is wrong with what was said beside the file.
            foreach (var fault in commands.Take(1)
                .SelectMany(command => Submission.Of(book, command, new Actor("ledger"), "treaties").Faults))
                problems.Add($"{fault}");
            return commands;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Mistake($"There is no {path}.");
        }
    }

    private static Option<string> Person(string name, string description) =>
        new(name) { HelpName = "PERSON", Description = description, Required = true };
}
