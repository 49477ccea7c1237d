using System.Globalization;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Schedules;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Checking;

/// <summary>
/// Makes every control check of a book, each by whoever makes it elsewhere too, and says what came of them in one form.
/// Changes nothing. Whoever asks has brought the followers to the head, or says how long they may take.
/// </summary>
internal sealed class BookCheck(NpgsqlDataSource source, OpenedBook book, CheckTerms terms)
{
    public const string Matured = "matured", Projections = "projections", Rows = "rows";

    private const int Attempts = 50;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);
    private static readonly AccountCode[] Held =
        [Chart.CreatorPending, Chart.CreatorReserve, Chart.AffiliatePending];

    /// <summary>What is checked, in this order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. ControlChecks.Names, .. ReconciledLines.Names, Matured, Projections, Rows];

    /// <summary>The checks one by one, as they are made.</summary>
    public async IAsyncEnumerable<CheckLine> All([EnumeratorCancellation] CancellationToken token)
    {
        foreach (var name in ControlChecks.Names) yield return await Control(name, token);
        var reconciled = await new ReconciliationReader(source, book).Read(terms.On, terms.Days, token);
        foreach (var line in ReconciledLines.Of(reconciled, terms.Days)) yield return line;
        yield return await StillHeld(token);
        if (terms.Projections) yield return await Derived(token);
        if (terms.Rows != CheckedRows.None) yield return await Sealed(token);
    }

    /// <summary>While much is posted the tables are at different records most of the time, but not always.</summary>
    public async Task<CheckLine> Control(string name, CancellationToken token)
    {
        var checks = new ControlChecks(source);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await checks.Make(book, name, token) is { } differences)
                return CheckLine.Of(
                    name, differences.Count == 0 ? CheckWords.Of(name) : $"{differences.Count} lines differ",
                    [.. differences.Select(Finding)]);
            await Task.Delay(BetweenAttempts, token);
        }

        return new CheckLine(name, CheckState.NotMade, "those who keep its tables do not stand at the same record");
    }

    /// <summary>
    /// Cohorts whose day is over. Releases pass over who is held by compliance, so they are no fault of themselves.
    /// </summary>
    private async Task<CheckLine> StillHeld(CancellationToken token)
    {
        var (count, oldest) = (0L, terms.On);
        foreach (var code in Held)
        {
            await foreach (var cohort in new MaturedCohorts(source).In(book, code, terms.On.PlusDays(-1), token))
            {
                count++;
                oldest = LocalDate.Min(oldest, cohort.Cohort);
            }
        }

        return count == 0
            ? new CheckLine(Matured, CheckState.Well, CheckWords.Of(Matured))
            : new CheckLine(
                Matured, CheckState.Waiting,
                $"{Count(count)} cohorts are held beyond their day, the oldest since "
                + LocalDatePattern.Iso.Format(oldest));
    }

    /// <summary>
    /// What is made of the journal. Rows are made of all records: while some are archived they are not compared, which is
    /// meant to be so and no reason for a page that is red every morning. A follower that has stopped is told even then.
    /// </summary>
    private async Task<CheckLine> Derived(CancellationToken token)
    {
        var (findings, tables, rows) = (await Stopped(token), 0L, 0L);
        try
        {
            var check = new ProjectionCheck(source);
            foreach (var follower in Followers.All)
            {
                await foreach (var table in check.Check(follower, book, token))
                {
                    (tables, rows) = (tables + 1, rows + table.Rows);
                    findings.AddRange(table.Differences.Select(difference =>
                        new CheckFinding(Projections, table.Table, difference)));
                }
            }

            return CheckLine.Of(Projections, $"{Count(tables)} tables with {Count(rows)} rows", findings);
        }
        catch (RangeIsArchived archived)
        {
            var range = archived.Range;
            var said = $"not compared: records {Count(range.FirstNumber)} to {Count(range.LastNumber)} are archived";
            return findings.Count > 0
                ? CheckLine.Of(Projections, said, findings)
                : new CheckLine(Projections, CheckState.Waiting, said);
        }
    }

    private async Task<List<CheckFinding>> Stopped(CancellationToken token)
    {
        var findings = new List<CheckFinding>();
        foreach (var build in await new Builds(source).List(token))
            if (build.Book == book.Name && build.State == Build.Live && build.Stopped is { } why)
                findings.Add(new CheckFinding(Projections, build.Follower, $"It has stopped: {why}")
                {
                    Record = build.Number + 1,
                });
        return findings;
    }

    private async Task<CheckLine> Sealed(CancellationToken token)
    {
        var from = 1L;
        if (terms.Rows == CheckedRows.SinceTheDayBefore)
        {
            var begin = terms.On.PlusDays(-1).AtStartOfDayInZone(book.Settings.TimeZone).ToInstant();
            from = await new JournalReader(source).NumberAt(book, begin, token) + 1;
        }

        var result = await new Verification(source).Verify(book.Name, from, progress: null, token);
        var before = from == 1 ? "" : $"; those before {Count(from)} were not looked at";
        return CheckLine.Of(
            Rows, $"{Count(result.Records)} records and {Count(result.Entries)} entries{before}",
            result.FirstBroken is { } broken
                ? [new CheckFinding(Rows, $"{broken.Table} {broken.Key}", broken.Why)]
                : []);
    }

    private static CheckFinding Finding(ControlDifference one) => new(
        one.Check, one.Subject, CheckWords.Against(one.Check))
    {
        Currency = one.Currency,
        Expected = decimal.ToInt64(one.Expected),
        Found = decimal.ToInt64(one.Found),
    };

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
