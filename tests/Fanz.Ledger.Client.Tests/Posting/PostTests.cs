using System.Diagnostics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Client.Tests.Sending;
using NodaTime;

namespace Fanz.Ledger.Client.Tests.Posting;

public class PostTests
{
    [Fact]
    public async Task A_command_is_posted_under_a_key_of_its_own_and_its_receipt_is_read()
    {
        using var server = new ScriptedServer(Script.Posted());
        using var client = server.Client();
        var posted = Assert.IsType<Outcome.Posted>(await client.Post(Script.Book, Script.Tip()));

        var heard = Assert.Single(server.Heard);
        Assert.Equal(("POST", "/v1/fanz/bestfans/commands/send_tip"), (heard.Method, heard.Target));
        Assert.Equal("Bearer fl_test", heard.Headers["Authorization"]);
        Assert.Equal("application/json", heard.Headers["Content-Type"]);
        Assert.Equal(
            """{"fan":"anna","creator":"mia","amount":500,"currency":"USD","funding":"wallet"}""", heard.Body);
        Assert.Equal(heard.Key, posted.Key);
        Assert.Equal(32, posted.Key.Length);
        Assert.False(posted.Replayed);
        Assert.Equal(
            ("fanz/bestfans/7", 7, "tip_sent"), (posted.Receipt.Id, posted.Receipt.Number, posted.Receipt.Type));
        Assert.Equal(Instant.FromUtc(2026, 5, 4, 10, 11, 12).PlusNanoseconds(131_415_000), posted.Receipt.At);
        Assert.Equal(
            [
                new ReceiptEntry(Script.Wallet, 500, -1000, -500),
                new ReceiptEntry(
                    new AccountName("creator.pending", "mia", "USD", new LocalDate(2026, 5, 11)), -500, 0, -500),
            ],
            posted.Receipt.Entries);
    }

