using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Statements;

/// <summary>What the document of the API says of statements.</summary>
internal static class StatementDescriptions
{
    public static Described Statement => new("read_statement", "Statements", "The statement of a party or an account")
    {
        Text = "What was there before the period, every entry of it by its date in the accounts, and what is there at "
            + "its end. What is owed to the owner is positive, what the owner owes below zero; a platform's own "
            + "account is positive on its normal side. It is true for one number, however long it takes to be read, "
            + "and says itself whether it adds up and is what the ledger says. A key of one owner may leave `of` out.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Parameter.Query(
                    "of", Shapes.Text(),
                    "`creator:ID`, `fan:ID` or `affiliate:ID`: all accounts that it has in that role."),
                Parameter.Query("account", Shapes.Text(), "Instead: one account, CODE/CURRENCY/COHORT/OWNER."),
                Parameter.Query(
                    "currency", Shapes.Text(), "Otherwise the book's own, or the only one that there is."),
                Parameter.Query("from", Shapes.Day(), "The first day; otherwise the first there is."),
                Parameter.Query("to", Shapes.Day(), "The last day, still in it; otherwise the last there is."),
                Parameter.Query("known_on", Shapes.Day(), "As it was known at the end of that day; otherwise now."),
                Parameter.Query(
                    "format", Shapes.Words(null, [.. StatementEndpoint.Formats]),
                    "JSON, a file of CSV or of a JSON object a line, or a page to print."),
                Parameter.Query(
                    "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "The statement.", Shapes.Object(
                    null,
                    ("of", Shapes.Text()),
                    ("currency", Shapes.Text("ISO 4217, or TKN for tokens.")),
                    ("scale", Shapes.Whole("How many decimals the currency has.")),
                    ("currencies", Shapes.List(Shapes.Text(), "Those that there are statements in.")),
                    ("from", Shapes.OrNull(Shapes.Day())),
                    ("to", Shapes.OrNull(Shapes.Day())),
                    ("known_on", Shapes.OrNull(Shapes.Day())),
                    ("number", Shapes.Whole("The number of the last record that it knows of.")),
                    ("opening", Amount("Before the first day, over all accounts.")),
                    ("closing", Amount("After the last day, over all accounts.")),
                    ("codes", Shapes.List(
                        Shapes.Object(
                            null,
                            ("code", Shapes.Text("The line in the chart of accounts; its cohorts are together.")),
                            ("opening", Amount("Before the first day.")),
                            ("moved", Amount("By the entries of the period.")),
                            ("closing", Amount("After the last day.")),
                            ("entries", Shapes.Whole("How many those are."))))),
                    ("later", Shapes.Object(
                        "What is dated after the period, or was recorded after `known_on`.",
                        ("amount", Amount("Together.")),
                        ("entries", Shapes.Whole("How many entries.")))),
                    ("entries", Shapes.List(
                        Shapes.Object(
                            null,
                            ("effective_on", Shapes.Day("The date in the accounts.")),
                            ("number", Shapes.Whole("The number of its record.")),
                            ("position", Shapes.Whole("Its place among all entries of the book.")),
                            ("type", Shapes.Text("What happened: `tip_sent`.")),
                            ("code", Shapes.Text("Which account it moved.")),
                            ("cohort", Shapes.OrNull(Shapes.Day("The day that the account is for."))),
                            ("amount", Amount("By how much.")),
                            ("balance", Amount("Over all accounts, after it."))),
                        "By date, and then in the order of the ledger.")),
                    ("check", Shapes.Object(
                        null,
                        ("entries", Shapes.Whole("How many entries were told.")),
                        ("balance", Amount("The opening and all of them.")),
                        ("in_ledger", Amount("What the last entries of the accounts say.")),
                        ("adds_up", Shapes.Flag("Opening and entries are the closing.")),
                        ("ties_to_ledger", Shapes.Flag("Closing and `later` are what the ledger says."))))))
                {
                    Headers = [Header.Number],
                },
            ],
        Codes =
            [
                "book_unknown", "ill_formed", "parameter_missing", "parameter_unknown", "parameter_repeated",
                "not_there_yet", "too_many_waiting", "owner_only", "account_unknown", "not_a_date",
                "date_out_of_range", "unknown_currency", "wrong_currency", "archived",
            ],
    };

    private static System.Text.Json.Nodes.JsonObject Amount(string about) =>
        Shapes.Amount($"{about} In minor units, on the owner's side.");
}
