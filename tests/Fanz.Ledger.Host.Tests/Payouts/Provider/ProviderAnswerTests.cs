using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Webhooks;
using Fanz.Ledger.Payouts;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

/// <summary>What each answer of a provider comes to. A payout fails only by the provider's own word about it.</summary>
public sealed class ProviderAnswerTests(Home home) : IClassFixture<Home>, IAsyncLifetime
{
    private TestReceiver provider = null!;

    /// <summary>A status, a body in which KEY, PAYOUT and AMOUNT are filled in, and what follows.</summary>
    public static TheoryData<int, string, string, string?> Answers => new()
    {
        { 200, Word("accepted"), "accepted", null },
        { 202, Word("accepted", ", \"more\": {\"of\": [\"no\", \"interest\"]}"), "accepted", null },
        { 200, Word("settled"), "settled", null },
        { 200, Word("rejected", ", \"code\": \"AC04\", \"reason\": \"closed\""), "rejected", null },
        { 200, Word("rejected", ", \"code\": \"no code; at all\", \"reason\": \"a\\u0000b\\n\""), "rejected", null },
        { 200, Word("rejected"), "rejected", null },
        { 200, Word("returned", ", \"code\": \"R03\""), "returned", null },
        { 400, """{"code": "AC01"}""", "rejected", null },
        { 410, """{"code": "expired", "reason": "too late"}""", "rejected", null },
        { 422, """{"code": "AM02", "reason": "too much"}""", "rejected", null },

        { 422, "no", "unknown", "provider_said_nothing" },
        { 422, "{}", "unknown", "provider_said_nothing" },
        { 400, """{"error": "bad"}""", "unknown", "provider_said_nothing" },
        { 401, """{"code": "unsigned"}""", "unknown", "provider_said_nothing" },
        { 403, """{"code": "forbidden"}""", "unknown", "provider_said_nothing" },
        { 404, """{"code": "not_found"}""", "unknown", "provider_said_nothing" },
        { 408, "", "unknown", "provider_said_nothing" },
        { 429, "", "unknown", "provider_said_nothing" },
        { 500, Word("accepted"), "unknown", "provider_said_nothing" },
        { 503, """{"code": "AC01"}""", "unknown", "provider_said_nothing" },
        { 307, Word("accepted"), "unknown", "provider_said_nothing" },
        { 200, "", "unknown", "provider_said_nothing" },
        { 200, "[]", "unknown", "provider_said_nothing" },
        { 200, Word("paid"), "unknown", "provider_said_nothing" },
        { 200, Word("settled").Replace("AMOUNT", "\"AMOUNT\""), "unknown", "provider_said_nothing" },
        { 200, Word("settled").Replace("AMOUNT", "AMOUNT.0e0"), "unknown", "provider_said_nothing" },
        { 200, Word("settled", ", \"status\": \"rejected\""), "unknown", "provider_said_nothing" },
        { 200, Word("settled", ", \"reason\": \"\\ud800\""), "unknown", "provider_said_nothing" },

        { 409, """{"code": "key_reused"}""", "unknown", "provider_conflicts" },
        { 200, Word("settled").Replace("AMOUNT", "1"), "unknown", "provider_contradicts" },
        { 200, Word("settled").Replace("USD", "EUR"), "unknown", "provider_contradicts" },
        { 200, Word("rejected").Replace("PAYOUT", "p-other"), "unknown", "provider_contradicts" },
        { 200, Word("rejected").Replace("KEY", "other"), "unknown", "provider_contradicts" },
    };

    public async Task InitializeAsync() => provider = await TestReceiver.Start();

    public async Task DisposeAsync() => await provider.DisposeAsync();

