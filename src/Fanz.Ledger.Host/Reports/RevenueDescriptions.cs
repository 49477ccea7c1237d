using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Reports;

/// <summary>What the report of revenue is for, as the document of the API has it.</summary>
internal static class RevenueDescriptions
{
    private const string Group = "Reports";

    private const string Meaning =
        "Summed by whatever `by` names, and always by currency. All days are those that records count for, so the "
        + "hours of a day are the day and the days of a month are the month. Net income over all kinds is that of the "
        + "trial balance.";

    private static readonly string[] CodesOfBoth =
        ["ill_formed", "unknown_currency", "parameter_unknown", "parameter_repeated", "owner_only"];

    public static Described OfBook => new("report_revenue", Group, "What a platform earned")
    {
        Text = Meaning,
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                .. Parameters,
                Parameter.Query(
                    "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt."),
            ],
        Answers = [Answer with { Headers = [Header.Number] }],
        Codes = ["book_unknown", .. CodesOfBoth, "not_there_yet", "too_many_waiting"],
    };

    public static Described OfTenant => new("report_revenue_of_tenant", Group, "What the platforms of a tenant earned")
    {
        Text = $"Of all its books that the caller reaches, each as far as it has come. {Meaning}",
        Scope = Scopes.ReadLedger,
        Parameters = Parameters,
        Answers = [Answer],
        Codes = ["tenant_unknown", .. CodesOfBoth],
    };

    private static Parameter[] Parameters =>
        [
            Parameter.Query(
                RevenueWords.By, Shapes.Text(),
                $"Some of `{RevenueWords.Groups.Replace(", ", "`, `", StringComparison.Ordinal)}` and `currency`, "
                + "separated by commas; otherwise one sum for each currency."),
            Parameter.Query(RevenueWords.From, Shapes.Day(), "The first day that counts; otherwise all do."),
            Parameter.Query(RevenueWords.To, Shapes.Day(), "The last one."),
            Parameter.Query(RevenueWords.Currency, Shapes.Text(), "The only currency; otherwise all are told."),
            Parameter.Query(
                "format", Shapes.Words(null, "json", "csv", "jsonl"),
                "JSON, of at most 10,000 rows, or a file of any length: CSV, or a JSON object a line."),
        ];

    private static Answer Answer => new(StatusCodes.Status200OK, "The report.", Shapes.Object(
        null,
        ("books", Shapes.List(Shapes.Object(
            null, ("platform", Shapes.Text()),
            ("number", Shapes.Whole("The number of the record up to which the report knows this book."))))),
        ("rows", Shapes.List(Shapes.Object(
            null,
            [
                ("platform?", Shapes.Text("The platform.")),
                ("month?", Shapes.Day("The first day of the month.")),
                ("day?", Shapes.Day("The day that it counts for.")),
                ("hour?", Shapes.Time("The start of the hour in UTC in which it was recorded.")),
                ("kind?", Shapes.Text("What was sold or paid in, or what the account is for.")),
                ("currency", Shapes.Text("The currency of the amounts.")),
                .. RevenueList.Figures.Select(figure => (figure.Name, Shape(figure))),
            ])))));

    private static JsonObject Shape(ListColumn figure) =>
        figure.Kind == ValueKind.Minor ? Shapes.Amount(figure.Meaning) : Shapes.Whole(figure.Meaning);
}
