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
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Microsoft.AspNetCore.Builder;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.OpenApi;

/// <summary>
/// A host in this process, on a real database and a real address, whose time is the test's: months pass between two
/// requests. It has the fresh books that the examples are told in.
/// </summary>
internal sealed class SimulatedLedger : IAsyncDisposable
{
    private readonly WebApplication http;
    private readonly NpgsqlDataSource source;
    private readonly BookWriter writer;
    private readonly Entrance entrance;
    private readonly Readers readers;
    private readonly FollowerRunner runner;
    private readonly Receivers receivers;
    private readonly Now now;

    private SimulatedLedger(
        WebApplication http, NpgsqlDataSource source, BookWriter writer, Entrance entrance, Readers readers,
        FollowerRunner runner, Receivers receivers, HttpClient client, Now now)
    {
        (this.http, this.source, this.writer, this.entrance, this.readers) = (http, source, writer, entrance, readers);
        (this.runner, this.receivers, Client, this.now) = (runner, receivers, client, now);
    }

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
        })
        {
            var (settings, _) =
                BookSettings.Read(Examples.Tenant, platform, timeZone, BookSettings.NoHolidays, "USD");
            await registry.Open(settings!, "examples", CancellationToken.None);
        }

        var writer = new BookWriter(source, registry, new WriterOptions { Clock = now });
        var entrance = new Entrance(source, new EntranceRules(Tokens: null, RateLimit: KeyGrant.HighestRate));
        var readers = new Readers(source, source, isCopy: false, places: 1);
        var bell = new Bell();
        var runner = new FollowerRunner(source, [new ReferenceFollower()], bell);
        var receivers = new Receivers(
            source, registry, masterKey: new byte[32], bell, new WebhookOptions { IsPrivateAllowed = true });
        var served = new ServedLater();
        var http = HttpServer.Build("http://127.0.0.1:0", new Readiness(), served);
        await http.Bind(CancellationToken.None);
        served.Begin(new Served(source, writer, entrance)
        {
            Readers = readers, Receivers = receivers, Preview = new Preview(source, registry, now),
        });

        var key = await new KeyStore(source).Create(
            new KeyGrant { Tenant = Examples.Tenant, Service = "examples", Scopes = [.. Scopes.All] },
            "examples", CancellationToken.None);
        var client = new HttpClient { BaseAddress = new Uri(http.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        return new SimulatedLedger(http, source, writer, entrance, readers, runner, receivers, client, now);
    }

    public Task<HttpResponseMessage> Post(Example step) => Post(step, "", step.Key);

    public Task<HttpResponseMessage> Preview(Example step) => Post(step, "?dry_run=true", key: null);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await http.DisposeAsync();
        await runner.DisposeAsync();
        await receivers.DisposeAsync();
        await writer.DisposeAsync();
        await readers.DisposeAsync();
        await entrance.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task<HttpResponseMessage> Post(Example step, string query, string? key)
    {
        var address = $"/v1/{Examples.Tenant}/{Examples.Platform}/commands/{step.Command}{query}";
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
