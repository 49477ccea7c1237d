using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Telemetry;

public sealed class ExportTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_collector_hears_of_batches_outcomes_requests_connections_and_memory_and_of_nobodys_name()
    {
        using var empty = new HomeFolder();
        await using var collector = await Collector.Start();
        await using var host = await ServingLedger.Start(Settings(collector, empty.Settings));
        await host.BecomesReady(true);
        await host.Ask("/health/ready");
        await collector.Until(
            heard => heard.Points.ContainsKey("ledger.queue.size")
                && heard.Points.Keys.Any(name => name.StartsWith("http.server.request.duration", StringComparison.Ordinal)),
            "It hears of the queue and of requests.");

        // The host played its demonstration with a writer of its own, which is heard of like the one that serves.
        Assert.InRange(collector.Points["ledger.batch.size way=ahead"], 1, 10_000);
        Assert.InRange(collector.Points["ledger.batch.commit way=ahead"], 1, 10_000);
        Assert.Equal(20_000, collector.Points["ledger.queue.limit"]);
        Assert.Contains(collector.Points.Keys, name => name.Contains("http.route=/health/ready", StringComparison.Ordinal));
        Assert.Contains(collector.Points.Keys, name => name.StartsWith("kestrel.active_connections", StringComparison.Ordinal));
        Assert.Contains(collector.Points.Keys, name => name.StartsWith("db.client.connection", StringComparison.Ordinal));
        Assert.Contains(collector.Points.Keys, name => name.StartsWith("dotnet.process.memory.working_set", StringComparison.Ordinal));
        Assert.DoesNotContain("Password", collector.Everything, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Bearer collectors-own", collector.Authorization);
        Assert.Equal(0, (await host.Program.Stop()).Code);
        // The last word is sent at the end, whatever the interval.
        Assert.Contains("ledger.commands outcome=posted", collector.Points.Keys);
    }

    [Fact]
    public async Task A_traced_request_keeps_its_callers_trace_and_shows_its_route_and_nothing_that_was_sent()
    {
        await home.WriteSmallBooks();
        await using var collector = await Collector.Start();
        await using var host = await ServingLedger.Start(Settings(collector));
        await host.BecomesReady(true);
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        await RawConnection.Ask(
            host,
            $"GET /v1/fanz/anna-the-fan/commands?owner=anna-the-fan HTTP/1.1\r\nHost: ledger\r\n" +
            $"traceparent: 00-{trace}-b7ad6b7169203331-01\r\nX-Request-Id: r-1\r\nConnection: close\r\n\r\n");
        Assert.Equal(0, (await host.Program.Stop()).Code);

        var span = Assert.Single(collector.Spans, span => span.Trace == trace);
        Assert.Equal("b7ad6b7169203331", span.Parent);
        Assert.Equal("r-1", span.Tags["ledger.request_id"]);
        Assert.DoesNotContain("anna-the-fan", collector.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_follower_that_is_late_or_has_stopped_is_seen_and_the_host_stays_ready()
    {
        using var own = new Home();
        await own.InitializeAsync();
        await own.WriteSmallBooks();
        await using var collector = await Collector.Start();
        await using (var host = await ServingLedger.Start(Settings(collector, own.Settings)))
        {
            await collector.Until(
                heard => heard.Points.TryGetValue("ledger.follower.lag book=fanz/bestfans follower=references", out var lag)
                    && lag == 0 && heard.Points["ledger.follower.stopped follower=references"] == 0,
                "A follower has followed.");
            await own.Tamper(
                """
                update ledger.builds c set stopped = 'a test', stopped_at = now(), number = number - 5
                from ledger.books b where b.id = c.book_id and b.platform = 'bestfans'
                """);
            await collector.Until(
                heard => heard.Points["ledger.follower.stopped follower=references"] == 1
                    && heard.Points["ledger.follower.lag book=fanz/bestfans follower=references"] > 0
                    && heard.Points["ledger.follower.behind book=fanz/bestfans follower=references"] == 5,
                "It has stopped.");

            Assert.Null(await host.BecomesReady(true));
            var follower = (await host.Ask("/health/ready")).Answer.GetProperty("followers").EnumerateArray()
                .Single(one => one.GetProperty("name").GetString() == "references");
            Assert.Equal((1, 5), (follower.GetProperty("stopped_books").GetInt32(), follower.GetProperty("behind").GetInt32()));
            Assert.InRange(follower.GetProperty("lag_seconds").GetDouble(), 0.001, double.MaxValue);
            Assert.Equal(0, (await host.Program.Stop()).Code);
        }

        await own.DisposeAsync();
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_nothing_but_what_it_would_have_heard()
    {
        await home.WriteSmallBooks();
        var settings = new Dictionary<string, string>(home.Settings)
        {
            ["LEDGER_OTLP"] = "http://127.0.0.1:1",
            ["LEDGER_OTLP_SECONDS"] = "1",
        };
        await using var host = await ServingLedger.Start(settings);
        Assert.Null(await host.BecomesReady(true));
        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);
        Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LEDGER_OTLP", "collector:4318")]
    [InlineData("LEDGER_OTLP", "ftp://collector")]
    [InlineData("LEDGER_OTLP_SECONDS", "0")]
    [InlineData("LEDGER_OTLP_TRACED", "1.5")]
    [InlineData("LEDGER_OTLP_HEADERS", "no equals sign")]
    [InlineData("LEDGER_LOG", "xml")]
    [InlineData("LEDGER_LOG_LEVEL", "loud")]
    [InlineData("LEDGER_SHUTDOWN_SECONDS", "0")]
    [InlineData("LEDGER_SLOW_CLIENT_SECONDS", "1")]
    [InlineData("LEDGER_MAX_CONNECTIONS", "0")]
    [InlineData("LEDGER_MAX_CONNECTIONS", "1000000")]
    [InlineData("LEDGER_ALLOW_PLAIN", "yes")]
    public async Task A_wrong_setting_is_one_line_that_names_it(string variable, string value)
    {
        var settings = new Dictionary<string, string>(home.Settings)
        {
            ["LEDGER_OTLP"] = "http://127.0.0.1:1",
            [variable] = value,
        };
        var line = (await LedgerProgram.Run(settings, "serve", "--urls", "http://127.0.0.1:0")).OneLine();
        Assert.Contains(variable, line, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings(
        Collector collector, IReadOnlyDictionary<string, string>? place = null) => new(place ?? home.Settings)
    {
        ["LEDGER_OTLP"] = collector.Address,
        ["LEDGER_OTLP_SECONDS"] = "1",
        ["LEDGER_OTLP_TRACED"] = "1000",
        ["LEDGER_OTLP_HEADERS"] = "Authorization=Bearer collectors-own",
    };
}