    [Fact]
    public async Task Keys_that_are_made_are_never_the_same()
    {
        using var server = new ScriptedServer(Script.Posted());
        using var client = server.Client();
        for (var i = 0; i < 20; i++) await client.Post(Script.Book, Script.Tip());
        Assert.Equal(20, server.Heard.Select(heard => heard.Key).Distinct().Count());
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_under_the_same_key_and_with_the_same_words()
    {
        using var server = new ScriptedServer(
            new Scene.Cuts(), new Scene.Stammers(201, Script.Receipt(7)), new Scene.Says(200, "<html>Welcome!"),
            new Scene.Says(201, """{"id":"fanz/bestfans/7"}"""), Script.Replayed());
        using var client = server.Client();
        var posted = Assert.IsType<Outcome.Posted>(await client.Post(Script.Book, Script.Tip(), "order/4711"));

        Assert.True(posted.Replayed);
        Assert.Equal(5, server.Heard.Count);
        Assert.All(server.Heard, heard => Assert.Equal("order/4711", heard.Key));
        Assert.Single(server.Heard.Select(heard => heard.Body).Distinct());
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_lost()
    {
        using var server = new ScriptedServer(new Scene.Hangs(), Script.Replayed());
        using var client = server.Client(attempt: TimeSpan.FromMilliseconds(100));
        Assert.IsType<Outcome.Posted>(await client.Post(Script.Book, Script.Tip()));
        Assert.Equal(2, server.Heard.Count);
    }

    [Theory]
    [InlineData(429, "rate_limited")]
    [InlineData(503, "busy")]
    [InlineData(503, "starting")]
    [InlineData(503, "unavailable")]
    [InlineData(503, "outcome_unknown")]
    [InlineData(408, "too_slow")]
    [InlineData(500, "failed")]
    public async Task Whoever_is_put_off_asks_again(int status, string code)
    {
        using var server = new ScriptedServer(Script.Problem(status, code), Script.Posted());
        using var client = server.Client();
        Assert.IsType<Outcome.Posted>(await client.Post(Script.Book, Script.Tip()));
        Assert.Single(server.Heard.Select(heard => heard.Key).Distinct());
        Assert.Equal(2, server.Heard.Count);
    }

    [Fact]
    public async Task A_pause_that_the_ledger_asks_for_is_kept()
    {
        using var server = new ScriptedServer(
            Script.Problem(429, "rate_limited", ("Retry-After", "1")), Script.Posted());
        using var client = server.Client();
        var clock = Stopwatch.StartNew();
        Assert.IsType<Outcome.Posted>(await client.Post(Script.Book, Script.Tip()));
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(990), $"It asked again after {clock.Elapsed}.");
    }

    [Fact]
    public async Task A_refused_command_is_not_sent_again()
    {
        using var server = new ScriptedServer(Script.Refused());
        using var client = server.Client();
        var refused = Assert.IsType<Outcome.Refused>(await client.Post(Script.Book, Script.Tip()));
        Assert.Equal("insufficient_funds", refused.Refusal.Code);
        Assert.Equal("200", refused.Refusal.Facts["available"]);
        Assert.Single(server.Heard);
    }

    [Fact]
    public async Task What_is_wrong_with_a_command_is_told_and_not_sent_again()
    {
        using var server = new ScriptedServer((heard, _) => heard.Key switch
        {
            "one" => new Scene.Says(
                400,
                """{"status":400,"code":"amount_not_positive","detail":"It must be positive.","field":"amount"}"""),
            "many" => new Scene.Says(
                400,
                """
                {"status":400,"code":"ill_formed","detail":"2 things are wrong.","faults":[
                {"field":"amount","code":"amount_not_positive","detail":"It must be positive."},
                {"field":"fan","code":"ill_formed","detail":"fan is missing"}]}
                """),
            "reused" => Script.Problem(422, "key_reused"),
            "denied" => Script.Problem(403, "scope_missing"),
            _ => Script.Problem(404, "book_unknown"),
        });
        using var client = server.Client();
        var one = Assert.IsType<Outcome.Wrong>(await client.Post(Script.Book, Script.Tip(), "one"));
        Assert.Equal(("amount", "amount_not_positive"), (one.Faults[0].Field, one.Faults[0].Code));
        var many = Assert.IsType<Outcome.Wrong>(await client.Post(Script.Book, Script.Tip(), "many"));
        Assert.Equal(["amount", "fan"], many.Faults.Select(fault => fault.Field));
        Assert.IsType<Outcome.KeyReused>(await client.Post(Script.Book, Script.Tip(), "reused"));
        var denied = Assert.IsType<Outcome.Denied>(await client.Post(Script.Book, Script.Tip(), "denied"));
        Assert.Equal("scope_missing", denied.Problem.Code);
        var unknown = Assert.IsType<Outcome.Wrong>(await client.Post(Script.Book, Script.Tip(), "unknown"));
        Assert.Equal("book_unknown", Assert.Single(unknown.Faults).Code);
        Assert.Equal(5, server.Heard.Count);
    }

    [Fact]
    public async Task What_is_no_key_is_told_before_anything_is_sent()
    {
        using var server = new ScriptedServer(Script.Posted());
        using var client = server.Client();
        foreach (var key in new[] { "", " a", "a ", "a\n", "é", new string('a', 201) })
            await Assert.ThrowsAsync<ArgumentException>(() => client.Post(Script.Book, Script.Tip(), key));
        Assert.Empty(server.Heard);
    }

    [Fact]
    public async Task A_preview_posts_nothing_and_has_no_key()
    {
        using var server = new ScriptedServer((_, number) => number == 0
            ? new Scene.Says(
                200,
                """
                {"dry_run":true,"records":[{"book":"fanz/bestfans","type":"tip_sent","effective_on":"2026-05-04",
                "data":{"fan":"anna"},"entries":[{"account":"fan.wallet/USD//anna","amount":500,"currency":"USD",
                "balance_before":-1000,"balance_after":-500}]}]}
                """)
            : Script.Refused());
        using var client = server.Client();
        var posts = Assert.IsType<Preview.Posts>(await client.Preview(Script.Book, Script.Tip()));
        Assert.Equal(-500, Assert.Single(Assert.Single(posts.Records).Entries).BalanceAfter);
        Assert.Equal("anna", posts.Records[0].Data.GetProperty("fan").GetString());
        Assert.IsType<Preview.Refused>(await client.Preview(Script.Book, Script.Tip()));
        Assert.All(server.Heard, heard => Assert.Equal(
            ("/v1/fanz/bestfans/commands/send_tip?dry_run=true", null), (heard.Target, heard.Key)));
    }
}
