using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Settlement;

/// <summary>Money that came unannounced: all of it, and what nobody has found out about yet.</summary>
public static class ReceiptLists
{
    // The build is one row, and the book another: the receipts are walked in their order beside them.
    private const string From =
        """
        projected.receipts r
        join ledger.builds b on b.id = r.build
        join ledger.books k on k.id = b.book_id
        """;

    private static readonly ListKey[] ByNumber = [new("r.number", ValueKind.Whole)];

    public static Listing Suspense { get; } = Of(
        "suspense", "Receipts that are not wholly assigned yet, with their age.",
        " and r.assigned < r.amount",
        "The sum of `outstanding` in a currency is what receipts make of the balance of suspense. What imports have "
        + "yet to balance stands in accounts of their own, and what was moved there by hand is kept apart in "
        + "projected.suspense_elsewhere.");

    public static Listing Receipts { get; } = Of(
        "receipts", "Receipts of which nobody knew what for, and what was found out.", "", null);

    private static Listing Of(string name, string summary, string which, string? text) => new(
        name, ReceiptFollower.FollowerName, summary, From, $"r.build = @build{which}",
        [
            new("number", "r.number", ValueKind.Whole, "Of the record of the receipt."),
            new("at", "r.at", ValueKind.Time, "When it was recorded."),
            new("received_on", "r.received_on", ValueKind.Date, "The day that it counts for."),
            new(
                "age_days", "((b.at at time zone k.time_zone)::date - r.received_on)::bigint", ValueKind.Whole,
                "The days from then to the day of the last record that the list is current to."),
            new("bank", "nullif(r.bank, '')", ValueKind.Text, "Where it came, if the platform has several."),
            new("bank_reference", "r.bank_reference", ValueKind.Text, "The bank's own reference."),
            new("currency", "r.currency", ValueKind.Text, "Of all amounts."),
            new("amount", "r.amount", ValueKind.Minor, "What came."),
            new("assigned", "r.assigned", ValueKind.Minor, "What of it has been assigned."),
            new("outstanding", "r.amount - r.assigned", ValueKind.Minor, "What of it is still in suspense."),
            new("assignments", "r.assignments", ValueKind.Whole, "How often something of it was assigned."),
            new("last_assigned", "r.last_assigned", ValueKind.Date, "When something of it was assigned last."),
        ],
        [
            new("currency", ValueKind.Text, "r.currency = @value", "In this currency."),
            new("bank", ValueKind.Text, "r.bank = @value", "At this bank."),
            new("bank_reference", ValueKind.Text, "r.bank_reference = @value", "With this reference of the bank."),
            new("received_from", ValueKind.Date, "r.received_on >= @value", "Received on this day or later."),
            new("received_to", ValueKind.Date, "r.received_on <= @value", "Received on this day or earlier."),
        ],
        [new("oldest", ByNumber), new("newest", ByNumber) { IsDescending = true }])
    {
        Text = string.Join(
            ' ', ((string?[])[text, "Every filter is looked up in each row."]).Where(one => one is not null)),
    };
}
