using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>One step of the scenario: a command, its body, its key, and when it is posted to which platform.</summary>
internal sealed record Example(Instant At, string Platform, string Command, JsonObject Body, string Key);

/// <summary>
/// The life of a small platform, told in commands: posted in this order into fresh books, every one of them is taken.
/// Each command is there at least once, and the first of them is its example in the document. A step names its platform
/// where that is another one. Bodies name earlier transactions by their numbers, so a step is only ever added at the
/// end; a test posts them all over HTTP.
/// </summary>
internal static class Examples
{
    public const string Tenant = "fanz", Platform = "bestfans", OtherPlatform = "girlfanz", Treasury = "_";

    private static readonly Lazy<JsonObject> Receipts = new(() => Read("receipts.json").AsObject());

    public static IReadOnlyList<Example> Scenario { get; } =
        [.. Read("scenario.json").AsArray().Select((step, i) => Of(step!.AsObject(), i))];

    public static Example? Of(string command) => Scenario.FirstOrDefault(step => step.Command == command);

    /// <summary>The receipt that the example of a command really got.</summary>
    public static JsonNode? ReceiptOf(string command) => Receipts.Value[command]?.DeepClone();

    private static Example Of(JsonObject step, int place) => new(
        InstantPattern.ExtendedIso.Parse((string)step["at"]!).Value,
        (string?)step["platform"] ?? Platform,
        (string)step["command"]!,
        step["body"]!.AsObject(),
        $"example-{place + 1:000}");

    private static JsonNode Read(string resource)
    {
        using var stream = Resource.Open(resource);
        return JsonNode.Parse(stream) ?? throw new JsonException($"{resource} is null.");
    }
}
