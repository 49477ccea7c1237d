using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// The OpenAPI document. It is made of what the program knows of itself: the endpoints that are mapped and what is said
/// beside them, the shapes of the commands, the words beside their sources, and the codes that their recipes reach. So
/// it cannot say what is not so. The same program makes the same document, byte for byte.
/// </summary>
internal sealed class ApiDocument
{
    /// <summary>The headings, in the order of what one needs to know first; others follow by name.</summary>
    private static readonly string[] Groups =
        [
            "Batches", .. CommandOperations.Groups, "Payees", "Reading", "Lists", "Reports", "Following", "Webhooks",
            "Books", "Keys",
        ];

    private static readonly JsonWriterOptions Indented = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, IndentSize = 1,
    };

    private readonly JsonObject schemas = [];
    private readonly JsonObject responses = [];
    private readonly JsonObject parameters = [];
    private readonly SortedDictionary<string, List<(string Method, JsonObject Operation)>> byPath =
        new(StringComparer.Ordinal);

    private ApiDocument(EndpointDataSource endpoints)
    {
        foreach (var (name, schema) in Shapes.Named()) schemas[name] = schema.DeepClone();
        var bodies = new BodySchema(schemas);
        var operations = new Operations(bodies, responses, parameters);
        var commands = new CommandOperations(operations, bodies);
        foreach (var mapped in MappedEndpoint.Of(endpoints))
        {
            if (mapped.Described is not { } described) continue;
            if (!described.IsEachCommand)
            {
                Add(mapped.Path, mapped.Method, operations.Of(mapped, described));
                continue;
            }

            foreach (var name in CommandFormat.Names)
                Add(mapped.Path.Replace("{command}", name), mapped.Method, commands.Of(mapped, described, name));
        }
    }

    public static JsonObject Of(EndpointDataSource endpoints) => new ApiDocument(endpoints).Whole();

    public static byte[] Write(JsonObject document)
    {
        var bytes = new ArrayBufferWriter<byte>(512 << 10);
        using (var json = new Utf8JsonWriter(bytes, Indented)) document.WriteTo(json);
        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    private void Add(string path, string method, JsonObject operation)
    {
        if (!byPath.TryGetValue(path, out var operations)) byPath[path] = operations = [];
        operations.Add((method, operation));
    }

    private JsonObject Whole()
    {
        var tags = byPath.Values.SelectMany(operations => operations)
            .Select(one => (string)one.Operation["tags"]![0]!).Distinct()
            .OrderBy(PlaceOf).ThenBy(group => group, StringComparer.Ordinal).ToList();
        var paths = new JsonObject();
        foreach (var (path, operations) in byPath
            .OrderBy(path => tags.IndexOf((string)path.Value[0].Operation["tags"]![0]!)))
        {
            var item = new JsonObject();
            foreach (var (method, operation) in operations.OrderBy(one => one.Method, StringComparer.Ordinal))
                item[method] = operation;
            paths[path] = item;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Fanz.Ledger",
                ["version"] = "1",
                ["summary"] = "A double-entry ledger and payout engine.",
                ["description"] = Introduction.Text,
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)new JsonObject { ["name"] = tag })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = InOrder(schemas),
                ["parameters"] = InOrder(parameters),
                ["headers"] = Operations.SharedHeaders(),
                ["responses"] = InOrder(responses),
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "A key of the ledger's, or a token of an issuer that it was told to trust.",
                    },
                },
            },
            ["x-codes"] = AllCodes(),
        };
    }

    /// <summary>Every code there is: what it means, with which status it comes, and which facts it tells.</summary>
    private static JsonObject AllCodes()
    {
        var codes = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (code, known) in Codes.OfRequests.Concat(Codes.OfForm))
            codes[code] = new JsonObject
            {
                ["status"] = new JsonArray([.. known.Statuses.Select(status => (JsonNode)status)]),
                ["meaning"] = known.Meaning,
            };
        foreach (var (maker, refusal) in RefusalCodes.ByMaker)
        {
            if (!codes.TryGetValue(refusal.Code, out var about))
                codes[refusal.Code] = about = new JsonObject { ["status"] = new JsonArray() };
            var statuses = about["status"]!.AsArray();
            if (statuses.All(status => (int)status! != StatusCodes.Status409Conflict))
                statuses.Add(StatusCodes.Status409Conflict);
            if (RefusalCodes.WordsOf(maker) is { } words) about["meaning"] = words;
            about["facts"] = new JsonArray([.. refusal.Facts.Keys.Select(fact => (JsonNode)fact)]);
            about["example"] = Operations.Problem(Problem.Of(refusal));
        }

        var all = new JsonObject();
        foreach (var (code, about) in codes) all[code] = about;
        return all;
    }

    private static int PlaceOf(string group) =>
        Array.IndexOf(Groups, group) is >= 0 and var place ? place : Groups.Length;

    private static JsonObject InOrder(JsonObject unordered)
    {
        var ordered = new JsonObject();
        foreach (var (name, node) in unordered.OrderBy(one => one.Key, StringComparer.Ordinal))
            ordered[name] = node!.DeepClone();
        return ordered;
    }
}
