using System.Collections.ObjectModel;
using System.Text.Json;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client;

/// <summary>Why a request was not done, as the ledger says it: branch on the code, show the detail.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Code">The reason, which never changes its name.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record LedgerProblem(int Status, string Code, string Detail)
{
    private static readonly IReadOnlyDictionary<string, string> None = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The field at fault, where there is one.</summary>
    public string? Field { get; init; }

    /// <summary>Everything that is wrong with the form; at least one thing, if it is the form that is wrong.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>What a refusal rests on, such as the limit and what is available.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = None;

    /// <summary>The problem that this is; null for whatever else some server on the way may have said.</summary>
    internal static LedgerProblem? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        if (json.TextOrNull("code") is not { } code || json.TextOrNull("detail") is not { } detail) return null;
        if (json.NumberOrNull("status") is not { } status) return null;
        var field = json.TextOrNull("field");
        return new LedgerProblem((int)status, code, detail)
        {
            Field = field,
            Faults = json.TryGetProperty("faults", out var faults)
                ? [.. faults.EnumerateArray().Select(ReadFault)]
                : [new Fault(field ?? "request", code, detail)],
            Facts = json.TryGetProperty("facts", out var facts) ? ReadFacts(facts) : None,
        };
    }

    private static Fault ReadFault(JsonElement fault) =>
        new(fault.Text("field"), fault.Text("code"), fault.Text("detail"));

    private static Dictionary<string, string> ReadFacts(JsonElement facts)
    {
        var read = new Dictionary<string, string>();
        foreach (var fact in facts.EnumerateObject()) read[fact.Name] = fact.Value.GetString() ?? "";
        return read;
    }
}
