using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Webhooks;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Rails.Simulated;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.OpenApi;

/// <summary>What is described by hand is held against what is really answered.</summary>
public sealed class AnswerTests(Home home) : IClassFixture<Home>
{
    private const string Book = $"/v1/{Examples.Tenant}/{Examples.Platform}";
    private const string Keys = $"/v1/{Examples.Tenant}/keys";
    private const string Webhooks = $"/v1/{Examples.Tenant}/webhooks";
    private const int StepsPosted = 34;

    /// <summary>What is no JSON, and what takes a provider of payouts to answer: their own tests know them.</summary>
    private static readonly string[] HeldElsewhere = ["follow_journal", "read_api_page", "receive_callback"];

    private readonly HashSet<string> held = [];
    private JsonObject document = [];

    [Fact]
    public async Task Every_answer_is_as_the_document_says()
    {
        document = JsonNode.Parse(await OpenApiVerb.Document())!.AsObject();
        await using var ledger = await SimulatedLedger.Start(home, Examples.Scenario[0].At);
        foreach (var step in Examples.Scenario.Take(StepsPosted))
        {
            ledger.Now = step.At;
            using var posted = await ledger.Post(step);
            Assert.True(posted.IsSuccessStatusCode);
        }

        await HoldReads(ledger.Client);
        await HoldLists(ledger.Client);
        await HoldReports(ledger.Client);
        await HoldBooks(ledger.Client);
        await HoldPayees(ledger.Client);
        await HoldBanks(ledger.Client);
        await HoldAudit(ledger.Client);
        await HoldKeys(ledger.Client);
        await HoldWebhooks(ledger.Client);
        await Hold(ledger.Client, "post_commands", HttpMethod.Post, $"{Book}/commands", """
            {"commands": [
                {"key": "a", "command": "top_up", "body": {"fan": "anna", "amount": 500, "currency": "USD"}},
                {"key": "b", "command": "top_up", "body": {"fan": "anna", "amount": -1, "currency": "USD"}},
                {"key": "c", "command": "claw_back_sale", "body": {"dispute": "none", "transaction": 15}}]}
            """);
        Assert.Equal(
            Names().Where(name => !CommandFormat.IsKnown(name)).Except(HeldElsewhere).Order(StringComparer.Ordinal),
            held.Order(StringComparer.Ordinal));
    }

    private async Task HoldReads(HttpClient client)
    {
        await Hold(client, "read_balance", $"{Book}/accounts/balance?account=fan.wallet/USD//anna");
        await Hold(client, "read_balance", $"{Book}/accounts/balance?account=creator.pending/USD/2026-01-08/mia");
        await Hold(client, "list_accounts", $"{Book}/accounts?owner=mia");
        await Hold(client, "list_entries", $"{Book}/entries?account=fan.wallet/USD//anna&limit=2&order=newest");
        await Hold(client, "read_transaction", $"{Book}/transactions/15");
        await Hold(client, "list_referring", $"{Book}/transactions/15/referring");
        await Hold(client, "find_transactions", $"{Book}/transactions?reference=card%204242&at_least={StepsPosted}");
        await Hold(client, "read_statement", $"{Book}/statements?of=creator:mia&at_least={StepsPosted}");
        await Hold(client, "read_statement", $"{Book}/statements?of=fan:anna&currency=TKN&to=2026-01-31");
        await Hold(client, "read_statement", $"{Book}/statements?of=creator:nobody");
        foreach (var number in (long[])[15, 17, 20, 28, 32, 36])
            await Hold(client, "read_receipt", $"{Book}/transactions/{number}/receipt");
        foreach (var number in (long[])[1, 20, 28, 32, 36])
            await Hold(client, "read_invoice", $"{Book}/transactions/{number}/invoice");
        await Hold(client, "list_stream", $"{Book}/streams?stream=authorisation/show-2");
        await Hold(client, "read_journal", $"{Book}/journal?limit=40");
        await Hold(client, "report_revenue", $"{Book}/reports/revenue?by=month,day,hour,kind&at_least={StepsPosted}");
        await Hold(client, "report_revenue_of_tenant", $"/v1/{Examples.Tenant}/reports/revenue?by=platform");
        // Nobody told this host of its database, so it says why it is not ready.
        await Hold(client, "read_readiness", "/health/ready");
        await Hold(client, "read_liveness", "/health/live");
        await Hold(client, "read_openapi", "/openapi.json");
        await Hold(client, "read_balance", $"{Book}/accounts/balance?account=fan.wallet/USD//nobody");
        await Hold(client, "read_balance", $"{Book}/accounts/balance?account=what");
    }

