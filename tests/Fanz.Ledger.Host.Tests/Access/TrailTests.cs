using System.Net;
using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Standing;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Tests.Access;

/// <summary>What is in the trail of what was asked over HTTP, and what an auditor finds of it.</summary>
public sealed class TrailTests(Home home) : IClassFixture<Home>
{
    private const string Why = """{"reason":"Mia Moonmarker called from 10.1.2.3"}""";

    private const string Form =
        """
        {"form":"w9-1","kind":"w9","version":"2024-03","signed_on":"2025-06-30","country":"US","identity":{
        "name":"Mia Moonmarker","number":"123-45-6789","number_kind":"ssn","street":"1 Main St","city":"Reno",
        "region":"NV","postal_code":"89501"}}
        """;

    [Fact]
    public async Task An_auditor_finds_who_saw_which_tax_number_when_and_nothing_personal()
    {
        await using var host = await PayeeHost.Start(home, "seen", PayeeHost.MasterKey);
        var forms = "/v1/acme/seen/creators/mia/tax-forms";
        (await host.Send(await host.Bearer(null, Scopes.Tax), forms, Form, "k1")).Is(HttpStatusCode.Created);
        var reader = await host.Bearer(null, Scopes.ReadTaxNumbers);
        (await host.Send(reader, forms + "/w9-1/reveal", Why)).Is(HttpStatusCode.OK);
        (await host.Send(reader, forms + "/w9-1/reveal", Why)).Is(HttpStatusCode.OK);

        var auditor = await host.Bearer(null, Scopes.Audit);
        var seen = (await host.Send(auditor, "/v1/acme/trail?subject=creator%3Amia&kind=read"))
            .Is(HttpStatusCode.OK);
        var lines = seen.Json.GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Equal(
            ("read", "reveal_tax_form", "app", reader[3..19], "seen", "tax_form/w9-1", 1),
            (Text(line, "kind"), Text(line, "action"), Text(line, "actor"), Text(line, "key"), Text(line, "platform"),
                Text(line, "item"), line.GetProperty("times").GetInt32())));
        // The record that each names has the reason.
        await using var reasons = host.Source.CreateCommand(
            "select count(*) from ledger.journal where number = any ($1) and data ->> 'reason' like 'Mia%'");
        reasons.Parameters.Add(new() { Value = lines.Select(line => line.GetProperty("number").GetInt64()).ToArray() });
        Assert.Equal(2L, await reasons.ExecuteScalarAsync());

        var all = await host.Send(auditor, "/v1/acme/trail?limit=1000");
        foreach (var personal in new[] { "Moonmarker", "6789", "10.1.2.3", "127.0.0.1", "Main St" })
            Assert.DoesNotContain(personal, all.Text, StringComparison.Ordinal);
        var one = (await host.Send(auditor, "/v1/acme/trail?subject=creator%3Amia&limit=1")).Json;
        var next = (await host.Send(
            auditor, $"/v1/acme/trail?subject=creator%3Amia&limit=1&before={one.GetProperty("next").GetInt64()}")).Json;
        Assert.Equal(lines[1].GetRawText(), next.GetProperty("lines")[0].GetRawText());

