using System.Net;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Postgres.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>Webhooks as an administrator handles them, over HTTP.</summary>
public sealed class WebhookEndpointTests(TellingHost host) : IClassFixture<TellingHost>, IAsyncLifetime
{
    private TestReceiver receiver = null!;
    private string admin = "";

    public async Task InitializeAsync()
    {
        receiver = await TestReceiver.Start();
        admin = await host.Key("acme", null, "admin", "post:wallets");
    }

    public async Task DisposeAsync() => await receiver.DisposeAsync();

    [Fact]
    public async Task It_is_made_told_paused_resumed_replayed_and_removed()
    {
        var (status, made, response) = await host.Post(
            "/v1/acme/webhooks", admin, Wish(types: """["wallet_topped_up"]"""));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("active", made.GetProperty("state").GetString());
        Assert.StartsWith("whsec_", made.GetProperty("secret").GetString(), StringComparison.Ordinal);
        var route = $"/v1/acme/webhooks/{made.GetProperty("id").GetString()}";
        var number = await TopUp();
        await Gets(1);
        Assert.Equal($"acme/main/{number}", receiver.Events[0].Event);

        Assert.Equal("paused", (await host.Post($"{route}/pause", admin)).Json.GetProperty("state").GetString());
        await TopUp();
        Assert.Equal("active", (await host.Post($"{route}/resume", admin)).Json.GetProperty("state").GetString());
        await Gets(2);
        Assert.Equal(HttpStatusCode.OK, (await host.Post($"{route}/verify", admin)).Status);

        var (again, _, _) = await host.Post(
            $"{route}/rewind", admin, $$"""{"platform":"main","after":{{number - 1}}}""");
        Assert.Equal(HttpStatusCode.Accepted, again);
        await Gets(4);
        Assert.Equal($"acme/main/{number}", receiver.Events[2].Event);

        var (_, one, _) = await host.Get(route, admin);
        Assert.False(one.TryGetProperty("secret", out _));
        Assert.Equal(["main", "side"], one.GetProperty("books").EnumerateArray()
            .Select(book => book.GetProperty("platform").GetString()));
        var (_, letters, _) = await host.Get($"{route}/dead_letters?after=main/7", admin);
        Assert.Empty(letters.GetProperty("dead_letters").EnumerateArray());
        var (asked, replayed, _) = await host.Post($"{route}/replay", admin, "{}");
        Assert.Equal((HttpStatusCode.Accepted, 0), (asked, replayed.GetProperty("to_be_replayed").GetInt32()));
        Assert.Contains(
            (await host.Get("/v1/acme/webhooks", admin)).Json.GetProperty("webhooks").EnumerateArray(),
            webhook => webhook.GetProperty("url").GetString() == receiver.Url);

        var (_, removed, _) = await host.Send(HttpMethod.Delete, route, admin);
        Assert.Equal("removed", removed.GetProperty("state").GetString());
        await Is(HttpStatusCode.NotFound, "webhook_unknown", host.Get(route, admin));
        await TopUp();
        Assert.Equal(4, receiver.Events.Count);
    }

    [Fact]
    public async Task One_whose_receiver_is_not_ready_is_told_why_and_verified_later()
    {
        receiver.Echoes = false;
        var (status, made, _) = await host.Post("/v1/acme/webhooks", admin, Wish());
        Assert.Equal((HttpStatusCode.Created, "unverified", "did not echo the challenge"),
            (status, made.GetProperty("state").GetString(), made.GetProperty("verification").GetString()));
        var route = $"/v1/acme/webhooks/{made.GetProperty("id").GetString()}";
        await Is(HttpStatusCode.Conflict, "webhook_not_verified", host.Post($"{route}/verify", admin));
        await Is(HttpStatusCode.Conflict, "webhook_not_verified", host.Post($"{route}/resume", admin));
        await Is(HttpStatusCode.Conflict, "webhook_not_verified", host.Post($"{route}/pause", admin));
        await Is(HttpStatusCode.Conflict, "webhook_exists", host.Post("/v1/acme/webhooks", admin, Wish()));
        receiver.Echoes = true;
        Assert.Equal("active", (await host.Post($"{route}/verify", admin)).Json.GetProperty("state").GetString());
        await host.Send(HttpMethod.Delete, route, admin);
        Assert.Equal(HttpStatusCode.Created, (await host.Post("/v1/acme/webhooks", admin, Wish())).Status);
    }

