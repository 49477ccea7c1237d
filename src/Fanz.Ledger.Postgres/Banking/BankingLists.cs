using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>What banks said, what is to be known of it, and what nobody has found out about yet.</summary>
public static class BankingLists
{
    private static readonly ListFilter Bank = new("bank", ValueKind.Text, "l.bank = @value", "Of this bank.");
    private static readonly ListFilter InCurrency =
        new("currency", ValueKind.Text, "l.currency = @value", "In this currency.");

    private static readonly ListColumn AtBank =
        new("bank", "nullif(l.bank, '')", ValueKind.Text, "The bank, if the platform has several.");

    public static Listing Files { get; } = new(
        "bank_files", BankingFollower.FollowerName, "The files that banks sent, and what became of their lines.",
        "projected.bank_files l", "l.build = @build",
        [
            new("file", "l.file", ValueKind.Text, "The bank's own name of it."),
            AtBank,
            new("format", "l.format", ValueKind.Text, "Such as camt.053, camt.054, pain.002, nacha or csv."),
            new("name", "l.name", ValueKind.Text, "How the file itself was called."),
            new(
                "state", "case when l.finished_number is null then 'under_way' else 'finished' end", ValueKind.Text,
                "under_way or finished."),
            new("lines", "l.lines", ValueKind.Whole, "How many lines it has that say something."),
            new("posted", "l.posted", ValueKind.Whole, "What of them was posted; none before it is finished."),
            new("known", "l.known", ValueKind.Whole, "What of them had been posted before."),
            new("suspense", "l.suspense", ValueKind.Whole, "What of them nobody knew."),
            new("findings", "l.findings", ValueKind.Whole, "Of how many a person has to know."),
            new("sha256", "l.sha256", ValueKind.Text, "Over all of its bytes."),
            new("begun_number", "l.begun_number", ValueKind.Whole, "Of the record that begins it."),
            new("finished_number", "l.finished_number", ValueKind.Whole, "Of the record that ends it."),
        ],
        [Bank, new("file", ValueKind.Text, "l.file = @value", "This one.")],
        Newest("l.begun_number"));

    public static Listing Findings { get; } = new(
        "bank_findings", BankingFollower.FollowerName, "What a person has to know of lines of banks' files.",
        "projected.bank_findings l", "l.build = @build",
        [
            new("number", "l.number", ValueKind.Whole, "Of the record of the page of the file."),
            new("at", "l.at", ValueKind.Time, "When it was recorded."),
            new("finding", "l.finding", ValueKind.Text, "What is to be known, in one word."),
            new("outcome", "l.outcome", ValueKind.Text, "What became of the line even so."),
            AtBank,
            new("file", "l.file", ValueKind.Text, "The file."),
            new("line", "l.line", ValueKind.Whole, "Where it stands there."),
            new("currency", "l.currency", ValueKind.Text, "Of the amount."),
            new("amount", "l.amount", ValueKind.Minor, "What came in; below zero it left."),
            new("on", "l.on_day", ValueKind.Date, "The day that the bank booked it."),
            new("bank_reference", "l.bank_reference", ValueKind.Text, "The bank's own reference."),
            new("payout", "l.payout", ValueKind.Text, "The payout that it is about."),
            new("code", "l.code", ValueKind.Text, "The bank's code of why, such as R03."),
        ],
        [
            Bank,
            new("file", ValueKind.Text, "l.file = @value", "In this file."),
            new("finding", ValueKind.Text, "l.finding = @value", "With this to be known."),
            new("payout", ValueKind.Text, "l.payout = @value", "About this payout."),
        ],
        [
            new("newest", [new("l.number", ValueKind.Whole), new("l.ordinal", ValueKind.Whole)])
            {
                IsDescending = true,
            },
            new("oldest", [new("l.number", ValueKind.Whole), new("l.ordinal", ValueKind.Whole)]),
        ]);

    public static Listing Lines { get; } = new(
        "bank_lines", BankingFollower.FollowerName, "The lines of banks' statements, each once.",
        "projected.bank_lines l", "l.build = @build",
        [
            new("on", "l.on_day", ValueKind.Date, "The day that the bank booked it."),
            new("bank", "l.bank", ValueKind.Text, "The bank; empty if the platform has one."),
            new("bank_reference", "l.bank_reference", ValueKind.Text, "The bank's own reference."),
            new("currency", "l.currency", ValueKind.Text, "Of the amount."),
            new("amount", "l.amount", ValueKind.Minor, "What came in; below zero it left."),
            new("outcome", "l.outcome", ValueKind.Text, "posted, known, suspense, nothing or told."),
            new("finding", "l.finding", ValueKind.Text, "What is to be known of it, in one word."),
            new("payout", "l.payout", ValueKind.Text, "The payout that it is about."),
            new("record", "l.record", ValueKind.Whole, "Of the transaction that stands for it."),
            new("code", "l.code", ValueKind.Text, "The bank's code of why, such as R03."),
            new("hint", "l.hint", ValueKind.Text, "By what else it may be recognised."),
            new("file", "l.file", ValueKind.Text, "The file that it first came in."),
            new("line", "l.line", ValueKind.Whole, "Where it stands there."),
            new("number", "l.number", ValueKind.Whole, "Of the record of the page of that file."),
        ],
        [
            Bank, InCurrency,
            new("outcome", ValueKind.Text, "l.outcome = @value", "That became so.")
            {
                Words = ["posted", "known", "suspense", "nothing", "told"],
            },
            new("bank_reference", ValueKind.Text, "l.bank_reference = @value", "With this reference."),
            new("payout", ValueKind.Text, "l.payout = @value", "About this payout."),
            new("from", ValueKind.Date, "l.on_day >= @value", "Booked on this day or later."),
            new("to", ValueKind.Date, "l.on_day <= @value", "Booked on this day or earlier."),
        ],
        [
            new("newest", ByDay) { IsDescending = true },
            new("oldest", ByDay),
        ]);

