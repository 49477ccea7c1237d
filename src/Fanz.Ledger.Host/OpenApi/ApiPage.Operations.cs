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
        if (operation["requestBody"]?["content"] is JsonObject body) WriteContent("Body", body);
        foreach (var (status, response) in operation["responses"]!.AsObject())
        {
            if (status[0] != '2') continue;
            var content = response!["content"] as JsonObject;
            html.Within("p", "class=\"answer\"", line => line
                .Leaf("b", status).Text(" ").Inline((string)response["description"]!));
            if (content is not null) WriteContent(null, content);
        }

        WriteProblems(operation["responses"]!.AsObject());
        html.Close("article");
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

    private void WriteProblems(JsonObject responses)
    {
        html.Within("p", "class=\"codes\"", line =>
        {
            line.Text("Problems: ");
            var isFirst = true;
            foreach (var (status, response) in responses)
            {
                var own = response!["x-codes"] as JsonArray;
                if (own is null) continue;
                if (!isFirst) line.Text("; ");
                line.Leaf("b", status).Text(" ");
                isFirst = true;
                foreach (var code in own)
                {
                    if (!isFirst) line.Text(", ");
                    line.Link((string)code!, (string)code!);
                    isFirst = false;
                }
            }

            line.Text(isFirst ? "those of any request." : "; and those of any request.");
        });
    }
}
