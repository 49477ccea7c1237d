using System.Net;
using System.Net.Sockets;
using System.Text;
using Fanz.Ledger.Postgres.Access;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Access;

/// <summary>Who gets in, over real HTTP.</summary>
public sealed class AdmissionTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string Tip = """{"fan":"ann","creator":"mia","amount":500,"currency":"USD","funding":"card"}""";

    [Fact]
    public async Task Whoever_is_not_known_hears_one_and_the_same_no()
    {
        var good = (await ledger.Key(null, Scopes.Wallets)).Text;
        var revoked = await ledger.Key(null, Scopes.Wallets);
        await ledger.Store.Revoke(revoked.Key.Id, "tests", CancellationToken.None);
        var expired = await ledger.Key(
            grant => grant with { ExpiresAt = SystemClock.Instance.GetCurrentInstant() + Duration.FromMilliseconds(1) },
            Scopes.Wallets);
        var texts = new List<string>();
        foreach (var bearer in new[]
            {
                null, "", "Bearer", "Bearer ", "Basic YTpi", good, $"Bearer{good}", $"Bearer  {good}", $"Bearer {good} ",
                $"Bearer {good}, Bearer {good}", $"Bearer {good[..^1]}", $"Bearer {good}0",
                $"Bearer {good.ToUpperInvariant()}", $"Bearer {Other(good)}", $"Bearer {revoked.Text}",
                $"Bearer {expired.Text}", "Bearer fl_0123456789abcdef_" + new string('0', 64),
                "Bearer fl_" + new string('x', 5_000), "Bearer a.b.c",
            })
        {
            // A header may end with spaces, which are not part of it.
            var said = await ledger.TopUp(bearer);
            if (bearer?.EndsWith(' ') == true && bearer.Contains(good, StringComparison.Ordinal))
            {
                Assert.Equal(HttpStatusCode.Created, said.Status);
                continue;
            }

            Assert.True(said.Status == HttpStatusCode.Unauthorized, $"{bearer}: {said.Status} {said.Text}");
            Assert.Equal("Bearer", said.Response.Headers.WwwAuthenticate.ToString());
            texts.Add(said.Words);
        }

        Assert.Single(texts.Distinct());
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp($"bearer {good}")).Status);
    }

    [Fact]
    public async Task Nothing_under_v1_is_told_to_strangers_not_even_what_is_there()
    {
        foreach (var path in new[]
            {
                "/v1", "/v1/", "/v1/acme", "/V1/acme/main/commands", "/v1/acme/keys", "/v1/nobody/nothing/at/all",
                "/v1/../v1/acme/keys", "/v1/acme%2Fmain/commands", "/v1/acme/main/commands?dry_run=true",
            })
            Assert.Equal(HttpStatusCode.Unauthorized, (await ledger.Get(path, null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ledger.Get("/health/live", null)).Status);
    }

    [Fact]
    public async Task Of_what_is_not_the_callers_it_is_not_told_whether_it_is_there()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets);
        var limited = $"Bearer {(await ledger.Key(grant => grant with { Platforms = ["main"] }, Scopes.Wallets)).Text}";
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp(limited)).Status);
        var answers = new List<string>();
        foreach (var (who, book) in new[]
            {
                (bearer, "rival/main"), (bearer, "rival/nothing"), (bearer, "nobody/main"), (bearer, "acme/nothing"),
                (limited, "acme/side"), (limited, "acme/nothing"), (limited, "rival/main"), (bearer, "acme/MAIN"),
                (bearer, "ACME/main"), (bearer, "acme/%2e%2e%2f"), (bearer, "acme/main%0d%0a"), (bearer, "%2A/main"),
            })
        {
            var said = await ledger.TopUp(who, book);
            Assert.True(said.Status == HttpStatusCode.NotFound, $"{book}: {said.Text}");
            answers.Add(said.Words);
        }

        Assert.Single(answers.Distinct());
        Assert.Contains("book_unknown", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_takes_its_scope_alone_and_in_a_batch()
    {
        var bearer = await ledger.Bearer(Scopes.Wallets, Scopes.Admin);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp(bearer)).Status);
        var tip = await ledger.Post("/v1/acme/main/commands/send_tip", bearer, Tip);
        Assert.Equal((HttpStatusCode.Forbidden, "scope_missing"), (tip.Status, tip.Code));
        Assert.Equal(Scopes.Tips, tip.Json.GetProperty("facts").GetProperty("scope").GetString());
        // Who may not do it does not learn how it is done either.
        Assert.Equal("scope_missing", (await ledger.Post("/v1/acme/main/commands/send_tip", bearer, "{")).Code);

        var several = await ledger.Post("/v1/acme/main/commands", bearer, Batch("false"));
        var results = several.Json.GetProperty("results");
        Assert.Equal(201, results[0].GetProperty("status").GetInt32());
        Assert.Equal("scope_missing", results[1].GetProperty("problem").GetProperty("code").GetString());
        var together = await ledger.Post("/v1/acme/main/commands", bearer, Batch("true"));
        Assert.Equal(["set_aside", "scope_missing"], together.Json.GetProperty("results").EnumerateArray()
            .Select(result => result.GetProperty("problem").GetProperty("code").GetString()));

        static string Batch(string isAtomic) =>
            $$$"""
            {"atomic":{{{isAtomic}}},"commands":[
                {"key":"{{{Guid.NewGuid()}}}","command":"top_up","body":{"fan":"ann","amount":1,"currency":"USD"}},
                {"key":"{{{Guid.NewGuid()}}}","command":"send_tip","body":{{{Tip}}}}]}
            """;
    }

    [Fact]
    public async Task What_takes_two_people_is_posted_for_both_by_a_service_that_may_vouch_and_by_nobody_else()
    {
        const string grant =
            """
            {"amount":100,"currency":"USD","reason":"sorry","fan":"ann","proposed_by":"dan","approved_by":"carol"}
            """;
        foreach (var (person, scopes, code) in new (string?, string[], string?)[]
            {
                (null, [Scopes.Adjustments], "propose_first"),
                (null, [Scopes.Adjustments, Scopes.VouchForPeople], null),
                ("carol", [Scopes.Adjustments], "propose_first"),
                ("dan", [Scopes.Adjustments], "propose_first"),
                ("carol", [Scopes.Tips], "scope_missing"),
            })
        {
            var key = await ledger.Key(asked => asked with { Person = person }, scopes);
            var said = await ledger.Post("/v1/acme/main/commands/grant_goodwill", $"Bearer {key.Text}", grant);
            Assert.Equal((code is null ? 201 : 403, code), ((int)said.Status, said.Code));
        }

        // Whoever approves cannot have proposed it, whatever the body says.
        var claims = TokenMaker.Claims(DateTimeOffset.UtcNow);
        (claims["person"], claims["scope"]) = ("dan", "post:adjustments vouch:people");
        var token = $"Bearer {ledger.Issuer.Sign(claims)}";
        foreach (var approver in new[] { "carol", "dan" })
            Assert.Equal("propose_first", (await ledger.Post(
                "/v1/acme/main/commands/grant_goodwill", token,
                grant.Replace("carol", approver, StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task Money_goes_to_no_platform_that_the_caller_does_not_reach()
    {
        const string transfer =
            """
            {"platform":"PLATFORM","from":{"code":"cash.bank","owner":"","currency":"USD"},
            "to":{"code":"cash.bank","owner":"","currency":"USD"},"amount":1,"currency":"USD","memo":""}
            """;
        var all = await ledger.Bearer(Scopes.Treasury);
        var one = $"Bearer {(await ledger.Key(grant => grant with { Platforms = ["main"] }, Scopes.Treasury)).Text}";
        Assert.Equal(201, (int)(await To("side", all)).Status);
        var (hidden, absent) = (await To("side", one), await To("nothing", one));
        Assert.Equal((404, "book_unknown"), ((int)hidden.Status, hidden.Code));
        Assert.Equal(hidden.Words.Replace("side", "nothing", StringComparison.Ordinal), absent.Words);

        Task<Said> To(string platform, string bearer) => ledger.Post(
            "/v1/acme/main/commands/transfer_to_book", bearer,
            transfer.Replace("PLATFORM", platform, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_owners_app_posts_nothing()
    {
        var key = await ledger.Key(
            grant => grant with { Owner = Owner.Read("fan/ann") }, Scopes.ReadLedger);
        var said = await ledger.TopUp($"Bearer {key.Text}");
        Assert.Equal((HttpStatusCode.Forbidden, "scope_missing"), (said.Status, said.Code));
        var claims = TokenMaker.Claims(DateTimeOffset.UtcNow);
        (claims["owner"], claims["scope"]) = ("fan/ann", "post:wallets admin");
        var token = $"Bearer {ledger.Issuer.Sign(claims)}";
        Assert.Equal("scope_missing", (await ledger.TopUp(token)).Code);
        Assert.Equal("scope_missing", (await ledger.Get("/v1/acme/keys", token)).Code);
    }

    [Fact]
    public async Task A_token_gets_in_as_a_key_does_and_the_journal_says_who()
    {
        var claims = TokenMaker.Claims(DateTimeOffset.UtcNow);
        (claims["scope"], claims["person"]) = ("post:wallets", "carol");
        foreach (var algorithm in new[] { "RS256", "ES256" })
        {
            var said = await ledger.TopUp($"Bearer {ledger.Issuer.Sign(claims, algorithm)}");
            Assert.Equal(HttpStatusCode.Created, said.Status);
            Assert.Equal("shop/carol", await ledger.Logged<string>(
                $"select actor from ledger.journal where number = {said.Json.GetProperty("number").GetInt64()} "
                + "and book_id = (select id from ledger.books where tenant = 'acme' and platform = 'main')"));
        }

        foreach (var algorithm in new[] { "none", "HS256", "RS512", "PS256" })
            Assert.Equal("unauthenticated", (await ledger.TopUp($"Bearer {ledger.Issuer.Sign(claims, algorithm)}")).Code);
        claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60;
        Assert.Equal("unauthenticated", (await ledger.TopUp($"Bearer {ledger.Issuer.Sign(claims)}")).Code);
    }

    [Fact]
    public async Task A_caller_that_asks_too_much_is_told_when_to_ask_again_and_nothing_of_it_is_posted()
    {
        var key = await ledger.Key(grant => grant with { RateLimit = 3 }, Scopes.Wallets);
        var other = await ledger.Bearer(Scopes.Wallets);
        var items = Enumerable.Range(0, 100).Select(i =>
            $$$"""{"key":"rate-{{{i}}}","command":"top_up","body":{"fan":"bob","amount":1,"currency":"USD"}}""");
        var batch = await ledger.Post(
            "/v1/acme/main/commands", $"Bearer {key.Text}", $$"""{"commands":[{{string.Join(',', items)}}]}""");
        Assert.Equal(HttpStatusCode.OK, batch.Status);
        var said = await ledger.TopUp($"Bearer {key.Text}", key: "rate-late");
        Assert.Equal((429, "rate_limited"), ((int)said.Status, said.Code));
        Assert.InRange(said.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 25, 40);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp(other, key: "rate-late")).Status);
        await GuardedLedger.Becomes(
            () => ledger.Logged<long>(
                "select coalesce(sum(times), 0)::bigint from ledger.access_log "
                + $"where key_id = '{key.Key.Id}' and status = 429 and code = 'rate_limited'"), 1);
    }

    [Fact]
    public async Task Headers_carry_nothing_in()
    {
        var good = (await ledger.Key(null, Scopes.Wallets)).Text;
        foreach (var header in new[]
            {
                $"Authorization: Bearer {good}\r\nAuthorization: Bearer {good}",
                $"Authorization: Bearer {good[..30]}\n {good[30..]}",
                $"Authorization: Bearer {good}\0",
                "Authorization : Bearer x",
                "Authorization: Bearer \u00ff\u00fe",
            })
        {
            var status = await Raw($"GET /v1/acme/keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n\r\n");
            Assert.True(status is 400 or 401, $"{header}: {status}");
        }
    }

    private async Task<int> Raw(string request)
    {
        using var client = new TcpClient();
        var address = new Uri(ledger.Address());
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync();
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        return int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The same key with another secret.</summary>
    private static string Other(string key) => key[..^1] + (key[^1] == '0' ? '1' : '0');
}
