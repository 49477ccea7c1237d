using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fanz.Ledger.Host.Tests.OpenApi;

public sealed partial class DocumentTests : IAsyncDisposable
{
    private readonly WebApplication http = HttpServer.Build("http://127.0.0.1:0", new Readiness(), new ServedLater());
    private readonly JsonObject document;
    private readonly SchemaCheck check;

    public DocumentTests()
    {
        document = ApiDocument.Of(ApiEndpoints.Endpoints(http));
        check = new SchemaCheck(document);
    }

    public ValueTask DisposeAsync() => http.DisposeAsync();

    [Fact]
    public async Task The_document_is_the_one_that_is_checked_in() =>
        await Source.CompareOrWrite("ops/openapi.json", ApiDocument.Write(document));

    [Fact]
    public async Task The_verb_prints_the_document_and_nothing_else()
    {
        var ended = await LedgerProgram.Run(new Dictionary<string, string>(), "openapi");
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal(ApiDocument.Write(document), System.Text.Encoding.UTF8.GetBytes(ended.Output));
    }

    [Fact]
    public void Every_command_is_an_operation_of_its_own()
    {
        var commands = Paths().Where(path => path.Path.Contains("/commands/", StringComparison.Ordinal))
            .Select(path => path.Path.Split('/')[^1]);
        Assert.Equal(CommandFormat.Names.Order(StringComparer.Ordinal), commands.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_endpoint_is_described()
    {
        var silent = ApiEndpoints.Endpoints(http).Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Described>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Equal([], silent);
        // What takes any method would be in no document.
        Assert.All(ApiEndpoints.Endpoints(http).Endpoints.OfType<RouteEndpoint>(), endpoint =>
            Assert.NotEmpty(endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []));
    }

    [Fact]
    public void Every_operation_is_mapped()
    {
        var mapped = MappedEndpoint.Of(ApiEndpoints.Endpoints(http)).Select(one => (one.Method, one.Path)).ToHashSet();
        foreach (var (path, method, _) in Paths())
        {
            var ofCommands = string.Join('/', path.Split('/')[..^1].Append("{command}"));
            Assert.True(
                mapped.Contains((method, path))
                || (CommandFormat.IsKnown(path.Split('/')[^1]) && mapped.Contains((method, ofCommands))),
                $"{method} {path} is not mapped.");
        }
    }

    [Fact]
    public void Every_operation_has_a_name_of_its_own_words_and_an_answer()
    {
        var operations = Paths().Select(path => path.Operation).ToList();
        Assert.Equal(operations.Count, operations.Select(one => (string)one["operationId"]!).Distinct().Count());
        Assert.All(operations, one =>
        {
            Assert.Matches("^[a-z]+(_[a-z]+)*$", (string)one["operationId"]!);
            Assert.NotEqual("", (string)one["summary"]!);
            Assert.Contains(one["responses"]!.AsObject(), response => response.Key.StartsWith('2'));
        });
    }

    [Fact]
    public void Every_parameter_of_a_path_is_declared() => Assert.All(Paths(), path =>
    {
        var declared = (path.Operation["parameters"]?.AsArray() ?? [])
            .Select(one => (string?)one!["$ref"] is { } reference ? check.Resolve(reference) : one.AsObject())
            .Where(one => (string)one["in"]! == "path")
            .Select(one => $"{{{one["name"]}}}");
        Assert.Equal(
            path.Path.Split('/').Where(part => part.StartsWith('{')).Order(StringComparer.Ordinal),
            declared.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = All(document).Where(one => one.Name == "$ref").Select(one => (string)one.Value!).ToHashSet();
        Assert.True(references.Count > 100);
        Assert.All(references, reference => check.Resolve(reference));
    }

    [Fact]
    public void Every_example_is_as_its_schema_says()
    {
        var examples = 0;
        foreach (var content in All(document).Select(one => one.Value).OfType<JsonObject>())
        {
            if (content["example"] is not { } example || content["schema"] is not JsonObject schema) continue;
            Assert.Equal([], check.Faults(example, schema));
            examples++;
        }

        Assert.True(examples > 2 * CommandFormat.Names.Count());
    }

    [Fact]
    public void Every_command_has_an_example_and_the_receipt_that_it_got() => Assert.All(CommandFormat.Names, name =>
    {
        var operation = document["paths"]![$"/v1/{{tenant}}/{{platform}}/commands/{name}"]!["post"]!;
        Assert.NotNull(operation["requestBody"]!["content"]!["application/json"]!["example"]);
        Assert.NotNull(operation["responses"]!["201"]!["content"]!["application/json"]!["example"]);
    });

    [Fact]
    public void Every_field_says_what_it_is_in_snake_case()
    {
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            foreach (var (field, described) in schema!["properties"]!.AsObject())
            {
                Assert.Matches("^[a-z][a-z0-9]*(_[a-z]+)*$", field);
                Assert.True((string?)described!["description"] is { Length: > 0 } || described["$ref"] is not null,
                    $"{name}.{field} says nothing.");
            }
        }
    }

    [Fact]
    public void An_amount_is_a_whole_number_of_minor_units()
    {
        var amounts = document["components"]!["schemas"]!.AsObject()
            .SelectMany(schema => schema.Value!["properties"]!.AsObject())
            .Where(field => Fields.IsAmount(field.Key) || field.Key.StartsWith("balance_", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(amounts);
        Assert.All(amounts, field => Assert.Equal(
            ("int64", "minor units"), ((string)field.Value!["format"]!, (string)field.Value["x-unit"]!)));
    }

    [Fact]
    public void Every_refusal_is_among_the_codes_with_its_facts()
    {
        var makers = typeof(Refusal).GetMethods()
            .Where(method => method.IsStatic && method.ReturnType == typeof(Refusal) && !method.IsSpecialName);
        Assert.Equal(
            makers.Select(method => method.Name).Order(StringComparer.Ordinal),
            RefusalCodes.ByMaker.Keys.Order(StringComparer.Ordinal));
        Assert.All(RefusalCodes.ByMaker.Values, refusal =>
        {
            var about = document["x-codes"]![refusal.Code]!;
            Assert.Contains(about["status"]!.AsArray(), status => (int)status! == StatusCodes.Status409Conflict);
            Assert.Equal(refusal.Facts.Keys, about["facts"]!.AsArray().Select(fact => (string)fact!));
        });
    }

    [Fact]
    public void Every_refusal_is_what_some_command_can_be_answered()
    {
        var reached = CommandFormat.Names.SelectMany(name => RefusalCodes.Of(CommandFormat.ShapeOf(name).Type))
            .Select(refusal => refusal.Code).ToHashSet();
        // The writer itself finds out that there is no such book, before a command is decided.
        Assert.Equal(
            ["book_unknown"],
            RefusalCodes.ByMaker.Values.Select(refusal => refusal.Code).Where(code => !reached.Contains(code)));
    }

    [Fact]
    public void Every_code_in_the_source_says_what_it_means()
    {
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        var unread = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Source.PathOf("src"), "*.cs", SearchOption.AllDirectories))
        {
            // The client only reads what the host says.
            if (file.Contains("/obj/", StringComparison.Ordinal) || file.Contains(".Client/", StringComparison.Ordinal))
                continue;
            var text = File.ReadAllText(file);
            var codes = CodesMade().Matches(text).Select(match => match.Groups["code"].Value).ToList();
            unknown.UnionWith(codes.Where(code => Codes.Find(code) is null));
            if (codes.Count < Made().Count(text)) unread.Add(Path.GetFileName(file));
        }

        Assert.Equal([], unknown);
        // These pass on what another said. Whoever joins them cannot be read here, and hides its codes.
        Assert.Equal(["KeyEndpoints.cs", "Problem.cs", "Transfer.cs"], unread);
    }

    private static IEnumerable<(string? Name, JsonNode? Value)> All(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => All(field.Value).Prepend((field.Key, field.Value))),
        JsonArray list => list.SelectMany(one => All(one).Prepend((null, one))),
        _ => [],
    };

    private IEnumerable<(string Path, string Method, JsonObject Operation)> Paths() =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!.AsObject());

    /// <summary>A fault or a problem that is made, up to its code: the first argument, or the one after it.</summary>
    [GeneratedRegex(
        """
        (Problem\.Unavailable\(\s*
        |new\((StatusCodes\.\w+|status|path\ ==\ ""\ \?\ Whole\ :\ path),\s*
        |(new\ (Fault|Problem)|Problem\.OfParameter|Wrong)\(\s*
            ([^,"()]|\$?"[^"]*"|\(([^()]|\([^()]*\))*\))+,\s*
        )"(?<code>[a-z_]+)",\s
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex CodesMade();

    [GeneratedRegex(@"new (Fault|Problem)\(|Problem\.(OfParameter|Unavailable)\(")]
    private static partial Regex Made();
}
