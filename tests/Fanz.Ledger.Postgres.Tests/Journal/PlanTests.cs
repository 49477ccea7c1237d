using Fanz.Ledger.Earnings;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Journal;

/// <summary>
/// Every query is answered from an index, and by the columns that select: on tables that the planner knows nothing
/// of yet, and on tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);

    private static readonly DateTime Time = new(2026, 1, 15, 12, 0, 30, DateTimeKind.Utc);

    // The SQL, its parameters, and what must be index conditions of its plan.
    private static readonly Dictionary<string, (string Sql, object[] Parameters, string[] Conditions)> Queries = new()
    {
        ["an account by its key"] = (AccountReader.FindSql, [1, "fan-7", "fan.wallet", "USD", new DateOnly(2026, 1, 22)],
            ["owner = $2", "code = $3", "currency = $4", "cohort = $5", "book_id = $1"]),
        ["an account without cohorts by its key"] =
            (AccountReader.FindSql, [1, "fan-7", "fan.wallet", "USD", DBNull.Value],
            ["owner = $2", "code = $3", "currency = $4", "cohort IS NULL", "book_id = $1"]),
        ["a balance now"] = (AccountReader.HeadBalanceSql, [1, 7L], ["account_id = $2", "book_id = $1"]),
        ["a balance as of a position"] =
            (AccountReader.BalanceAsOfSql, [1, 7L, 50L], ["account_id = $2", "\"position\" <= $3"]),
        ["what accounts are called"] =
            (AccountReader.KeysSql, [new long[] { 3, 5, 8 }, 1], ["id = ANY ($1)"]),
        ["entries of an account, oldest first"] = (AccountReader.OldestFirstSql, [7L, 1, 0L, long.MaxValue, 100],
            ["account_id = $1", "\"position\" > $3", "number = e.number"]),
        ["entries of an account, newest first"] = (AccountReader.NewestFirstSql, [7L, 1, 0L, long.MaxValue, 100],
            ["account_id = $1", "\"position\" > $3", "number = e.number"]),
        ["a place in a book"] = (JournalReader.PlaceSql, [1, 40L], ["book_id = $1", "number = $2"]),
        ["a number as of a time"] = (JournalReader.NumberAtSql, [1, Time], ["book_id = $1", "last_number >= (((search_1.low"]),
        ["records"] = (JournalReader.RecordsSql, [1, 10L, 20L, 100], ["book_id = $1", "number > $2", "number <= $3"]),
        ["entries of records"] = (JournalReader.EntriesSql, [1, 10L, 40L],
            ["book_id = $1", "\"position\" > $2", "\"position\" <= $3", "id = e.account_id"]),
        ["records of a stream"] = (JournalReader.StreamSql, ["account/x", 1, 0L, 100L], ["stream = $1", "book_id = $2"]),
        ["how a book stands"] = (BookLooks.LookSql, [1, "acme", "main", 40L],
            ["book_id = books.id", "last_number >= seals.last_number", "last_number >= '40'", "number = '40'"]),
        ["the seal before a number"] = (BookLooks.BeforeSql, [1, 40L], ["book_id = $1", "last_number < $2"]),
        ["the places of numbers"] =
            (BookLooks.PlacesSql, [1, new long[] { 3, 40 }], ["book_id = $1", "last_number >= w.number"]),
        ["where a book ends"] =
            (HeadWatch.TipSql, [1], ["book_id = $1", "last_number >= seals.last_number"]),
        ["the seals behind a number"] =
            (JournalFeed.SealsSql, [1, 40L, 140L], ["last_number > $2", "last_number > covering_1.last_number"]),
        ["numbers of a stream, oldest first"] =
            (FoundRecords.StreamOldestSql, ["account/x", 1, 0L, 100L, 10], ["stream = $1", "number > $3"]),
        ["numbers of a stream, newest first"] =
            (FoundRecords.StreamNewestSql, ["account/x", 1, 0L, 100L, 10], ["stream = $1", "number < $4"]),
        ["what refers to a record, oldest first"] =
            (FoundRecords.ReferringOldestSql, [7L, 1, 0L, 100L, 10], ["refers_to = $1", "number > $3"]),
        ["what refers to a record, newest first"] =
            (FoundRecords.ReferringNewestSql, [7L, 1, 0L, 100L, 10], ["refers_to = $1", "number < $4"]),
        ["records by their numbers"] = (FoundRecords.RecordsSql, [1, new long[] { 3, 40 }],
            ["number = w.number", "last_number >= w.number"]),
        ["entries of records by their numbers"] = (FoundRecords.EntriesSql, [1, new long[] { 3, 40 }],
            ["number = w.number", "number = (w.number - 1)", "\"position\" > COALESCE", "id = e.account_id"]),
        ["entries of records that may be carried"] = (FoundRecords.CarriedEntriesSql, [1, new long[] { 3, 40 }],
            ["number = w.number", "\"position\" <= j", "\"position\" > COALESCE", "id = e.account_id"]),
        ["the first accounts of an owner"] = (OwnedAccounts.AfterCodeSql, [1, "fan-7", "", "", 10, 900L],
            ["owner = $2", "ROW(code, currency) >", "account_id = ", "\"position\" <= $6"]),
        ["the accounts of an owner behind a cohort"] = (OwnedAccounts.AfterCohortSql,
            [1, "creator-1", "creator.pending", "USD", 10, 900L, new DateOnly(2026, 1, 22)],
            ["owner = $2", "ROW(code, currency, cohort) >", "account_id = "]),
        ["the last of an account's life"] =
            (OwnedAccounts.LastOfLifeSql, ["account/x", 1, 100L], ["stream = $1", "number <= $3"]),
        ["records to verify"] = (RowPages.JournalSql, [1, 10L, 20L, 100], ["book_id = $1", "number > $2"]),
        ["entries to verify"] = (RowPages.EntriesSql, [1, 10L, 20L, 100], ["book_id = $1", "\"position\" > $2"]),
        ["seals to verify"] = (RowPages.SealsSql, [1, 10L, 2L, 90L, 9L, 100], ["book_id = $1", "ROW(last_number, sequence) >"]),
        ["heads of books"] = (VerificationSnapshot.BooksSql, ["acme", "main"],
            ["book_id = b.id", "number > ", "position\" > "]),
        ["books that rows belong to"] = (Orphans.BooksOfRowsSql, [], ["book_id > of_journal_1.id", "book_id > of_entries_1.id", "book_id > of_seals_1.id"]),
    };

    public static TheoryData<string, bool> EveryQueryOnBoth()
    {
        var both = new TheoryData<string, bool>();
        foreach (var name in Queries.Keys)
        {
            both.Add(name, false);
            both.Add(name, true);
        }

        return both;
    }

    public Task InitializeAsync() => Ready.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(EveryQueryOnBoth))]
    public async Task Every_query_is_answered_from_its_index(string query, bool isFull)
    {
        var (sql, parameters, conditions) = Queries[query];
        var source = (isFull ? Full : Young).Source;
        await using var batch = ByIndex.Query(source, $"explain {sql}", parameters);
        await using var reader = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(0));
        var text = string.Join('\n', plan);
        foreach (var table in new[] { "journal", "entries", "answers", "accounts", "seals" })
            Assert.DoesNotMatch($@"Seq Scan on {table}", text);
        var found = string.Join('\n', plan.Where(line => line.Contains("Index Cond:", StringComparison.Ordinal)));
        foreach (var condition in conditions) Assert.True(Has(found, condition), $"{condition} in\n{text}");
    }

    /// <summary>The planner writes a parameter's value in its place.</summary>
    private static bool Has(string conditions, string wanted) =>
        conditions.Contains(wanted.Split('$')[0], StringComparison.Ordinal);

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await using var ledger = new SeededLedger(Full.SuperuserConnectionString) { Remembers = false };
        foreach (var book in new BookName[] { new("acme", "main"), new("acme", "side") })
        {
            await ledger.Open(book);
            for (var batch = 0; batch < 20; batch++)
            {
                var tips = Enumerable.Range(0, 200).Select(i => (book, (Command)new Command.SendTip(
                    $"fan-{i}", $"creator-{i % 20}", 1_000 + i, "USD", Funding.Card)));
                await ledger.Post([.. tips]);
            }
        }

        await TestDatabase.Execute(Full.OwnerConnectionString, "analyze");
    }
}
