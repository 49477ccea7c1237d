using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.OpenApi;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Statements;

/// <summary>
/// The small platform of the examples with all that ever happened on it, and somebody whose names are an attack. Its
/// time is that of the scenario, so that what is printed of it never changes.
/// </summary>
public sealed class StatementLedger : IAsyncLifetime
{
    public const string Book = "/v1/fanz/bestfans";
    public const string HostileFan = "<script>alert('fan')</script>&\"";
    public const string HostileCreator = "\"><img src=x onerror=alert(1)>";
    public const string HostileText = "=cmd|' /c'!A0</title><script>alert(2)</script>";

    private readonly Dictionary<string, string> keys = [];
    private readonly List<(string Command, long Number)> numbers = [];
    private SimulatedLedger? ledger;
    private NpgsqlDataSource? source;

    internal Home Home { get; } = new();

    /// <summary>The number of the last record.</summary>
    public long Head { get; private set; }

    /// <summary>The record of the hostile tip.</summary>
    public long HostileTip { get; private set; }

    internal HttpClient Client => ledger!.Client;

    public async Task InitializeAsync()
    {
        await Home.InitializeAsync();
        ledger = await SimulatedLedger.Start(Home, Examples.Scenario[0].At);
        source = LedgerDatabase.Connect(Home.Server.HostConnectionString());
        foreach (var step in Examples.Scenario) await Post(step);
        var at = Examples.Scenario[^1].At + Duration.FromMinutes(5);
        await Post(new Example(
            at, "bestfans", "register_fan", Body(("fan", HostileFan), ("since", "2024-05-01")), "h1"));
        HostileTip = await Post(new Example(
            at, "bestfans", "send_tip",
            Body(
                ("fan", HostileFan), ("creator", HostileCreator), ("amount", 1_000), ("currency", "USD"),
                ("funding", "card"), ("reference", HostileText), ("post", HostileText), ("affiliate", HostileText)),
            "h2"));
        Head = HostileTip;
    }

    public async Task DisposeAsync()
    {
        if (source is not null) await source.DisposeAsync();
        if (ledger is not null) await ledger.DisposeAsync();
        await Home.DisposeAsync();
        Home.Dispose();
    }

    /// <summary>The number that the record of an example has.</summary>
    internal long NumberOf(string command, int which = 0) => numbers
        .Where(posted => posted.Command == command).ElementAt(which).Number;

    /// <summary>What is answered, to a key of one owner if one is named; it knows of everything.</summary>
    internal async Task<Said> Get(string address, string? owner = null, string tenant = "fanz")
    {
        var path = Book + address + (address.Contains('?', StringComparison.Ordinal) ? '&' : '?') + $"at_least={Head}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (owner is not null || tenant != "fanz")
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await KeyOf(owner, tenant));
        using var response = await Client.SendAsync(request);
        return new Said(
            response.StatusCode, await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : null);
    }

    private async Task<long> Post(Example step)
    {
        ledger!.Now = step.At;
        using var answer = await ledger.Post(step);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{step.Command}: {text}");
        var number = JsonDocument.Parse(text).RootElement.GetProperty("number").GetInt64();
        if (step.Platform != "bestfans") return number;
        numbers.Add((step.Command, number));
        return Head = number;
    }

    private async Task<string> KeyOf(string? owner, string tenant)
    {
        if (keys.TryGetValue($"{tenant} {owner}", out var known)) return known;
        var made = await new KeyStore(source!).Create(
            new KeyGrant
            {
                Tenant = tenant, Service = "tests", Owner = owner is null ? null : Owner.Read(owner),
                Scopes = [Scopes.ReadLedger],
            },
            "tests", CancellationToken.None);
        return keys[$"{tenant} {owner}"] = made.Text;
    }

    private static JsonObject Body(params ReadOnlySpan<(string Name, JsonNode Value)> fields)
    {
        var body = new JsonObject();
        foreach (var (name, value) in fields) body.Add(name, value);
        return body;
    }
}

/// <summary>What a host said.</summary>
internal sealed record Said(HttpStatusCode Status, string Text, string? Type, string? Policy)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement this[string name] => Json.GetProperty(name);

    public long Number(string name) => this[name].GetInt64();

    public IReadOnlyList<JsonElement> Rows(string name) => [.. this[name].EnumerateArray()];

    public Said IsGood()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{Status}: {Text}");
        return this;
    }

    public void Is(HttpStatusCode status, string code, string? field = null)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        Assert.Equal(code, this["code"].GetString());
        Assert.Equal(field, Json.TryGetProperty("field", out var at) ? at.GetString() : null);
    }
}

[CollectionDefinition(Name)]
public sealed class StatementCollection : ICollectionFixture<StatementLedger>
{
    public const string Name = "statements";
}
