using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>What the endpoints of people are for, as the document of the API has it.</summary>
internal static class SubjectDescriptions
{
    private const string Group = "Parties and accounts";

    private static readonly Parameter Person =
        Parameter.Path("person", "`fan:ID`, `creator:ID` or `affiliate:ID`; a slash in the id is written `%2F`.");

    public static Described Read => new("read_person", Group, "Whether a person is forgotten, and what keeps them")
    {
        Text = "Over all books of the tenant: whether they have asked, which legal holds, sanctions and money keep what is "
            + "known of them, and through which day the law does.",
        Scope = Scopes.ErasePeople,
        Parameters = [Person],
        Answers =
            [
                new(StatusCodes.Status200OK, "What is on record.", Shapes.Object(
                    null,
                    ("person", Shapes.Text()),
                    ("state", Shapes.Words(null, "known", "asked", "forgotten")),
                    ("asked_in?", Shapes.Text("The book in which they asked.")),
                    ("asked_by?", Shapes.Whole("The record of that book by which they did.")),
                    ("kept", Shapes.List(Shapes.Object(
                        null,
                        ("class", Shapes.Words(null, "ledger", "vat", "sanctions")),
                        ("last_on", Shapes.Day("The day of the last record of that class."))))),
                    ("obstacles", Shapes.List(Shapes.Object(
                        "What keeps them from being forgotten now.",
                        ("book", Shapes.Text()),
                        ("code", Shapes.Text("The code of the refusal that it would be.")),
                        ("why", Shapes.Text("A few words for people.")),
                        ("through?", Shapes.Day("The last day on which it does."))))))),
            ],
        Codes = ["tenant_unknown", "parameter_unknown", "ill_formed"],
    };

    public static Described Export => new("export_person", Group, "All that is known of a person, in clear")
    {
        Text = "For a person who asks what is known of them: in each book their accounts with what moved them and the "
            + "records about them, with what is sealed opened, and who has seen it. Who asks and why is written to the "
            + "journal, as `secret_read`, and to the trail first.",
        Scope = Scopes.ReadPeople,
        Parameters = [Person],
        BodyShape = SubjectShape.Default.SubjectWish,
        BodyExample = """{"reason": "she asked by letter"}""",
        Answers =
            [
                new(StatusCodes.Status200OK, "Everything, as it is read.", Shapes.Object(
                    null,
                    ("person", Shapes.Text()),
                    ("books", Shapes.List(Shapes.Object(
                        null,
                        ("book", Shapes.Text()),
                        ("accounts", Shapes.List(Shapes.Object(
                            null,
                            ("account", Shapes.Text()),
                            ("entries", Shapes.List(Shapes.Object(
                                null,
                                ("number", Shapes.Whole("The record.")),
                                ("type", Shapes.Text()),
                                ("at", Shapes.Time()),
                                ("effective_on", Shapes.Day()),
                                ("amount", Shapes.Amount()),
                                ("balance", Shapes.Amount())))),
                            ("archived", Shapes.List(Shapes.Object(
                                "Records among which others moved the account, and which are archived.",
                                ("first_number", Shapes.Whole("The first of them.")),
                                ("last_number", Shapes.Whole("The last of them.")),
                                ("file", Shapes.Text("The audit package that has them.")))))))),
                        ("records", Shapes.List(Shapes.Object(
                            null,
                            ("number", Shapes.Whole("The record.")),
                            ("type", Shapes.Text()),
                            ("at", Shapes.Time()),
                            ("effective_on", Shapes.Day()),
                            ("data", Shapes.Anything("The event, as it is in the journal.")),
                            ("opened?", Shapes.Anything("What is sealed in it; null where its key was destroyed.")))))))),
                    ("seen", Shapes.List(Shapes.Object(
                        "Who was shown what is sealed of them.",
                        ("at", Shapes.Time()),
                        ("action", Shapes.Text()),
                        ("actor", Shapes.Text()),
                        ("item?", Shapes.Text())))))),
            ],
        Codes =
            [
                "tenant_unknown", "parameter_unknown", "not_json", "too_large", "ill_formed", "busy",
                "secrets_unconfigured", "secrets_unreadable",
            ],
    };
}
