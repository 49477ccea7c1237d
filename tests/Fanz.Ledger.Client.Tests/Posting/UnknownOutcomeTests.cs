using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fanz.Ledger.Client.Tests.Sending;

namespace Fanz.Ledger.Client.Tests.Posting;

/// <summary>When patience ends: what a client may say of a command then, and what it may not.</summary>
public class UnknownOutcomeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    /// <summary>To come back so late is beyond every patience: it ends at once.</summary>
    private static readonly (string, string) MuchLater = ("Retry-After", "1000");

    [Fact]
    public async Task Patience_ends_at_the_deadline_and_the_key_is_told()
    {
        using var server = new ScriptedServer(new Scene.Cuts());
        using var client = server.Client(patience: Short);
        var clock = Stopwatch.StartNew();
        var unknown = await Assert.ThrowsAsync<OutcomeUnknown>(() => client.Post(Script.Book, Script.Tip()));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}.");
        Assert.True(server.Heard.Count > 1, "It did not ask again.");
        Assert.All(server.Heard, heard => Assert.Equal(unknown.Key, heard.Key));
        Assert.Contains(unknown.Key, unknown.Message, StringComparison.Ordinal);
        Assert.IsType<LedgerUnavailable>(unknown.InnerException);
    }

    [Fact]
    public async Task An_attempt_is_cut_off_at_the_deadline()
    {
        using var server = new ScriptedServer(new Scene.Hangs());
        using var client = server.Client(patience: Short);
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<OutcomeUnknown>(() => client.Post(Script.Book, Script.Tip()));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(9), $"It took {clock.Elapsed}.");
    }

    [Theory]
    [InlineData(429, "rate_limited", false)]
    [InlineData(503, "busy", false)]
    [InlineData(503, "starting", false)]
    [InlineData(503, "unavailable", true)]
    [InlineData(503, "outcome_unknown", true)]
    [InlineData(500, "failed", true)]
    public async Task Not_posted_is_said_only_where_the_ledger_took_nothing_each_time(
        int status, string code, bool mayBePosted)
    {
        using var server = new ScriptedServer(
            Script.Problem(status, code), Script.Problem(status, code), Script.Problem(status, code, MuchLater));
        using var client = server.Client();
        var exception = await Record.ExceptionAsync(() => client.Post(Script.Book, Script.Tip()));
        Assert.IsType(mayBePosted ? typeof(OutcomeUnknown) : typeof(LedgerUnavailable), exception);
        Assert.Equal(3, server.Heard.Count);
    }

    [Fact]
    public async Task One_lost_answer_among_many_that_took_nothing_leaves_it_unknown()
    {
        using var server = new ScriptedServer(
            Script.Problem(503, "busy"), new Scene.Cuts(), Script.Problem(503, "busy", MuchLater));
        using var client = server.Client();
        await Assert.ThrowsAsync<OutcomeUnknown>(() => client.Post(Script.Book, Script.Tip()));
    }

    [Fact]
    public async Task A_503_of_some_other_server_on_the_way_says_nothing_of_what_the_ledger_did()
    {
        using var server = new ScriptedServer(new Scene.Says(503, "<html>Back in a minute", MuchLater));
        using var client = server.Client();
        await Assert.ThrowsAsync<OutcomeUnknown>(() => client.Post(Script.Book, Script.Tip()));
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_posted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = new LedgerClient(
            new Uri($"http://127.0.0.1:{port}"), "fl_test", new LedgerClientOptions { Patience = Short });
        await Assert.ThrowsAsync<LedgerUnavailable>(() => client.Post(Script.Book, Script.Tip()));
    }

    [Fact]
    public async Task A_ledger_that_keeps_failing_is_not_asked_until_patience_ends()
    {
        using var server = new ScriptedServer(Script.Problem(500, "failed"));
        using var client = server.Client();
        await Assert.ThrowsAsync<OutcomeUnknown>(() => client.Post(Script.Book, Script.Tip()));
        Assert.Equal(3, server.Heard.Count);
    }

    [Theory]
    [InlineData(401, "unauthenticated")]
    [InlineData(403, "scope_missing")]
    public async Task A_denial_is_final_unless_an_attempt_before_it_was_lost(int status, string code)
    {
        using (var server = new ScriptedServer(Script.Problem(status, code)))
        using (var client = server.Client())
        {
            var denial = await Denial(client);
            Assert.Equal(code, denial?.Code);
            Assert.Single(server.Heard);
        }

        using (var server = new ScriptedServer(new Scene.Cuts(), Script.Problem(status, code)))
        using (var client = server.Client())
        {
            var unknown = await Assert.ThrowsAsync<OutcomeUnknown>(() => client.Post(Script.Book, Script.Tip()));
            Assert.Equal(code, Assert.IsType<LedgerDenied>(unknown.InnerException).Problem.Code);
        }

        static async Task<LedgerProblem?> Denial(LedgerClient client)
        {
            try
            {
                return Assert.IsType<Outcome.Denied>(await client.Post(Script.Book, Script.Tip())).Problem;
            }
            catch (LedgerDenied denied)
            {
                return denied.Problem;
            }
        }
    }

    [Fact]
    public async Task What_is_no_ledger_is_told_so_and_not_asked_again()
    {
        using var server = new ScriptedServer(new Scene.Says(302, "", ("Location", "http://127.0.0.1:1/")));
        using var client = server.Client();
        await Assert.ThrowsAsync<NotTheLedger>(() => client.Post(Script.Book, Script.Tip()));
        Assert.Single(server.Heard);
    }

    [Fact]
    public async Task What_the_framework_lets_out_of_a_breaking_connection_is_a_lost_answer()
    {
        using var server = new ScriptedServer(Script.Posted());
        using var breaking = new BreakingHandler(
            new SocketException((int)SocketError.NotConnected), new IOException("Broken pipe"));
        using var http = new HttpClient(breaking) { BaseAddress = server.Address };
        using var client = new LedgerClient(http, new LedgerClientOptions { FirstPause = TimeSpan.Zero });
        Assert.IsType<Outcome.Posted>(await client.Post(Script.Book, Script.Tip(), "order/4711"));
        Assert.Equal("order/4711", Assert.Single(server.Heard).Key);
    }

    [Fact]
    public async Task Whatever_a_handler_of_the_service_throws_the_key_is_not_lost()
    {
        using var server = new ScriptedServer(Script.Posted());
        using var breaking = new BreakingHandler(new TimeZoneNotFoundException("The circuit is open."));
        using var http = new HttpClient(breaking) { BaseAddress = server.Address };
        using var client = new LedgerClient(http);
        var unknown = await Assert.ThrowsAsync<OutcomeUnknown>(
            () => client.Post(Script.Book, Script.Tip(), "order/4711"));
        Assert.Equal("order/4711", unknown.Key);
        Assert.IsType<TimeZoneNotFoundException>(unknown.InnerException);
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_told_that_the_command_may_be_posted()
    {
        using var stop = new CancellationTokenSource();
        using var server = new ScriptedServer((_, _) =>
        {
            stop.Cancel();
            return new Scene.Hangs();
        });
        using var client = server.Client();
        var unknown = await Assert.ThrowsAsync<OutcomeUnknown>(
            () => client.Post(Script.Book, Script.Tip(), "order/4711", stop.Token));
        Assert.Equal("order/4711", unknown.Key);
        // What was never sent was merely cancelled.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.Post(Script.Book, Script.Tip(), "order/4712", stop.Token));
        Assert.Single(server.Heard);
    }

    /// <summary>Throws these one after the other, and then lets everything pass.</summary>
    private sealed class BreakingHandler(params Exception[] exceptions) : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly Queue<Exception> left = new(exceptions);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            left.TryDequeue(out var exception)
                ? Task.FromException<HttpResponseMessage>(exception)
                : base.SendAsync(request, cancellationToken);
    }
}