    public static Listing Statements { get; } = new(
        "bank_statements", BankingFollower.FollowerName, "What banks say that accounts held.",
        "projected.bank_statements l", "l.build = @build",
        [
            new("number", "l.number", ValueKind.Whole, "Of the record that says so."),
            AtBank,
            new("currency", "l.currency", ValueKind.Text, "Of the balances."),
            new("statement", "l.statement", ValueKind.Text, "The bank's own name of it."),
            new("from", "l.from_day", ValueKind.Date, "Its first day."),
            new("to", "l.to_day", ValueKind.Date, "Its last day."),
            new("opening", "l.opening", ValueKind.Minor, "What the account held before its first line."),
            new("closing", "l.closing", ValueKind.Minor, "What the account held after its last line."),
            new("account", "l.account", ValueKind.Text, "The account as the bank calls it."),
            new("file", "l.file", ValueKind.Text, "The file that it came in."),
        ],
        [Bank, InCurrency],
        Newest("l.number"));

    public static Listing Payments { get; } = new(
        "suspense_payments", BankingFollower.FollowerName, "Money that left and is not wholly explained yet.",
        """
        projected.payments l
        join ledger.builds b on b.id = l.build
        join ledger.books k on k.id = b.book_id
        """,
        "l.build = @build and l.assigned < l.amount",
        [
            new("number", "l.number", ValueKind.Whole, "Of the record of the payment."),
            new("at", "l.at", ValueKind.Time, "When it was recorded."),
            new("paid_on", "l.paid_on", ValueKind.Date, "The day that it counts for."),
            new(
                "age_days", "((b.at at time zone k.time_zone)::date - l.paid_on)::bigint", ValueKind.Whole,
                "The days from then to the day of the last record that the list is current to."),
            AtBank,
            new("bank_reference", "l.bank_reference", ValueKind.Text, "The bank's own reference."),
            new("currency", "l.currency", ValueKind.Text, "Of all amounts."),
            new("amount", "l.amount", ValueKind.Minor, "What left."),
            new("assigned", "l.assigned", ValueKind.Minor, "What of it has been assigned."),
            new("outstanding", "l.amount - l.assigned", ValueKind.Minor, "What of it is still unexplained."),
        ],
        [
            Bank, InCurrency,
            new("bank_reference", ValueKind.Text, "l.bank_reference = @value", "With this reference of the bank."),
        ],
        Newest("l.number"))
    {
        Text = "What came in and is not explained is the list `suspense`. Every filter is looked up in each row.",
    };

    public static Listing Reports { get; } = new(
        "processor_reports", BankingFollower.FollowerName, "What processors say of each day, as they last said it.",
        "projected.processor_reports l", "l.build = @build",
        [
            new("on", "l.on_day", ValueKind.Date, "The day that it is about."),
            new("processor", "l.processor", ValueKind.Text, "The processor; empty if the platform has one."),
            new("currency", "l.currency", ValueKind.Text, "Of all amounts."),
            new("gross", "l.gross", ValueKind.Minor, "What it took from fans."),
            new("refunds", "l.refunds", ValueKind.Minor, "What of that it gave back to fans."),
            new("chargebacks", "l.chargebacks", ValueKind.Minor, "What it lost to disputes, with its charge for them."),
            new("fees", "l.fees", ValueKind.Minor, "What it kept for itself."),
            new("reserve", "l.reserve", ValueKind.Minor, "What it kept back, less what it gave back of that."),
            new("payout", "l.payout", ValueKind.Minor, "What it paid to the bank."),
            new("sha256", "l.sha256", ValueKind.Text, "Over the report that was read."),
            new("number", "l.number", ValueKind.Whole, "Of the record that says so."),
        ],
        [
            new("processor", ValueKind.Text, "l.processor = @value", "Of this processor."), InCurrency,
            new("from", ValueKind.Date, "l.on_day >= @value", "Of this day or later."),
            new("to", ValueKind.Date, "l.on_day <= @value", "Of this day or earlier."),
        ],
        [
            new("newest", ByReport) { IsDescending = true },
            new("oldest", ByReport),
        ]);

    private static ListKey[] ByDay =>
        [
            new("l.on_day", ValueKind.Date), new("l.bank", ValueKind.Text), new("l.bank_reference", ValueKind.Text),
        ];

    private static ListKey[] ByReport =>
        [new("l.on_day", ValueKind.Date), new("l.processor", ValueKind.Text), new("l.currency", ValueKind.Text)];

    private static ListOrder[] Newest(string number) =>
        [
            new("newest", [new(number, ValueKind.Whole)]) { IsDescending = true },
            new("oldest", [new(number, ValueKind.Whole)]),
        ];
}
