using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Standing;

/// <summary>What a host said.</summary>
internal sealed record Heard(HttpStatusCode Status, string Text, bool IsReplay)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public Heard Is(HttpStatusCode status, string? code = null)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        if (code is not null) Assert.Equal(code, Json.GetProperty("code").GetString());
        return this;
    }
}

/// <summary>A host within the test's own process, with a master key or without one, and a book of its own.</summary>
internal sealed class PayeeHost : IAsyncDisposable
{
    public static readonly byte[] MasterKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly BookWriter writer;
    private readonly Readers readers;
    private readonly Entrance entrance;
    private readonly WebApplication app;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(100) };

    private PayeeHost(string connection, string platform, byte[]? masterKey)
    {
        Platform = platform;
        Source = LedgerDatabase.Connect(connection);
        readers = new Readers(Source, Source, isCopy: false, places: 10);
        writer = new BookWriter(
            Source, new BookRegistry(Source), new WriterOptions { Landed = readers.Watch.Landed });
        entrance = new Entrance(Source, new EntranceRules(Tokens: null, KeyGrant.HighestRate));
        var served = new ServedLater();
        served.Begin(new Served(Source, writer, entrance)
        {
            Readers = readers,
            Secrets = masterKey is null ? null : new PersonKeys(Source, masterKey),
        });
        app = HttpServer.Build("http://127.0.0.1:0", new Readiness(), served);
    }

    public NpgsqlDataSource Source { get; }

    public string Platform { get; }

    public string Methods(string creator) => $"/v1/acme/{Platform}/creators/{creator}/payout-methods";

    public static async Task<PayeeHost> Start(Home home, string platform, byte[]? masterKey)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        var host = new PayeeHost(home.Server.HostConnectionString(), platform, masterKey);
        var (settings, _) = BookSettings.Read("acme", platform, "UTC", BookSettings.NoHolidays, "USD");
        await host.writer.Registry.Open(settings!, "tests", CancellationToken.None);
        await host.app.StartAsync();
        host.http.BaseAddress = new Uri(host.app.Urls.Single());
        return host;
    }

    public async Task<string> Bearer(string? owner, params string[] scopes) => (await new KeyStore(Source).Create(
        new KeyGrant
        {
            Tenant = "acme",
            Service = "app",
            Owner = owner is null ? null : Owner.Read(owner),
            Scopes = [.. scopes],
        },
        "tests", CancellationToken.None)).Text;

    /// <summary>One that may say where creators are paid, and who approved it.</summary>
    public Task<string> Keeper() => Bearer(null, Scopes.Standing, Scopes.VouchForPeople);

    public async Task<Heard> Send(string bearer, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await http.SendAsync(request);
        return new Heard(
            response.StatusCode, await response.Content.ReadAsStringAsync(),
            response.Headers.Contains("Idempotency-Replayed"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await writer.DisposeAsync();
        await readers.DisposeAsync();
        await entrance.DisposeAsync();
        await Source.DisposeAsync();
    }
}
