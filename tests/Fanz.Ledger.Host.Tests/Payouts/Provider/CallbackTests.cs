using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.ProviderSimulator;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

/// <summary>Callbacks are a reason to look, and nobody but the provider gives one.</summary>
public sealed class CallbackTests(Home home) : IClassFixture<Home>, IAsyncLifetime, IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private SimulatedProvider provider = null!;
    private ProviderWorld world = null!;
    private ProviderPayouts host = null!;
    private Uri url = null!;

    public async Task InitializeAsync()
    {
        provider = await SimulatedProvider.Start(new SimulatorOptions { Secret = ProviderWorld.Secret });
        world = await ProviderWorld.Open(home, provider.Url);
        (host, var callbacks) = await world.Serve();
        url = new Uri(callbacks);
        await world.TellTime(provider.Url);
    }

    public async Task DisposeAsync()
    {
        await world.DisposeAsync();
        await provider.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose() => http.Dispose();

    [Fact]
    public async Task What_a_callback_says_is_asked_for_and_not_believed()
    {
        var payout = await Settling();
        var now = await world.Now.Read(world.Book, payout, CancellationToken.None);
        var key = ProviderRail.KeyOf(world.Book.Name, now.Payout.Batch, payout);

        // Signed, and not so: the provider itself says that it is still accepted.
        var early = await Tell(Body(key, payout, "settled"));
        Assert.Equal((HttpStatusCode.OK, "accepted"), (early.Status, early.Json.GetProperty("state").GetString()));

        world.Clock.Advance(Duration.FromHours(25));
        await world.TellTime(provider.Url);
        // Late, and of another state than it is by now: what it is by now is what is asked for.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var late = await Tell(Body(key, payout, "accepted"));
            Assert.Equal((HttpStatusCode.OK, "settled"), (late.Status, late.Json.GetProperty("state").GetString()));
        }

        Assert.Equal(-50_00, await world.Balance("cash.bank", "prefunded"));
    }

    [Fact]
    public async Task Only_a_fresh_signature_over_this_very_request_lets_a_callback_in()
    {
        var payout = await Settling();
        var key = ProviderRail.KeyOf(world.Book.Name, null, payout);
        var body = Body(key, payout, "settled");
        var (now, path, secret) = (world.Clock.GetCurrentInstant(), url.PathAndQuery, Bytes(ProviderWorld.Secret));
        foreach (var signature in new[]
        {
            null, "", "t=1,v1=00", "v1=00,t=1", $"t=,v1={new string('0', 64)}",
            ProviderSignature.Of(Bytes("another-secret-of-at-least-32-letters"), now, "POST", path, body),
            ProviderSignature.Of(secret, now - ProviderSignature.Window - Duration.FromSeconds(1), "POST", path, body),
            ProviderSignature.Of(secret, now + ProviderSignature.Window + Duration.FromSeconds(1), "POST", path, body),
            ProviderSignature.Of(secret, now, "GET", path, body),
            ProviderSignature.Of(secret, now, "POST", path.Replace("main", "side", StringComparison.Ordinal), body),
            ProviderSignature.Of(secret, now, "POST", path, [.. body, (byte)' ']),
        })
        {
            var (status, json) = await Send(url, body, signature);
            Assert.Equal(
                (HttpStatusCode.Unauthorized, "callback_not_signed"), (status, json.GetProperty("code").GetString()));
        }

        // At the edges of the window it is good.
        foreach (var at in new[] { now - ProviderSignature.Window, now + ProviderSignature.Window })
        {
            var (status, _) = await Send(url, body, ProviderSignature.Of(secret, at, "POST", path, body));
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }

    [Fact]
    public async Task What_is_signed_and_about_nothing_here_is_told_so()
    {
        var payout = await Settling();
        var key = ProviderRail.KeyOf(world.Book.Name, null, payout);
        var formed = await world.Form();
        foreach (var (body, code) in new[]
        {
            (Body(key, "p-unknown", "settled"), "callback_unknown"),
            (Body(new string('0', 64), payout, "settled"), "callback_unknown"),
            (Body(ProviderRail.KeyOf(world.Book.Name, null, formed), formed, "settled"), "callback_unknown"),
            (Bytes("{}"), "ill_formed"), (Bytes("no"), "ill_formed"), (Bytes(""), "ill_formed"),
            (Bytes(new string(' ', 17_000)), "too_large"),
        })
            Assert.Equal(code, (await Tell(body)).Json.GetProperty("code").GetString());
        var elsewhere = new Uri(url.ToString().Replace(ProviderWorld.Rail, "other", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await Tell(Body(key, payout, "settled"), elsewhere)).Status);
        var nowhere = new Uri(url.ToString().Replace("/main/", "/none/", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await Tell(Body(key, payout, "settled"), nowhere)).Status);
    }

    [Fact]
    public async Task A_callback_from_a_provider_that_cannot_be_asked_is_to_be_told_again()
    {
        var payout = await Settling();
        await provider.DisposeAsync();
        var (status, json) = await Tell(Body(ProviderRail.KeyOf(world.Book.Name, null, payout), payout, "settled"));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "unavailable"), (status, json.GetProperty("code").GetString()));
        Assert.Equal(PayoutState.Accepted, await world.State(payout));
    }

    /// <summary>Sends payouts until one is accepted and will be settled.</summary>
    private async Task<string> Settling()
    {
        while (true)
        {
            var payout = await world.Form();
            var outcome = (await world.Send(host, payout)).Outcome!;
            if (outcome.State != PayoutState.Accepted) continue;
            var books = await world.Control(provider.Url, "books");
            var fate = books.GetProperty("Payments").EnumerateArray()
                .Single(one => one.GetProperty("Payout").GetString() == payout).GetProperty("Fate").GetInt32();
            if (fate == (int)Fate.Settles) return payout;
        }
    }

    private static byte[] Body(string key, string payout, string status) => Bytes(
        $$"""{"key": "{{key}}", "payout": "{{payout}}", "amount": 1, "currency": "USD", "status": "{{status}}"}""");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private Task<(HttpStatusCode Status, JsonElement Json)> Tell(byte[] body, Uri? to = null) => Send(
        to ?? url, body, ProviderSignature.Of(
            Bytes(ProviderWorld.Secret), world.Clock.GetCurrentInstant(), "POST", (to ?? url).PathAndQuery, body));

    private async Task<(HttpStatusCode Status, JsonElement Json)> Send(Uri to, byte[] body, string? signature)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new("application/json");
        if (signature is not null) message.Headers.TryAddWithoutValidation(ProviderSignature.Header, signature);
        using var response = await http.SendAsync(message);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
