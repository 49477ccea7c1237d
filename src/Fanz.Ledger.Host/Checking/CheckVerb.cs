using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Checking;

/// <summary>
/// `ledger check`: every control check, on one page. It ends with 0 when all is well, with 1 when something is not, and
/// with 2 when it could not look.
/// </summary>
internal static class CheckVerb
{
    public static Command Words()
    {
        var book = BookWords.Option("One book; otherwise all of them.");
        var date = new Option<LocalDate?>("--date")
        {
            HelpName = "DAY",
            Description = "What is at banks, in suspense and held, as of this day, still in it, as 2026-01-31; "
                + "otherwise today. Rows are looked at that were written since the day before it.",
            CustomParser = result =>
            {
                var parsed = LocalDatePattern.Iso.Parse(result.Tokens[0].Value);
                if (!parsed.Success) result.AddError($"`{result.Tokens[0].Value}` is not a day as 2026-01-31.");
                return parsed.Success ? parsed.Value : null;
            },
        };
        var days = new Option<int>("--days")
        {
            HelpName = "N",
            Description = "For how many days money may wait: in suspense, for a statement, with a bank.",
            DefaultValueFactory = _ => CheckTerms.UsualDays,
        };
        var whole = new Option<bool>("--whole")
        {
            Description = "Hold all rows against their seals, and the trails, from the first.",
        };
        var json = Answer.JsonOption();
        var verb = new Command(
            "check", "Hold the books against themselves, banks, processors, their calendar, the journal and its seals.")
        {
            book, date, days, whole, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book), words.GetValue(date), words.GetValue(days), words.GetValue(whole),
            words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(
        BookName? only, LocalDate? date, int days, bool isWhole, bool asJson, CancellationToken token)
    {
        if (days is < 0 or > CheckTerms.MostDays)
            throw new Mistake($"--days is a number of days from 0 to {CheckTerms.MostDays}.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var books = only is { } name ? [await registry.MustFind(name, token)] : await registry.List(token);
        await UpToDate.Bring(source, books, token);
        var now = SystemClock.Instance.GetCurrentInstant();
        var @checked = new List<CheckedBook>();
        using (var progress = new ProgressLine())
        {
            foreach (var book in books)
            {
                var on = date ?? now.InZone(book.Settings.TimeZone).Date;
                var rows = isWhole ? CheckedRows.Whole : CheckedRows.SinceTheDayBefore;
                var terms = new CheckTerms(on, days, rows, Projections: true);
                @checked.Add(await Check(source, book, terms, progress, token));
            }
        }

        // A row whose book does not exist is no book's, and a trail is a tenant's: only a look at all of them meets it.
        var evidence = await CheckpointWords.Evidence(folder: null, key: null, token);
        var stray = isWhole && only is null
            ? await new Verification(source) { Evidence = evidence }.FirstStray(token)
            : null;
        if (asJson) CheckPage.AnswerJson(@checked, stray);
        else CheckPage.AnswerText(@checked, stray);
        if (stray is not null || @checked.Any(book => book.Findings.Any())) return CommandLine.AnswerIsNo;
        return @checked.Any(book => book.NotMade.Any()) ? CommandLine.NotDone : CommandLine.Done;
    }

    private static async Task<CheckedBook> Check(
        NpgsqlDataSource source, OpenedBook book, CheckTerms terms, ProgressLine progress, CancellationToken token)
    {
        var head = await new JournalReader(source).PlaceAsOf(book, AsOf.Head, token);
        var lines = new List<CheckLine>();
        await foreach (var line in new BookCheck(source, book, terms).All(token))
        {
            progress.Report($"{book.Name}: {line.Check}");
            lines.Add(line);
        }

        return new CheckedBook(book.Name, terms.On, head.Number, lines);
    }
}
