using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Webhooks;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>A writer, and those who deliver what it writes, in the test's own process and on its own tenant.</summary>
internal sealed class TellingLedger : IAsyncDisposable
{
    private static readonly byte[] MasterKey = new byte[32];
    private static int tenants;

    private readonly Home home;
    private readonly NpgsqlDataSource source;
    private readonly BookWriter writer;
    private readonly List<Receivers> hosts = [];
    private readonly Bell bell = new();
    private int posted;

    private TellingLedger(Home home, string database)
    {
        (this.home, Connection) = (home, home.Server.HostConnectionString(database));
        source = LedgerDatabase.Connect(Connection);
        writer = new BookWriter(
            source, new BookRegistry(source), new WriterOptions { Landed = (_, _) => bell.Ring() });
    }

    public string Tenant { get; } = $"t{Interlocked.Increment(ref tenants)}";

    public string Connection { get; }

    public TestClock Clock { get; } = new();

    public WebhookStore Store => new(source);

    public DeadLetters DeadLetters => new(source);

    public NpgsqlDataSource Source => source;

    public static async Task<TellingLedger> Start(Home home)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        return new TellingLedger(home, "ledger");
    }

    /// <summary>A host that delivers.</summary>
    public Receivers Deliver(Func<WebhookOptions, WebhookOptions>? change = null)
    {
        var options = new WebhookOptions
        {
            IsPrivateAllowed = true,
            Clock = Clock,
            Chance = () => 0.5,
            LookEvery = TimeSpan.FromMilliseconds(10),
            Breath = TimeSpan.FromMilliseconds(1),
            PauseAfterFault = TimeSpan.FromMilliseconds(10),
            Timeout = TimeSpan.FromSeconds(20),
        };
        var receivers = new Receivers(
            source, new BookRegistry(source), MasterKey, bell, change is null ? options : change(options));
        hosts.Add(receivers);
        return receivers;
    }

    public async Task<OpenedBook> Open(string platform)
    {
        var settings = new BookSettings(
            new BookName(Tenant, platform), DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
        return await writer.Registry.Open(settings, "tests", CancellationToken.None);
    }

    /// <summary>An active webhook to a receiver, and its secret.</summary>
    public async Task<(Webhook Webhook, string Secret)> Tell(
        Receivers host, TestReceiver receiver, string? platform = null, params string[] types)
    {
        var made = await host.Create(
            Tenant, platform, receiver.Url, types.Length == 0 ? null : types, "tests", CancellationToken.None);
        Assert.NotNull(made);
        Assert.Null(await host.Verify(made.Value.Webhook, CancellationToken.None));
        return made.Value;
    }

    /// <summary>So many top-ups.</summary>
    public async Task Post(OpenedBook book, int records = 1)
    {
        for (var i = 0; i < records; i++)
        {
            var command = new Command.TopUp("ann", 100 + i, "USD", $"r-{Interlocked.Increment(ref posted)}");
            Assert.IsType<Reply.Posted>(
                await writer.Post(book.Name, command, new Actor("tests"), $"{book.Name} {posted}"));
        }
    }

    public async Task<WebhookProgress> Progress(Webhook webhook, OpenedBook book) =>
        (await Store.Progress(webhook.Id, CancellationToken.None)).Single(progress => progress.Book == book.Name);

    /// <summary>Ends the connections on which webhooks are seen to at this moment.</summary>
    public Task EndConnections() => home.Tamper(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'ledger_host' and query like '%webhook%'
        """);

    public Task Tamper(string sql) => home.Tamper(sql);

    public static string[] Ids(OpenedBook book, int from, int upTo) =>
        [.. Enumerable.Range(from, upTo - from + 1).Select(number => $"{book.Name}/{number}")];

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await writer.DisposeAsync();
        await source.DisposeAsync();
    }
}
