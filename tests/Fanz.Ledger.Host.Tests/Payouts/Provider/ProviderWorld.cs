using System.Net.Http.Json;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Webhooks;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Standing;
using Microsoft.AspNetCore.Builder;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

/// <summary>
/// A book of its own that pays by a provider, as many hosts as a test wants, and one clock for all of them.
/// </summary>
internal sealed class ProviderWorld : IAsyncDisposable
{
    public const string Rail = "payco";
    public const string Secret = "a-secret-of-at-least-32-characters";
    public const long Fee = 2_50;

    private static readonly Actor Tester = new("tests");
    private static int books;

    private readonly List<IAsyncDisposable> parts = [];
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly PersonKeys keys;
    private int formed;

    private ProviderWorld(NpgsqlDataSource source)
    {
        Source = source;
        keys = new PersonKeys(source, new byte[32]);
        Writer = NewWriter();
    }

    public TestClock Clock { get; } = new();

    public NpgsqlDataSource Source { get; }

    public BookWriter Writer { get; }

    public OpenedBook Book { get; private set; } = null!;

    public PayoutsNow Now => new(Source);

    /// <summary>Opens a book in which payouts in dollars are made by the provider at an address.</summary>
    public static async Task<ProviderWorld> Open(
        Home home, string url, params (string Name, string Value)[] settings)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        var world = new ProviderWorld(LedgerDatabase.Connect(home.Server.HostConnectionString()));
        var name = new BookName($"rails{Interlocked.Increment(ref books)}", "main");
        world.Book = await world.Writer.Registry.Open(
            new BookSettings(name, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD")), "tests",
            CancellationToken.None);
        await world.SetRail(url, settings);
        await world.Post(new Command.SetPayoutTerms(
            "USD", Rail, 10_00, Fee, new PayoutRequirements(0, 0, Screening: false, TaxForm: false), "pat", "kim")
        {
            InstantFee = Fee,
            InstantMost = 1_000_00,
        });
        return world;
    }

    public Task SetRail(string url, params (string Name, string Value)[] settings) => Post(new Command.SetRail(
        Rail, PaymentFormat.Provider,
        settings.Append(("url", url)).ToDictionary(one => one.Item1, one => one.Item2), "pat", "kim", "prefunded"));

    /// <summary>A host: what it knows, it has from the journal.</summary>
    public ProviderPayouts Host(Func<ProviderOptions, ProviderOptions>? change = null)
    {
        var options = new ProviderOptions
        {
            IsPrivateAllowed = true,
            Clock = Clock,
            Secrets = (_, _) => [System.Text.Encoding.UTF8.GetBytes(Secret)],
            FirstPause = TimeSpan.FromMilliseconds(1),
            Timeout = Duration.FromSeconds(20),
        };
        var host = new ProviderPayouts(
            Now, PayingTools.Opening(Source, keys), change is null ? options : change(options));
        parts.Add(new Disposing(host));
        return host;
    }

    public BookWriter NewWriter()
    {
        var writer = new BookWriter(Source, new BookRegistry(Source, Clock), new WriterOptions { Clock = Clock });
        parts.Add(writer);
        return writer;
    }

    /// <summary>A host that serves callbacks, and where.</summary>
    public async Task<(ProviderPayouts Host, string Callbacks)> Serve(
        Func<ProviderOptions, ProviderOptions>? change = null)
    {
        var host = Host(change);
        var (served, writer) = (new ServedLater(), NewWriter());
        var entrance = new Entrance(Source, new EntranceRules(Tokens: null, RateLimit: KeyGrant.HighestRate));
        var readers = new Readers(Source, Source, isCopy: false, places: 1);
        WebApplication app = HttpServer.Build("http://127.0.0.1:0", new Readiness(), served);
        await app.Bind(CancellationToken.None);
        served.Begin(new Served(Source, writer, entrance) { Readers = readers, Providers = host });
        parts.AddRange([entrance, readers, app]);
        return (host, $"{app.Urls.Single()}/v1/rails/{Book.Name.Tenant}/main/{Rail}/callbacks");
    }

    /// <summary>Forms an instant payout for a creator of its own.</summary>
    public async Task<string> Form(long sent = 50_00)
    {
        var number = Interlocked.Increment(ref formed);
        var (payout, creator) = ($"p-{number}", $"creator-{number}");
        var account = PayeeAccountFormat.Write(new PayeeAccount.Other(
            "Bea Example", new Dictionary<string, string> { ["wallet"] = creator }));
        var details = await keys.Seal(
            Book.Name.Tenant, PersonKeys.OfCreator(creator), PersonKeys.PayoutDetails, account, CancellationToken.None);
        var fingerprint = (await keys.Fingerprints(CancellationToken.None)).Of(Book.Name.Tenant, PersonKeys.PayoutDetails, account);
        await Post(new Command.AddPayoutMethod(
            creator, "wallet", Rail, "USD", "US", details, fingerprint, "···", "pat", "kim"));
        await Post(new Command.VerifyPayoutMethod(creator, "wallet", 1, MethodProof.Provider, "seen"));
        await Post(new Command.GrantGoodwill(sent + Fee, "USD", "a good year", "pat", "kim", creator));
        await Post(new Command.FormPayout(payout, creator, "USD", sent + Fee, Fee, Instant: true));
        return payout;
    }

    public Task<(ProviderOutcome? Outcome, Reply Submitted)> Send(
        ProviderPayouts host, string payout, BookWriter? writer = null) =>
        new InstantPayouts(writer ?? Writer, host).Send(Book, payout, Tester, CancellationToken.None);

    public Task<IReadOnlyList<ProviderOutcome>> Ask(
        ProviderPayouts host, IReadOnlyList<string> payouts, BookWriter? writer = null) => host.Ask(
            Book, payouts, PostedSteps.By(writer ?? Writer, Book.Name, PostedSteps.ActorOf(Rail)),
            CancellationToken.None);

    public async Task<ProviderOutcome> Ask(ProviderPayouts host, string payout) => (await Ask(host, [payout]))[0];

    public async Task<PayoutState> State(string payout) =>
        (await Now.Read(Book, payout, CancellationToken.None)).Payout.State;

    /// <summary>What is on all accounts of a code.</summary>
    public async Task<long> Balance(string code, string owner)
    {
        await using var command = Source.CreateCommand(
            """
            select coalesce(sum(e.amount), 0)::bigint
            from ledger.entries e join ledger.accounts a on a.id = e.account_id
            where a.book_id = $1 and a.code = $2 and a.owner like $3
            """);
        foreach (var value in new object[] { Book.Id, code, owner }) command.Parameters.Add(new() { Value = value });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Tells a simulator what it is told under /control, and returns what it says.</summary>
    public async Task<JsonElement> Control(string url, string what, object? said = null)
    {
        var address = new Uri($"{url}/control/{what}");
        using var answer = said is null ? await http.GetAsync(address) : await http.PostAsJsonAsync(address, said);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    public Task TellTime(string url) =>
        Control(url, "clock", new { now = InstantPattern.ExtendedIso.Format(Clock.GetCurrentInstant()) });

    public async Task Post(Command command)
    {
        var reply = await Writer.Post(Book.Name, command, Tester, Guid.NewGuid().ToString());
        Assert.True(reply is Reply.Posted, $"{command}: {reply}");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var part in parts.AsEnumerable().Reverse()) await part.DisposeAsync();
        await Source.DisposeAsync();
    }

    private sealed class Disposing(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
