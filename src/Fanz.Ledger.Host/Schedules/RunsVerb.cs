using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Schedules;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>`ledger runs`: the last runs with what they did, what is due, and when the next ones are.</summary>
internal static class RunsVerb
{
    private const string LocalTime = "uuuu-MM-dd HH:mm";

    private sealed record Past(
        OpenedBook Book, RunId Run, Instant BegunAt, Event.RunBegun Begun, Instant? FinishedAt,
        Event.RunFinished? Finished);

    private sealed record Next(OpenedBook Book, DueRun Due, bool IsDue);

    public static Command Words()
    {
        var book = BookWords.Option("Of one book; of all without it.");
        var job = new Option<string?>("--job") { HelpName = "JOB", Description = "Of one job; of all without it." };
        job.AcceptOnlyFromAmong([.. StandingJobs.Names]);
        var past = Many("--past", 10, "How many of the last runs.");
        var next = Many("--next", 10, "How many of the next ones.");
        var json = Answer.JsonOption();
        var verb = new Command("runs", "Say what the last runs did, what is due, and when the next ones are.")
        {
            book, job, past, next, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book), words.GetValue(job), words.GetValue(past), words.GetValue(next),
            words.GetValue(json), token));
        return verb;
    }

    private static Option<int> Many(string name, int usual, string description)
    {
        var many = new Option<int>(name)
        {
            HelpName = "N", Description = description, DefaultValueFactory = _ => usual,
        };
        many.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 1_000) result.AddError($"{name} is from 0 to 1000.");
        });
        return many;
    }

    private static async Task<int> Run(
        BookName? name, string? job, int past, int next, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var only = name is { } asked ? await registry.MustFind(asked, token) : null;
        var books = only is null ? await registry.List(token) : [only];
        var reader = new RunReader(source);
        var now = await reader.Clock(token);
        var timetables = await reader.Timetables(only, token);
        var names = books.SelectMany(book => Of(timetables, book).Names.Select(one => (Book: book, one.Job, one.Name)))
            .Where(one => job is null || one.Job == job).ToArray();
        var done = await Done(reader, only, books, names, now, token);
        var due = (await new DueReader(source, registry).Due(only, now, token))
            .Where(one => job is null || one.Due.Run.Job == job)
            .Select(one => new Next(one.Book, one.Due, IsDue: true));
        var ahead = names.SelectMany(one => DueRuns
            .Next(Of(timetables, one.Book), one.Job, one.Name, one.Book.Settings.TimeZone, now).Take(next)
            .Select(run => new Next(one.Book, run, IsDue: false)));
        Past[] pasts = [.. done.OrderByDescending(run => run.BegunAt).Take(past)];
        Next[] nexts = [.. due.OrderBy(run => run.Due.At), .. ahead.OrderBy(run => run.Due.At).Take(next)];
        if (asJson) Answer.Json(new { Past = pasts.Select(Row), Next = nexts.Select(Row) });
        else Tell(pasts, nexts);
        return CommandLine.Done;
    }

    private static Timetable Of(Dictionary<int, Timetable> timetables, OpenedBook book) =>
        timetables.GetValueOrDefault(book.Id, new Timetable());

    private static async Task<IEnumerable<Past>> Done(
        RunReader reader, OpenedBook? only, IReadOnlyList<OpenedBook> books,
        IReadOnlyCollection<(OpenedBook Book, string Job, string Name)> names, Instant now, CancellationToken token)
    {
        var from = DueRuns.Earliest(now.InUtc().Date);
        // All of a job: also runs that somebody began under a name that no schedule has.
        var jobs = names.Select(one => one.Job).Distinct().ToArray();
        var byId = books.ToDictionary(book => book.Id);
        var runs = new Dictionary<(int, RunId), Past>();
        await foreach (var mark in reader.Marks(only, jobs, from, token))
        {
            var key = (mark.BookId, mark.Run);
            if (mark.Event is Event.RunBegun begun)
                runs[key] = new Past(byId[mark.BookId], mark.Run, mark.At, begun, null, null);
            else if (mark.Event is Event.RunFinished finished && runs.TryGetValue(key, out var run))
                runs[key] = run with { FinishedAt = mark.At, Finished = finished };
        }

        return runs.Values;
    }

    private static object Row(Past run) => new
    {
        Book = run.Book.Name.ToString(),
        run.Run.Job,
        run.Run.Schedule,
        On = LocalDatePattern.Iso.Format(run.Run.On),
        BegunAt = Utc(run.BegunAt),
        FinishedAt = run.FinishedAt is { } at ? Utc(at) : null,
        ByHand = run.Begun.ByHand == true,
        Planned = new { run.Begun.Items, Amounts = RunText.Amounts(run.Begun.Amounts) },
        Done = run.Finished is null
            ? null
            : new { Items = run.Finished.Done, Amounts = RunText.Amounts(run.Finished.Amounts) },
        Skipped = run.Finished is null
            ? null
            : new { Items = run.Finished.Skipped, For = RunText.SkippedFor(run.Finished.SkippedFor) },
        Findings = RunText.Findings(run.Finished?.Findings),
    };

    private static object Row(Next run) => new
    {
        Book = run.Book.Name.ToString(),
        run.Due.Run.Job,
        run.Due.Run.Schedule,
        On = LocalDatePattern.Iso.Format(run.Due.Run.On),
        At = Utc(run.Due.At),
        LocalAt = Local(run),
        TimeZone = run.Book.Settings.TimeZone.Id,
        State = StateOf(run),
    };

    private static void Tell(IReadOnlyList<Past> pasts, IReadOnlyList<Next> nexts)
    {
        Answer.Table(
            "Past runs, the last one first:",
            ["book", "run", "begun (UTC)", "finished (UTC)", new("done", IsNumber: true), "amounts",
                new("skipped", IsNumber: true), "why"],
            pasts.Select(run => (IReadOnlyList<string>)
                [
                    run.Book.Name.ToString(), run.Run.ToString(), Short(run.BegunAt),
                    run.FinishedAt is { } at ? Short(at) : "not yet", $"{run.Finished?.Done}",
                    string.Join(", ", (run.Finished?.Amounts ?? []).Select(one => RunText.Amount(one.Amount, one.Currency))),
                    $"{run.Finished?.Skipped}", Why(run.Finished),
                ]));
        Answer.Table(
            "What is due, and what comes next:",
            ["book", "run", "at (local)", "time zone", "at (UTC)", "state"],
            nexts.Select(run => (IReadOnlyList<string>)
                [
                    run.Book.Name.ToString(), run.Due.Run.ToString(), Local(run), run.Book.Settings.TimeZone.Id,
                    Short(run.Due.At), StateOf(run),
                ]));
    }

    private static string Why(Event.RunFinished? finished) => string.Join(
        ", ",
        (finished?.SkippedFor ?? []).GroupBy(one => one.Code).Select(one => $"{one.Key} {one.Sum(each => each.Count)}")
            .Concat((finished?.Findings ?? []).Select(RunText.InWords)));

    private static string StateOf(Next run) => run switch
    {
        { Due.IsBegun: true } => "begun",
        { IsDue: true } => "due",
        _ => "ahead",
    };

    private static string Local(Next run) => run.Due.At.InZone(run.Book.Settings.TimeZone)
        .ToString(LocalTime, System.Globalization.CultureInfo.InvariantCulture);

    private static string Short(Instant at) =>
        at.InUtc().ToString(LocalTime, System.Globalization.CultureInfo.InvariantCulture);

    private static string Utc(Instant at) => InstantPattern.ExtendedIso.Format(at);
}
