using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>How an endpoint that is described becomes an operation of the document.</summary>
internal static class Operations
{
    private const string Json = "application/json", ProblemJson = "application/problem+json";

    /// <summary>Every path of a book begins with these two.</summary>
    private static readonly Dictionary<string, string> OfBook = new()
    {
        ["tenant"] = "Whose book it is.", ["platform"] = "Which of the tenant's books; `_` is its treasury.",
    };

    public static JsonObject Of(MappedEndpoint mapped, Described described)
    {
        var operation = Head(mapped, described, described.Name, described.Group, described.Summary);
        if (described.Text is { } text) operation["description"] = text;
        if (described.Body is { } body)
            operation["requestBody"] = Body(described.BodyType, body, described.BodyExample);
        var responses = new JsonObject();
        foreach (var answer in described.Answers) responses[$"{answer.Status}"] = Of(answer);
        AddProblems(responses, described.Codes, described.IsOpen);
        operation["responses"] = responses;
        return operation;
    }

    /// <summary>What an operation is called, who may ask for it, and with which parameters.</summary>
    public static JsonObject Head(
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
        var parameters = new JsonArray();
        foreach (var part in mapped.Parts.Where(part => !(described.IsEachCommand && part == "command")))
        {
            if (OfBook.ContainsKey(part)) parameters.Add(Ref("parameters", part));
            else if (described.Parameters.All(parameter => (parameter.In, parameter.Name) != ("path", part)))
                throw new InvariantBroken($"{name} does not say what {part} is.");
        }

        foreach (var parameter in described.Parameters) parameters.Add(Of(parameter));
        if (parameters.Count > 0) operation["parameters"] = parameters;
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

    /// <summary>
    /// Its own codes are said with it, under the status that each comes with; what any request may meet is said once
    /// for all.
    /// </summary>
    public static void AddProblems(
        JsonObject responses, IEnumerable<string> own, bool isOpen, IEnumerable<string>? refusals = null)
    {
        var byStatus = new SortedDictionary<int, List<string>>();
        foreach (var code in own)
        {
            var known = Codes.Find(code) ?? throw new InvariantBroken($"Nothing says what {code} means.");
            foreach (var status in known.Statuses) Add(status, code);
        }

        foreach (var code in refusals ?? []) Add(StatusCodes.Status409Conflict, code);
        foreach (var status in Codes.StatusesOfAny(isOpen))
            if (!byStatus.ContainsKey(status)) byStatus[status] = [];
        foreach (var (status, codes) in byStatus)
        {
            responses[$"{status}"] = codes.Count > 0
                ? Problems(status, codes.Distinct().Order(StringComparer.Ordinal))
                : Ref("responses", $"Problem{status}");
        }

        void Add(int status, string code)
        {
            if (!byStatus.TryGetValue(status, out var codes)) byStatus[status] = codes = [];
            codes.Add(code);
        }
    }

    /// <summary>What any request may be answered with, by status.</summary>
    public static JsonObject SharedProblems()
    {
        var shared = new JsonObject();
        foreach (var status in Codes.StatusesOfAny(isOpen: false))
            shared[$"Problem{status}"] = Problems(status, Codes.OfAny.Where(code => Codes.Find(code)!.Statuses.Contains(status)));
        return shared;
    }

    public static JsonObject SharedParameters()
    {
        var shared = new JsonObject();
        foreach (var (name, text) in OfBook) shared[name] = Of(Parameter.Path(name, text));
        return shared;
    }

    public static JsonObject SharedHeaders()
    {
        var shared = new JsonObject();
        foreach (var (name, text) in Header.All)
            shared[name] = new JsonObject { ["description"] = text, ["schema"] = Shapes.Text() };
        return shared;
    }

    /// <summary>A problem as it is written, for an example.</summary>
    public static JsonNode Problem(Problem problem)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Api.Json.AsGiven)) ProblemWriter.Write(json, problem);
        return JsonNode.Parse(bytes.WrittenSpan)!;
    }

    private static JsonObject Problems(int status, IEnumerable<string> codes)
    {
        var all = codes.ToArray();
        var response = new JsonObject
        {
            ["description"] = string.Join(", ", all.Select(code => $"`{code}`")),
            ["content"] = Content(ProblemJson, Shapes.Ref("Problem"), example: null),
            ["x-codes"] = new JsonArray([.. all.Select(code => (JsonNode)code)]),
        };
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            response["headers"] = new JsonObject { ["Retry-After"] = Ref("headers", "Retry-After") };
        return response;
    }

    private static JsonObject Of(Parameter parameter)
    {
        var described = new JsonObject { ["name"] = parameter.Name, ["in"] = parameter.In };
        if (parameter.IsRequired) described["required"] = true;
        described["description"] = parameter.Text;
        described["schema"] = parameter.Schema.DeepClone();
        return described;
    }

    private static JsonNode Parsed(string type, string example) =>
        type == Json || type == ProblemJson ? JsonNode.Parse(example)! : JsonValue.Create(example);

    private static JsonObject Ref(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };
}
