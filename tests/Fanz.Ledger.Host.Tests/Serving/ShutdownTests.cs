using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Host.Tests.Telemetry;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>How a host ends while it is used. Another host on the same database tells what was true.</summary>
public sealed class ShutdownTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string TopUps = "/v1/acme/main/commands/top_up";

    private sealed record Attempt(string Key, HttpStatusCode? Status, long? Number);

    [Fact]
    public async Task Under_load_everything_that_was_taken_is_answered_and_nothing_that_was_answered_is_missing()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        await using var host = await ServingLedger.Start(ledger.Settings);
        var attempts = new ConcurrentQueue<Attempt>();
        var callers = Enumerable.Range(0, 32).Select(i => Call(host, bearer, $"load-{i}", attempts)).ToArray();
        await Until(() => attempts.Count > 300);
        var ended = await host.Program.Stop();
        await Task.WhenAll(callers);

        Assert.Equal(0, ended.Code);
        Assert.Contains("Stopping", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
        Assert.All(attempts, attempt => Assert.True(
            attempt.Status is null or HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"{attempt}"));
        Assert.Equal(32, attempts.Count(attempt => attempt.Status is null));
        await Parallel.ForEachAsync(attempts, async (attempt, _) =>
        {
            var again = await ledger.TopUp(bearer, key: attempt.Key);
            Assert.Equal(HttpStatusCode.Created, again.Status);
            // What was answered is there, under the number that was told; what was not, was not posted either.
            Assert.Equal(
                attempt.Status == HttpStatusCode.Created, again.Response.Headers.Contains("Idempotency-Replayed"));
            if (attempt.Number is { } number) Assert.Equal(number, again.Json.GetProperty("number").GetInt64());
        });
    }

    [Fact]
    public async Task What_cannot_be_answered_in_time_is_cut_off_and_said()
    {
        await using var host = await ServingLedger.Start(Settings(shutdownSeconds: 1));
        await using (await Hold.Book(ledger.Settings["LEDGER_OWNER_DATABASE"], "side"))
        {
            var posting = await Posting(host);
            var clock = Stopwatch.StartNew();
            var ended = await host.Program.Stop();
            Assert.Equal(2, ended.Code);
            Assert.Contains("Not everything was answered within 1 seconds", ended.Error, StringComparison.Ordinal);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0.5, 20);
            await Assert.ThrowsAsync<HttpRequestException>(() => posting);
        }
    }

    [Fact]
    public async Task Whoever_waits_for_news_is_let_go_at_once()
    {
        await using var collector = await Collector.Start();
        await using var host = await ServingLedger.Start(new Dictionary<string, string>(Settings(shutdownSeconds: 600))
        {
            ["LEDGER_OTLP"] = collector.Address,
            ["LEDGER_OTLP_SECONDS"] = "1",
        });
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", await ledger.Bearer(Scopes.ReadLedger));
        var journal = $"{host.Address}/v1/acme/main/journal";
        using var stream = await http.GetAsync(
            new Uri($"{journal}/stream?after=head"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var streamed = stream.Content.ReadAsStringAsync();
        var polls = Enumerable.Range(0, 20)
            .Select(_ => http.GetAsync(new Uri($"{journal}?after=head&wait=30"))).ToArray();
        await collector.Until(
            heard => heard.Points.Where(point => point.Key.StartsWith("http.server.active_requests", StringComparison.Ordinal))
                .Sum(point => point.Value) == 21,
            "All of them wait.");

        var clock = Stopwatch.StartNew();
        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        foreach (var poll in await Task.WhenAll(polls))
        {
            Assert.Equal(HttpStatusCode.OK, poll.StatusCode);
            Assert.Equal("[]", JsonDocument.Parse(await poll.Content.ReadAsStringAsync())
                .RootElement.GetProperty("records").GetRawText());
        }

        Assert.DoesNotContain("data:", await streamed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var host = await ServingLedger.Start(Settings(shutdownSeconds: 600));
        await using (await Hold.Book(ledger.Settings["LEDGER_OWNER_DATABASE"], "side"))
        {
            var posting = await Posting(host);
            await host.Program.Signal();
            await host.Program.Says("Stopping");
            Assert.Equal(143, (await host.Program.Stop()).Code);
            await Assert.ThrowsAsync<HttpRequestException>(() => posting);
        }
    }

    private Dictionary<string, string> Settings(int shutdownSeconds) => new(ledger.Settings)
    {
        ["LEDGER_SHUTDOWN_SECONDS"] = $"{shutdownSeconds}",
        ["LEDGER_PATIENCE"] = "600",
    };

    /// <summary>A command that was taken, and waits for its book.</summary>
    private async Task<Task<HttpResponseMessage>> Posting(ServingLedger host)
    {
        var posting = Send(
            new HttpClient(), host, "/v1/acme/side/commands/top_up", await ledger.Bearer(Scopes.Wallets), "waits");
        // A host that has met the lock has taken the command.
        await GuardedLedger.Becomes(
            () => ledger.Logged<bool>("select exists (select from pg_locks where not granted)"), true);
        return posting;
    }

    /// <summary>Posts one command after another until nobody takes them any more.</summary>
    private static async Task Call(ServingLedger host, string bearer, string caller, ConcurrentQueue<Attempt> attempts)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        for (var i = 0; ; i++)
        {
            var key = $"{caller}-{i}";
            try
            {
                using var response = await Send(http, host, TopUps, bearer, key);
                var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
                attempts.Enqueue(new Attempt(
                    key, response.StatusCode,
                    answer.TryGetProperty("number", out var number) ? number.GetInt64() : null));
            }
            catch (HttpRequestException)
            {
                attempts.Enqueue(new Attempt(key, null, null));
                return;
            }
        }
    }

    private static async Task<HttpResponseMessage> Send(
        HttpClient http, ServingLedger host, string path, string bearer, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{host.Address}{path}"));
        request.Headers.TryAddWithoutValidation("Authorization", bearer);
        request.Headers.Add("Idempotency-Key", key);
        request.Content = new StringContent(
            """{"fan":"ann","amount":100,"currency":"USD"}""", Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(10, deadline.Token);
    }

    /// <summary>Somebody who keeps a book of acme locked.</summary>
    private sealed class Hold : IAsyncDisposable
    {
        private readonly NpgsqlConnection connection;

        private Hold(NpgsqlConnection connection) => this.connection = connection;

        public static async Task<Hold> Book(string owner, string platform)
        {
            var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(owner) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                "begin; select id from ledger.books where tenant = 'acme' and platform = @platform for no key update",
                connection);
            command.Parameters.AddWithValue("platform", platform);
            await command.ExecuteNonQueryAsync();
            return new Hold(connection);
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
