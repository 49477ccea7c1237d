using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Transactions;

/// <summary>The search for transactions.</summary>
public static class TransactionLists
{
    private const string ByNumber = "newest";
    private const string ByNumberUp = "oldest";

    private const string ByParty =
        """
        projected.transaction_parties p
        join projected.transactions t on t.build = p.build and t.number = p.number
        """;

    private const string ByName =
        """
        projected.found_by f
        join projected.transactions t on t.number = f.number
        """;

    private const string LiveReferences =
        """
        f.build = (
            select r.id from ledger.builds r
            where r.follower = 'references' and r.book_id = @book and r.state = 'live' and r.state <> 'retired')
        """;

    private const string BySize = "largest";
    private const string BySizeUp = "smallest";

    private static readonly string[] NumberOrders = [ByNumber, ByNumberUp];
    private static readonly string[] SizeOrders = [BySize, BySizeUp];

    private static readonly ListKey Number = new("t.number", ValueKind.Whole);

    private static readonly ListKey[] Sized =
        [new("t.currency", ValueKind.Text), new("t.amount", ValueKind.Minor), Number];

    public static Listing Transactions { get; } = new(
        "transactions", TransactionFollower.FollowerName, "Transactions, by whatever is known of them.",
        "projected.transactions t", "t.build = @build",
        [
            new("number", "t.number", ValueKind.Whole, "Its number in the journal."),
            new("type", "t.type", ValueKind.Text, "What happened."),
            new("at", "t.at", ValueKind.Time, "When it was recorded."),
            new("effective_on", "t.effective_on", ValueKind.Date, "The day that it counts for."),
            new("currency", "nullif(t.currency, '')", ValueKind.Text, "Of the amount; none where nothing was moved."),
            new(
                "amount", "t.amount", ValueKind.Minor,
                "What it moved. Of a sale, what the fan paid; otherwise what the record states, or its debits in the "
                + "currency of its first entry."),
            new("actor", "t.actor", ValueKind.Text, "The service, and the person behind it."),
            new("stream", "t.stream", ValueKind.Text, "What it is one event of, as `subscription/s-7`."),
            new("refers_to", "t.refers_to", ValueKind.Whole, "The number of the transaction that it is about."),
        ],
        [
            Named(
                "reference", "KIND:TEXT, as `order:o-17`: carries this name. The kind is a field of the event.",
                "split_part(@value, ':', 1)", "substr(@value, strpos(@value, ':') + 1)"),
            Named(
                "metadata", "KEY=TEXT: carries this piece of metadata. The key ends at the first `=`.",
                "('metadata.' || split_part(@value, '=', 1))", "substr(@value, strpos(@value, '=') + 1)"),
            Party("party", "", "Has to do with this fan, creator or affiliate, as whatever."),
            Party("fan", " and p.as_fan", "Has to do with this fan."),
            Party("creator", " and p.as_creator", "Has to do with this creator."),
            Party("affiliate", " and p.as_affiliate", "Has to do with this affiliate."),
            Bound("type", ValueKind.Text, "t.type", "|| ''", "= @value", NumberOrders, "Is of this type.") with
            {
                Words = [.. EventFormat.Names.Order(StringComparer.Ordinal)],
            },
            Bound("currency", ValueKind.Text, "t.currency", "|| ''", "= @value", SizeOrders, "Moved this currency."),
            Bound("amount_from", ValueKind.Minor, "t.amount", "+ 0", ">= @value", SizeOrders, "Moved this or more."),
            Bound("amount_to", ValueKind.Minor, "t.amount", "+ 0", "<= @value", SizeOrders, "Moved this or less."),
            Bound(
                "from", ValueKind.Time, "t.number", "+ 0", ">= (select projected.number_at(@build, @value))",
                NumberOrders, "Was recorded at this time or later."),
            Bound(
                "to", ValueKind.Time, "t.number", "+ 0", "< (select projected.number_at(@build, @value))",
                NumberOrders, "Was recorded before this time."),
            new("effective_from", ValueKind.Date, "t.effective_on >= @value", "Counts for this day or later."),
            new("effective_to", ValueKind.Date, "t.effective_on <= @value", "Counts for this day or earlier."),
        ],
        [
            new(ByNumber, [Number]) { IsDescending = true },
            new(ByNumberUp, [Number]),
            new(BySize, Sized) { IsDescending = true },
            new(BySizeUp, Sized),
        ])
    {
        Text =
            "In the orders `newest` and `oldest`, `reference`, `metadata`, the party filters and `type` each have an "
            + "index in the order of the numbers, and `from` and `to` become numbers; the first of these that is given "
            + "is walked, and everything else is looked up in each row of it. In the orders `largest` and `smallest`, "
            + "which go by currency first, `currency` and the amounts bound the walk; everything else is looked up, or "
            + "its rows are found and sorted, whichever are fewer. The days that records count for have no index: give `from` or `to` beside them. With `reference` or "
            + "`metadata` the list is current to where both the transactions and their names have come.",
        OwnerFilters = new Dictionary<Role, string>
        {
            [Role.Fan] = "fan",
            [Role.Creator] = "creator",
            [Role.Affiliate] = "affiliate",
        },
    };

    /// <summary>In other orders the column is dressed up, so that no index is walked that has another order.</summary>
    private static ListFilter Bound(
        string name, ValueKind kind, string column, string dress, string condition, string[] orders, string meaning) =>
        new(name, kind, $"{column} {dress} {condition}", meaning)
        {
            Lead = new ListLead(null, $"{column} {condition}", orders),
        };

    private static ListFilter Party(string name, string role, string meaning) => new(
        name, ValueKind.Text,
        $"""
        exists (
            select from projected.transaction_parties p
            where p.party = @value and p.build = t.build and p.number = t.number{role})
        """,
        meaning)
    {
        Lead = new ListLead(ByParty, $"p.party = @value and p.build = @build{role}", NumberOrders),
    };

    private static ListFilter Named(string name, string meaning, string kind, string text) => new(
        name, ValueKind.Text,
        $"""
        exists (
            select from projected.found_by f
            where f.text = {text} and f.kind = {kind} and f.number = t.number and {LiveReferences})
        """,
        meaning)
    {
        Follower = ReferenceFollower.FollowerName,
        Lead = new ListLead(ByName, $"f.text = {text} and f.kind = {kind} and {LiveReferences}", NumberOrders),
    };
}
