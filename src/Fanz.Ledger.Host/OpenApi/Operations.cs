using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>How an endpoint that is described becomes an operation of the document.</summary>
/// <param name="bodies">Where the schemas of bodies are made.</param>
/// <param name="responses">Where the answers are kept that several operations share.</param>
/// <param name="parameters">Where the parameters are.</param>
internal sealed class Operations(BodySchema bodies, JsonObject responses, JsonObject parameters)
{
    private const string Json = "application/json", ProblemJson = "application/problem+json";

    /// <summary>Every path of a book begins with these two.</summary>
    private static readonly Dictionary<string, string> OfBook = new()
    {
        ["tenant"] = "Whose book it is.", ["platform"] = "Which of the tenant's books; `_` is its treasury.",
    };

    public JsonObject Of(MappedEndpoint mapped, Described described)
    {
        var operation = Head(mapped, described, described.Name, described.Group, described.Summary);
        if (described.Text is { } text) operation["description"] = text;
        if (described.Body is { } body)
            operation["requestBody"] = Body(described.BodyType, body, described.BodyExample);
        if (described.BodyShape is { } shape)
        {
            bodies.Add(shape.Type.Name, shape);
            operation["requestBody"] = Body(Json, Shapes.Ref(shape.Type.Name), described.BodyExample);
        }

        var answers = new JsonObject();
        foreach (var answer in described.Answers) answers[$"{answer.Status}"] = Of(answer);
        AddProblems(answers, described.Codes, described.IsOpen);
        operation["responses"] = answers;
        return operation;
    }

    /// <summary>What an operation is called, who may ask for it, and with which parameters.</summary>
    public JsonObject Head(
        MappedEndpoint mapped, Described described, string name, string group, string summary, string? scope = null)
    {
        var operation = new JsonObject
        {
            ["operationId"] = name, ["tags"] = new JsonArray(group), ["summary"] = summary,
        };
        scope ??= described.Scope;
        if (described.IsOpen) operation["security"] = new JsonArray();
        else if (scope is not null)
            operation["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray(scope) });
        var own = new JsonArray();
        foreach (var part in mapped.Parts.Where(part => !(described.IsEachCommand && part == "command")))
        {
            if (OfBook.TryGetValue(part, out var text))
                own.Add(Of(Parameter.Path(part, text) with { IsShared = true }));
            else if (described.Parameters.All(parameter => (parameter.In, parameter.Name) != ("path", part)))
                throw new InvariantBroken($"{name} does not say what {part} is.");
        }

        foreach (var parameter in described.Parameters) own.Add(Of(parameter));
        if (own.Count > 0) operation["parameters"] = own;
        return operation;
    }

    public static JsonObject Body(string type, JsonObject schema, string? example) => new()
    {
        ["required"] = true, ["content"] = Content(type, schema, example is null ? null : Parsed(type, example)),
    };

    public static JsonObject Content(string type, JsonObject schema, JsonNode? example)
    {
        var content = new JsonObject { ["schema"] = schema.DeepClone() };
        if (example is not null) content["example"] = example;
        return new JsonObject { [type] = content };
    }

    public static JsonObject Of(Answer answer, JsonNode? example = null)
    {
        var response = new JsonObject { ["description"] = answer.Text };
        if (answer.Headers.Count > 0)
        {
            var headers = new JsonObject();
            foreach (var header in answer.Headers) headers[header] = Ref("headers", header);
            response["headers"] = headers;
        }

        example ??= answer.Example is { } written ? Parsed(answer.Type, written) : null;
        if (answer.Schema is { } schema) response["content"] = Content(answer.Type, schema, example);
        return response;
    }

    /// <summary>Its own codes and those of any request, each under the statuses that it comes with.</summary>
    public void AddProblems(
        JsonObject answers, IEnumerable<string> own, bool isOpen, IEnumerable<string>? refusals = null)
    {
        var byStatus = new SortedDictionary<int, SortedSet<string>>();
        foreach (var code in own.Concat(Codes.OfAny(isOpen)))
        {
            var known = Codes.Find(code) ?? throw new InvariantBroken($"Nothing says what {code} means.");
            foreach (var status in known.Statuses) Add(status, code);
        }

        foreach (var code in refusals ?? []) Add(StatusCodes.Status409Conflict, code);
        foreach (var (status, codes) in byStatus) answers[$"{status}"] = Problems(status, codes);

        void Add(int status, string code)
        {
            if (!byStatus.TryGetValue(status, out var codes))
                byStatus[status] = codes = new SortedSet<string>(StringComparer.Ordinal);
            codes.Add(code);
        }
    }

    public static JsonObject SharedHeaders()
    {
        var headers = new JsonObject();
        foreach (var (name, text) in Header.All)
            headers[name] = new JsonObject { ["description"] = text, ["schema"] = Shapes.Text() };
        return headers;
    }

    /// <summary>A problem as it is written, for an example.</summary>
    public static JsonNode Problem(Problem problem)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Api.Json.AsGiven)) ProblemWriter.Write(json, problem);
        return JsonNode.Parse(bytes.WrittenSpan)!;
    }

    /// <summary>
    /// What is wrong with a form and what is refused is each operation's own; the rest is the same for many, and said
    /// once.
    /// </summary>
    private JsonObject Problems(int status, SortedSet<string> codes)
    {
        var response = new JsonObject
        {
            ["description"] = string.Join(", ", codes.Select(code => $"`{code}`")),
            ["content"] = Content(ProblemJson, Shapes.Ref("Problem"), example: null),
            ["x-codes"] = new JsonArray([.. codes.Select(code => (JsonNode)code)]),
        };
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            response["headers"] = new JsonObject { ["Retry-After"] = Ref("headers", "Retry-After") };
        if (status is StatusCodes.Status400BadRequest or StatusCodes.Status409Conflict) return response;
        var name = string.Join('.', codes.Prepend($"{status}"));
        responses[name] = response;
        return Ref("responses", name);
    }

    private JsonObject Of(Parameter parameter)
    {
        var described = new JsonObject { ["name"] = parameter.Name, ["in"] = parameter.In };
        if (parameter.IsRequired) described["required"] = true;
        described["description"] = parameter.Text;
        described["schema"] = parameter.Schema.DeepClone();
        if (!parameter.IsShared) return described;
        parameters[parameter.Name] = described;
        return Ref("parameters", parameter.Name);
    }

    private static JsonNode Parsed(string type, string example) =>
        type == Json || type == ProblemJson ? JsonNode.Parse(example)! : JsonValue.Create(example);

    private static JsonObject Ref(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };
}
