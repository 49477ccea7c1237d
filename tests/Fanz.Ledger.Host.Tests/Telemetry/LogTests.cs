using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;

namespace Fanz.Ledger.Host.Tests.Telemetry;

public sealed class LogTests(Home home) : IClassFixture<Home>
{
    private const string Sly =
        "POST /v1/fanz/bestfans/commands/send_tip?owner=anna-the-fan HTTP/1.1\r\nHost: ledger\r\n" +
        "Idempotency-Key: key-of-anna-the-fan\r\nAuthorization: Bearer secret-of-anna-the-fan\r\n" +
        "User-Agent: anna-the-fan\r\nX-Request-Id: r-1\r\nConnection: close\r\n" +
        "Content-Length: 23\r\n\r\n{\"fan\":\"anna-the-fan\"}\n";

    [Fact]
    public async Task Every_line_is_an_object_and_a_request_is_told_by_its_route_and_by_nothing_that_was_sent()
    {
        await using var host = await StartWithJson("debug");
        Assert.Contains("\"request_id\":\"r-1\"", await RawConnection.Ask(host, Sly), StringComparison.Ordinal);
        await RawConnection.Ask(
            host, "ANNA-THE-FAN /anna-the-fan HTTP/1.1\r\nHost: ledger\r\nX-Request-Id: r-2\r\nConnection: close\r\n\r\n");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await host.Ask("/health/live")).Code);
        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);

        Assert.DoesNotContain("anna-the-fan", ended.Error, StringComparison.OrdinalIgnoreCase);
        var lines = ended.ErrorLines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(lines, line => Assert.EndsWith("Z", line.GetProperty("at").GetString(), StringComparison.Ordinal));
        var requests = lines.Where(line => line.GetProperty("event").GetString() == "request").ToArray();
        var sly = Assert.Single(requests, line => line.GetProperty("request_id").GetString() == "r-1");
        Assert.Equal("information", sly.GetProperty("level").GetString());
        Assert.Equal("POST", sly.GetProperty("method").GetString());
        Assert.Equal("/v1/{tenant}/{platform}/commands/{command}", sly.GetProperty("route").GetString());
        Assert.Equal(401, sly.GetProperty("status").GetInt32());
        Assert.Equal("unauthenticated", sly.GetProperty("code").GetString());
        Assert.InRange(sly.GetProperty("duration_ms").GetDouble(), 0, 60_000);
        var odd = Assert.Single(requests, line => line.GetProperty("request_id").GetString() == "r-2");
        Assert.Equal(("_OTHER", "(none)"), (odd.GetProperty("method").GetString(), odd.GetProperty("route").GetString()));
        Assert.Contains(requests, line => line.GetProperty("level").GetString() == "debug");
    }

    [Theory]
    [InlineData("information", true)]
    [InlineData("warning", false)]
    public async Task What_was_refused_is_told_from_information_on_and_what_went_well_is_not(string level, bool isTold)
    {
        await using var host = await StartWithJson(level);
        await RawConnection.Ask(host, Sly);
        await host.Ask("/health/live");
        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);
        Assert.Equal(isTold, ended.Error.Contains("\"r-1\"", StringComparison.Ordinal));
        Assert.DoesNotContain("/health/live", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_setting_a_line_is_a_sentence()
    {
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(home.Settings);
        await RawConnection.Ask(host, Sly);
        var ended = await host.Program.Stop();
        Assert.Contains(
            ended.ErrorLines,
            line => line.Contains(
                "information POST /v1/{tenant}/{platform}/commands/{command} 401 unauthenticated in ",
                StringComparison.Ordinal));
        Assert.DoesNotContain("anna-the-fan", ended.Error, StringComparison.Ordinal);
    }

    private async Task<ServingLedger> StartWithJson(string level)
    {
        await home.WriteSmallBooks();
        return await ServingLedger.Start(
            new Dictionary<string, string>(home.Settings) { ["LEDGER_LOG"] = "json", ["LEDGER_LOG_LEVEL"] = level });
    }
}
