using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>The program as operators run it, with what they set for readers.</summary>
public sealed class ServedReadsTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_host_that_is_told_to_stop_answers_those_who_wait_and_ends_its_streams_at_once()
    {
        await home.WriteSmallBooks();
        var settings = new Dictionary<string, string>(home.Settings)
        {
            ["LEDGER_READ_DATABASE"] = home.Server.HostConnectionString(),
            ["LEDGER_MAX_WAITING"] = "2",
        };
        await using var host = await ServingLedger.Start(settings);
        using var http = await Client(host);
        var stream = await http.GetAsync(
            new Uri("/v1/fanz/bestfans/journal/stream?after=head", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead);
        var events = stream.Content.ReadAsStringAsync();
        var journal = new Uri("/v1/fanz/bestfans/journal?after=head&wait=30", UriKind.Relative);
        var waiting = await TakeTheLastPlace(http, journal);

        var clock = Stopwatch.StartNew();
        Assert.Equal(0, (await host.Program.Stop()).Code);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        using var answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, page.RootElement.GetProperty("records").GetArrayLength());
        Assert.StartsWith(": 14-", await events, StringComparison.Ordinal);
        stream.Dispose();
    }

    [Theory]
    [InlineData("LEDGER_READ_DATABASE", "nonsense")]
    [InlineData("LEDGER_READ_DATABASE", "Host=one,two;Username=x;Database=ledger")]
    [InlineData("LEDGER_MAX_WAITING", "0")]
    public async Task What_is_set_wrongly_is_said_before_anything_is_served(string variable, string value)
    {
        var settings = new Dictionary<string, string>(home.Settings) { [variable] = value };
        var ended = await LedgerProgram.Run(settings, "serve", "--urls", "http://127.0.0.1:0");
        Assert.Contains(variable, ended.OneLine(), StringComparison.Ordinal);
    }

    /// <summary>Somebody waits in the last place when others are turned away, and still are after a while.</summary>
    private static async Task<Task<HttpResponseMessage>> TakeTheLastPlace(HttpClient http, Uri journal)
    {
        var clock = Stopwatch.StartNew();
        var waiting = http.GetAsync(journal);
        for (var turnedAway = 0; turnedAway < 2;)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "The other never came to wait.");
            // One who asked in between was first, and gives the place back by going away.
            if (waiting.IsCompleted) (waiting, turnedAway) = (http.GetAsync(journal), 0);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                using var answer = await http.GetAsync(journal, patience.Token);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                turnedAway++;
                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }
            catch (OperationCanceledException)
            {
                turnedAway = 0;
            }
        }

        return waiting;
    }

    private async Task<HttpClient> Client(ServingLedger host)
    {
        await using var source = NpgsqlDataSource.Create(home.Server.HostConnectionString());
        var key = await new KeyStore(source).Create(
            new KeyGrant { Tenant = "fanz", Service = "tests", Scopes = [Scopes.ReadLedger] }, "tests",
            CancellationToken.None);
        var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        return http;
    }
}
