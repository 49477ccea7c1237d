using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Checkpoints;

/// <summary>A ledger that is filled by hand and signed when a test says so, with a folder of its own.</summary>
internal sealed class SignedLedger : IAsyncDisposable
{
    public static readonly BookName Main = new("acme", "main");
    public static readonly BookName Side = new("acme", "side");

    private SignedLedger(TestDatabase database)
    {
        Database = database;
        Host = NpgsqlDataSource.Create(database.HostConnectionString);
        Seeded = new SeededLedger(database.SuperuserConnectionString) { Remembers = false };
        Maker = new CheckpointMaker(Host);
        Archive = new CheckpointFolder(Directory.CreateTempSubdirectory("ledger-checkpoints-").FullName);
        Carrying = new CheckpointCarrying(Host, Archive);
    }

    public TestDatabase Database { get; }

    public NpgsqlDataSource Host { get; }

    public SeededLedger Seeded { get; }

    public CheckpointMaker Maker { get; }

    public CheckpointFolder Archive { get; }

    public CheckpointCarrying Carrying { get; }

    public CheckpointKey Key { get; set; } = CheckpointKey.New();

    public CheckpointReader Reader => new(Host);

    /// <summary>An empty one, in a database of its own.</summary>
    public static async Task<SignedLedger> Open()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return new SignedLedger(database);
    }

    public Task<long?[]> TopUp(BookName book, string fan = "anna") =>
        Seeded.Post((book, new Command.TopUp(fan, 1_000, "USD")), (book, new Command.TopUp("bert", 1, "USD")));

    /// <summary>Lines of a trail, as somebody's readings make them.</summary>
    public Task Note(string tenant = "acme", int lines = 1) => new AccessTrail(Host).Write(
        tenant,
        [
            .. Enumerable.Range(0, lines).Select(_ =>
                new TrailNote(TrailKind.Read, "reveal_tax_form", "app/carol") { Subject = "creator:mia" }),
        ],
        default);

    public async Task<SignedCheckpoint> Sign(string tenant = "acme")
    {
        var made = await Maker.Make(tenant, Key, Duration.Zero, default);
        return Assert.IsType<CheckpointMade.Made>(made).Signed;
    }

    public Task<VerificationResult> Verify(CheckpointEvidence? evidence = null) =>
        new Verification(Host) { Evidence = evidence ?? new CheckpointEvidence([Key.Public], Archive) }
            .Verify(null, 1, null, default);

    public async ValueTask DisposeAsync()
    {
        await Seeded.DisposeAsync();
        await Host.DisposeAsync();
        await Database.DisposeAsync();
        Key.Dispose();
        Directory.Delete(Archive.Folder, recursive: true);
    }
}
