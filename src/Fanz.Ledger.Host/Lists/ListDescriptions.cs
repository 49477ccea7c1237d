using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>The description of a list, made of the list itself.</summary>
internal static class ListDescriptions
{
    private const string Group = "Lists";

    public static Described Of(Listing list) => new($"list_{list.Name}", Group, list.Summary)
    {
        Text = string.Join(' ', ((string?[])[list.Text, OwnersText(list)]).Where(text => text is not null)),
        Scope = list.Scope,
        Parameters =
            [
                .. list.Filters.Select(filter =>
                    Parameter.Query(filter.Name, Schema(filter), filter.Meaning, filter.IsRequired)),
                Parameter.Query(
                    ListWords.Order, Shapes.Words(null, [.. list.Orders.Select(order => order.Name)]),
                    $"The order of the rows; otherwise `{list.Orders[0].Name}`."),
                Parameter.Query("limit", Shapes.Whole(), "How many at most: 1 to 1,000, otherwise 100."),
                Parameter.Query("cursor", Shapes.Text(), "The `next` of the page before."),
                Parameter.Query(
                    "format", Shapes.Words(null, "json", "csv", "jsonl"),
                    "A page of JSON, or the whole list as a file: CSV, or a JSON object a line."),
                Parameter.Query(
                    "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "A page of the list.", Shapes.Object(
                    null,
                    ("number", Shapes.Whole("The number of the record that the list is current to.")),
                    ("rows", Shapes.List(Shapes.Object(
                        null,
                        [.. list.Columns.Select(column => (column.Name, Shapes.OrNull(Schema(column))))]))),
                    ("next", Shapes.OrNull(Shapes.Text("The cursor of the next page, if there is one.")))))
                {
                    Headers = [Header.Number],
                },
            ],
        Codes =
            [
                "book_unknown", "ill_formed", "parameter_missing", "parameter_unknown", "parameter_repeated",
                "not_there_yet", "too_many_waiting", "owner_only", "cursor_ill_formed",
            ],
    };

    private static string? OwnersText(Listing list) => list.OwnerFilters.Count == 0
        ? null
        : $"A key of one owner sees its own rows; it may be that of a {string.Join(" or ", list.OwnerFilters.Keys).ToLowerInvariant()}.";

    private static JsonObject Schema(ListFilter filter) => filter.Words is { } words
        ? Shapes.Words(null, [.. words])
        : Schema(filter.Kind, null);

    private static JsonObject Schema(ListColumn column) => Schema(column.Kind, column.Meaning);

    private static JsonObject Schema(ValueKind kind, string? about) => kind switch
    {
        ValueKind.Whole => Shapes.Whole(about),
        ValueKind.Minor => Shapes.Amount(about),
        ValueKind.Date => Shapes.Day(about),
        ValueKind.Time => Shapes.Time(about),
        ValueKind.Flag => Shapes.Flag(about),
        ValueKind.Json => Shapes.Anything(about ?? "Any JSON."),
        _ => Shapes.Text(about),
    };
}
