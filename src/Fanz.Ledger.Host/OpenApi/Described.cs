using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// What an endpoint is for, said beside its mapping with <c>.WithMetadata(new Described(…))</c>. The document and the
/// page of the API are made of these, so an endpoint without one fails a test.
/// </summary>
/// <param name="Name">Its name for programs, in snake case and never used twice: `read_account`.</param>
/// <param name="Group">The heading that it stands under.</param>
/// <param name="Summary">What it does, in one line.</param>
internal sealed record Described(string Name, string Group, string Summary)
{
    public string? Text { get; init; }

    /// <summary>The scope that a key needs; null where any key will do.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether it is answered without a key.</summary>
    public bool IsOpen { get; init; }

    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>The schema of its body, where it has one; made by <see cref="Shapes"/>.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Instead: how the serialiser reads the body, from which the schema follows.</summary>
    public JsonTypeInfo? BodyShape { get; init; }

    public string? BodyExample { get; init; }

    /// <summary>The media type of the body where that is not JSON.</summary>
    public string BodyType { get; init; } = "application/json";

    public IReadOnlyList<Answer> Answers { get; init; } = [];

    /// <summary>The codes of its problems, besides those that any request may meet.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>It stands for one operation for each command.</summary>
    public bool IsEachCommand { get; init; }
}

/// <summary>A parameter of the query, a header, or a part of the path.</summary>
internal sealed record Parameter(string In, string Name, JsonObject Schema, string Text, bool IsRequired = false)
{
    /// <summary>It is the same wherever it stands, and told once.</summary>
    public bool IsShared { get; init; }

    public static Parameter Query(string name, JsonObject schema, string text, bool isRequired = false) =>
        new("query", name, schema, text, isRequired);

    public static Parameter Path(string name, string text) => new("path", name, Shapes.Text(), text, IsRequired: true);

    public static Parameter Header(string name, string text, bool isRequired = false) =>
        new("header", name, Shapes.Text(), text, isRequired);
}

/// <summary>One of the answers of an endpoint that is no problem.</summary>
internal sealed record Answer(int Status, string Text, JsonObject? Schema = null, string? Example = null)
{
    public string Type { get; init; } = "application/json";

    public IReadOnlyList<string> Headers { get; init; } = [];
}
