using System.Net;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>What a host said.</summary>
internal sealed record Told(HttpStatusCode Status, long? Number, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement this[string name] => Json.GetProperty(name);

    /// <summary>All of a problem but the id of the request, which no two have in common.</summary>
    public string Problem => string.Join('\n', Json.EnumerateObject().Where(part => part.Name != "request_id"));

    public Told Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        return this;
    }

    /// <summary>It is a problem with this code, and with this field if one is at fault.</summary>
    public Told Is(HttpStatusCode status, string code, string? field = null)
    {
        Is(status);
        Assert.Equal(code, this["code"].GetString());
        Assert.Equal(field, Json.TryGetProperty("field", out var at) ? at.GetString() : null);
        return this;
    }

    public IReadOnlyList<JsonElement> Rows(string name) => [.. this[name].EnumerateArray()];

    public string? TextOf(string name) => this[name].GetString();
}

/// <summary>
/// A host within the test's own process, with the server, the pipeline and the parts of a real one, so that a test can
/// have several at once and reach into them.
/// </summary>
internal sealed class ReadingHost : IAsyncDisposable
{
    public static readonly Actor Service = new("tests");
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource reading;
    private readonly Entrance entrance;
    private readonly WebApplication app;
    private readonly Dictionary<string, string> bearers = [];
    private int keys;
    private bool isStopped;

    private ReadingHost(string database, string? copy, int places)
    {
        source = LedgerDatabase.Connect(database);
        reading = LedgerDatabase.Connect(copy ?? database);
        Readers = new Readers(source, reading, isCopy: copy is not null, places);
        Writer = new BookWriter(
            source, new BookRegistry(source), new WriterOptions { Landed = Readers.Watch.Landed });
        entrance = new Entrance(source, new EntranceRules(Tokens: null, KeyGrant.HighestRate));
        var served = new ServedLater();
        served.Begin(new Served(source, Writer, entrance) { Readers = Readers });
        app = HttpServer.Build("http://127.0.0.1:0", new Readiness(), served);
    }

    public Readers Readers { get; }

    public BookWriter Writer { get; }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(100) };

    public Uri Address => new(app.Urls.Single());

    public static async Task<ReadingHost> Start(string database, string? replica = null, int places = 1_000)
    {
        var host = new ReadingHost(database, replica, places);
        await host.app.StartAsync();
        host.Http.BaseAddress = host.Address;
        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", await host.KeyOf(owner: null));
        return host;
    }

    /// <summary>A key that may read, all or one owner's, of which it is said in what role.</summary>
    public Task<NewKey> MakeKey(string? owner = null) => new KeyStore(source).Create(
        new KeyGrant
        {
            Tenant = "fanz",
            Service = "tests",
            Owner = owner is null ? null : Owner.Read(owner),
            Scopes = [Scopes.ReadLedger],
        },
        "tests", CancellationToken.None);

    public Task Revoke(NewKey key) => new KeyStore(source).Revoke(key.Key.Id, "tests", CancellationToken.None);

    public async Task<Told> Get(string path, string? owner = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (owner is not null) request.Headers.Authorization = new("Bearer", await KeyOf(owner));
        using var response = await Http.SendAsync(request);
        var number = response.Headers.TryGetValues(Header.Number, out var values)
            ? long.Parse(values.Single(), System.Globalization.CultureInfo.InvariantCulture)
            : (long?)null;
        return new Told(response.StatusCode, number, await response.Content.ReadAsStringAsync());
    }

    public async Task<Receipt> Post(BookName book, Command command)
    {
        var reply = await Writer.Post(book, command, Service, $"{GetHashCode()}-{Interlocked.Increment(ref keys)}");
        return Assert.IsType<Reply.Posted>(reply).Receipt;
    }

    public async Task<BookName> Open(string platform)
    {
        var (settings, _) = BookSettings.Read("fanz", platform, "UTC", BookSettings.NoHolidays, "USD");
        return (await Writer.Registry.Open(settings!, "tests", CancellationToken.None)).Name;
    }

    /// <summary>Stops as `serve` does: nobody waits any longer, and every request that was taken is answered.</summary>
    public async Task Stop()
    {
        if (isStopped) return;
        isStopped = true;
        Readers.Watch.Close();
        await app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Stop();
        await app.DisposeAsync();
        await Writer.DisposeAsync();
        await Readers.DisposeAsync();
        await entrance.DisposeAsync();
        await reading.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task<string> KeyOf(string? owner)
    {
        if (bearers.TryGetValue(owner ?? "", out var known)) return known;
        return bearers[owner ?? ""] = (await MakeKey(owner)).Text;
    }
}
