using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>Each command as an operation of its own, with everything that is known of it.</summary>
internal sealed class CommandOperations(BodySchema bodies)
{
    /// <summary>The headings of the commands, by what they are about.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["Commands"];

    private readonly BodySchema bodies = bodies;

    public JsonObject Of(MappedEndpoint mapped, Described described, string name)
    {
        var shape = CommandFormat.ShapeOf(name);
        var type = shape.Type;
        var words = Wording.Of(type) ?? throw new InvariantBroken($"Nothing says what {name} is.");
        var operation = Operations.Head(mapped, described, name, "Commands", InWords(name));
        operation["description"] = words;
        bodies.Add(type.Name, shape);
        operation["requestBody"] = Operations.Body(
            "application/json", Shapes.Ref(type.Name), Examples.Of(name)?.Body.ToJsonString());
        var responses = new JsonObject();
        foreach (var answer in described.Answers)
        {
            responses[$"{answer.Status}"] = Operations.Of(
                answer, answer.Status == StatusCodes.Status201Created ? Examples.ReceiptOf(name) : null);
        }

        Operations.AddProblems(
            responses, described.Codes.Concat(Codes.OfBody(type)), described.IsOpen,
            RefusalCodes.Of(type).Select(refusal => refusal.Code));
        operation["responses"] = responses;
        return operation;
    }

    private static string InWords(string name)
    {
        var words = name.Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
