using System.Text.Json.Nodes;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>An operation: its address, what goes in, what comes out.</summary>
internal sealed partial class ApiPage
{
    private void WriteOperation(string path, string method, JsonObject operation)
    {
        html.Open("article", $"id=\"operation-{OpenApi.Html.Escaped((string)operation["operationId"]!)}\"");
        html.Leaf("h3", (string)operation["summary"]!);
        html.Within("p", "class=\"address\"", line => line
            .Leaf("b", method.ToUpperInvariant()).Text(" ").Code(path));
        if (operation["description"] is { } description) html.Markdown((string)description!);
        WriteAccess(operation);
        if (operation["parameters"] is JsonArray parameters) WriteParameters(parameters);
        if (operation["requestBody"]?["content"] is JsonObject body) WriteBody(body);
        foreach (var (status, response) in operation["responses"]!.AsObject())
        {
            if (status[0] != '2') continue;
            var content = response!["content"] as JsonObject;
            html.Within("p", "class=\"answer\"", line =>
            {
                line.Leaf("b", status).Text(" ").Inline((string)response["description"]!);
                if (content?.First().Value!["schema"] is JsonObject schema && NameOf(schema) is { } name)
                    line.Text(" ").Link($"schema-{name}", name);
            });
            if (content is not null) WriteContent(content, isNamed: true);
        }

        WriteProblems(operation);
        html.Close("article");
    }

    private void WriteBody(JsonObject content)
    {
        html.Leaf("h4", "Body");
        WriteContent(content, isNamed: false);
    }

    private void WriteAccess(JsonObject operation)
    {
        if (operation["security"] is not JsonArray security) return;
        if (security.Count == 0) html.Leaf("p", "Needs no key.", "class=\"access\"");
        else html.Within("p", "class=\"access\"", line => line
            .Text("Needs the scope ").Code((string)security[0]!["key"]![0]!).Text("."));
    }

    private void WriteParameters(JsonArray parameters)
    {
        var own = parameters.Select(one => one!.AsObject()).Where(one => !one.ContainsKey("$ref")).ToList();
        if (own.Count == 0) return;
        html.Within("table", null, table =>
        {
            table.Within("thead", null, head => head.Within("tr", null, row => row
                .Leaf("th", "Parameter").Leaf("th", "Type").Leaf("th", "Meaning")));
            foreach (var one in own)
                table.Within("tr", null, row => row
                    .Within("td", null, cell => cell.Code((string)one["name"]!)
                        .Leaf("small", (string)one["in"]! + ((bool?)one["required"] is true ? ", required" : "")))
                    .Within("td", null, cell => WriteType(one["schema"]!.AsObject()))
                    .Within("td", null, cell => cell.Inline((string)one["description"]!)));
        });
    }

    /// <summary>The codes of an operation; those of any request are told once, in the introduction.</summary>
    private void WriteProblems(JsonObject operation)
    {
        var isOpen = operation["security"] is JsonArray { Count: 0 };
        var ofAny = Codes.OfAny(isOpen).ToHashSet();
        var own =
            from response in operation["responses"]!.AsObject()
            let problem = NameOf(response.Value!.AsObject()) is { } name
                ? document["components"]!["responses"]![name]!
                : response.Value!
            where problem["x-codes"] is JsonArray
            let codes = problem["x-codes"]!.AsArray().Select(code => (string)code!).Where(code => !ofAny.Contains(code))
            where codes.Any()
            select (response.Key, Codes: codes.ToList());
        html.Within("dl", "class=\"codes\"", list =>
        {
            foreach (var (status, codes) in own)
            {
                list.Leaf("dt", status).Within("dd", null, line =>
                {
                    for (var i = 0; i < codes.Count; i++) line.Text(i == 0 ? "" : ", ").Link(codes[i], codes[i]);
                });
            }
        });
    }
}