    private async Task HoldLists(HttpClient client)
    {
        foreach (var list in Listings.All)
        {
            var needed = list.Filters.Where(filter => filter.IsRequired).Select(filter => $"&{filter.Name}=" + (
                filter.Name == "currency" ? "USD" : filter.Name == "code" ? "psp.receivable" : ""));
            await Hold(client, $"list_{list.Name}", $"{Book}/lists/{list.Name}?at_least=5{string.Concat(needed)}");
        }

        await Hold(client, "list_balances", $"{Book}/lists/balances?moved_since=soon");
    }

    private async Task HoldReports(HttpClient client)
    {
        foreach (var report in new[] { "trial_balance", "balance_sheet", "income_statement" })
        {
            var address = $"reports/{report.Replace('_', '-')}";
            await Hold(client, $"report_{report}", $"{Book}/{address}?at_least=5");
            await Hold(client, $"report_{report}", $"{Book}/{address}?in=EUR&rates=none&rates_on=2026-01-01");
            await Hold(client, $"report_{report}_of_tenant", $"/v1/{Examples.Tenant}/{address}?consolidated=true");
        }

        await Hold(
            client, "report_daily_balances", $"{Book}/reports/daily-balances?account=fan.wallet/USD//anna&at_least=5");
    }

    private async Task HoldBooks(HttpClient client)
    {
        const string another = """{"time_zone": "Asia/Tokyo", "reporting_currency": "JPY"}""";
        await Hold(client, "open_book", HttpMethod.Put, $"/v1/{Examples.Tenant}/another", another);
        await Hold(client, "open_book", HttpMethod.Put, $"/v1/{Examples.Tenant}/another", another);
        await Hold(client, "read_book", Book);
        await Hold(client, "list_books", $"/v1/{Examples.Tenant}/books");
    }

    private async Task HoldPayees(HttpClient client)
    {
        const string methods = $"{Book}/creators/nora/payout-methods";
        await Hold(client, "add_payout_method_in_clear", HttpMethod.Post, methods, """
            {"method": "bank", "rail": "nacha", "currency": "USD", "proposed_by": "nora", "approved_by": "olga",
            "account": {"kind": "us_bank", "name": "Nora North", "routing": "021000021", "account": "000123456789"}}
            """, "nora-bank");
        await Hold(client, "read_payout_methods", methods);
        await Hold(client, "reveal_payout_method", HttpMethod.Post, $"{methods}/bank/reveal", """{"reason": "asked"}""");
        const string forms = $"{Book}/creators/nora/tax-forms";
        const string form = """
            {"form": "nora-1", "kind": "w9", "version": "2024-03", "signed_on": "2025-12-31", "country": "US",
            "identity": {"name": "Nora North", "number": "219-09-9999", "number_kind": "ssn"}}
            """;
        using (var first = new HttpRequestMessage(HttpMethod.Post, new Uri(forms, UriKind.Relative)))
        {
            first.Content = JsonContent.Create(JsonNode.Parse(form));
            first.Headers.Add("Idempotency-Key", "nora-form");
            using var posted = await client.SendAsync(first);
            Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        }

        await Hold(client, "file_tax_form_in_clear", HttpMethod.Post, forms, form, "nora-form");
        await Hold(client, "reveal_tax_form", HttpMethod.Post, $"{forms}/nora-1/reveal", """{"reason": "asked"}""");
    }

    private async Task HoldBanks(HttpClient client)
    {
        var (day, file) = (new LocalDate(2026, 1, 2), new MemoryStream());
        CamtWriter.Write(
            new SimulatedStatement(
                CamtVersion.V08, "message-1", "statement-1", day.At(new LocalTime(18, 0)), "US-111", Currency.Of("USD"),
                day, day, 0, 5_00, [new SimulatedEntry("line-1", "line-1", day, day, [new SimulatedPayment(5_00, null)])]),
            file);
        using var content = new ByteArrayContent(file.ToArray());
        content.Headers.ContentType = new("application/octet-stream");
        await Hold(client, "post_bank_file", HttpMethod.Post, $"{Book}/bank-files", content);
    }

    private async Task HoldAudit(HttpClient client)
    {
        await Hold(client, "read_proof", $"{Book}/transactions/15/proof");
        await using (var source = LedgerDatabase.Connect(home.Server.HostConnectionString()))
        {
            using var key = CheckpointKey.New();
            await new CheckpointMaker(source).Make(Examples.Tenant, key, Duration.Zero, CancellationToken.None);
        }

        await Hold(client, "read_proof", $"{Book}/transactions/15/proof");
        const string person = $"/v1/{Examples.Tenant}/people/creator:nora";
        await Hold(client, "read_person", person);
        await Hold(client, "export_person", HttpMethod.Post, $"{person}/export", """{"reason": "asked"}""");
        await Hold(client, "read_trail", $"/v1/{Examples.Tenant}/trail?limit=5");
    }

