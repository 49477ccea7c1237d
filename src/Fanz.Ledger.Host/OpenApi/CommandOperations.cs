using System.Text.Json.Nodes;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>Each command as an operation of its own, with everything that is known of it.</summary>
internal sealed class CommandOperations(Operations operations, BodySchema bodies)
{
    /// <summary>The headings of the commands, by what they are about.</summary>
    public static IReadOnlyList<string> Groups { get; } =
        [
            "Sales", "Wallets and tokens", "Subscriptions", "Orders", "Refunds", "Disputes", "Payouts",
            "Treasury", "Corrections and closing", "Rules and limits", "Parties and accounts", "Moving in",
            "Two people",
        ];

    public JsonObject Of(MappedEndpoint mapped, Described described, string name)
    {
        var shape = CommandFormat.ShapeOf(name);
        var type = shape.Type;
        var words = Wording.Of(type) ?? throw new InvariantBroken($"Nothing says what {name} is.");
        var scope = Scopes.OfCommand(name);
        var operation = operations.Head(mapped, described, name, GroupOf(scope), InWords(name), scope);
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

        operations.AddProblems(
            responses,
            described.Codes.Concat(Codes.OfBody(type)).Concat(Codes.OfPeople(type)),
            described.IsOpen,
            RefusalCodes.Of(type).Select(refusal => refusal.Code));
        operation["responses"] = responses;
        return operation;
    }

    /// <summary>Who may post commands follows from what they are about, and so do the headings.</summary>
    private static string GroupOf(string scope) => scope switch
    {
        Scopes.Tips => Groups[0],
        Scopes.Wallets => Groups[1],
        Scopes.Subscriptions => Groups[2],
        Scopes.Orders => Groups[3],
        Scopes.Refunds => Groups[4],
        Scopes.Disputes => Groups[5],
        Scopes.Payouts or Scopes.ApprovePayouts => Groups[6],
        Scopes.Treasury => Groups[7],
        Scopes.Adjustments or Scopes.ClosePeriods => Groups[8],
        Scopes.Rules => Groups[9],
        Scopes.Standing or Scopes.ReadSecrets or Scopes.Tax or Scopes.ErasePeople => Groups[10],
        Scopes.Imports => Groups[11],
        Scopes.Proposals or Scopes.ApproveProposals => Groups[12],
        _ => throw new InvariantBroken($"{scope} is about nothing that has a heading."),
    };

    private static string InWords(string name)
    {
        var words = name.Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
