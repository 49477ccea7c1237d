using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.References;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>What the endpoints that read are for, as the document of the API has it.</summary>
internal static class ReadingDescriptions
{
    private const string Reading = "Reading", Following = "Following";

    private static readonly Parameter AtLeast = Parameter.Query(
        "at_least", Shapes.Whole(),
        "The number that the answer must know of, as that of a receipt: so one sees one's own writes at any host.");

    private static readonly Parameter Account = Parameter.Query(
        "account", Shapes.Text(), "CODE/CURRENCY/COHORT/OWNER; what an account does not have is left empty.",
        isRequired: true);

    private static readonly Parameter Number = Parameter.Path("number", "The number of the transaction in its book.");

    /// <summary>What a list is turned by.</summary>
    private static readonly Parameter[] Turning =
        [
            Parameter.Query("limit", Shapes.Whole(), "How many at most: 1 to 1,000, otherwise 100."),
            Parameter.Query("order", Shapes.Words(null, "oldest", "newest"), "Which come first; otherwise the oldest."),
            Parameter.Query("cursor", Shapes.Text(), "The `next` or `previous` of a page of this list."),
            AtLeast,
        ];

    private static readonly string[] OfAnyRead =
        ["book_unknown", "ill_formed", "parameter_unknown", "parameter_repeated", "not_there_yet", "too_many_waiting"];

    private static readonly string[] OfBook = [.. OfAnyRead, "owner_only"];

    private static readonly string[] OfList = ["cursor_ill_formed", "timeline_lost"];

