using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Lists;

/// <summary>What a value is, and so how it is written and read.</summary>
public enum ValueKind
{
    Text,
    Whole,

    /// <summary>An amount in minor units; the row says of which currency.</summary>
    Minor,
    Date,
    Time,
    Flag,

    /// <summary>An object, as the database has it.</summary>
    Json,
}

/// <summary>A column of a list.</summary>
/// <param name="Name">In snake case, as programs read it.</param>
/// <param name="Sql">What is selected.</param>
/// <param name="Kind">What it is. Any value may be missing.</param>
/// <param name="Meaning">What a reader must know of it, in one sentence.</param>
public sealed record ListColumn(string Name, string Sql, ValueKind Kind, string Meaning);

/// <summary>A condition that a reader may set.</summary>
/// <param name="Name">The name of the parameter.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Sql">
/// The condition, in which <c>@value</c> stands for what was given, and <c>@build</c> and <c>@book</c> for what they do
/// in the list's own.
/// </param>
/// <param name="Meaning">What it leaves, in one sentence.</param>
public sealed record ListFilter(string Name, ValueKind Kind, string Sql, string Meaning)
{
    public bool IsRequired { get; init; }

    /// <summary>What it may be, where that is one of a few words.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>How its rows are found in some orders.</summary>
    public ListLead? Lead { get; init; }

    /// <summary>Whose rows it looks at, where they are another's: the list is then current to the lesser number.</summary>
    public string? Follower { get; init; }
}

/// <summary>
/// A condition for an index that some orders have and others have not. One with tables of its own is another way to the
/// rows: the first filter that has such a way in the order that is asked for is where they are found.
/// </summary>
/// <param name="From">In place of the list's tables; null where the index is theirs.</param>
/// <param name="Sql">In place of the filter's condition, which is then one that no index is chosen for.</param>
/// <param name="Orders">The orders in which that index has the rows.</param>
public sealed record ListLead(string? From, string Sql, IReadOnlyList<string> Orders);

/// <summary>An order in which an index has the rows.</summary>
/// <param name="Name">The word by which it is asked for.</param>
/// <param name="Keys">Columns that together are no two rows', the most significant first; none is ever missing.</param>
public sealed record ListOrder(string Name, IReadOnlyList<ListKey> Keys)
{
    public bool IsDescending { get; init; }
}

/// <summary>One of the columns by which rows are ordered.</summary>
public sealed record ListKey(string Sql, ValueKind Kind);

/// <summary>
/// A list of rows that were made of the journal: read by the page over HTTP, as a whole into files, and described to
/// those who read it. All SQL of it is written out here; what a reader gives only ever becomes a parameter.
/// </summary>
/// <param name="Name">In snake case; its address and the word of `ledger export`.</param>
/// <param name="Follower">Whose rows they are: the list is current to the number that it has come to.</param>
/// <param name="Summary">What it lists, in one line.</param>
/// <param name="From">The tables.</param>
/// <param name="Where">
/// Which rows are this book's: <c>@build</c> is the live build of the follower, <c>@book</c> the id of the book.
/// </param>
/// <param name="Orders">The first one is the usual one.</param>
public sealed record Listing(
    string Name, string Follower, string Summary, string From, string Where, IReadOnlyList<ListColumn> Columns,
    IReadOnlyList<ListFilter> Filters, IReadOnlyList<ListOrder> Orders)
{
    /// <summary>The scope that it takes to read it.</summary>
    public string Scope { get; init; } = Scopes.ReadLedger;

    /// <summary>More than one line, where there is more to say.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// The filter by which a key of one owner sees that owner's rows, by role; a role that
    /// is not in it does not see the list.
    /// </summary>
    public IReadOnlyDictionary<Role, string> OwnerFilters { get; init; } = new Dictionary<Role, string>();
}
