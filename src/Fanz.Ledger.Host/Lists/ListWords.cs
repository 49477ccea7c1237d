using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>Something that a reader wrote is not what a list understands.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="code">The stable word for it.</param>
/// <param name="message">What a person is told.</param>
internal sealed class ListMistake(string parameter, string code, string message) : Exception(message)
{
    public string Parameter => parameter;

    public string Code => code;
}

/// <summary>Reads what people and programs write to choose rows, alike over HTTP and on the command line.</summary>
internal static class ListWords
{
    public const string Order = "order";

    /// <summary>The rows that are asked for, without a place or a limit.</summary>
    public static ListRequest Read(Listing list, Func<string, string?> given)
    {
        var filters = new Dictionary<string, object>();
        foreach (var filter in list.Filters)
        {
            if (given(filter.Name) is { } text) filters.Add(filter.Name, ValueOf(filter, text));
            else if (filter.IsRequired)
                throw new ListMistake(filter.Name, "parameter_missing", $"{filter.Name} is needed: {filter.Meaning}");
        }

        var order = given(Order) is { } name
            ? list.Orders.FirstOrDefault(one => one.Name == name) ?? throw new ListMistake(
                Order, "ill_formed", $"order is one of {string.Join(", ", list.Orders.Select(one => one.Name))}.")
            : list.Orders[0];
        return new ListRequest(order, filters, After: null, Limit: null);
    }

    private static object ValueOf(ListFilter filter, string text)
    {
        if (filter.Words is { } words && !words.Contains(text, StringComparer.Ordinal))
            throw new ListMistake(filter.Name, "ill_formed", $"{filter.Name} is one of {string.Join(", ", words)}.");
        return ListValues.Read(filter.Kind, text) ?? throw new ListMistake(
            filter.Name, "ill_formed",
            $"{filter.Name} is {filter.Kind switch
            {
                ValueKind.Whole or ValueKind.Minor => "a whole number",
                ValueKind.Date => "a date such as 2026-01-31",
                ValueKind.Time => "a time such as 2026-01-31T23:59:59Z",
                ValueKind.Flag => "true or false",
                _ => "a text without null characters",
            }}.");
    }
}
