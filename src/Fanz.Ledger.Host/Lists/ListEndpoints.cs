using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>
/// Every list over HTTP: a page of JSON at a time, or the whole of it as a file. It says what number it is current to,
/// and with at_least it waits until its follower is there.
/// </summary>
internal static class ListEndpoints
{
    private const int MostRows = 1_000;
    private const int UsualRows = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var list in Listings.All)
        {
            routes.MapGet($"{Api.Books.Route}/lists/{list.Name}", (RequestDelegate)(context => Answer(context, list)))
                .WithMetadata(ListDescriptions.Of(list));
        }
    }

    private static async Task Answer(HttpContext context, Listing list)
    {
        var read = await ReadRequest.WithRight(
            list.Scope, context,
            [.. list.Filters.Select(filter => filter.Name), ListWords.Order, "limit", "cursor", "format"]);
        var request = Understand(read, list);
        var format = read.Parameters.Text("format") ?? "json";
        if (format != "json" && !ListFile.Formats.Contains(format, StringComparer.Ordinal))
            throw Parameters.Wrong("format", "ill_formed", "format is json, csv or jsonl.");
        await read.ReachedBy([.. request.FollowersOf(list)]);
        if (format == "json") await Page(context, read, list, request);
        else await Whole(context, read, list, request, format);
    }

    private static async Task Page(
        HttpContext context, ReadRequest read, Listing list, ListRequest request)
    {
        var mark = ListCursor.Mark(read.Book.Name.ToString(), list, request);
        var limit = (int)(read.Parameters.Whole("limit", 1, MostRows) ?? UsualRows);
        var after = read.Parameters.Text("cursor") is { } cursor
            ? ListCursor.Read(cursor, mark, request.Order) ?? throw Parameters.Wrong(
                "cursor", "cursor_ill_formed", "This is no cursor of this list with these filters in this order.")
            : null;
        var page = await read.Readers.Lists.Page(
            read.Book, list, request with { After = after, Limit = limit + 1 }, read.Aborted);
        read.SayNumber(page.Number);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("number", page.Number);
            json.WriteStartArray("rows");
            foreach (var row in page.Rows.Take(limit)) ListJson.Write(json, list.Columns, row.Values);
            json.WriteEndArray();
            if (page.Rows.Count > limit) json.WriteString("next", ListCursor.Write(mark, page.Rows[limit - 1].Keys));
            else json.WriteNull("next");
            json.WriteEndObject();
        });
    }

    private static async Task Whole(
        HttpContext context, ReadRequest read, Listing list, ListRequest request, string format)
    {
        if (read.Parameters.Text("limit") is not null || read.Parameters.Text("cursor") is not null)
            throw Parameters.Wrong("format", "ill_formed", "A file is the whole list: it has no limit and no cursor.");
        context.Response.ContentType = ListFile.MediaType(format);
        context.Response.Headers.ContentDisposition =
            $"attachment; filename=\"{read.Book.Name.Tenant}-{read.Book.Name.Platform}-{list.Name}.{format}\"";
        await using var file = ListFile.To(context.Response.Body, format, list.Columns);
        await foreach (var (number, row) in read.Readers.Lists.All(read.Book, list, request, read.Aborted))
        {
            if (row is not null)
            {
                await file.Write(row.Values, read.Aborted);
                continue;
            }

            read.SayNumber(number);
            await file.Begin(read.Aborted);
        }
    }

    private static ListRequest Understand(ReadRequest read, Listing list)
    {
        try
        {
            var own = OwnFilter(read, list);
            return ListWords.Read(list, name => own?.Name == name ? own.Value.Value : read.Parameters.Text(name));
        }
        catch (ListMistake mistake)
        {
            throw Parameters.Wrong(mistake.Parameter, mistake.Code, mistake.Message);
        }
    }

    /// <summary>A key of one owner sees that owner's rows, whoever it asks about.</summary>
    private static (string Name, string Value)? OwnFilter(ReadRequest read, Listing list)
    {
        if (read.Caller.Owner is not { } owner) return null;
        if (!list.OwnerFilters.TryGetValue(owner.Role, out var name)) throw ReadRequest.OwnersAlone();
        return read.Parameters.Text(name) is { } other && other != owner.Id
            ? throw ReadRequest.OwnersAlone()
            : (name, owner.Id);
    }
}