        var told = await home.Run("audit", "trail", "acme", "--subject", "creator:mia", "--json");
        Assert.Equal(0, told.Code);
        Assert.Equal(2, told.Json.GetProperty("lines").GetArrayLength());
        var verified = await home.Run("verify", "--json");
        Assert.Equal(0, verified.Code);
        Assert.InRange(verified.Json.GetProperty("trail").GetInt64(), 5, 1_000);
    }

    [Fact]
    public async Task Whoever_is_refused_is_in_the_trail_and_a_stranger_where_it_matters()
    {
        await using var host = await PayeeHost.Start(home, "refused", PayeeHost.MasterKey);
        var bearer = await host.Bearer(null, Scopes.Tips);
        (await host.Send(bearer, "/v1/acme/refused/creators/bea/tax-forms/w9-1/reveal", Why))
            .Is(HttpStatusCode.Forbidden, "scope_missing");
        (await host.Send(bearer, "/v1/acme/refused/commands/top_up", """{"fan":"a","amount":1,"currency":"USD"}""", "k"))
            .Is(HttpStatusCode.Forbidden, "scope_missing");
        (await host.Send(
            bearer, "/v1/acme/refused/commands",
            """{"commands":[{"key":"a","command":"top_up","body":{"fan":"a","amount":1,"currency":"USD"}}]}"""))
            .Is(HttpStatusCode.OK);
        (await host.Send(bearer, "/v1/rival/keys")).Is(HttpStatusCode.NotFound, "tenant_unknown");
        (await host.Send("nobody", "/v1/acme/keys")).Is(HttpStatusCode.Unauthorized);
        (await host.Send("nobody", "/v1/acme/refused/journal")).Is(HttpStatusCode.Unauthorized);

        var reader = new TrailReader(host.Source);
        await GuardedLedger.Becomes(
            async () => string.Join("; ", (await reader.Read(
                    "acme", new TrailFilter { Kind = TrailKind.Refused, Actor = "app" }, null, 100, default))
                .Where(line => line.KeyId == bearer[3..19]).Select(line => $"{line.Action} {line.Item}").Order()),
            "list_keys tenant_unknown; post_commands scope_missing; reveal_tax_form scope_missing; top_up scope_missing");
        await GuardedLedger.Becomes(
            async () => string.Join("; ", (await reader.Read(
                    AccessTrail.House, new TrailFilter { Kind = TrailKind.Refused }, null, 100, default))
                .Select(line => $"{line.Action} {line.Item} {line.Actor}")),
            "list_keys unauthenticated ");
    }

    [Fact]
    public async Task Only_an_auditor_of_the_whole_tenant_is_told()
    {
        await using var host = await PayeeHost.Start(home, "audited", PayeeHost.MasterKey);
        (await host.Send(await host.Bearer(null, Scopes.Admin), "/v1/acme/trail"))
            .Is(HttpStatusCode.Forbidden, "scope_missing");
        var auditor = await host.Bearer(null, Scopes.Audit);
        (await host.Send(auditor, "/v1/rival/trail")).Is(HttpStatusCode.NotFound, "tenant_unknown");
        foreach (var (query, code) in new[]
        {
            ("kind=seen", "ill_formed"), ("from=yesterday", "ill_formed"), ("until=2026-02-30", "ill_formed"),
            ("limit=0", "ill_formed"), ("before=0", "ill_formed"), ("who=mia", "parameter_unknown"),
            ("subject=a&subject=b", "parameter_repeated"),
        })
            (await host.Send(auditor, $"/v1/acme/trail?{query}")).Is(HttpStatusCode.BadRequest, code);
        (await host.Send(auditor, "/v1/acme/trail?from=2026-01-01&until=2999-01-01T00:00:00Z")).Is(HttpStatusCode.OK);
        var wrong = await home.Run("audit", "trail", "acme", "--from", "yesterday");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("--from is a time", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_refusals_is_a_few_lines_a_minute_that_say_how_many_there_were()
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        await using var source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        var (time, reader) = (new ManualTime(DateTimeOffset.UnixEpoch), new TrailReader(source));
        await using var refused = new RefusedAttempts(new AccessTrail(source), time, message => Assert.Fail(message));
        for (var i = 0; i < 500; i++)
        {
            refused.Note("flooded", Try("reveal_tax_form", "1"));
            refused.Note("flooded", Try("reveal_tax_form", "2"));
        }

        await refused.Write(isLast: false, default);
        Assert.Equal(2 * RefusedAttempts.MostAMinute, (await Lines()).Count);
        time.Now += TimeSpan.FromSeconds(61);
        refused.Note("flooded", Try("create_key", "1"));
        await refused.Write(isLast: false, default);
        Assert.Equal(1_001, (await Lines()).Sum(line => line.Times));
        Assert.Equal((2 * RefusedAttempts.MostAMinute) + 3, (await Lines()).Count);
        for (var i = 0; i < 50; i++) refused.Note("flooded", Try("reveal_tax_form", "1"));
        await refused.DisposeAsync();
        Assert.Equal(1_051, (await Lines()).Sum(line => line.Times));

        Task<IReadOnlyList<TrailLine>> Lines() => reader.Read("flooded", new TrailFilter(), null, 1_000, default);

        static TrailNote Try(string action, string key) => new(TrailKind.Refused, action, "app")
        {
            KeyId = key, Item = "scope_missing",
        };
    }

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var text) ? text.GetString() : null;
}