    public static Described Balance => new("read_balance", Reading, "What an account holds, or held")
    {
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Account,
                Parameter.Query(
                    "as_of", Shapes.Text(), "A number, or a time such as `2026-01-31T23:59:59Z`; otherwise now."),
                AtLeast,
            ],
        Answers =
            [
                Found("The balance and what it is true for.", Shapes.Object(
                    null,
                    [
                        ("number", Shapes.Whole("The number of the record that it is true for.")),
                        .. OfAccount,
                        ("status", Shapes.Words(
                            "Whether it can be posted to; `unopened` before its first entry.",
                            "unopened", "open", "frozen_for_debits", "frozen", "closed")),
                    ]), """
                    {"number": 17, "account": "fan.wallet/USD//anna", "code": "fan.wallet", "owner": "anna",
                     "currency": "USD", "version": 4, "balance": -9001, "normal_side": "credit",
                     "balance_on_normal_side": 9001, "status": "open"}
                    """),
            ],
        Codes = [.. OfAnyRead, "parameter_missing", "account_unknown", "as_of_in_future", "as_of_before_first", "archived"],
    };

    public static Described OfOwner => new("list_accounts", Reading, "The accounts of an owner")
    {
        Text = "The platform's own accounts have an empty owner. A key of one owner may leave the owner out.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Parameter.Query("owner", Shapes.Text(), "A fan, creator, affiliate, bank, processor or jurisdiction."),
                Parameter.Query("limit", Shapes.Whole(), "How many at most: 1 to 1,000, otherwise 100."),
                Parameter.Query("cursor", Shapes.Text(), "The `next` of the page before."),
                AtLeast,
            ],
        Answers =
            [
                Found("A page of accounts.", Shapes.Object(
                    null,
                    ("owner", Shapes.Text()),
                    ("number", Shapes.Whole("The number of the record that they are true for.")),
                    ("accounts", Shapes.List(Shapes.Object(null, OfAccount))),
                    ("next", Shapes.OrNull(Shapes.Text("Where there are more."))))),
            ],
        Codes = [.. OfBook, "parameter_missing", "cursor_ill_formed"],
    };

    public static Described Entries => new("list_entries", Reading, "The entries of an account")
    {
        Text = "Where a page comes to records that are archived it ends before them, and the page after it is `archived`.",
        Scope = Scopes.ReadLedger,
        Parameters = [Account, .. Turning],
        Answers =
            [
                Found("A page of entries.", Shapes.Object(
                    null,
                    [
                        ("account", Shapes.Text()),
                        ("entries", Shapes.List(Shapes.Object(
                            null,
                            [
                                .. OfHead,
                                ("actor?", Shapes.Text("Who posted it: a service, and a slash and a person if so.")),
                                .. OfEntry,
                            ]))),
                        .. Turns,
                    ])),
            ],
        Codes = [.. OfAnyRead, .. OfList, "parameter_missing", "account_unknown", "archived"],
    };

    public static Described Transaction => new("read_transaction", Reading, "A transaction by its number")
    {
        Scope = Scopes.ReadLedger,
        Parameters = [Number, AtLeast],
        Answers =
            [
                Found("The transaction, and what refers to it.", Shapes.Object(
                    null,
                    ("transaction", Shapes.Ref("Record")),
                    ("referring", Shapes.List(
                        Shapes.Whole(), "The numbers of the records that refer to it, 100 at most.")),
                    ("more_referring", Shapes.Flag("Whether there are more of those, or may be among what is archived.")))),
            ],
        Codes = [.. OfBook, "transaction_unknown", "archived"],
    };

    public static Described Referring => new("list_referring", Reading, "The records that refer to a transaction")
    {
        Scope = Scopes.ReadLedger,
        Parameters = [Number, .. Turning],
        Answers = [Records],
        Codes = [.. OfBook, .. OfList, "transaction_unknown", "archived"],
    };

    public static Described Find => new("find_transactions", Reading, "Transactions by what other systems call them")
    {
        Text = "By a reference, or by one piece of metadata. Newest first unless asked otherwise. What answers is made "
            + "of the journal a moment later: `Ledger-Number` says how far it has come, and `at_least` waits for it.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Parameter.Query("reference", Shapes.Text(), "The name, as it was given with the command."),
                Parameter.Query(
                    "kind", Shapes.Words(null, [.. ReferenceFields.Kinds]),
                    "What it is a name of; otherwise it may be one of anything."),
                Parameter.Query("metadata.KEY", Shapes.Text(), "Instead: the value that KEY has in the metadata."),
                .. Turning,
            ],
        Answers = [Records],
        Codes = [.. OfBook, .. OfList, "parameter_missing", "archived"],
    };

    public static Described OfStream => new("list_stream", Reading, "The records of a stream")
    {
        Text = "What happened to one thing: `subscription/ID`, `dispute/ID`, `payout/ID`, `authorisation/ID`, "
            + "`account/ACCOUNT`.",
        Scope = Scopes.ReadLedger,
        Parameters = [Parameter.Query("stream", Shapes.Text(), "Its name.", isRequired: true), .. Turning],
        Answers = [Records],
        Codes = [.. OfBook, .. OfList, "parameter_missing", "stream_unknown"],
    };

    public static Described Journal => new("read_journal", Following, "The journal behind a cursor")
    {
        Text = "Keep the cursor with what you have made of the records, and ask again with it: nothing is missed and "
            + "nothing told twice. Where there is nothing new, the answer waits for it if it may. A cursor of a "
            + "timeline that was lost, when another database took over, is `timeline_lost` and never a silent gap; one whose "
            + "next records are archived is `archived`.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                After,
                Parameter.Query("limit", Shapes.Whole(), "How many records at most: 1 to 1,000, otherwise 100."),
                Parameter.Query("wait", Shapes.Whole(), "How many seconds to wait for news: 0 to 30, otherwise 0."),
                AtLeast,
            ],
        Answers =
            [
                Found("The records, in order.", Shapes.Object(
                    null,
                    ("records", Shapes.List(Shapes.Ref("Record"))),
                    ("cursor", Shapes.Text("The place behind them: the `after` of the next request.")),
                    ("more", Shapes.Flag("Whether there are more already.")))),
            ],
        Codes = [.. OfBook, .. OfList, "archived"],
    };

    public static Described Stream => new("follow_journal", Following, "The journal as server-sent events")
    {
        Text = "One event a record: its `id` is a cursor, its `event` the type of the record, its `data` the record. A "
            + "client that was cut off sends its last id as `Last-Event-ID` and goes on there. Before the stream ends "
            + "for a reason that the reader has to know of, there is an event `problem`.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                After, AtLeast,
                Parameter.Header("Last-Event-ID", "The id of the last event that came; it goes before `after`."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "Events, until one of both goes away.", Shapes.Text())
                {
                    Type = "text/event-stream", Headers = [Header.Number],
                },
            ],
        Codes = [.. OfBook, .. OfList, "archived"],
    };

    /// <summary>A record as readers are told of it.</summary>
    public static JsonObject Record => Shapes.Object(
        "A record of the journal.",
        [
            ("cursor?", Shapes.Text("Its place, for those who follow the journal.")),
            .. OfHead,
            ("actor", Shapes.Text("Who posted it: a service, and a slash and a person if so.")),
            ("stream?", Shapes.Text("The stream that it is in, as `payout/mia-1`.")),
            ("refers_to?", Shapes.Whole("The number of the earlier record that it is about.")),
            ("data", Shapes.Anything("The event, with every amount that it came to.")),
            ("entries", Shapes.List(Shapes.Object(null, OfEntry), "What it moved.")),
        ]);

    private static Parameter After => Parameter.Query(
        "after", Shapes.Text(), "A cursor; `0` or nothing begins with the first record, `head` with what comes next.");

    private static (string, JsonObject)[] OfAccount =>
        [
            ("account", Shapes.Text("CODE/CURRENCY/COHORT/OWNER.")),
            ("code", Shapes.Text("Its code in the chart of accounts.")),
            ("owner", Shapes.Text("Whose it is; empty for the platform's own.")),
            ("currency", Shapes.Text("ISO 4217, or TKN for tokens.")),
            ("cohort?", Shapes.Day("The day that it is for, where it is kept by day.")),
            ("version", Shapes.Whole("How many entries it has.")),
            ("balance", Shapes.Amount()),
            ("normal_side", Shapes.Words("On which side it usually is.", "debit", "credit")),
            ("balance_on_normal_side", Shapes.Amount("The same as its owner would say it.")),
        ];

    private static (string, JsonObject)[] OfHead =>
        [
            ("number", Shapes.Whole("The number of the record in its book.")),
            ("at", Shapes.Time("When it was recorded.")),
            ("type", Shapes.Text("What happened: `tip_sent`.")),
            ("effective_on", Shapes.Day("Its date in the accounts.")),
        ];

    private static (string, JsonObject)[] OfEntry =>
        [
            ("position", Shapes.Whole("Its place among all entries of the book.")),
            ("account", Shapes.Text("CODE/CURRENCY/COHORT/OWNER.")),
            ("version", Shapes.Whole("Which of the account's entries it is.")),
            ("amount", Shapes.Amount()),
            ("currency", Shapes.Text("ISO 4217, or TKN for tokens.")),
            ("balance", Shapes.Amount("The account's balance after it; debits are positive.")),
        ];

    private static (string, JsonObject)[] Turns =>
        [
            ("next", Shapes.OrNull(Shapes.Text("The cursor of the page after this one, if there is one."))),
            ("previous", Shapes.OrNull(Shapes.Text("The cursor of the page before this one, if there is one."))),
        ];

    private static Answer Records => Found(
        "A page of records.", Shapes.Object(null, [("records", Shapes.List(Shapes.Ref("Record"))), .. Turns]));

    private static Answer Found(string text, JsonObject schema, string? example = null) =>
        new(StatusCodes.Status200OK, text, schema, example) { Headers = [Header.Number] };
}
