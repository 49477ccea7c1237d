using System.Net;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Access;

/// <summary>Keys by endpoint and by verb, and how soon hosts that serve hear of it.</summary>
public sealed class KeyEndpointTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string Shop = """{"service":"shop","scopes":["post:wallets"]}""";

    [Fact]
    public async Task A_created_key_works_on_every_host_at_once_and_a_revoked_one_ends_here_at_once_and_there_soon()
    {
        var admin = await ledger.Bearer(Scopes.Admin);
        var made = await ledger.Post("/v1/acme/keys", admin, Shop);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.True(made.Response.Headers.CacheControl!.NoStore);
        var (bearer, id) = ($"Bearer {Text(made, "key")}", Text(made, "id"));
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp(bearer, host: 0)).Status);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp(bearer, host: 1)).Status);

        var revoked = await ledger.Post($"/v1/acme/keys/{id}/revoke", admin, "");
        Assert.Equal((HttpStatusCode.OK, "revoked"), (revoked.Status, Text(revoked, "state")));
        Assert.Equal("unauthenticated", (await ledger.TopUp(bearer, host: 0)).Code);
        var since = DateTime.UtcNow;
        await GuardedLedger.Becomes(async () => (await ledger.TopUp(bearer, host: 1)).Code, "unauthenticated");
        Assert.InRange((DateTime.UtcNow - since).TotalSeconds, 0, 10);
        Assert.Equal(HttpStatusCode.OK, (await ledger.Post($"/v1/acme/keys/{id}/revoke", admin, "")).Status);
    }

    [Fact]
    public async Task A_rotated_key_and_the_new_one_both_work_during_the_overlap()
    {
        var admin = await ledger.Bearer(Scopes.Admin);
        var old = await ledger.Key(null, Scopes.Wallets);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp($"Bearer {old.Text}")).Status);
        var made = await ledger.Post($"/v1/acme/keys/{old.Key.Id}/rotate", admin, """{"overlap_seconds":60}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp($"Bearer {old.Text}")).Status);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp($"Bearer {Text(made, "key")}")).Status);
        // Both are the same service, so a retry that began with the old key ends with the new one.
        var first = await ledger.TopUp($"Bearer {old.Text}", key: "across-rotation");
        var again = await ledger.TopUp($"Bearer {Text(made, "key")}", key: "across-rotation");
        Assert.Equal(Text(first, "id"), Text(again, "id"));
        Assert.Equal("key_replaced", (await ledger.Post(
            $"/v1/acme/keys/{old.Key.Id}/rotate", admin, "{}")).Code);

        var brief = await ledger.Post($"/v1/acme/keys/{Text(made, "id")}/rotate", admin, """{"overlap_seconds":0}""");
        Assert.Equal("unauthenticated", (await ledger.TopUp($"Bearer {Text(made, "key")}")).Code);
        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp($"Bearer {Text(brief, "key")}")).Status);
    }

    [Fact]
    public async Task An_administrator_manages_one_tenant_and_no_more_of_it_than_they_reach()
    {
        var rival = await ledger.Key(grant => grant with { Tenant = "rival" }, Scopes.Wallets);
        var side = await ledger.Key(grant => grant with { Platforms = ["side"] }, Scopes.Wallets);
        var admin = await ledger.Bearer(Scopes.Admin);
        var limited = $"Bearer {(await ledger.Key(grant => grant with { Platforms = ["main"] }, Scopes.Admin)).Text}";
        var poster = await ledger.Bearer(Scopes.Wallets);

        Assert.Equal("scope_missing", (await ledger.Get("/v1/acme/keys", poster)).Code);
        foreach (var tenant in new[] { "rival", "nobody", "*", "%2A" })
        {
            var said = await ledger.Get($"/v1/{tenant}/keys", admin);
            Assert.Equal((404, "tenant_unknown"), ((int)said.Status, said.Code));
            Assert.Equal("tenant_unknown", (await ledger.Post($"/v1/{tenant}/keys", admin, Shop)).Code);
        }

        foreach (var what in new[] { "rotate", "revoke" })
        {
            foreach (var (who, id) in new[] { (admin, rival.Key.Id), (limited, side.Key.Id), (admin, "x"), (admin, "%0a") })
            {
                var said = await ledger.Post($"/v1/acme/keys/{id}/{what}", who, "{}");
                Assert.Equal((404, "key_unknown"), ((int)said.Status, said.Code));
            }
        }

        var listed = (await ledger.Get("/v1/acme/keys?limit=500", limited)).Json.GetProperty("keys").EnumerateArray();
        Assert.All(listed, key => Assert.Equal("main", key.GetProperty("platforms")[0].GetString()));
        Assert.Equal("beyond_reach", (await ledger.Post("/v1/acme/keys", limited, Shop)).Code);
        Assert.Equal("beyond_reach", (await ledger.Post(
            "/v1/acme/keys", limited, """{"service":"s","scopes":["admin"],"platforms":["main","side"]}""")).Code);
        Assert.Equal(201, (int)(await ledger.Post(
            "/v1/acme/keys", limited, """{"service":"s","scopes":["admin"],"platforms":["main"]}""")).Status);
    }

    [Fact]
    public async Task Only_who_is_believed_about_people_makes_a_key_that_is_somebodys()
    {
        var admin = await ledger.Bearer(Scopes.Admin);
        var office = await ledger.Bearer(Scopes.Admin, Scopes.VouchForPeople);
        var carols = await ledger.Key(grant => grant with { Person = "carol" }, Scopes.Adjustments);
        foreach (var body in new[]
            {
                """{"service":"desk","scopes":["post:adjustments"],"person":"carol"}""",
                """{"service":"desk","scopes":["vouch:people"]}""",
            })
        {
            var said = await ledger.Post("/v1/acme/keys", admin, body);
            Assert.Equal((403, "scope_missing"), ((int)said.Status, said.Code));
            Assert.Equal(201, (int)(await ledger.Post("/v1/acme/keys", office, body)).Status);
        }

        Assert.Equal("scope_missing", (await ledger.Post($"/v1/acme/keys/{carols.Key.Id}/rotate", admin, "{}")).Code);
        Assert.Equal(201, (int)(await ledger.Post($"/v1/acme/keys/{carols.Key.Id}/rotate", office, "{}")).Status);
        // To end a key is not to speak for anybody.
        Assert.Equal(200, (int)(await ledger.Post($"/v1/acme/keys/{carols.Key.Id}/revoke", admin, "{}")).Status);
    }

    [Fact]
    public async Task A_key_for_the_house_administers_every_tenant_and_posts_nowhere()
    {
        var house = $"Bearer {(await ledger.Key(grant => grant with { Tenant = "*" }, Scopes.Admin)).Text}";
        foreach (var tenant in new[] { "acme", "rival", "newcomer" })
            Assert.Equal(201, (int)(await ledger.Post($"/v1/{tenant}/keys", house, Shop)).Status);
        Assert.Equal("tenant_unknown", (await ledger.Post("/v1/*/keys", house, Shop)).Code);
        Assert.Equal("scope_missing", (await ledger.TopUp(house)).Code);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("""{"service":"s"}""", "body")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"tenant":"rival"}""", "tenant")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"service":"t"}""", "service")]
    [InlineData("""{"service":"s","scopes":"post:tips"}""", "scopes")]
    [InlineData("""{"service":"s","scopes":[]}""", "scopes")]
    [InlineData("""{"service":"s","scopes":["post:all"]}""", "scopes")]
    [InlineData("""{"service":"a/b","scopes":["post:tips"]}""", "service")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"owner":"creator/mia"}""", "scopes")]
    [InlineData("""{"service":"s","scopes":["read:ledger"],"owner":"mia"}""", "owner")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"platforms":["../x"]}""", "platforms")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"rate_limit":1.5}""", "rate_limit")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"rate_limit":99999999999}""", "rate_limit")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("""{"service":"s","scopes":["post:tips"],"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    public async Task A_key_that_is_asked_for_wrongly_is_not_made(string body, string field)
    {
        var admin = await ledger.Key(null, Scopes.Admin);
        var said = await ledger.Post("/v1/acme/keys", $"Bearer {admin.Text}", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (said.Status, Text(said, "field")));
        Assert.DoesNotContain("System.", said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_no_journal_is_in_the_log_and_what_is_posted_is_not()
    {
        var key = await ledger.Key(null, Scopes.Wallets, Scopes.Admin);
        var bearer = $"Bearer {key.Text}";
        var posted = await ledger.TopUp(bearer, key: "logged");
        Assert.Equal(HttpStatusCode.Created, posted.Status);
        await ledger.Post(
            "/v1/acme/main/commands?dry_run=true", bearer,
            """{"commands":[{"key":"k","command":"top_up","body":{"fan":"ann","amount":1,"currency":"USD"}}]}""");
        await ledger.Post(
            "/v1/acme/main/commands/withdraw_from_wallet", bearer,
            """{"fan":"a very private name","amount":1,"currency":"USD","to":"bank"}""");
        await ledger.TopUp(bearer, "rival/main");
        await ledger.Get("/v1/acme/keys", bearer);
        var rows =
            $"""
            select string_agg(concat_ws(' ', method, route, status, code, actor, tenant, platform), E'\n' order by id)
            from ledger.access_log where key_id = '{key.Key.Id}'
            """;
        await GuardedLedger.Becomes(() => ledger.Logged<long>(
            $"select count(*) from ledger.access_log where key_id = '{key.Key.Id}'"), 4);
        var lines = (await ledger.Logged<string>(rows)).Split('\n');
        Assert.Equal("POST /v1/{tenant}/{platform}/commands 200 shop acme main", lines[0]);
        Assert.StartsWith("POST /v1/{tenant}/{platform}/commands/{command} 4", lines[1], StringComparison.Ordinal);
        Assert.Equal("POST /v1/{tenant}/{platform}/commands/{command} 404 book_unknown shop rival main", lines[2]);
        Assert.Equal("GET /v1/{tenant}/keys 200 shop acme", lines[3]);
        Assert.False(await ledger.Logged<bool>(
            """select exists (select from ledger.access_log l where to_jsonb(l)::text like '%private%')"""));
    }

    [Fact]
    public async Task The_verbs_create_list_rotate_and_revoke()
    {
        var made = await Key("create", "--tenant", "acme", "--service", "desk", "--person", "carol", "--platform", "main",
            "--scope", "post:adjustments", "post:rules", "--expires-in", "30", "--rate-limit", "50");
        Assert.Equal(0, made.Code);
        Assert.True(KeyText.TryRead(made.Output.TrimEnd(), out var id, out _));
        var kept = (await ledger.Store.Find(id, CancellationToken.None))!;
        Assert.Equal(("desk", "carol", 50), (kept.Service, kept.Person, kept.RateLimit));
        Assert.Equal(["post:adjustments", "post:rules"], kept.Scopes.ToArray());
        Assert.Equal(30, (kept.ExpiresAt!.Value - kept.MadeAt).TotalDays, 2);

        var table = await Key("list", "--tenant", "acme");
        Assert.Contains(id, table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Output.TrimEnd()[^64..], table.Output, StringComparison.Ordinal);
        var rotated = (await Key("rotate", id, "--overlap", "0", "--json")).Json;
        Assert.Equal("desk", rotated.GetProperty("service").GetString());
        Assert.Contains("replaced", (await Key("rotate", id)).OneLine(), StringComparison.Ordinal);
        var next = rotated.GetProperty("id").GetString()!;
        Assert.Contains("is revoked", (await Key("revoke", next)).Output, StringComparison.Ordinal);
        var keys = (await Key("list", "--json")).Json.GetProperty("keys").EnumerateArray().ToArray();
        Assert.Equal("revoked", State(next));
        Assert.Equal("expired", State(id));

        Assert.Contains("no key", (await Key("revoke", "0123456789abcdef")).OneLine(), StringComparison.Ordinal);
        Assert.Contains("16 hex", (await Key("revoke", "me")).OneLine(), StringComparison.Ordinal);
        Assert.Contains("post:all", (await Key(
            "create", "--tenant", "acme", "--service", "s", "--scope", "post:all")).OneLine(), StringComparison.Ordinal);

        string? State(string key) =>
            keys.Single(row => row.GetProperty("id").GetString() == key).GetProperty("state").GetString();
    }

    private Task<Ended> Key(params string[] words) => LedgerProgram.Run(ledger.Settings, ["key", .. words]);

    private static string? Text(Said said, string name) =>
        said.Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
