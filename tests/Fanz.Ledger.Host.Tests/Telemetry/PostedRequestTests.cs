using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Telemetry;

/// <summary>One command over HTTP, as those who watch the host see it.</summary>
public sealed class PostedRequestTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_command_is_one_trace_one_line_and_one_count_without_its_owner_or_key()
    {
        await using var collector = await Collector.Start();
        await using var host = await ServingLedger.Start(new Dictionary<string, string>(ledger.Settings)
        {
            ["LEDGER_OTLP"] = collector.Address,
            ["LEDGER_OTLP_SECONDS"] = "1",
            ["LEDGER_OTLP_TRACED"] = "0",
            ["LEDGER_LOG"] = "json",
            ["LEDGER_LOG_LEVEL"] = "debug",
        });
        var bearer = await ledger.Bearer(Scopes.Wallets);
        Assert.Equal(HttpStatusCode.Created, await TopUp(host, bearer, 100, $"00-{Trace}-00f067aa0ba902b7-01"));
        // The same key for something else; no caller traces it, and of a thousand such requests none is traced.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await TopUp(host, bearer, 200, null));
        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);

        var spans = collector.Spans.ToDictionary(span => span.Name);
        Assert.Equal(5, collector.Spans.Count());
        var request = spans["POST /v1/{tenant}/{platform}/commands/{command}"];
        Assert.Equal(("00f067aa0ba902b7", "201"), (request.Parent, request.Tags["http.response.status_code"]));
        Assert.All(spans.Values, span => Assert.Equal(Trace, span.Trace));
        Assert.Equal(request.Id, spans["queue"].Parent);
        Assert.Equal(request.Id, spans["batch"].Parent);
        Assert.Equal([spans["batch"].Id], spans["queue"].Links);
        Assert.Equal(spans["batch"].Id, spans["decide"].Parent);
        Assert.Equal(spans["batch"].Id, spans["commit"].Parent);

        Assert.Equal(1, collector.Points["ledger.commands outcome=posted"]);
        Assert.Equal(1, collector.Points["ledger.commands outcome=key_reused"]);
        Assert.Equal(1, collector.Points["ledger.http.problems code=key_reused"]);

        var lines = ended.ErrorLines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("service", out _)).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal("shop", line.GetProperty("service").GetString()));
        Assert.Equal([201, 422], lines.Select(line => line.GetProperty("status").GetInt32()).Order());
        foreach (var secret in (string[])["anna-the-fan", "key-of-hers", bearer["Bearer ".Length..]])
        {
            Assert.DoesNotContain(secret, ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, collector.Everything, StringComparison.Ordinal);
        }
    }

    private static async Task<HttpStatusCode> TopUp(ServingLedger host, string bearer, int amount, string? parent)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"{host.Address}/v1/acme/main/commands/top_up"));
        request.Headers.TryAddWithoutValidation("Authorization", bearer);
        request.Headers.Add("Idempotency-Key", "key-of-hers");
        if (parent is not null) request.Headers.Add("traceparent", parent);
        request.Content = new StringContent(
            $$"""{"fan":"anna-the-fan","amount":{{amount}},"currency":"USD"}""", Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
