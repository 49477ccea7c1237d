using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Host.Audit;

/// <summary>
/// `ledger verify --projections`: derives every row that was made of the journal once more, and compares. It ends with
/// 1 when one differs or a follower has stopped, and with 2 when it could not look.
/// </summary>
internal static class VerifyProjections
{
    public static async Task<int> Run(BookName? only, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var books = only is { } name ? [await registry.MustFind(name, token)] : await registry.List(token);
        await UpToDate.Bring(source, books, token);
        var stopped = (await new Builds(source).List(token))
            .Where(build => build.Stopped is not null && build.State == Build.Live).ToArray();
        var (check, tables) = (new ProjectionCheck(source), new List<CheckedTable>());
        var notMade = new List<(BookName Book, string Why)>();
        using (var progress = new ProgressLine())
        {
            foreach (var book in books)
            {
                try
                {
                    foreach (var follower in Followers.All)
                    {
                        progress.Report($"{book.Name}: {follower.Name}");
                        await foreach (var table in check.Check(follower, book, token)) tables.Add(table);
                    }
                }
                catch (RangeIsArchived archived)
                {
                    notMade.Add((book.Name, archived.Message));
                }
            }
        }

        var isOk = stopped.Length == 0 && tables.All(table => table.Differences.Count == 0);
        if (asJson) AnswerJson(isOk && notMade.Count == 0, tables, stopped, notMade);
        else AnswerTable(isOk && notMade.Count == 0, tables, stopped, notMade);
        return !isOk ? CommandLine.AnswerIsNo : notMade.Count > 0 ? CommandLine.NotDone : CommandLine.Done;
    }

    private static void AnswerJson(
        bool isOk, List<CheckedTable> tables, Build[] stopped, List<(BookName Book, string Why)> notMade) =>
        Answer.Json(new
    {
        Ok = isOk,
        Tables = tables.Select(table => new
        {
            Book = table.Book.ToString(),
            table.Follower,
            table.Table,
            table.Number,
            table.Rows,
            table.Differences,
        }),
        Stopped = stopped.Select(build => new { Book = build.Book.ToString(), build.Follower, build.Stopped }),
        NotMade = notMade.Select(one => new { Book = one.Book.ToString(), one.Why }),
    });

    private static void AnswerTable(
        bool isOk, List<CheckedTable> tables, Build[] stopped, List<(BookName Book, string Why)> notMade)
    {
        Answer.Table(
            title: null,
            ["book", "table", new("up to", IsNumber: true), new("rows", IsNumber: true), "is"],
            tables.Select(table => (IReadOnlyList<string>)
                [
                    table.Book.ToString(), table.Table, Count(table.Number), Count(table.Rows),
                    table.Differences.Count == 0 ? "as the journal says" : "DIFFERENT",
                ]));
        foreach (var table in tables)
            foreach (var difference in table.Differences)
                Answer.Line($"DIFFERENT: {table.Book} {table.Table}: {difference}");
        foreach (var build in stopped) Answer.Line($"STOPPED: {build.Follower} in {build.Book}: {build.Stopped}");
        foreach (var (book, why) in notMade) Answer.Line($"NOT COMPARED: {book}: {why}");
        if (isOk) Answer.Line(tables.Count == 0 ? "There was nothing to compare." : "Everything is as the journal says.");
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
