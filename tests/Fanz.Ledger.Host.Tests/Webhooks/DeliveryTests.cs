using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Webhooks;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>Everything is delivered in the order of its book, whatever receivers do; twice only as a retry.</summary>
public sealed class DeliveryTests(Home home) : IClassFixture<Home>, IAsyncLifetime
{
    private TellingLedger ledger = null!;
    private TestReceiver receiver = null!;

    public async Task InitializeAsync()
    {
        ledger = await TellingLedger.Start(home);
        receiver = await TestReceiver.Start();
    }

    public async Task DisposeAsync()
    {
        await ledger.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task What_happens_after_it_was_made_is_delivered_in_order_signed_and_in_full()
    {
        var book = await ledger.Open("a");
        await ledger.Post(book, 3);
        var (webhook, secret) = await ledger.Tell(ledger.Deliver(), receiver);
        await ledger.Post(book, 30);
        await Gets(30);
        Assert.Equal(TellingLedger.Ids(book, 5, 34), receiver.Events.Select(one => one.Event));
        Assert.All(receiver.Events, one => Assert.Equal(1, one.Attempt));

        var last = receiver.Events[^1];
        Assert.Equal(webhook.Id, last.Headers["Ledger-Webhook"].ToString());
        Assert.Equal("application/json; charset=utf-8", last.Headers.ContentType.ToString());
        Assert.Equal(Signed(secret, last), last.Headers["Ledger-Signature"].ToString());
        Assert.NotEqual(Signed(secret + "x", last), last.Headers["Ledger-Signature"].ToString());
        var body = JsonDocument.Parse(last.Body).RootElement;
        Assert.Equal(last.Event, body.GetProperty("id").GetString());
        Assert.Equal("wallet_topped_up", body.GetProperty("type").GetString());
        var record = body.GetProperty("record");
        Assert.Equal(34, record.GetProperty("number").GetInt64());
        Assert.Equal(129, record.GetProperty("data").GetProperty("amount").GetInt64());
        var legs = record.GetProperty("entries").EnumerateArray().Select(leg => leg.GetProperty("amount").GetInt64());
        Assert.Equal([129L, -129], legs.OrderDescending());
        Assert.StartsWith("34-", record.GetProperty("cursor").GetString(), StringComparison.Ordinal);
        await Eventually.True(
            async () => (await ledger.Progress(webhook, book)).Number == 34, "it is kept that all is delivered");
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_later_and_later_and_nothing_overtakes()
    {
        var book = await ledger.Open("a");
        var (webhook, _) = await ledger.Tell(ledger.Deliver(), receiver, "a");
        receiver.Answer = (one, context) =>
        {
            if (Number(one) == 3 && one.Attempt < 4) context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await ledger.Post(book, 3);
        for (var (attempt, pause) = (1, Duration.FromSeconds(5)); attempt < 4; attempt++, pause *= 2)
        {
            await Eventually.True(
                async () => await ledger.Progress(webhook, book) is { Failure: "answered 500" } progress
                    && progress.Attempt == attempt && progress.Trying == 3
                    && progress.NextAttemptAt == ledger.Clock.GetCurrentInstant() + pause,
                $"attempt {attempt} fails, and the next is due after {pause}");
            // Just before it is due nothing is sent; that another webhook is served meanwhile shows that it could be.
            ledger.Clock.Advance(pause - Duration.FromMilliseconds(1));
            await AnotherLookIsTaken();
            Assert.Equal(attempt + 1, receiver.Events.Count);
            ledger.Clock.Advance(Duration.FromMilliseconds(1));
        }

        await Gets(6);
        Assert.Equal(["2#1", "3#1", "3#2", "3#3", "3#4", "4#1"], Short(receiver.Events));
        Assert.Null((await ledger.Progress(webhook, book)).Failure);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_for_now_and_holds_up_nobody_else()
    {
        var book = await ledger.Open("a");
        var host = ledger.Deliver(options => options with { Timeout = TimeSpan.FromMilliseconds(300) });
        await using var other = await TestReceiver.Start();
        var (webhook, _) = await ledger.Tell(host, receiver);
        await ledger.Tell(host, other);
        receiver.Answer = (one, context) => one.Attempt == 1 ? receiver.Hang(context) : Task.CompletedTask;
        await ledger.Post(book, 5);
        await Gets(5, other);
        await Eventually.True(
            async () => (await ledger.Progress(webhook, book)).Failure == "did not answer within 0.3 seconds",
            "it hangs");
        receiver.Answer = null;
        ledger.Clock.Advance(Duration.FromSeconds(5));
        await Gets(6);
        Assert.Equal(["2#1", "2#2", "3#1", "4#1", "5#1", "6#1"], Short(receiver.Events));
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        var book = await ledger.Open("a");
        await using var elsewhere = await TestReceiver.Start();
        var (webhook, _) = await ledger.Tell(ledger.Deliver(), receiver);
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        };
        await ledger.Post(book);
        await Eventually.True(
            async () => (await ledger.Progress(webhook, book)).Failure == "answered 307; redirects are not followed",
            "it fails");
        Assert.Empty(elsewhere.All);
    }

    [Fact]
    public async Task A_receiver_that_was_away_gets_everything_when_it_is_back()
    {
        var book = await ledger.Open("a");
        var (webhook, _) = await ledger.Tell(ledger.Deliver(), receiver);
        await ledger.Post(book, 2);
        await Gets(2);
        await receiver.Disappear();
        await ledger.Post(book, 3);
        await Eventually.True(
            async () => (await ledger.Progress(webhook, book)).Failure == "could not be reached: ConnectionRefused",
            "nobody is there");
        await receiver.ComeBack();
        ledger.Clock.Advance(Duration.FromSeconds(5));
        await Gets(5);
        Assert.Equal(["2#1", "3#1", "4#2", "5#1", "6#1"], Short(receiver.Events));
    }

    [Fact]
    public async Task After_days_a_record_is_a_dead_letter_that_can_be_seen_and_replayed()
    {
        var book = await ledger.Open("a");
        var host = ledger.Deliver();
        var (webhook, _) = await ledger.Tell(host, receiver);
        receiver.Answer = (one, context) =>
        {
            if (one.Event.EndsWith("/2", StringComparison.Ordinal)) context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await ledger.Post(book, 2);
        await Eventually.True(
            async () => (await ledger.Progress(webhook, book)).NextAttemptAt is not null, "it fails once");
        ledger.Clock.Advance(Duration.FromDays(4));
        await Gets(3);
        Assert.Equal(["2#1", "2#2", "3#1"], Short(receiver.Events));
        var letter = Assert.Single(await Letters(webhook));
        Assert.Equal((book.Name, 2L, 2, "answered 503", false),
            (letter.Book, letter.Number, letter.Attempts, letter.Failure, letter.IsToBeReplayed));
        Assert.Equal(Duration.FromDays(4), letter.FailedAt - letter.FirstTriedAt);

        // It fails again, and lies where it lay.
        Assert.Equal(1, await host.Replay(webhook, book: null, number: null, CancellationToken.None));
        await Eventually.True(
            async () => (await Letters(webhook))[0] is { Attempts: 3, IsToBeReplayed: false }, "it fails");
        receiver.Answer = null;
        Assert.Equal(0, await host.Replay(webhook, book, number: 3, CancellationToken.None));
        Assert.Equal(1, await host.Replay(webhook, book, number: 2, CancellationToken.None));
        await Eventually.True(async () => (await Letters(webhook)).Count == 0, "it is delivered");
        Assert.Equal(["2#1", "2#2", "3#1", "2#3", "2#4"], Short(receiver.Events));
    }

    [Fact]
    public async Task Two_hosts_deliver_in_order_while_their_connections_are_ended()
    {
        var books = new[] { await ledger.Open("a"), await ledger.Open("b"), await ledger.Open("c") };
        var (one, other) = (ledger.Deliver(), ledger.Deliver());
        await ledger.Tell(one, receiver);
        for (var round = 0; round < 12; round++)
        {
            foreach (var book in books) await ledger.Post(book, 4);
            await ledger.EndConnections();
        }

        await Eventually.True(
            () => receiver.Events.Select(received => received.Event).Distinct().Count() == 3 * 48, "all arrive");
        foreach (var book in books)
        {
            var got = receiver.Events
                .Where(received => received.Event.StartsWith($"{book.Name}/", StringComparison.Ordinal)).ToArray();
            Assert.Equal(TellingLedger.Ids(book, 2, 49), got.Select(received => received.Event).Distinct());
            foreach (var again in got.GroupBy(received => received.Event))
                Assert.Equal(again.Count(), again.Select(received => received.Attempt).Distinct().Count());
            // A retry follows the first attempt at once: nothing of the book comes between.
            Assert.Equal(got.Select(received => Number(received)).Order(), got.Select(received => Number(received)));
        }
    }

    [Fact]
    public async Task A_paused_webhook_is_sent_nothing_and_loses_nothing()
    {
        var book = await ledger.Open("a");
        var host = ledger.Deliver();
        var (webhook, _) = await ledger.Tell(host, receiver, "a");
        await ledger.Post(book);
        await Gets(1);
        Assert.True(await ledger.Store.Change(
            webhook.Id, WebhookState.Paused, [WebhookState.Active], CancellationToken.None));
        await ledger.Post(book, 3);
        await AnotherLookIsTaken();
        Assert.Single(receiver.Events);
        await host.Resume(webhook, CancellationToken.None);
        await Gets(4);
        Assert.Equal(["2#1", "3#1", "4#1", "5#1"], Short(receiver.Events));
    }

    [Fact]
    public async Task Only_what_is_wanted_is_sent_and_a_book_opened_later_from_its_first_record()
    {
        var book = await ledger.Open("a");
        var host = ledger.Deliver();
        await using var opened = await TestReceiver.Start();
        await using var ofB = await TestReceiver.Start();
        var (webhook, _) = await ledger.Tell(host, receiver, types: ["book_opened"]);
        await ledger.Tell(host, opened);
        await ledger.Tell(host, ofB, platform: "b");
        await ledger.Post(book, 2);
        var later = await ledger.Open("b");
        await ledger.Post(later, 2);
        await Gets(5, opened);
        await Gets(3, ofB);
        await Gets(1);
        Assert.Equal([$"{later.Name}/1"], receiver.Events.Select(one => one.Event));
        Assert.Equal(["1#1", "2#1", "3#1"], Short(ofB.Events));
        await Eventually.True(
            async () => (await ledger.Progress(webhook, book)).Number == 3, "it passes over the rest");
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_challenge_is_echoed()
    {
        var book = await ledger.Open("a");
        var host = ledger.Deliver();
        receiver.Echoes = false;
        var (webhook, _) = (await host.Create(
            ledger.Tenant, "a", receiver.Url, null, "tests", CancellationToken.None))!.Value;
        Assert.Equal("did not echo the challenge", await host.Verify(webhook, CancellationToken.None));
        await ledger.Post(book, 2);
        await AnotherLookIsTaken();
        Assert.Empty(receiver.Events);
        receiver.Echoes = true;
        Assert.Null(await host.Verify(webhook, CancellationToken.None));
        await Gets(2);
    }

    [Fact]
    public async Task What_was_delivered_and_then_lost_stops_it_until_somebody_lets_it_go_on()
    {
        var book = await ledger.Open("a");
        var host = ledger.Deliver();
        var (webhook, _) = await ledger.Tell(host, receiver);
        await ledger.Post(book, 3);
        await Gets(3);
        await Eventually.True(async () => (await ledger.Progress(webhook, book)).Number == 4, "it is kept");
        await ledger.Tamper(
            $"update ledger.webhook_cursors set place = '4-0123456789abcdef' where webhook = '{webhook.Id}'");
        await ledger.Post(book);
        await Eventually.True(async () => (await ledger.Progress(webhook, book)).Stopped is not null, "it stops");
        Assert.Equal(3, receiver.Events.Count);
        Assert.False(await host.Rewind(webhook, book, after: 6, CancellationToken.None));
        Assert.True(await host.Rewind(webhook, book, after: 3, CancellationToken.None));
        await Gets(5);
        Assert.Equal(["2#1", "3#1", "4#1", "4#1", "5#1"], Short(receiver.Events));
    }

    [Fact]
    public async Task A_host_that_stops_lets_another_go_on_at_once()
    {
        var book = await ledger.Open("a");
        var first = ledger.Deliver(options => options with { Grace = TimeSpan.FromMilliseconds(50) });
        await ledger.Tell(first, receiver);
        receiver.Answer = (one, context) => one.Attempt == 1 ? receiver.Hang(context) : Task.CompletedTask;
        await ledger.Post(book, 2);
        await Gets(1);
        await first.Stop();
        receiver.Answer = null;
        ledger.Deliver();
        await Gets(3);
        Assert.Equal(["2#1", "2#2", "3#1"], Short(receiver.Events));
    }

    private Task Gets(int events, TestReceiver? who = null) => Eventually.True(
        () => (who ?? receiver).Events.Count >= events,
        $"{events} events arrive: {string.Join(' ', (who ?? receiver).Events)}");

    /// <summary>Another webhook, of another book, is served by a look that would have found more to do.</summary>
    private async Task AnotherLookIsTaken()
    {
        var later = await ledger.Open($"w{Guid.NewGuid():n}");
        await using var witness = await TestReceiver.Start();
        var host = ledger.Deliver();
        await ledger.Tell(host, witness, later.Name.Platform);
        await ledger.Post(later);
        await Gets(1, witness);
        await host.Stop();
    }

    private async Task<IReadOnlyList<DeadLetter>> Letters(Webhook webhook) =>
        await ledger.DeadLetters.List(webhook.Id, 0, 0, 100, CancellationToken.None);

    private static IEnumerable<string> Short(IEnumerable<Received> events) =>
        events.Select(one => $"{Number(one)}#{one.Attempt}");

    private static long Number(Received one) =>
        long.Parse(one.Event.Split('/')[2], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>As a receiver in any language would do it.</summary>
    private static string Signed(string secret, Received received)
    {
        var time = received.Headers["Ledger-Signature"].ToString().Split(',')[0]["t=".Length..];
        var signed = Encoding.UTF8.GetBytes($"{time}.{received.Text}");
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