    [Fact]
    public async Task Each_answer_to_an_instruction_comes_to_what_it_says_and_to_no_more()
    {
        await using var world = await ProviderWorld.Open(home, Url);
        var host = world.Host(options => options with { Attempts = 1 });
        foreach (var row in Answers)
        {
            var (status, body, state, finding) = ((int)row[0], (string)row[1], (string)row[2], (string?)row[3]);
            provider.Answer = (received, context) => Reply(received, context, status, body);
            var payout = await world.Form();
            var outcome = (await world.Send(host, payout)).Outcome!;
            Assert.Equal((status, body, state, finding),
                (status, body, Payout.InWords(outcome.State), outcome.Finding));
            Assert.Equal(outcome.State, await world.State(payout));
        }
    }

    [Fact]
    public async Task What_is_sent_is_signed_and_the_same_each_time_it_is_sent()
    {
        await using var world = await ProviderWorld.Open(home, Url);
        provider.Answer = (_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var payout = await world.Form();
        await world.Send(world.Host(), payout);
        Assert.Equal(PayoutState.Unknown, await world.State(payout));
        Assert.Equal(3, provider.All.Count);

        // Another host, hours later: asked, the provider does not know it, and so it is sent again.
        world.Clock.Advance(Duration.FromHours(23));
        provider.Answer = (received, context) => received.Body.Length == 0
            ? Reply(received, context, 404, """{"code": "not_found"}""")
            : Reply(received, context, 200, Word("accepted"));
        Assert.Equal(PayoutState.Accepted, (await world.Ask(world.Host(), payout)).State);
        var sent = provider.All.Where(one => one.Body.Length > 0).ToList();
        Assert.Equal(4, sent.Count);
        Assert.Single(sent.Select(one => one.Text).Distinct());
        Assert.Single(sent.Select(one => one.Headers["Idempotency-Key"].ToString()).Distinct());
        Assert.All(provider.All, one =>
        {
            var signature = one.Headers["Ledger-Signature"].ToString();
            var time = signature[2..signature.IndexOf(',')];
            var method = one.Body.Length > 0 ? "POST" : "GET";
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}.{method}.{one.Path}."), .. one.Body];
            var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(ProviderWorld.Secret), signed);
            Assert.Equal($"t={time},v1={Convert.ToHexStringLower(hash)}", signature);
        });
        using var json = JsonDocument.Parse(sent[0].Body);
        Assert.Equal(
            ["key", "tenant", "platform", "rail", "payout", "attempt", "amount", "currency", "valid_until", "payee"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.StartsWith(
            "2026-01-02T00:00:00", json.RootElement.GetProperty("valid_until").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_provider_does_not_know_is_not_sent_behind_its_time_nor_given_up_by_itself()
    {
        await using var world = await ProviderWorld.Open(home, Url, ("send_within_hours", "2"));
        var payout = await world.Form();
        var host = await Lose(world, payout);
        world.Clock.Advance(Duration.FromHours(2));
        provider.Answer = (received, context) => Reply(received, context, 404, """{"code": "not_found"}""");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            world.Clock.Advance(Duration.FromDays(30));
            var outcome = await world.Ask(host, payout);
            Assert.Equal((PayoutState.Unknown, "provider_does_not_know"), (outcome.State, outcome.Finding));
        }

        Assert.Single(provider.All, one => one.Body.Length > 0);
    }

    [Fact]
    public async Task Where_the_provider_vouches_for_it_what_it_never_had_is_rejected_in_the_end()
    {
        await using var world = await ProviderWorld.Open(
            home, Url, ("send_within_hours", "2"), ("not_found_is_final_after_hours", "5"));
        var payout = await world.Form();
        var host = await Lose(world, payout);
        provider.Answer = (received, context) => Reply(received, context, 404, """{"code": "not_found"}""");
        world.Clock.Advance(Duration.FromHours(5) - Duration.FromSeconds(1));
        Assert.Equal(PayoutState.Unknown, (await world.Ask(host, payout)).State);
        // Recorded time is a little behind the clock.
        world.Clock.Advance(Duration.FromSeconds(2));
        Assert.Equal(PayoutState.Rejected, (await world.Ask(host, payout)).State);
        Assert.Equal(-52_50, await world.Balance("creator.available", "%"));

        // It was paid after all: somebody has to look, and nothing is booked meanwhile.
        provider.Answer = (received, context) => Reply(received, context, 200, Word("settled"));
        var late = await world.Ask(host, payout);
        Assert.Equal((PayoutState.Rejected, "provider_contradicts"), (late.State, late.Finding));
    }

    [Fact]
    public async Task What_was_settled_may_come_back_and_is_not_rejected_any_more()
    {
        await using var world = await ProviderWorld.Open(home, Url);
        var (host, payout) = (world.Host(), await world.Form());
        provider.Answer = (received, context) => Reply(received, context, 200, Word("settled"));
        await world.Send(host, payout);
        foreach (var (status, state, finding) in new[]
        {
            ("settled", PayoutState.Settled, null), ("accepted", PayoutState.Settled, null),
            ("rejected", PayoutState.Settled, "provider_contradicts"), ("returned", PayoutState.Returned, null),
            ("returned", PayoutState.Returned, null), ("rejected", PayoutState.Returned, "provider_contradicts"),
        })
        {
            provider.Answer = (received, context) => Reply(received, context, 200, Word(status));
            var outcome = await world.Ask(host, payout);
            Assert.Equal((status, state, finding), (status, outcome.State, outcome.Finding));
        }

        Assert.Equal(-50_00, await world.Balance("creator.hold", "%"));
    }

    [Fact]
    public async Task A_payout_stays_with_the_provider_to_which_it_was_sent()
    {
        await using var world = await ProviderWorld.Open(home, Url);
        await using var other = await TestReceiver.Start();
        var payout = await world.Form();
        var host = await Lose(world, payout);
        await world.SetRail(other.Url.Replace("/ledger", "", StringComparison.Ordinal));
        provider.Answer = (received, context) => Reply(received, context, 200, Word("accepted"));
        Assert.Equal(PayoutState.Accepted, (await world.Ask(host, payout)).State);
        Assert.Empty(other.All);
    }

    [Fact]
    public async Task A_host_without_a_secret_sends_nothing_and_one_in_public_goes_to_no_private_address()
    {
        await using var world = await ProviderWorld.Open(home, Url);
        foreach (var host in new[]
        {
            world.Host(options => options with { Secrets = (_, _) => [] }),
            world.Host(options => options with { IsPrivateAllowed = false }),
        })
        {
            var outcome = (await world.Send(host, await world.Form())).Outcome!;
            Assert.Equal((PayoutState.Unknown, "provider_said_nothing"), (outcome.State, outcome.Finding));
        }

        Assert.Empty(provider.All);
    }

    private string Url => provider.Url.Replace("/ledger", "", StringComparison.Ordinal);

    /// <summary>Sends a payout whose answer nobody gets.</summary>
    private async Task<ProviderPayouts> Lose(ProviderWorld world, string payout)
    {
        provider.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var host = world.Host(options => options with { Attempts = 1 });
        await world.Send(host, payout);
        Assert.Equal(PayoutState.Unknown, await world.State(payout));
        return host;
    }

    private static string Word(string status, string more = "") =>
        $$"""{"key": "KEY", "payout": "PAYOUT", "amount": AMOUNT, "currency": "USD", "status": "{{status}}"{{more}}}""";

    /// <summary>Answers about the payout that a request is about.</summary>
    private Task Reply(Received received, HttpContext context, int status, string body)
    {
        // A question has no body; what it is about was said when it was sent.
        var said = received.Body.Length > 0
            ? received
            : provider.All.First(one => one.Headers["Idempotency-Key"] == received.Path.Split('/')[^1]);
        using var json = JsonDocument.Parse(said.Body);
        string Of(string member) => json.RootElement.GetProperty(member).ToString();
        context.Response.StatusCode = status;
        if (status == 307) context.Response.Headers.Location = "/elsewhere";
        return context.Response.WriteAsync(body.Replace("KEY", Of("key"), StringComparison.Ordinal)
            .Replace("PAYOUT", Of("payout"), StringComparison.Ordinal)
            .Replace("AMOUNT", Of("amount"), StringComparison.Ordinal));
    }
}