    [Theory]
    [InlineData("""{"url":"nowhere"}""", "ill_formed", "url")]
    [InlineData("""{"url":"http://a.example/","types":["tip"]}""", "unknown_event", "types")]
    [InlineData("""{"url":"http://a.example/","types":[null]}""", "unknown_event", "types")]
    [InlineData("""{"url":"http://a.example/","types":[]}""", "ill_formed", "types")]
    [InlineData("""{"url":"http://a.example/","platform":"NO"}""", "ill_formed", "platform")]
    [InlineData("""{"url":"http://a.example/","secret":"mine"}""", "ill_formed", "secret")]
    [InlineData("""{"platform":"main"}""", "ill_formed", "body")]
    [InlineData("null", "ill_formed", "body")]
    [InlineData("{", "ill_formed", "body")]
    public async Task A_wish_that_is_ill_formed_makes_nothing(string body, string code, string field)
    {
        var (status, problem, _) = await host.Post("/v1/acme/webhooks", admin, body);
        Assert.Equal((HttpStatusCode.BadRequest, code), (status, problem.GetProperty("code").GetString()));
        Assert.StartsWith(field, problem.GetProperty("field").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_those_who_administer_all_that_it_tells_of_can_have_it_or_see_it()
    {
        var (_, made, _) = await host.Post("/v1/acme/webhooks", admin, Wish());
        var route = $"/v1/acme/webhooks/{made.GetProperty("id").GetString()}";
        var ofMain = await host.Key("acme", ["main"], "admin");
        var ofRival = await host.Key("rival", null, "admin");
        var reader = await host.Key("acme", null, "read:ledger");
        await Is(HttpStatusCode.NotFound, "webhook_unknown", host.Get(route, ofMain));
        await Is(HttpStatusCode.NotFound, "tenant_unknown", host.Get(route, ofRival));
        await Is(HttpStatusCode.NotFound, "tenant_unknown", host.Get("/v1/nobody/webhooks", ofRival));
        var elsewhere = route.Replace("acme", "rival", StringComparison.Ordinal);
        await Is(HttpStatusCode.NotFound, "webhook_unknown", host.Get(elsewhere, ofRival));
        var unknown = $"/v1/acme/webhooks/wh_{new string('0', 32)}";
        await Is(HttpStatusCode.NotFound, "webhook_unknown", host.Get(unknown, admin));
        await Is(HttpStatusCode.Forbidden, "scope_missing", host.Get(route, reader));
        await Is(HttpStatusCode.Forbidden, "beyond_reach", host.Post("/v1/acme/webhooks", ofMain, Wish()));
        await Is(HttpStatusCode.Forbidden, "beyond_reach", host.Post("/v1/acme/webhooks", ofMain, Wish("side")));
        await Is(HttpStatusCode.NotFound, "book_unknown", host.Post("/v1/acme/webhooks", admin, Wish("nowhere")));
        Assert.DoesNotContain(
            (await host.Get("/v1/acme/webhooks", ofMain)).Json.GetProperty("webhooks").EnumerateArray(),
            webhook => webhook.GetProperty("platform").ValueKind == JsonValueKind.Null);
        Assert.Equal(HttpStatusCode.Created, (await host.Post("/v1/acme/webhooks", ofMain, Wish("main"))).Status);
    }

    [Fact]
    public async Task Bad_requests_about_one_are_problems()
    {
        var (_, made, _) = await host.Post("/v1/acme/webhooks", admin, Wish("main"));
        var route = $"/v1/acme/webhooks/{made.GetProperty("id").GetString()}";
        foreach (var (action, body, status, code) in new[]
        {
            ("rewind", """{"platform":"main","after":99999}""", HttpStatusCode.BadRequest, "out_of_range"),
            ("rewind", """{"platform":"main","after":-1}""", HttpStatusCode.BadRequest, "out_of_range"),
            ("rewind", """{"platform":"side","after":1}""", HttpStatusCode.BadRequest, "ill_formed"),
            ("rewind", """{"after":1}""", HttpStatusCode.BadRequest, "ill_formed"),
            ("replay", """{"number":1}""", HttpStatusCode.BadRequest, "ill_formed"),
            ("replay", """{"platform":"%00"}""", HttpStatusCode.NotFound, "book_unknown"),
            ("replay", """{"platform":"\u0000"}""", HttpStatusCode.NotFound, "book_unknown"),
        })
            await Is(status, code, host.Post($"{route}/{action}", admin, body));
        await Is(HttpStatusCode.BadRequest, "ill_formed", host.Get($"{route}/dead_letters?after=7", admin));
        await Is(HttpStatusCode.BadRequest, "ill_formed", host.Get($"{route}/dead_letters?limit=0", admin));
        await Is(HttpStatusCode.BadRequest, "parameter_unknown", host.Get($"{route}/dead_letters?page=2", admin));
    }

    [Fact]
    public async Task Transactions_are_found_by_reference_and_metadata_as_soon_as_asked_for()
    {
        var key = await host.Key("acme", null, "read:ledger", "post:wallets");
        var numbers = new List<long>();
        for (var i = 0; i < 3; i++)
            numbers.Insert(0, await TopUp(""","reference":"card é/1","metadata":{"shop":"a=b"}""", key));
        const string route = "/v1/acme/main/transactions";
        var newest = numbers[0];
        var reference = Uri.EscapeDataString("card é/1");
        var (status, all, response) = await host.Get($"{route}?reference={reference}&at_least={newest}", key);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(numbers, Numbers(all));
        var number = response.Headers.GetValues("Ledger-Number").Single();
        Assert.True(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture) >= newest);
        Assert.Equal(2, all.GetProperty("records")[0].GetProperty("entries").GetArrayLength());
        Assert.Equal(numbers, Numbers((await host.Get($"{route}?metadata.shop=a%3Db", key)).Json));
        Assert.Equal(numbers, Numbers((await host.Get($"{route}?reference={reference}&kind=reference", key)).Json));
        Assert.Empty(Numbers((await host.Get($"{route}?reference={reference}&kind=order", key)).Json));
        var (_, oldest, _) = await host.Get($"{route}?reference={reference}&order=oldest", key);
        Assert.Equal(Enumerable.Reverse(numbers), Numbers(oldest));

        var two = $"{route}?reference={reference}&limit=2";
        var (_, page, _) = await host.Get(two, key);
        Assert.Equal(numbers[..2], Numbers(page));
        var (_, rest, _) = await host.Get($"{two}&cursor={page.GetProperty("next").GetString()}", key);
        Assert.Equal(numbers[2..], Numbers(rest));
        var (_, back, _) = await host.Get($"{two}&cursor={rest.GetProperty("previous").GetString()}", key);
        Assert.Equal(numbers[..2], Numbers(back));
        await Is(HttpStatusCode.BadRequest, "cursor_ill_formed",
            host.Get($"{route}?reference=other&cursor={page.GetProperty("next").GetString()}", key));
    }

    [Fact]
    public async Task Operators_see_who_is_told_and_where_followers_are()
    {
        var (_, made, _) = await host.Post("/v1/acme/webhooks", admin, Wish("main"));
        var id = made.GetProperty("id").GetString()!;
        var list = await LedgerProgram.Run(host.Settings, "webhook", "list", "acme", "--json");
        Assert.Equal(0, list.Code);
        var row = list.Json.GetProperty("webhooks").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        Assert.Equal(("active", "main"), (row.GetProperty("state").GetString(), row.GetProperty("platform").GetString()));
        var dead = await LedgerProgram.Run(host.Settings, "webhook", "dead", id, "--json");
        Assert.Empty(dead.Json.GetProperty("dead_letters").EnumerateArray());
        Assert.StartsWith(
            "0 dead letters", (await LedgerProgram.Run(host.Settings, "webhook", "replay", id)).Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "There is no webhook wh_1", (await LedgerProgram.Run(host.Settings, "webhook", "dead", "wh_1")).OneLine(),
            StringComparison.Ordinal);

        var followers = await LedgerProgram.Run(host.Settings, "follower", "list", "--json");
        Assert.Equal(
            ["acme/main", "acme/side", "rival/main"],
            followers.Json.GetProperty("followers").EnumerateArray()
                .Where(one => one.GetProperty("follower").GetString() == "references")
                .Select(one => one.GetProperty("book").GetString()));
        var number = await TopUp(""","reference":"again" """);
        Assert.Equal(0, (await LedgerProgram.Run(host.Settings, "follower", "pause", "references", "acme/main")).Code);
        Assert.Equal(0, (await LedgerProgram.Run(host.Settings, "follower", "resume", "references", "acme/main")).Code);
        var key = await host.Key("acme", null, "read:ledger");
        var (_, found, _) = await host.Get($"/v1/acme/main/transactions?reference=again&at_least={number}", key);
        Assert.Equal([number], Numbers(found));
    }

    [Theory]
    [InlineData("", "parameter_missing")]
    [InlineData("?reference=a&metadata.b=c", "parameter_missing")]
    [InlineData("?metadata.a=b&metadata.c=d", "parameter_missing")]
    [InlineData("?metadata.=b", "ill_formed")]
    [InlineData("?metadata.%00=b", "ill_formed")]
    [InlineData("?metadata.a=%00", "ill_formed")]
    [InlineData("?metadata.a=b&kind=order", "parameter_unknown")]
    [InlineData("?metadata.a=b&metadata.a=c", "parameter_repeated")]
    [InlineData("?reference=", "ill_formed")]
    [InlineData("?reference=%00", "ill_formed")]
    [InlineData("?reference=a&kind=fan", "ill_formed")]
    [InlineData("?reference=a&limit=0", "ill_formed")]
    [InlineData("?reference=a&Kind=order", "parameter_unknown")]
    [InlineData("?reference=a&cursor=x", "cursor_ill_formed")]
    public async Task A_search_that_is_ill_formed_is_a_problem(string query, string code)
    {
        var key = await host.Key("acme", null, "read:ledger");
        await Is(HttpStatusCode.BadRequest, code, host.Get($"/v1/acme/main/transactions{query}", key));
    }

    private string Wish(string? platform = null, string? types = null)
    {
        var more = platform is null ? "" : $",\"platform\":\"{platform}\"";
        if (types is not null) more += $",\"types\":{types}";
        return $$"""{"url":"{{receiver.Url}}"{{more}}}""";
    }

    private async Task<long> TopUp(string more = "", string? key = null)
    {
        var (status, receipt, _) = await host.Post(
            "/v1/acme/main/commands/top_up", key ?? admin, $$"""{"fan":"ann","amount":100,"currency":"USD"{{more}}}""");
        Assert.Equal(HttpStatusCode.Created, status);
        return receipt.GetProperty("number").GetInt64();
    }

    private Task Gets(int events) => Eventually.True(
        () => receiver.Events.Count >= events, $"{events} events arrive: {string.Join(' ', receiver.Events)}");

    private static IEnumerable<long> Numbers(JsonElement list) =>
        list.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("number").GetInt64());

    private static async Task Is(
        HttpStatusCode status, string code, Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage)> asked)
    {
        var said = await asked;
        Assert.True(said.Status == status, $"{said.Status}: {said.Json}");
        Assert.Equal(code, said.Json.GetProperty("code").GetString());
    }
}
