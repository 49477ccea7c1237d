using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Access;

/// <summary>What a host said.</summary>
internal sealed record Said(HttpStatusCode Status, string Text, HttpResponseMessage Response)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The text without the id of the request, which is another one each time.</summary>
    public string Words => Json.TryGetProperty("request_id", out var id)
        ? Text.Replace(id.GetString()!, "", StringComparison.Ordinal)
        : Text;

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;
}

/// <summary>
/// Two hosts on one named database with the books acme/main, acme/side and rival/main, and an issuer of tokens. No key
/// makes itself there.
/// </summary>
public sealed class GuardedLedger : IAsyncLifetime, IDisposable
{
    private readonly Home home = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ServingLedger> hosts = [];
    private NpgsqlDataSource? source;

    internal TokenMaker Issuer { get; } = new();

    internal IReadOnlyDictionary<string, string> Settings { get; private set; } = new Dictionary<string, string>();

    internal KeyStore Store => new(source!);

    internal string Address(int host = 0) => hosts[host].Address;

    public async Task InitializeAsync()
    {
        await home.InitializeAsync();
        var settings = home.Named().ToDictionary();
        settings["LEDGER_JWT_ISSUERS"] = TokenMaker.Write(home.Settings["LEDGER_HOME"], Issuer.IssuerEntry());
        Settings = settings;
        source = NpgsqlDataSource.Create(settings["LEDGER_DATABASE"]);
        var registry = new BookRegistry(source);
        foreach (var name in new BookName[] { new("acme", "main"), new("acme", "side"), new("rival", "main") })
        {
            var opening = new BookSettings(name, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
            await registry.Open(opening, "tests", CancellationToken.None);
        }

        foreach (var host in await Task.WhenAll(ServingLedger.Start(settings), ServingLedger.Start(settings)))
            hosts.Add(host);
    }

    /// <summary>A key for acme's shop, unless the grant is another.</summary>
    internal async Task<NewKey> Key(Func<KeyGrant, KeyGrant>? change = null, params string[] scopes)
    {
        var grant = new KeyGrant { Tenant = "acme", Service = "shop", Scopes = [.. scopes] };
        return await Store.Create(change?.Invoke(grant) ?? grant, "tests", CancellationToken.None);
    }

    internal async Task<string> Bearer(params string[] scopes) => $"Bearer {(await Key(null, scopes)).Text}";

    internal Task<Said> Post(string path, string? bearer, string body, string? key = null, int host = 0) =>
        Send(HttpMethod.Post, path, bearer, body, key, host);

    internal Task<Said> TopUp(string? bearer, string book = "acme/main", string? key = null, int host = 0) =>
        Post($"/v1/{book}/commands/top_up", bearer, """{"fan":"ann","amount":100,"currency":"USD"}""", key, host);

    internal Task<Said> Get(string path, string? bearer, int host = 0) =>
        Send(HttpMethod.Get, path, bearer, null, null, host);

    internal async Task<Said> Send(
        HttpMethod method, string path, string? bearer, string? body, string? key = null, int host = 0)
    {
        using var request = new HttpRequestMessage(method, new Uri(new Uri(Address(host)), path));
        if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", bearer);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        var response = await http.SendAsync(request);
        return new Said(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>What the access log has, when it has it: rows are written within a second.</summary>
    internal async Task<T> Logged<T>(string sql)
    {
        await using var owner = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Settings["LEDGER_OWNER_DATABASE"]) { Pooling = false }.ConnectionString);
        await using var command = owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Asks again until the answer is as expected, or a minute is over.</summary>
    internal static async Task Becomes<T>(Func<Task<T>> ask, T expected)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(1);
        while (true)
        {
            var answer = await ask();
            if (Equals(answer, expected)) return;
            Assert.True(DateTime.UtcNow < deadline, $"Still {answer}, and not {expected}.");
            await Task.Delay(50);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        if (source is not null) await source.DisposeAsync();
        await home.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose()
    {
        http.Dispose();
        Issuer.Dispose();
        home.Dispose();
    }
}