    private async Task HoldKeys(HttpClient client)
    {
        var made = await Hold(client, "create_key", HttpMethod.Post, Keys, """
            {"service": "shop", "scopes": ["read:ledger"], "platforms": ["bestfans"], "owner": "creator/mia"}
            """);
        await Hold(client, "rotate_key", HttpMethod.Post, $"{Keys}/{made["id"]}/rotate", """{"overlap_seconds": 60}""");
        await Hold(client, "revoke_key", HttpMethod.Post, $"{Keys}/{made["id"]}/revoke", body: (string?)null);
        await Hold(client, "list_keys", Keys);
    }

    private async Task HoldWebhooks(HttpClient client)
    {
        await using var receiver = await TestReceiver.Start();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status410Gone;
            return Task.CompletedTask;
        };
        var made = await Hold(client, "create_webhook", HttpMethod.Post, Webhooks, Wish("", receiver));
        var one = $"{Webhooks}/{made["id"]}";
        await Hold(client, "pause_webhook", HttpMethod.Post, $"{one}/pause", body: (string?)null);
        await Hold(client, "resume_webhook", HttpMethod.Post, $"{one}/resume", body: (string?)null);
        await Hold(client, "rewind_webhook", HttpMethod.Post, $"{one}/rewind", """
            {"platform": "bestfans", "after": 1}
            """);
        var elapsed = Stopwatch.StartNew();
        while ((await Hold(client, "list_dead_letters", $"{one}/dead_letters"))["dead_letters"]!.AsArray().Count < 2)
        {
            Assert.True(elapsed.Elapsed < TimeSpan.FromMinutes(1), "What is refused is a dead letter.");
            await Hold(client, "read_webhook", one);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        await Hold(client, "read_webhook", one);
        await Hold(client, "replay_dead_letters", HttpMethod.Post, $"{one}/replay", "{}");
        await Hold(client, "list_webhooks", Webhooks);
        await Hold(client, "remove_webhook", HttpMethod.Delete, one, body: (string?)null);
        // One that does not echo is made as well, and said not to be verified.
        receiver.Echoes = false;
        var silent = await Hold(client, "create_webhook", HttpMethod.Post, Webhooks, Wish("/silent", receiver));
        await Hold(client, "verify_webhook", HttpMethod.Post, $"{Webhooks}/{silent["id"]}/verify", body: (string?)null);
        receiver.Echoes = true;
        await Hold(client, "verify_webhook", HttpMethod.Post, $"{Webhooks}/{silent["id"]}/verify", body: (string?)null);
    }

    private static string Wish(string path, TestReceiver receiver) =>
        $$"""{"url": "{{receiver.Url}}{{path}}", "platform": "bestfans", "types": ["tip_sent"]}""";

    private Task<JsonNode> Hold(HttpClient client, string name, string address) =>
        Hold(client, name, HttpMethod.Get, address, body: (string?)null);

    /// <summary>The answer, which is one that its operation is said to have, and as it is said to be.</summary>
    private Task<JsonNode> Hold(
        HttpClient client, string name, HttpMethod method, string address, string? body, string? key = null) => Hold(
            client, name, method, address, body is null ? null : JsonContent.Create(JsonNode.Parse(body)), key);

    private async Task<JsonNode> Hold(
        HttpClient client, string name, HttpMethod method, string address, HttpContent? body, string? key = null)
    {
        var operation = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Single(one => (string)one.Value!["operationId"]! == name).Value!;
        var check = new SchemaCheck(document);
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        request.Content = body;
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var described = operation["responses"]![$"{(int)answer.StatusCode}"]?.AsObject();
        Assert.True(described is not null, $"{name} is not said to answer {(int)answer.StatusCode}: {text}");
        if ((string?)described!["$ref"] is { } reference) described = check.Resolve(reference);
        var (type, content) = Assert.Single(described["content"]!.AsObject());
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        var value = JsonNode.Parse(text)!;
        Assert.Equal([], check.Faults(value, content!["schema"]!.AsObject()));
        foreach (var (header, _) in described["headers"]?.AsObject() ?? [])
            Assert.True(answer.Headers.Contains(header), $"{name} is said to answer with {header}.");
        if (described["x-codes"] is JsonArray codes)
            Assert.Contains((string)value["code"]!, codes.Select(code => (string)code!));
        held.Add(name);
        return value;
    }

    private IEnumerable<string> Names() => document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject())
        .Select(operation => (string)operation.Value!["operationId"]!);
}
