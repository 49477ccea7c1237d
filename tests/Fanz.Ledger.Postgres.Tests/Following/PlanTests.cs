using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Webhooks;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Following;

/// <summary>
/// Whoever follows the journal finds it, and is found, by index: on tables that the planner knows nothing of yet, and
/// on tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private const string Fill =
        """
        insert into projected.found_by (text, kind, build, number)
        select 'text-' || i % 5000, 'reference', 1 + i % 2, i from generate_series(1, 20000) i
        union all select 'spring', 'metadata.campaign', 1 + i % 2, i from generate_series(1, 20000) i;
        insert into ledger.builds (follower, book_id, number)
        select 'follower-' || i % 20, i / 20, 7 from generate_series(0, 1999) i;
        insert into ledger.webhooks (id, tenant, url, created_by, secret, state)
        select 'wh-' || i, 'tenant-' || i % 20, 'https://example.com/' || i, 'tests', '', 'active'
        from generate_series(1, 1000) i;
        insert into ledger.webhook_cursors (webhook, book_id, number)
        select 'wh-' || i, 1 + i % 2, 7 from generate_series(1, 1000) i;
        insert into ledger.webhook_dead_letters
            (webhook, book_id, number, attempts, first_tried_at, failed_at, replay_asked_at, failure)
        select 'wh-' || i % 10 + 1, 1, i, 1, now(), now(), case i % 100 when 0 then now() end, 'answered 500'
        from generate_series(1, 10000) i;
        analyze
        """;

    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);
    private static readonly string[] Kinds = ["order", "reference"];

    private static readonly Dictionary<string, (string Sql, object[] Parameters, string[] Conditions)> Queries = new()
    {
        ["books that followers are behind in"] =
            (BehindBook.Sql, [new[] { "follower-1" }], ["book_id = b.id", "book_id = heads.id"]),
        ["where followers are"] = (Builds.ListSql, [], ["book_id = b.id", "number = (c.number + 1)"]),
        ["builds to lock"] =
            (FollowStep.LockSql, [new[] { "follower-1", "follower-2" }, 1, "live", 7L], ["follower = ANY", "book_id = $2"]),
        ["where a follower is"] = (Builds.NumberSql, ["follower-1", 1], ["follower = $1", "book_id = $2"]),
        ["the entries of a page"] = (PageReader.EntriesSql, [1, 40L, 80L], ["book_id = $1", "\"position\" >"]),
        ["accounts of a page"] = (PageReader.AccountsSql, [new[] { 1L, 2L }, 1], ["id = asked.id"]),
        ["records that a page refers to"] =
            (PageReader.ReferredSql, [1, new[] { 1L, 2L }], ["book_id = $1", "number = asked.number"]),
        ["the seal over a record"] = (PageReader.CoveringSealSql, [1, 40L], ["book_id = $1", "last_number >= $2"]),
        ["transactions with a reference, newest first"] =
            (ReferenceReader.NewestSql, ["references", 1, Kinds, "text-7", 0L, long.MaxValue, 10],
            ["text = $4", "kind = asked.kind", "number <"]),
        ["transactions with a reference, oldest first"] =
            (ReferenceReader.OldestSql, ["references", 1, Kinds, "text-7", 0L, long.MaxValue, 10],
            ["text = $4", "kind = asked.kind", "number >"]),
        ["what is due to webhooks"] =
            (WebhookCursors.DueSql, [new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), Guid.Empty],
            ["book_id = b.id", "webhook = w.id"]),
        ["heads for a new webhook"] =
            (WebhookStore.HeadsSql, ["acme", "main"], ["tenant = $1", "book_id = b.id", "last_number >="]),
        ["a webhook"] = (WebhookStore.FindSql, ["wh-7"], ["id = $1"]),
        ["webhooks of a tenant"] = (WebhookStore.ListSql, ["tenant-7"], ["tenant = $1"]),
        ["how far a webhook is"] = (WebhookStore.ProgressSql, ["wh-7"], ["webhook = $1", "book_id = b.id"]),
        ["dead letters of a webhook"] =
            (DeadLetters.ListSql, ["wh-7", 0, 0L, 10], ["webhook = $1", "ROW(book_id, number) >"]),
        ["the next dead letter to replay"] = (DeadLetters.NextSql, ["wh-7", 1], ["webhook = $1", "book_id = $2"]),
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
        foreach (var table in new[] { "journal", "seals", "found_by", "builds c", "webhook_cursors", "webhook_dead_letters" })
            Assert.DoesNotMatch($@"Seq Scan on {table}", text);
        Assert.DoesNotContain("Sort Key: s.", text, StringComparison.Ordinal);
        var found = string.Join('\n', plan.Where(line => line.Contains("Index Cond:", StringComparison.Ordinal)));
        // The planner writes a parameter's value in its place.
        foreach (var condition in conditions)
            Assert.True(found.Contains(condition.Split('$')[0], StringComparison.Ordinal), $"{condition} in\n{text}");
    }

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await using var ledger = new SeededLedger(Full.SuperuserConnectionString) { Remembers = false };
        foreach (var book in new BookName[] { new("acme", "main"), new("acme", "side") })
        {
            await ledger.Open(book);
            for (var batch = 0; batch < 10; batch++)
            {
                var tips = Enumerable.Range(0, 100).Select(i => (book, (Command)new Command.SendTip(
                    $"fan-{i}", $"creator-{i % 20}", 1_000 + i, "USD", Funding.Card)));
                await ledger.Post([.. tips]);
            }
        }

        await TestDatabase.Execute(Full.OwnerConnectionString, Fill);
    }
}
