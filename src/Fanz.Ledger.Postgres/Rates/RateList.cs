using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Rates;

/// <summary>The rates by which reports are made; they are in the book of the tenant's treasury.</summary>
public static class RateList
{
    public static Listing Rates { get; } = new(
        "rates", RateFollower.FollowerName, "The rates by which reports are made in one currency",
        "projected.rates r", "r.build = @build",
        [
            new("table", "r.table_name", ValueKind.Text, "The name of the table."),
            new("rates_on", "r.rates_on", ValueKind.Date, "The day of the rates."),
            new("number", "r.number", ValueKind.Whole, "The record that says so."),
            new("base_currency", "r.base_currency", ValueKind.Text, "The currency of which one unit is valued."),
            new("currency", "r.currency", ValueKind.Text, "The currency in which it is valued."),
            new("rate", "r.rate", ValueKind.Text, "What one unit of the first is worth of the second, as it was said."),
            new("source", "r.source", ValueKind.Text, "Who says so."),
            new("recorded_on", "r.recorded_on", ValueKind.Date, "The treasury's day on which it was recorded."),
        ],
        [
            new("table", ValueKind.Text, "r.table_name = @value", "One table."),
            new("rates_on", ValueKind.Date, "r.rates_on = @value", "The rates of one day."),
            new("from", ValueKind.Date, "r.rates_on >= @value", "The rates of that day and later ones."),
            new("to", ValueKind.Date, "r.rates_on <= @value", "The rates of that day and earlier ones."),
            new("currency", ValueKind.Text, "r.currency = @value", "The rates of one currency."),
        ],
        [
            new(
                "day",
                [
                    new("r.table_name", ValueKind.Text), new("r.rates_on", ValueKind.Date),
                    new("r.number", ValueKind.Whole), new("r.currency", ValueKind.Text),
                ]),
        ])
    {
        Text = "Kept in the treasury, `TENANT/_`. Where a day of a table was said more than once, all that was said "
            + "last holds.",
    };
}
