using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>Bodies that are slow, large or broken off, of callers that are known.</summary>
public sealed class BodyLimitTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string TopUp = """{"fan":"ann","amount":100,"currency":"USD"}""";

    [Fact]
    public async Task A_body_that_drips_is_answered_as_too_slow_and_nothing_of_it_is_posted()
    {
        await using var host = await ServingLedger.Start(
            new Dictionary<string, string>(ledger.Settings) { ["LEDGER_SLOW_CLIENT_SECONDS"] = "2" });
        var bearer = await ledger.Bearer(Scopes.Wallets);
        using var connection = await RawConnection.Open(host);
        await connection.Say(Head(bearer, "drips", 100_000) + TopUp);
        await connection.SaySlowly(" ", TimeSpan.FromMilliseconds(200));
        var heard = await connection.HearAll();
        if (heard.Length > 0)
        {
            Assert.StartsWith("HTTP/1.1 408 ", heard, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"too_slow\"", heard, StringComparison.Ordinal);
        }

        await WasNotPosted(bearer, "drips");
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_not_posted()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        using (var connection = await RawConnection.Open(ledger.Address()))
        {
            await connection.Say(Head(bearer, "breaks off", TopUp.Length + 10) + TopUp);
            connection.EndSaying();
            Assert.DoesNotContain("201", await connection.HearAll(), StringComparison.Ordinal);
        }

        await WasNotPosted(bearer, "breaks off");
    }

    /// <summary>The server takes a client that says it has said all for one that has gone.</summary>
    [Fact]
    public async Task A_client_that_only_listens_may_hear_nothing_and_learns_by_its_key_what_became_of_its_command()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        for (var i = 0; i < 20; i++)
        {
            string heard;
            using (var connection = await RawConnection.Open(ledger.Address()))
            {
                await connection.Say(Head(bearer, $"listens-{i}", TopUp.Length) + TopUp);
                connection.EndSaying();
                heard = await connection.HearAll();
            }

            var first = await ledger.TopUp(bearer, key: $"listens-{i}");
            var second = await ledger.TopUp(bearer, key: $"listens-{i}");
            Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
            Assert.Equal(first.Text, second.Text);
            if (heard.Length > 0) Assert.True(first.Response.Headers.Contains("Idempotency-Replayed"), heard);
        }
    }

    [Fact]
    public async Task A_batch_may_be_larger_than_a_single_command_and_not_larger_than_it_may_be()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        var item = $$"""{"key":"{{Guid.NewGuid()}}","command":"top_up","body":{{TopUp}} }""";
        string Padded(int bytes) => $$"""{"commands":[{{item}}{{new string(' ', bytes)}}]}""";

        var large = await ledger.Post("/v1/acme/main/commands", bearer, Padded(8 << 20));
        Assert.Equal(HttpStatusCode.OK, large.Status);
        Assert.Equal(201, large.Json.GetProperty("results")[0].GetProperty("status").GetInt32());
        var heard = await RawConnection.Ask(
            ledger.Address(), Head(bearer, "any", 17 << 20).Replace("/top_up", "", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 413 ", heard, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"too_large\"", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_that_is_none_is_a_problem_and_nothing_is_posted()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        var head = Head(bearer, "no chunk", 0).Replace("Content-Length: 0", "Transfer-Encoding: chunked", StringComparison.Ordinal);
        var heard = await RawConnection.Ask(ledger.Address(), $"{head}{TopUp.Length:x}\r\n{TopUp}\r\nZZ\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", heard, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", heard, StringComparison.Ordinal);
        await WasNotPosted(bearer, "no chunk");
    }

    private static string Head(string bearer, string key, int length) => new StringBuilder()
        .Append("POST /v1/acme/main/commands/top_up HTTP/1.1\r\nHost: ledger\r\n")
        .Append($"Authorization: {bearer}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\n")
        .Append($"Content-Length: {length}\r\n\r\n").ToString();

    private async Task WasNotPosted(string bearer, string key)
    {
        var now = await ledger.TopUp(bearer, key: key);
        Assert.Equal(HttpStatusCode.Created, now.Status);
        Assert.False(now.Response.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(JsonValueKind.Number, now.Json.GetProperty("number").ValueKind);
    }
}
