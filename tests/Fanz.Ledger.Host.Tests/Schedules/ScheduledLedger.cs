using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Webhooks;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Schedules;

/// <summary>A writer and engines in the test's own process, whose clock is the test's, on a tenant of its own.</summary>
internal sealed class ScheduledLedger : IAsyncDisposable
{
    private static int tenants;

    private readonly BookWriter writer;
    private int posted;

    private ScheduledLedger(Home home)
    {
        Source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        Registry = new BookRegistry(Source, Clock);
        writer = new BookWriter(Source, Registry, new WriterOptions { Clock = Clock });
    }

    public string Tenant { get; } = $"scheduled{Interlocked.Increment(ref tenants)}";

    public TestClock Clock { get; } = new();

    public NpgsqlDataSource Source { get; }

    public BookRegistry Registry { get; }

    public BookWriter Writer => writer;

    public RunReader Runs => new(Source);

    public static async Task<ScheduledLedger> Start(Home home)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        return new ScheduledLedger(home);
    }

    /// <summary>An engine as a host has one, which does the followers' work as well.</summary>
    public RunEngine Engine(Func<RunOptions, RunOptions>? change = null)
    {
        var options = new RunOptions
        {
            Clock = Clock,
            FollowsItself = true,
            ItemsAPage = 3,
            ChecksThoroughly = false,
            FirstPause = TimeSpan.FromMilliseconds(1),
            LongestPause = TimeSpan.FromMilliseconds(5),
        };
        return new RunEngine(Source, writer, change is null ? options : change(options));
    }

    public async Task<OpenedBook> Open(string platform = "fans", string timeZone = "America/New_York")
    {
        var settings = new BookSettings(
            new BookName(Tenant, platform), DateTimeZoneProviders.Tzdb[timeZone], BookSettings.NoHolidays,
            Currency.Of("USD"));
        return await Registry.Open(settings, "tests", CancellationToken.None);
    }

    public async Task<Receipt> Post(OpenedBook book, Command command)
    {
        var reply = await writer.Post(book.Name, command, new Actor("tests"), $"{++posted}");
        return Assert.IsType<Reply.Posted>(reply).Receipt;
    }

    public Task<Receipt> Tip(OpenedBook book, string creator, long amount = 1_000) =>
        Post(book, new Command.SendTip("ann", creator, amount, "USD", Funding.Card));

    /// <summary>All that a book has recorded, type and data, for comparison.</summary>
    public async Task<List<(string Type, string Actor, Event Event)>> Journal(OpenedBook book)
    {
        var records = new List<(string, string, Event)>();
        await foreach (var record in new JournalReader(Source).After(book, 0, int.MaxValue, CancellationToken.None))
            records.Add((record.Type, record.Actor, EventFormat.Read(record.Type, record.Data.Span)));
        return records;
    }

    public async Task<Event.RunFinished> Finished(OpenedBook book, RunId run)
    {
        var progress = await Runs.Progress(book, run, CancellationToken.None);
        return Assert.IsType<Event.RunFinished>(progress.Finish);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await Source.DisposeAsync();
    }
}
