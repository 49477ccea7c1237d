using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// The document as one page to read and to print: no script, no picture, nothing from elsewhere. The address of every
/// problem's `type` leads to the code's place on it.
/// </summary>
internal sealed partial class ApiPage
{
    private readonly JsonObject document;
    private readonly Html html = new();

    private ApiPage(JsonObject document)
    {
        this.document = document;
        var style = Resource.Text("page.css");
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Policy = $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";
        Write(style);
        Html = Encoding.UTF8.GetBytes("<!doctype html>\n" + html);
    }

    public byte[] Html { get; }

    /// <summary>The only style that a browser is to take is the page's own.</summary>
    public string Policy { get; }

    private JsonObject Paths => document["paths"]!.AsObject();

    private IEnumerable<string> Groups => document["tags"]!.AsArray().Select(tag => (string)tag!["name"]!);

    public static ApiPage Of(JsonObject document) => new(document);

    private void Write(string style)
    {
        html.Open("html", "lang=\"en\"").Open("head")
            .Open("meta", "charset=\"utf-8\"")
            .Open("meta", "name=\"viewport\" content=\"width=device-width, initial-scale=1\"")
            .Open("meta", "name=\"color-scheme\" content=\"light dark\"")
            .Leaf("title", $"{document["info"]!["title"]}: the API");
        // The style is the program's own text, and its hash is in the policy: it is not escaped.
        html.Open("style").Raw(style).Close("style").Close("head").Open("body");
        WriteContents();
        html.Within("main", null, _ =>
        {
            html.Leaf("h1", (string)document["info"]!["title"]!);
            html.Leaf("p", (string)document["info"]!["summary"]!, "class=\"lead\"");
            html.Markdown((string)document["info"]!["description"]!, AnchorOf);
            foreach (var group in Groups) WriteGroup(group);
            WriteSchemas();
            WriteCodes();
        });
        html.Close("body").Close("html");
    }

    private void WriteContents() => html.Within("nav", "aria-label=\"Contents\"", _ =>
    {
        html.Leaf("p", (string)document["info"]!["title"]!, "class=\"name\"");
        html.Within("ul", null, list =>
        {
            foreach (var line in ((string)document["info"]!["description"]!).Split('\n'))
                if (line.StartsWith("## ", StringComparison.Ordinal))
                    list.Within("li", null, item => item.Link(AnchorOf(line[3..]), line[3..]));
        });
        foreach (var group in Groups)
        {
            html.Within("details", "open", details =>
            {
                details.Leaf("summary", group);
                details.Within("ul", null, list =>
                {
                    foreach (var (_, _, operation) in Operations(group))
                        list.Within("li", null, item =>
                            item.Link($"operation-{operation["operationId"]}", (string)operation["summary"]!));
                });
            });
        }

        html.Within("ul", null, list => list
            .Within("li", null, item => item.Link("schemas", "Objects"))
            .Within("li", null, item => item.Link("codes", "Codes")));
    });

    private void WriteGroup(string group) => html.Within("section", null, _ =>
    {
        html.Leaf("h2", group, $"id=\"{OpenApi.Html.Escaped(AnchorOf(group))}\"");
        foreach (var (path, method, operation) in Operations(group)) WriteOperation(path, method, operation);
    });

    private void WriteSchemas() => html.Within("section", null, _ =>
    {
        html.Leaf("h2", "Objects", "id=\"schemas\"");
        var bodies = Paths.SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!["requestBody"]?["content"]?["application/json"]?["schema"])
            .Select(schema => schema is null ? null : NameOf(schema.AsObject()))
            .ToHashSet();
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            if (bodies.Contains(name)) continue;
            html.Within("article", $"id=\"schema-{OpenApi.Html.Escaped(name)}\"", article =>
            {
                article.Leaf("h3", name);
                if (schema!["description"] is { } words) article.Markdown((string)words!);
                WriteFields(schema.AsObject());
            });
        }
    });

    private void WriteCodes() => html.Within("section", null, _ =>
    {
        html.Leaf("h2", "Codes", "id=\"codes\"");
        html.Markdown(
            "Refusals come with status 409: the request is understood, and the state of the book says no. Each comes "
            + "with the facts that are named here.");
        foreach (var (code, about) in document["x-codes"]!.AsObject())
        {
            html.Within("article", $"id=\"{OpenApi.Html.Escaped(code)}\" class=\"code\"", article =>
            {
                article.Within("h3", null, title => title.Code(code).Text(" ").Leaf(
                    "small", string.Join(", ", about!["status"]!.AsArray().Select(status => status!.ToString()))));
                if (about!["meaning"] is { } meaning) article.Markdown((string)meaning!);
                if (about["example"] is { } example)
                    article.Within("p", null, line => line.Text("As: “").Text((string)example["detail"]!).Text("”"));
                if (about["facts"] is not JsonArray { Count: > 0 } facts) return;
                article.Within("p", null, line =>
                {
                    line.Text("Facts: ");
                    for (var i = 0; i < facts.Count; i++) line.Text(i == 0 ? "" : ", ").Code((string)facts[i]!);
                    line.Text(".");
                });
            });
        }
    });

    private IEnumerable<(string Path, string Method, JsonObject Operation)> Operations(string heading) =>
        from path in Paths
        from operation in path.Value!.AsObject()
        where (string)operation.Value!["tags"]![0]! == heading
        select (path.Key, operation.Key, operation.Value.AsObject());

    private static string? NameOf(JsonObject schema) =>
        (string?)schema["$ref"] is { } reference ? reference[(reference.LastIndexOf('/') + 1)..] : null;

    private static string AnchorOf(string title) => "about-" + title.Replace(' ', '-').ToLowerInvariant();
}
