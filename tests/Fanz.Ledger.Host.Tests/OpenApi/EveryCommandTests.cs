using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Tests.OpenApi;

public sealed class EveryCommandTests(Home home) : IClassFixture<Home>
{
    private static readonly JsonSerializerOptions Plain =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject receipts = [];

    [Fact]
    public void Every_command_has_an_example_in_the_scenario() => Assert.Equal(
        CommandFormat.Names.Order(StringComparer.Ordinal),
        Examples.Scenario.Select(step => step.Command).Distinct().Order(StringComparer.Ordinal));

    /// <summary>
    /// Told in order over HTTP into a fresh book, each step is looked at first, then posted, then sent again.
    /// </summary>
    [Fact]
    public async Task Every_command_of_the_document_is_posted_once_replayed_and_previewed()
    {
        var document = JsonNode.Parse(await OpenApiVerb.Document())!.AsObject();
        var check = new SchemaCheck(document);
        await using var ledger = await SimulatedLedger.Start(
            home, opened: Examples.Scenario[0].At - NodaTime.Duration.FromHours(1));
        foreach (var step in Examples.Scenario)
        {
            ledger.Now = step.At;
            var operation = document["paths"]![$"/v1/{{tenant}}/{{platform}}/commands/{step.Command}"]!["post"]!;
            Assert.Equal([], check.Faults(step.Body, SchemaOf(operation["requestBody"]!)));

            using var previewed = await ledger.Preview(step);
            var wouldBe = await Read(previewed, HttpStatusCode.OK, step);
            using var posted = await ledger.Post(step);
            var receipt = await Read(posted, HttpStatusCode.Created, step);
            using var again = await ledger.Post(step);
            var replayed = await Read(again, HttpStatusCode.Created, step);

            Assert.Equal([], check.Faults(wouldBe, SchemaOf(operation["responses"]!["200"]!)));
            Assert.Equal([], check.Faults(receipt, SchemaOf(operation["responses"]!["201"]!)));
            Assert.False(posted.Headers.Contains("Idempotency-Replayed"));
            Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
            Assert.Equal(receipt.ToJsonString(), replayed.ToJsonString());
            // What was announced is what happened.
            Assert.Equal(wouldBe["records"]![0]!["entries"]!.ToJsonString(), receipt["entries"]!.ToJsonString());
            Assert.Equal((string)wouldBe["records"]![0]!["type"]!, (string)receipt["type"]!);
            if (!receipts.ContainsKey(step.Command)) receipts[step.Command] = receipt;
        }

        Assert.Equal(
            CommandFormat.Names.Order(StringComparer.Ordinal),
            receipts.Select(one => one.Key).Order(StringComparer.Ordinal));
        await Source.CompareOrWrite(
            "src/Fanz.Ledger.Host/OpenApi/receipts.json",
            System.Text.Encoding.UTF8.GetBytes(receipts.ToJsonString(Plain) + "\n"));
    }

    private static JsonObject SchemaOf(JsonNode described) =>
        described["content"]!["application/json"]!["schema"]!.AsObject();

    private static async Task<JsonNode> Read(HttpResponseMessage answer, HttpStatusCode expected, Example step)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{step.Key} {step.Command}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
