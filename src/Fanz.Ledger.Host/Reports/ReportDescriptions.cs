using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Reports;

namespace Fanz.Ledger.Host.Reports;

/// <summary>The descriptions of reports.</summary>
internal static class ReportDescriptions
{
    private const string Group = "Reports";

    private static readonly string[] OfRequest =
        ["ill_formed", "parameter_missing", "parameter_unknown", "parameter_repeated", "owner_only"];

    public static Described OfBook(ReportKind kind) => new(
        $"report_{Word(kind)}", Group, $"{kind.Summary}: of one book")
    {
        Text = Text(kind),
        Scope = Scopes.ReadLedger,
        Parameters = [.. Asked(kind), Format, AtLeast],
        Answers = [Found(kind) with { Headers = [Header.Number] }],
        Codes = [.. OfRequest, "book_unknown", "rates_unknown", "rate_missing", "not_there_yet", "too_many_waiting"],
    };

    public static Described OfTenant(ReportKind kind) => new(
        $"report_{Word(kind)}_of_tenant", Group, $"{kind.Summary}: of a tenant")
    {
        Text = "All books of the tenant that the key may see, summed up. " + Text(kind),
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                .. Asked(kind),
                Parameter.Query(
                    ReportWords.Consolidated, Shapes.Flag(),
                    "Whether what the books owe one another is left out, as far as both sides say so. What only one "
                    + "says stays in the lines, and `between_books` tells of it."),
                Format,
            ],
        Answers = [Found(kind)],
        Codes = [.. OfRequest, "tenant_unknown", "rates_unknown", "rate_missing"],
    };

    public static Described DailyBalances { get; } = new(
        "report_daily_balances", Group, "The balance of an account day by day")
    {
        Text = "What is dated on each day, and what the account held at its end. Days without entries are left out. "
            + "What was dated back later is on its day, unless `known_on` is before it was recorded.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Parameter.Query(
                    "account", Shapes.Text(), "CODE/CURRENCY/COHORT/OWNER, as `fan.wallet/USD//anna`.",
                    isRequired: true),
                FromDay, ToDay, KnownOn, AtLeast,
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "The account's days.", Shapes.Object(
                    null,
                    ("report", Shapes.Words(null, "daily-balances")),
                    ("account", Shapes.Text("CODE/CURRENCY/COHORT/OWNER.")),
                    ("currency", Shapes.Text("ISO 4217, or TKN for tokens.")),
                    ("number", Shapes.Whole("The number of the record that it is current to.")),
                    (ReportWords.From, Shapes.OrNull(Shapes.Day())),
                    (ReportWords.To, Shapes.OrNull(Shapes.Day())),
                    (ReportWords.KnownOn, Shapes.OrNull(Shapes.Day())),
                    ("opening", Shapes.Amount("The balance at the beginning of `from`; debits are positive.")),
                    ("days", Shapes.List(Shapes.Object(
                        null,
                        ("effective_on", Shapes.Day("The day that the entries are dated.")),
                        ("debits", Shapes.Amount("The sum of the debits.")),
                        ("credits", Shapes.Amount("The sum of the credits, above zero.")),
                        ("closing", Shapes.Amount("The balance at its end; debits are positive.")),
                        ("entries", Shapes.Whole("How many entries these are."))))),
                    ("closing", Shapes.Amount("The balance at the end of `to`; debits are positive."))))
                {
                    Headers = [Header.Number],
                },
            ],
        Codes =
            [
                "ill_formed", "parameter_missing", "parameter_unknown", "parameter_repeated", "book_unknown",
                "account_unknown", "unknown_account_code", "unknown_currency", "not_there_yet", "too_many_waiting",
            ],
    };

    private static Parameter FromDay => Parameter.Query(
        ReportWords.From, Shapes.Day(), "What is dated on that day or later; otherwise from the beginning.");

    private static Parameter ToDay => Parameter.Query(
        ReportWords.To, Shapes.Day(), "What is dated on that day or before; otherwise all, also what is dated ahead.");

    private static Parameter KnownOn => Parameter.Query(
        ReportWords.KnownOn, Shapes.Day(),
        "As it was known at the end of that day, in the time zone of each book: what was recorded later is left out.");

    private static Parameter Format =>
        Parameter.Query("format", Shapes.Words(null, "json", "csv"), "JSON, or a row a line as CSV.");

    private static Parameter AtLeast => Parameter.Query(
        "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt.");

    private static Parameter[] Asked(ReportKind kind) =>
        [
            .. kind.IsOfPeriod
                ? (Parameter[])[FromDay, ToDay]
                :
                [
                    Parameter.Query(
                        ReportWords.AsOf, Shapes.Day(),
                        "What is dated on that day or before; otherwise all, also what is dated ahead."),
                ],
            KnownOn,
            Parameter.Query(
                ReportWords.In, Shapes.Text(),
                "A currency in which all of it is said as well, by `rates` of `rates_on`."),
            Parameter.Query(ReportWords.Rates, Shapes.Text(), "The name of the tenant's table of rates."),
            Parameter.Query(ReportWords.RatesOn, Shapes.Day(), "The day of the rates; the table must have that day."),
        ];

    private static string Text(ReportKind kind) =>
        (kind.IsOfPeriod
            ? "Revenue less expenses is the result; a loss is below zero."
            : "All lines of a currency together are zero, and `sum` says so.")
        + " Lines have an owner where that is a processor, a bank, a jurisdiction, an import or another book. "
        + "`balance` is debit positive; `amount` is the same, positive on the side on which the line or its group "
        + "usually is.";

    private static string Word(ReportKind kind) => kind.Name.Replace('-', '_');

    private static Fanz.Ledger.Host.OpenApi.Answer Found(ReportKind kind) => new(
        StatusCodes.Status200OK, "The report.", Shapes.Object(
            null,
            [
                ("report", Shapes.Words(null, kind.Name)),
                ("books", Shapes.List(Shapes.Object(
                    null,
                    ("book", Shapes.Text("TENANT/PLATFORM.")),
                    ("number", Shapes.Whole("The number that what is said of it is current to."))))),
                .. kind.IsOfPeriod
                    ? ((string, JsonObject)[])
                        [
                            (ReportWords.From, Shapes.OrNull(Shapes.Day())),
                            (ReportWords.To, Shapes.OrNull(Shapes.Day())),
                        ]
                    : [(ReportWords.AsOf, Shapes.OrNull(Shapes.Day()))],
                (ReportWords.KnownOn, Shapes.OrNull(Shapes.Day())),
                (ReportWords.Consolidated, Shapes.Flag("Whether what the books owe one another is left out.")),
                ("sections", Shapes.List(Shapes.Object("What there is in one currency.", Section(kind)))),
                ("total", Shapes.OrNull(Shapes.Object(
                    "All of it in one currency. Each line is converted and rounded by itself; tokens are left out.",
                    [
                        ("rates", Shapes.Text("The table.")),
                        (ReportWords.RatesOn, Shapes.Day("The day of the rates.")),
                        ("rates_number", Shapes.Whole("The record of the treasury that says so.")),
                        .. Section(kind),
                        ("rounding", Shapes.Amount("What the lines sum to, because each was rounded by itself.")),
                    ]))),
                ("between_books", Shapes.List(Shapes.Object(
                    "What one book says that it owes another, and what that one says that it is due.",
                    ("from", Shapes.Text("The book that owes.")),
                    ("to", Shapes.Text("The book that is due.")),
                    ("currency", Shapes.Text("ISO 4217.")),
                    ("due_to", Shapes.Amount("What `from` says; debits are positive.")),
                    ("due_from", Shapes.Amount("What `to` says; debits are positive.")),
                    ("eliminated", Shapes.Amount("What both say, and what is left out on both sides.")),
                    ("unmatched", Shapes.Amount("What only one of them says, and what stays in the lines."))))),
            ]));

    private static (string, JsonObject)[] Section(ReportKind kind) =>
        [
            ("currency", Shapes.Text("ISO 4217, or TKN for tokens.")),
            .. kind.HasEveryLine
                ? ((string, JsonObject)[])
                    [
                        ("lines", Lines()),
                        ("debits", Shapes.Amount("The sum of the lines on that side.")),
                        ("credits", Shapes.Amount("The sum of the lines on that side, above zero.")),
                    ]
                : [],
            .. kind.Groups.Select(group => (ReportKind.NameOf(group), Shapes.Object(
                null, ("lines", Lines()),
                ("total", Shapes.Amount($"Positive on the {Side(group)} side."))))),
            .. kind.HasEveryLine
                ? ((string, JsonObject)[])[]
                : [("result", Shapes.Amount("Revenue less expenses: a loss is below zero."))],
            .. kind.IsOfPeriod
                ? ((string, JsonObject)[])[]
                : [("sum", Shapes.Amount("All lines together, less what rounding did: zero."))],
        ];

    private static string Side(ReportGroup group) => group.NormalSide().ToString().ToLowerInvariant();

    private static JsonObject Lines() => Shapes.List(Shapes.Object(
        null,
        ("code", Shapes.Text("A line of the chart of accounts.")),
        ("owner", Shapes.Text("A processor, bank, jurisdiction, import or other book; otherwise empty.")),
        ("balance", Shapes.Amount()),
        ("amount", Shapes.Amount("The same, positive on the side on which it usually is."))));
}
