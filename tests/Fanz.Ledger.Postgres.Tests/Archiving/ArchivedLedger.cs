using System.Security.Cryptography;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Archiving;

/// <summary>A ledger with a host that writes and an owner who archives, in a database and a folder of its own.</summary>
internal sealed class ArchivedLedger : IAsyncDisposable
{
    private readonly CheckpointKey key = CheckpointKey.New();
    private readonly ECDsa publicKey = ECDsa.Create();

    private ArchivedLedger(TestDatabase database)
    {
        Database = database;
        Host = TestHost.Start(database);
        Owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
        publicKey.ImportFromPem(key.Public.Pem);
        Files = new ArchiveFiles(Owner, publicKey);
    }

    public TestDatabase Database { get; }

    public TestHost Host { get; }

    public NpgsqlDataSource Owner { get; }

    public ArchiveFiles Files { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ledger-archive-").FullName;

    /// <param name="numbers">How many numbers a partition has, where it shall have few.</param>
    public static async Task<ArchivedLedger> Open(int? numbers = null)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        if (numbers is not null)
            await TestDatabase.Execute(
                database.OwnerConnectionString,
                $"""
                drop table ledger.journal_from_0, ledger.entries_from_0;
                update ledger.partitioning set up_to = 0, width = case relation when 'journal' then {numbers} else {2 * numbers} end;
                select ledger.make_room(0, 0)
                """);
        return new ArchivedLedger(database);
    }

    /// <summary>Some of everything that a fan does, and some of what is refused; the same again for the same round.</summary>
    public async Task<IReadOnlyList<Reply>> Live(BookName book, int round, int commands = 60)
    {
        var random = new Random(round);
        var sent = new List<(Command, string)>();
        for (var i = 0; i < commands; i++)
        {
            var fan = $"fan-{random.Next(9)}";
            Command command = random.Next(9) switch
            {
                < 3 => TestHost.TopUp(fan, random.Next(1, 5_000)),
                < 7 => TestHost.Tip(fan, $"creator-{random.Next(4)}", random.Next(1, 900)),
                7 => new Command.Reverse(1 + random.Next(round * commands + commands), "at random"),
                _ => random.Next(2) == 0 ? TestHost.Freeze(fan, debitsOnly: true) : TestHost.Unfreeze(fan),
            };
            sent.Add((command, $"{round}-{i}"));
        }

        // Several seals.
        var replies = new List<Reply>();
        foreach (var some in sent.Chunk(7)) replies.AddRange(await Host.Writer.PostAll(book, some, TestHost.Checkout));
        return replies;
    }

    public async Task<OpenedBook> Find(BookName book) => (await Host.Registry.Find(book, default))!;

    public Task Sign() => new CheckpointMaker(Host.Database).Make("test", key, Duration.Zero, default);

    /// <summary>
    /// Signs until something can be archived: where a checkpoint is over refusals at its end, the next one will do.
    /// </summary>
    public async Task<PlannedRange> Ready(BookName book)
    {
        await Sign();
        while (true)
        {
            if (await Plan(book) is { } range) return range;
            await Host.Posted(book, TestHost.TopUp("last", 1), $"last-{Guid.NewGuid()}");
            await Sign();
        }
    }

    public async Task<PlannedRange?> Plan(BookName book) =>
        await new ArchivePlan(Owner).Next(await Find(book), Instant.MaxValue - Duration.FromDays(400_000), default);

    /// <summary>Signs, plans, exports, reads again and takes out all that there is of a book.</summary>
    public async Task<ArchivedRange> Archive(BookName book)
    {
        var range = await Ready(book);
        await Files.Write(range, Folder, null, default);
        var file = await Files.Verify(range, Folder, null, default);
        return Assert.Single(await new Detaching(Owner, "ops/olga").Run([(range, file)], default));
    }

    public async Task Attach(BookName book, ArchivedRange range)
    {
        var opened = await Find(book);
        var file = await Files.Verify(opened, range, Folder, null, default);
        await new Attaching(Owner, "ops/olga").Run([(opened, range, file)], null, default);
    }

    public Task<VerificationResult> Verify(BookName? book = null, long from = 1) =>
        new Verification(Host.Database) { Evidence = new CheckpointEvidence([key.Public]) }
            .Verify(book, from, null, default);

    /// <summary>All rows of the journal and of the entries, as one hash; and the balances of all accounts.</summary>
    public async Task<(string Rows, string Balances)> Contents() => (
        await TestDatabase.Scalar<string>(
            Database.SuperuserConnectionString,
            """
            select md5(string_agg(row, '|' order by row)) from (
                select 'j' || j::text as row from ledger.journal j
                union all select 'e' || e::text from ledger.entries e) rows
            """),
        await TestDatabase.Scalar<string>(
            Database.SuperuserConnectionString,
            """
            select string_agg(a.id || ':' || e.version || ':' || e.balance, ' ' order by a.id) from ledger.accounts a
            cross join lateral (select version, balance from ledger.entries
                where account_id = a.id and book_id = a.book_id order by position desc limit 1) e
            """));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Owner.DisposeAsync();
        await Database.DisposeAsync();
        key.Dispose();
        publicKey.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
