using System.Net.Http.Headers;
using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.OpenApi;

/// <summary>
/// A host in this process, on a real database and a real address, whose time is the test's: months pass between two
/// requests. It has the fresh books that the examples are told in.
/// </summary>
internal sealed class SimulatedLedger : IAsyncDisposable
{
    private static readonly byte[] MasterKey = new byte[32];

    /// <summary>In the order in which they end.</summary>
    private readonly IAsyncDisposable[] parts;
    private readonly Now now;

    private SimulatedLedger(HttpClient client, Now now, IAsyncDisposable[] parts) =>
        (Client, this.now, this.parts) = (client, now, parts);

    /// <summary>Has a key that may do everything for the tenant.</summary>
    public HttpClient Client { get; }

    public Instant Now
    {
        set => now.Time = value;
    }

    public static async Task<SimulatedLedger> Start(Home home, Instant opened)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        var now = new Now { Time = opened };
        var source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        var registry = new BookRegistry(source, now);
        foreach (var (platform, timeZone) in new[]
        {
            (Examples.Platform, "America/New_York"), (Examples.OtherPlatform, "Europe/Berlin"),
            (Examples.Treasury, "America/New_York"),
        })
        {
            var (settings, _) =
                BookSettings.Read(Examples.Tenant, platform, timeZone, BookSettings.NoHolidays, "USD");
            await registry.Open(settings!, "examples", CancellationToken.None);
        }

        var bell = new Bell();
        var writer = new BookWriter(
            source, registry, new WriterOptions { Clock = now, Landed = (_, _) => bell.Ring() });
        var entrance = new Entrance(source, new EntranceRules(Tokens: null, RateLimit: KeyGrant.HighestRate));
        var readers = new Readers(source, source, isCopy: false, places: 1);
        var references = new FollowerRunner(source, Followers.All, bell, new FollowerOptions());
        var receivers = new Receivers(source, registry, MasterKey, bell, Impatient);
        var served = new ServedLater();
        var http = HttpServer.Build("http://127.0.0.1:0", new Readiness(), served);
        await http.Bind(CancellationToken.None);
        served.Begin(new Served(source, writer, entrance)
        {
            Readers = readers, Receivers = receivers, Preview = new Preview(source, registry, now),
            Secrets = new PersonKeys(source, MasterKey),
        });

        var key = await new KeyStore(source).Create(
            new KeyGrant { Tenant = Examples.Tenant, Service = "examples", Scopes = [.. Scopes.All] },
            "examples", CancellationToken.None);
        var client = new HttpClient { BaseAddress = new Uri(http.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        return new SimulatedLedger(client, now, [http, receivers, references, writer, readers, entrance, source]);
    }

    /// <summary>What is not accepted at once is a dead letter.</summary>
    private static WebhookOptions Impatient => new()
    {
        IsPrivateAllowed = true,
        GiveUpAfter = Duration.Zero,
        LookEvery = TimeSpan.FromMilliseconds(10),
        Breath = TimeSpan.FromMilliseconds(1),
    };

    public Task<HttpResponseMessage> Post(Example step) => Post(step, "", step.Key);

    public Task<HttpResponseMessage> Preview(Example step) => Post(step, "?dry_run=true", key: null);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var part in parts) await part.DisposeAsync();
    }

    private async Task<HttpResponseMessage> Post(Example step, string query, string? key)
    {
        var address = $"/v1/{Examples.Tenant}/{step.Platform}/commands/{step.Command}{query}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative))
        {
            Content = new StringContent(step.Body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request);
    }
}

internal sealed class Now : IClock
{
    public Instant Time { get; set; }

    public Instant GetCurrentInstant() => Time;
}
