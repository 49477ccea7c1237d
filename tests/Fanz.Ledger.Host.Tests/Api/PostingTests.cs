using System.Net;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Api;

/// <summary>What a service that posts gets back, over real HTTP.</summary>
public sealed class PostingTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string Commands = "/v1/acme/main/commands";

    [Fact]
    public async Task A_receipt_says_what_was_posted_and_a_retry_gets_it_again_from_any_host()
    {
        var bearer = await Bearer();
        var fan = NewName();
        var first = await ledger.Post($"{Commands}/top_up", bearer, TopUp(fan, 500), "a key of " + fan);
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.False(first.Response.Headers.Contains("Idempotency-Replayed"));
        var receipt = first.Json;
        var number = receipt.GetProperty("number").GetInt64();
        Assert.Equal($"acme/main/{number}", receipt.GetProperty("id").GetString());
        Assert.Equal("wallet_topped_up", receipt.GetProperty("type").GetString());
        var wallet = receipt.GetProperty("entries")[1];
        Assert.Equal($"fan.wallet/USD//{fan}", wallet.GetProperty("account").GetString());
        Assert.Equal(
            (-500, 0, -500, "USD"),
            (wallet.GetProperty("amount").GetInt64(), wallet.GetProperty("balance_before").GetInt64(),
                wallet.GetProperty("balance_after").GetInt64(), wallet.GetProperty("currency").GetString()));
        foreach (var host in new[] { 0, 1 })
        {
            var again = await ledger.Post($"{Commands}/top_up", bearer, TopUp(fan, 500), "a key of " + fan, host);
            Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
            Assert.Equal("true", again.Response.Headers.GetValues("Idempotency-Replayed").Single());
        }

        var other = await ledger.Post($"{Commands}/top_up", bearer, TopUp(fan, 501), "a key of " + fan);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key_reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_its_facts_for_ever()
    {
        var bearer = await Bearer();
        var fan = NewName();
        var key = Guid.NewGuid().ToString();
        for (var time = 0; time < 2; time++)
        {
            var refused = await ledger.Post($"{Commands}/send_tip", bearer, Tip(fan, 100), key);
            Assert.Equal((HttpStatusCode.Conflict, "insufficient_funds"), (refused.Status, refused.Code));
            Assert.Equal("application/problem+json", refused.Response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(409, refused.Json.GetProperty("status").GetInt32());
            Assert.Equal("100", refused.Json.GetProperty("facts").GetProperty("needed").GetString());
            Assert.Equal(time > 0, refused.Response.Headers.Contains("Idempotency-Replayed"));
            await ledger.Post($"{Commands}/top_up", bearer, TopUp(fan, 1_000), $"{key}-{time}");
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_posted_and_posts_nothing()
    {
        var bearer = await Bearer();
        var fan = NewName();
        var dry = await ledger.Post($"{Commands}/top_up?dry_run=true", bearer, TopUp(fan, 500));
        Assert.Equal(HttpStatusCode.OK, dry.Status);
        Assert.True(dry.Json.GetProperty("dry_run").GetBoolean());
        var record = dry.Json.GetProperty("records")[0];
        Assert.Equal("wallet_topped_up", record.GetProperty("type").GetString());
        Assert.Equal(-500, record.GetProperty("entries")[1].GetProperty("balance_after").GetInt64());
        var poor = await ledger.Post($"{Commands}/send_tip?dry_run=true", bearer, Tip(fan, 1));
        Assert.Equal((HttpStatusCode.Conflict, "insufficient_funds"), (poor.Status, poor.Code));

        var batch = await ledger.Post($"{Commands}?dry_run=true", bearer, Batch(
            false, ("1", "top_up", TopUp(fan, 500)), ("2", "send_tip", Tip(fan, 500)), ("3", "send_tip", Tip(fan, 1))));
        Assert.Equal([200, 200, 409], Statuses(batch.Json));
        var odd = await ledger.Post($"{Commands}/top_up?dry_run=yes", bearer, TopUp(fan, 500));
        Assert.Equal((HttpStatusCode.BadRequest, "dry_run"), (odd.Status, odd.Json.GetProperty("field").GetString()));
        odd = await ledger.Post($"{Commands}/top_up?dryrun=true", bearer, TopUp(fan, 500));
        Assert.Equal((HttpStatusCode.BadRequest, "parameter_unknown"), (odd.Status, odd.Code));
    }

    [Fact]
    public async Task A_batch_is_answered_one_by_one_in_order_and_one_bad_item_spoils_only_itself()
    {
        var bearer = await Bearer();
        var (fan, key) = (NewName(), NewName());
        var body = Batch(
            false, ($"{key}1", "top_up", TopUp(fan, 500)), ($"{key}2", "send_tip", Tip(fan, 501)),
            ($"{key}3", "send_tip", """{"fan":"x","amount":1.5}"""), ($"{key}4", "no_such_thing", "{}"),
            ($"{key}5", "send_tip", Tip(fan, 500)), ($"{key}1", "top_up", TopUp(fan, 1)),
            ($"{key}6", "top_up", TopUp(fan, -1)), ("", "top_up", TopUp(fan, 1)));
        var first = await ledger.Post(Commands, bearer, body);
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal([201, 409, 400, 400, 201, 422, 400, 400], Statuses(first.Json));
        var results = first.Json.GetProperty("results");
        Assert.Equal($"{key}5", results[4].GetProperty("key").GetString());
        Assert.Equal("amount", results[2].GetProperty("problem").GetProperty("field").GetString());
        Assert.Equal("amount_not_positive", results[6].GetProperty("problem").GetProperty("code").GetString());

        var again = await ledger.Post(Commands, bearer, body);
        Assert.Equal([201, 409, 400, 400, 201, 422, 400, 400], Statuses(again.Json));
        foreach (var i in new[] { 0, 1, 4 })
            Assert.True(again.Json.GetProperty("results")[i].GetProperty("replayed").GetBoolean());
        Assert.Equal(
            results[4].GetProperty("receipt").GetRawText(),
            again.Json.GetProperty("results")[4].GetProperty("receipt").GetRawText());
    }

    [Fact]
    public async Task All_or_none_is_all_or_none()
    {
        var bearer = await Bearer();
        var (fan, key) = (NewName(), NewName());
        var spoiled = await ledger.Post(Commands, bearer, Batch(
            true, ($"{key}1", "top_up", TopUp(fan, 500)), ($"{key}2", "send_tip", Tip(fan, 501))));
        Assert.Equal([409, 409], Statuses(spoiled.Json));
        Assert.Equal(["set_aside", "insufficient_funds"], Codes(spoiled.Json));
        var misformed = await ledger.Post(Commands, bearer, Batch(
            true, ($"{key}3", "top_up", TopUp(fan, 500)), ($"{key}4", "send_tip", "[]")));
        Assert.Equal([409, 400], Statuses(misformed.Json));
        var posted = await ledger.Post(Commands, bearer, Batch(
            true, ($"{key}1", "top_up", TopUp(fan, 500)), ($"{key}5", "send_tip", Tip(fan, 500))));
        Assert.Equal([201, 201], Statuses(posted.Json));
        var entries = posted.Json.GetProperty("results")[0].GetProperty("receipt").GetProperty("entries");
        Assert.Equal(0, entries[1].GetProperty("balance_before").GetInt64());
    }

    [Fact]
    public async Task The_rights_of_a_batch_are_those_of_each_of_its_commands()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        var (fan, key) = (NewName(), NewName());
        var mixed = await ledger.Post(Commands, bearer, Batch(
            false, ($"{key}1", "top_up", TopUp(fan, 500)), ($"{key}2", "send_tip", Tip(fan, 5))));
        Assert.Equal([201, 403], Statuses(mixed.Json));
        var together = await ledger.Post(Commands, bearer, Batch(
            true, ($"{key}3", "top_up", TopUp(fan, 500)), ($"{key}4", "send_tip", Tip(fan, 5))));
        Assert.Equal([409, 403], Statuses(together.Json));
        var tip = await ledger.Post($"{Commands}/send_tip", await ledger.Bearer(Scopes.Tips), Tip(fan, 500));
        Assert.Equal(500, -tip.Json.GetProperty("entries")[0].GetProperty("balance_before").GetInt64());
    }

    internal static string NewName() => Guid.NewGuid().ToString("N");

    internal static string TopUp(string fan, long amount) =>
        $$"""{"fan":"{{fan}}","amount":{{amount}},"currency":"USD"}""";

    internal static string Tip(string fan, long amount) =>
        $$"""{"fan":"{{fan}}","creator":"mia","amount":{{amount}},"currency":"USD","funding":"wallet"}""";

    internal static string Batch(bool isAtomic, params (string Key, string Command, string Body)[] commands) =>
        $$"""{"atomic":{{(isAtomic ? "true" : "false")}},"commands":[{{string.Join(',', commands.Select(one =>
            $$"""{"key":"{{one.Key}}","command":"{{one.Command}}","body":{{one.Body}}}"""))}}]}""";

    private static int[] Statuses(JsonElement answer) =>
        [.. answer.GetProperty("results").EnumerateArray().Select(one => one.GetProperty("status").GetInt32())];

    private static string[] Codes(JsonElement answer) =>
        [
            .. answer.GetProperty("results").EnumerateArray()
                .Select(one => one.GetProperty("problem").GetProperty("code").GetString()!),
        ];

    private Task<string> Bearer() => ledger.Bearer(Scopes.Wallets, Scopes.Tips);
}
