using System.Text;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;

namespace Fanz.Ledger.Postgres.Tests.References;

/// <summary>Transactions are found by what others call them, and the table for it agrees with the journal.</summary>
public sealed class ReferenceTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly ReferenceFollower Follower = new();

    private TestHost host = null!;
    private OpenedBook book = null!;
    private ReferenceReader reader = null!;
    private Builds builds = null!;

    public async Task InitializeAsync()
    {
        host = TestHost.Start(database);
        book = (await host.Registry.Find(await host.NewBook(), CancellationToken.None))!;
        reader = new ReferenceReader(host.Database);
        builds = new Builds(host.Database);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Every_name_of_a_record_finds_it_newest_first_and_page_by_page()
    {
        await Post(
            """{"fan":"ann","amount":90000,"currency":"USD","reference":"r-1","metadata":{"shop":"é"}}""", "top_up");
        for (var i = 0; i < 7; i++)
        {
            await Post(
                """
                {"fan":"ann","creator":"bea","amount":1000,"currency":"USD","funding":"wallet","reference":"r-1",
                "content":"c-1","post":"r-1","message":"m-1","stream":"s-1","order":"o-1",
                "metadata":{"campaign":"spring","empty":""}}
                """,
                "send_tip");
        }

        await Follow();
        Assert.Equal([9L, 8, 7], (await ByReference("r-1", limit: 3)).Numbers);
        Assert.Equal([6L, 5, 4, 3, 2], (await ByReference("r-1", before: 7)).Numbers);
        Assert.Equal(9, (await ByReference("r-1")).AsOf);
        Assert.Equal([4L, 5], (await reader.Find(
            book, ReferenceFields.Kinds, "r-1", false, 3, long.MaxValue, 2, CancellationToken.None)).Numbers);
        foreach (var (kind, text) in new[]
        {
            ("content", "c-1"), ("post", "r-1"), ("message", "m-1"), ("stream", "s-1"), ("order", "o-1"),
        })
            Assert.Equal([9L, 8, 7, 6, 5, 4, 3], (await ByReference(text, kind)).Numbers);
        Assert.Equal(7, (await ByMetadata("empty", "")).Numbers.Count);
        Assert.Equal([2L], (await ByMetadata("shop", "é")).Numbers);
        Assert.Empty((await ByMetadata("shop", "e")).Numbers);
        var nothing = await ByReference("campaign");
        Assert.Empty(nothing.Numbers);
        Assert.Equal(9, nothing.AsOf);
        var otherBook = (await host.Registry.Find(await host.NewBook(), CancellationToken.None))!;
        Assert.Empty((await reader.Find(
            otherBook, ReferenceFields.Kinds, "r-1", true, 0, long.MaxValue, 100, CancellationToken.None)).Numbers);
    }

    [Fact]
    public async Task The_table_is_the_journal_read_another_way_live_and_started_over()
    {
        var random = new Random(41);
        var often = new FollowerOptions { LookEvery = TimeSpan.FromMilliseconds(5) };
        await using (var runner = new FollowerRunner(host.Database, [Follower], new Bell(), often))
        {
            for (var i = 0; i < 120; i++)
            {
                var command = random.Next(3) switch
                {
                    0 => TestHost.TopUp("ann", 10_000, $"r-{random.Next(20)}"),
                    1 => new Command.SendTip("ann", "bea", 100, "USD", Funding.Card, $"r-{random.Next(20)}")
                    {
                        Metadata = new Dictionary<string, string>
                        {
                            ["k"] = $"{random.Next(4)}",
                            [$"é{random.Next(4)}"] = "v",
                        },
                    },
                    _ => new Command.GrantPromo("ann", 100, "USD", $"p-{random.Next(3)}"),
                };
                await host.Posted(book.Name, command, $"{book.Id} {i}");
            }

            await Follow();
        }

        var expected = await Naive();
        Assert.True(expected.Count > 150, $"{expected.Count} rows prove little");
        Assert.Equal(expected, await Rows());

        await new Rebuild(host.Database).Run(Follower, book, null, CancellationToken.None);
        Assert.Equal(expected, await Rows());
        await foreach (var table in new ProjectionCheck(host.Database).Check(Follower, book))
            Assert.Equal((expected.Count, 0), ((int)table.Rows, table.Differences.Count));
    }

    private Task<Found> ByReference(
        string text, string? kind = null, long before = long.MaxValue, int limit = 100) => reader.Find(
        book, kind is null ? ReferenceFields.Kinds : [kind], text, newestFirst: true, 0, before, limit,
        CancellationToken.None);

    private Task<Found> ByMetadata(string key, string value) =>
        ByReference(value, ReferenceFields.MetadataPrefix + key);

    private async Task Post(string json, string command)
    {
        var (read, fault) = CommandFormat.Read(command, Encoding.UTF8.GetBytes(json));
        Assert.Null(fault);
        await host.Posted(book.Name, read!, Guid.NewGuid().ToString());
    }

    private async Task Follow()
    {
        var head = (await new JournalReader(host.Database).PlaceAsOf(book, AsOf.Head, CancellationToken.None)).Number;
        await using var runner = new FollowerRunner(host.Database, [Follower], new Bell());
        Assert.True(await builds.Reach(
            Follower.Name, book, head, TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    private async Task<List<string>> Rows()
    {
        await using var command = host.Database.CreateCommand(
            """
            select f.number || ' ' || f.kind || ' ' || f.text from projected.found_by f
            join ledger.builds b on b.id = f.build and b.state = 'live' and b.book_id = $1
            """);
        command.Parameters.Add(new() { Value = book.Id });
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync()) found.Add(rows.GetString(0));
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Every text in the journal whose path says that it is a name.</summary>
    private async Task<List<string>> Naive()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var journal = new JournalReader(host.Database);
        await foreach (var record in journal.After(book, 0, int.MaxValue, CancellationToken.None))
        {
            using var data = JsonDocument.Parse(record.Data);
            foreach (var property in data.RootElement.EnumerateObject())
            {
                if (property.Name == "metadata")
                    foreach (var pair in property.Value.EnumerateObject())
                        found.Add($"{record.Number} metadata.{pair.Name} {pair.Value.GetString()}");
                else if (property.Name is "reference" or "promotion")
                    found.Add($"{record.Number} {property.Name} {property.Value.GetString()}");
            }
        }

        return [.. found];
    }
}
