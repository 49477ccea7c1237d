using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Money;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>A host that serves acme/main, acme/side and rival/main, and may tell private networks.</summary>
public sealed class TellingHost : IAsyncLifetime, IDisposable
{
    private readonly Home home = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private ServingLedger? serving;
    private NpgsqlDataSource? source;

    internal IReadOnlyDictionary<string, string> Settings { get; private set; } = new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        await home.InitializeAsync();
        var settings = home.Named().ToDictionary();
        settings["LEDGER_MASTER_KEY"] = Convert.ToBase64String(new byte[32]);
        settings["LEDGER_WEBHOOKS_PRIVATE"] = "true";
        Settings = settings;
        source = NpgsqlDataSource.Create(settings["LEDGER_DATABASE"]);
        var registry = new BookRegistry(source);
        foreach (var name in new BookName[] { new("acme", "main"), new("acme", "side"), new("rival", "main") })
        {
            var opening = new BookSettings(name, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
            await registry.Open(opening, "tests", CancellationToken.None);
        }

        serving = await ServingLedger.Start(settings);
    }

    internal async Task<string> Key(string tenant, string[]? platforms, params string[] scopes) =>
        (await new KeyStore(source!).Create(
            new KeyGrant
            {
                Tenant = tenant,
                Service = "tests",
                Platforms = platforms is null ? null : [.. platforms],
                Scopes = [.. scopes],
            },
            "tests", CancellationToken.None)).Text;

    internal async Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Response)> Send(
        HttpMethod method, string path, string key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(new Uri(serving!.Address), path));
        request.Headers.Authorization = new("Bearer", key);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await http.SendAsync(request);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return (response.StatusCode, answer, response);
    }

    internal Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Response)> Post(
        string path, string key, string? body = null) => Send(HttpMethod.Post, path, key, body);

    internal Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Response)> Get(
        string path, string key) => Send(HttpMethod.Get, path, key);

    public async Task DisposeAsync()
    {
        if (serving is not null) await serving.DisposeAsync();
        if (source is not null) await source.DisposeAsync();
        await home.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose()
    {
        http.Dispose();
        home.Dispose();
    }
}
