using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Importing;

/// <summary>`ledger import`: brings what a platform had before into its book, from files.</summary>
internal static class ImportVerb
{
    private sealed record Asked(BookName Book, string Folder, ImportTerms Terms, int PartSize, bool Check, bool Json);

    public static System.CommandLine.Command Words()
    {
        var book = BookWords.Option("The book that it is brought into.", isRequired: true);
        var folder = new Argument<string>("FOLDER")
        {
            Description = $"Where the files are: {string.Join(", ", ImportFile.All.Select(file => file.Name))}.",
        };
        var import = Text("--import", "NAME", "What it is called in the journal, once in a book.");
        var proposed = Text("--proposed-by", "PERSON", "Who stands for it.");
        var approved = Text("--approved-by", "PERSON", "Who has checked that, and is somebody else.");
        var on = new Option<LocalDate?>("--on")
        {
            HelpName = "DATE",
            Description = "The day of the trial balance, as 2026-01-31; otherwise today.",
            CustomParser = ReadDate,
        };
        var size = new Option<int>("--part-size")
        {
            HelpName = "N",
            Description = "How many balances are posted in one part; the same again when it is resumed.",
            DefaultValueFactory = _ => ImportParts.Usual,
            CustomParser = ReadSize,
        };
        var check = new Option<bool>("--check") { Description = "Only read the files, and say what is wrong." };
        var json = Answer.JsonOption();
        var verb = new System.CommandLine.Command(
            "import", "Bring balances, held money, debts and subscriptions into a book; run again, it goes on.")
        {
            book, folder, import, proposed, approved, on, size, check, json,
        };
        verb.SetAction((words, token) => Run(
            new Asked(
                words.GetValue(book)!.Value, words.GetValue(folder)!,
                new ImportTerms(
                    words.GetValue(import)!, words.GetValue(proposed)!, words.GetValue(approved)!, words.GetValue(on)),
                words.GetValue(size), words.GetValue(check), words.GetValue(json)),
            token));
        return verb;
    }

    private static async Task<int> Run(Asked asked, CancellationToken token)
    {
        using var progress = new ProgressLine();
        var plan = ImportPlan.Of(asked.Folder, asked.Terms, asked.PartSize, progress);
        if (plan.Problems.Count > 0)
        {
            ImportAnswer.TellProblems(plan, asked.Json);
            return CommandLine.AnswerIsNo;
        }

        if (asked.Check)
        {
            ImportAnswer.TellChecked(plan, asked.Json);
            return CommandLine.Done;
        }

        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var book = await registry.MustFind(asked.Book, token);
        ImportOutcome outcome;
        await using (var writer = new BookWriter(source, registry, HostSettings.Writer()))
            outcome = await new ImportRun(writer, asked.Book, plan, progress, token).Post();
        progress.Report($"reading back {asked.Terms.Import}");
        return await Answered(asked, plan, outcome, source, book, token);
    }

    private static async Task<int> Answered(
        Asked asked, ImportPlan plan, ImportOutcome outcome, NpgsqlDataSource source, OpenedBook book,
        CancellationToken token)
    {
        var imported = await ImportReadBack.Of(source, book, asked.Terms.Import, outcome, token);
        var now = await TrialBalances.Of(source, asked.Book, token);
        var agrees = ImportAnswer.TellImported(plan, outcome, imported, now, asked.Json);
        return agrees ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static Option<string> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description, Required = true };

    private static LocalDate? ReadDate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day)) return day;
        result.AddError($"`{text}` is not a date as 2026-01-31.");
        return null;
    }

    private static int ReadSize(ArgumentResult result)
    {
        var (text, most) = (result.Tokens[0].Value, Ledger.Journal.Command.OpenBalances.MostLines);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size < 1 || size > most)
            result.AddError($"`{text}` is not a number of balances from 1 to {most}.");
        return size;
    }
}
