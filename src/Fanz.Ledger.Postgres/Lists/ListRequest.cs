using System.Text;
using System.Text.RegularExpressions;

namespace Fanz.Ledger.Postgres.Lists;

/// <summary>Which rows of a list, and in which order.</summary>
/// <param name="Filters">By name: what was given, as <see cref="ListValues"/> reads it.</param>
/// <param name="After">The keys of the row before the first; null at the start.</param>
/// <param name="Limit">How many; null for all.</param>
public sealed record ListRequest(
    ListOrder Order, IReadOnlyDictionary<string, object> Filters, IReadOnlyList<object>? After, int? Limit)
{
    /// <summary>Whose rows are looked at: the list's own, and those of others that filters ask for.</summary>
    public IReadOnlyList<string> FollowersOf(Listing list) =>
        [
            list.Follower,
            .. list.Filters.Where(filter => filter.Follower is not null && Filters.ContainsKey(filter.Name))
                .Select(filter => filter.Follower!).Distinct(),
        ];
}

/// <summary>The statement that reads a list: its own pieces of SQL put together, and parameters.</summary>
internal sealed partial class ListStatement
{
    private readonly Dictionary<string, int> numbers = [];
    private readonly StringBuilder sql = new();

    private ListStatement()
    {
    }

    public List<object> Parameters { get; } = [];

    public string Sql => sql.ToString();

    public static ListStatement Of(Listing list, ListRequest request, int book, int build)
    {
        var statement = new ListStatement();
        var columns = list.Columns.Select(column => column.Sql).Concat(request.Order.Keys.Select(key => key.Sql));
        var leading = list.Filters.FirstOrDefault(
            filter => request.Filters.ContainsKey(filter.Name) && LeadOf(filter) is { From: not null });
        statement.Add(
            $"select {string.Join(", ", columns)}\nfrom {leading?.Lead!.From ?? list.From}\nwhere {list.Where}", Own);
        foreach (var filter in list.Filters)
        {
            if (!request.Filters.TryGetValue(filter.Name, out var value)) continue;
            var sql = LeadOf(filter) is { } lead && (lead.From is null || filter == leading) ? lead.Sql : filter.Sql;
            statement.Add($"\n    and {sql}", name => name == "value" ? value : Own(name), filter.Name);
        }

        var (keys, descending) = (request.Order.Keys, request.Order.IsDescending);
        if (request.After is { } after)
        {
            var places = string.Join(", ", keys.Select((_, index) => $"@key{index}"));
            statement.Add(
                $"\n    and ({string.Join(", ", keys.Select(key => key.Sql))}) {(descending ? '<' : '>')} ({places})",
                name => after[int.Parse(name.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture)]);
        }

        statement.Add("\norder by " + string.Join(", ", keys.Select(key => key.Sql + (descending ? " desc" : ""))));
        if (request.Limit is { } limit) statement.Add("\nlimit @limit", _ => limit);
        return statement;

        object Own(string name) => name == "build" ? build : book;

        ListLead? LeadOf(ListFilter filter) =>
            filter.Lead is { } lead && lead.Orders.Contains(request.Order.Name) ? lead : null;
    }

    /// <summary>Names become numbers; the same name of the same piece is the same parameter.</summary>
    private void Add(string piece, Func<string, object>? valueOf = null, string scope = "") =>
        sql.Append(Name().Replace(piece, match =>
        {
            var name = match.Groups[1].Value;
            if (!numbers.TryGetValue(scope + '.' + name, out var number))
            {
                Parameters.Add(valueOf!(name));
                numbers[scope + '.' + name] = number = Parameters.Count;
            }

            return $"${number}";
        }));

    [GeneratedRegex("@([a-z0-9]+)")]
    private static partial Regex Name();
}
