using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>`ledger run`: does a run by hand, or says what it would do.</summary>
internal static class RunVerbs
{
    public static Command Words()
    {
        var job = JobArgument();
        var book = BookWords.Option("The book.", isRequired: true);
        var date = new Option<LocalDate?>("--date")
        {
            HelpName = "DAY",
            Description = "The day that the run is of, as 2026-01-31: today in the book's time zone, or an earlier one.",
            CustomParser = result =>
            {
                var parsed = LocalDatePattern.Iso.Parse(result.Tokens[0].Value);
                if (!parsed.Success) result.AddError($"`{result.Tokens[0].Value}` is not a day as 2026-01-31.");
                return parsed.Success ? parsed.Value : null;
            },
        };
        var schedule = new Option<string>("--schedule")
        {
            HelpName = "NAME",
            Description = "The schedule whose run it is. A name that no schedule has makes a run of its own.",
            DefaultValueFactory = _ => Schedule.Main,
        };
        var dry = new Option<bool>("--dry-run") { Description = "Say what it would do, and change nothing." };
        var json = Answer.JsonOption();
        var verb = new Command(
            "run", "Do a run now. What it has done before is not done again; one that is finished stays as it is.")
        {
            job, book, date, schedule, dry, json,
        };
        verb.SetAction((words, token) =>
        {
            var name = words.GetRequiredValue(schedule);
            if (RunId.Problem(name) is { } problem) throw new Mistake($"--schedule {problem}.");
            return Run(
                words.GetValue(job)!, name, words.GetValue(book)!.Value, words.GetValue(date), words.GetValue(dry),
                words.GetValue(json), token);
        });
        return verb;
    }

    /// <summary>A job, by its name.</summary>
    public static Argument<string> JobArgument()
    {
        var job = new Argument<string>("JOB") { Description = $"One of {string.Join(", ", StandingJobs.Names)}." };
        job.AcceptOnlyFromAmong([.. StandingJobs.Names]);
        return job;
    }

    private static async Task<int> Run(
        string job, string schedule, BookName name, LocalDate? date, bool isDry, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var book = await registry.MustFind(name, token);
        await using var writer = new BookWriter(source, registry, HostSettings.Writer());
        var engine = new RunEngine(source, writer, new RunOptions
        {
            FollowsItself = true,
            PooledByTransaction = HostSettings.IsPooledByTransaction,
            Paying = PayingTools.Of(source, await database.MasterKey(token)),
        });
        var today = (await new RunReader(source).Clock(token)).InZone(book.Settings.TimeZone).Date;
        if (date > today) throw new Mistake($"A run is of today, {LocalDatePattern.Iso.Format(today)}, or an earlier day.");
        var run = new RunId(job, schedule, date ?? today);
        var report = isDry
            ? await engine.Preview(book, run, token)
            : await engine.Do(book, run, isByHand: true, token);
        if (asJson) Answer.Json(RunText.Of(report));
        else Tell(report);
        return report.End is RunEnd.Elsewhere or RunEnd.BrokenOff ? CommandLine.AnswerIsNo : CommandLine.Done;
    }

    private static void Tell(RunReport report)
    {
        Answer.Line(report.End switch
        {
            RunEnd.Dry => $"{report.Run} in {report.Book.Name} would do {report.Done} of {report.Planned} items.",
            RunEnd.Finished => $"{report.Run} in {report.Book.Name} is finished: {report.Done} items done.",
            RunEnd.WasFinished => $"{report.Run} in {report.Book.Name} was finished before: {report.Done} items done.",
            RunEnd.Elsewhere => $"{report.Run} in {report.Book.Name} is being done by another host.",
            _ => $"{report.Run} in {report.Book.Name} was broken off and will be gone on with: {report.Why}",
        });
        foreach (var (currency, count, amount) in report.Amounts ?? [])
            Answer.Line($"  {RunText.Amount(amount, currency)} in {count} items");
        foreach (var skipped in report.SkippedFor ?? [])
            Answer.Line(
                $"  skipped, {skipped.Code}: {skipped.Count} items"
                + (skipped.Currency is null ? "" : $", {RunText.Amount(skipped.Amount ?? 0, skipped.Currency)}"));
        foreach (var finding in report.Findings ?? []) Answer.Line($"  found, {RunText.InWords(finding)}");
    }
}

/// <summary>What is said of runs.</summary>
internal static class RunText
{
    public static object Of(RunReport report) => new
    {
        Book = report.Book.Name.ToString(),
        report.Run.Job,
        report.Run.Schedule,
        On = LocalDatePattern.Iso.Format(report.Run.On),
        End = report.End switch
        {
            RunEnd.Finished => "finished",
            RunEnd.WasFinished => "was_finished",
            RunEnd.Elsewhere => "elsewhere",
            RunEnd.BrokenOff => "broken_off",
            _ => "dry_run",
        },
        Planned = new { Items = report.Planned, Amounts = Amounts(report.PlannedAmounts) },
        Done = new { Items = report.Done, Amounts = Amounts(report.Amounts) },
        Skipped = new { Items = report.Skipped, For = SkippedFor(report.SkippedFor) },
        Findings = Findings(report.Findings),
        report.Why,
    };

    public static IEnumerable<object> Amounts(IReadOnlyList<RunAmount>? amounts) =>
        (amounts ?? []).Select(one => new { one.Currency, Items = one.Count, one.Amount });

    public static IEnumerable<object> SkippedFor(IReadOnlyList<SkippedFor>? skipped) =>
        (skipped ?? []).Select(one => new { one.Code, Items = one.Count, one.Currency, one.Amount });

    public static IEnumerable<object> Findings(IReadOnlyList<RunFinding>? findings) => (findings ?? []).Select(
        one => new { one.Check, one.Subject, one.Currency, one.Expected, one.Found });

    public static string InWords(RunFinding finding) =>
        $"{finding.Check}: {finding.Subject}" + (finding.Currency is { } currency
            ? $", {Amount(finding.Found ?? 0, currency)} instead of {Amount(finding.Expected ?? 0, currency)}"
            : "");

    public static string Amount(long amount, string currency) =>
        $"{new Money.Money(amount, Currency.Of(currency))}";
}
