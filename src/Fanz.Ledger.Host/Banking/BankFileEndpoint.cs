using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// Banks' files over HTTP, for services that fetch them. The body is the file; it is kept aside while it is read,
/// because
/// nothing of it is posted before all of it has been.
/// </summary>
internal static class BankFileEndpoint
{
    private const string Bank = "bank";
    private const string Format = "format";
    private const string Name = "name";
    private const string DryRun = "dry_run";

    private static readonly string[] Formats = [.. BankWords.Formats.Where(format => format != "csv")];

    private static Described Described => new("post_bank_file", "Banks", "Post a bank's file")
    {
        Text = "Statements (camt.053), notifications (camt.054), status reports (pain.002) and files of returns through "
            + "the American clearing house. All of the file is read before anything is posted; what is known by its "
            + "reference is not posted again, and a file that was stopped half-way is gone on with. What a person has "
            + "to know of a line is in `findings`.",
        Scope = Scopes.Treasury,
        BodyType = "application/octet-stream",
        Body = Shapes.Anything("The file, byte for byte."),
        Parameters =
            [
                Parameter.Query(Bank, Shapes.Text(), "The bank, as in cash.bank; otherwise the platform has one."),
                Parameter.Query(Format, Shapes.Words(null, Formats), "What it is; otherwise it is looked at."),
                Parameter.Query(Name, Shapes.Text(), "How the file is called, to be told with what is found in it."),
                Parameter.Query(DryRun, Shapes.Flag(), "Whether only to tell what would be posted."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "What became of it.", Shapes.Object(
                    null,
                    ("ok", Shapes.Flag("Always true: a file that cannot be relied on is a problem.")),
                    ("name", Shapes.Text("As it was given.")),
                    ("file", Shapes.Text("The bank's own name of it.")),
                    ("format", Shapes.Text("camt.053, camt.054, pain.002 or nacha.")),
                    ("sha256", Shapes.Text("Over all of its bytes.")),
                    ("dry_run", Shapes.Flag("Whether nothing was posted.")),
                    ("known", Shapes.Flag("Whether all of it had been posted before.")),
                    ("lines", Shapes.Whole("How many lines were dealt with now.")),
                    ("posted", Shapes.Whole("What of them was posted.")),
                    ("already_known", Shapes.Whole("What of them had been posted before.")),
                    ("suspense", Shapes.Whole("What of them nobody knew.")),
                    ("problem", Shapes.OrNull(Shapes.Text("Always null, for the same reason."))),
                    ("finding_count", Shapes.Whole("Of how many a person has to know.")),
                    ("findings", Shapes.List(Shapes.Anything("A line, and what is to be known of it."))))),
            ],
        Codes = ["bank_file_faulty", "bank_file_stopped", "parameter_unknown", "parameter_repeated", "book_unknown",
            "too_large"],
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost($"{Api.Books.Route}/bank-files", (RequestDelegate)Post)
            .WithMetadata(new BodyLimit((long)HostSettings.LargestBankFile << 20), Described);

    private static async Task Post(HttpContext context)
    {
        var (caller, served) = (Caller.Of(context), Served.Of(context));
        var book = await Api.Books.Find(context);
        caller.Require(Scopes.Treasury);
        var parameters = Parameters.Of(context, [Bank, Format, Name, DryRun]);
        var bank = parameters.Text(Bank);
        if (bank is not null && Identifier.Problem(bank) is { } problem)
            throw Parameters.Wrong(Bank, "ill_formed", $"bank {problem}");
        var format = parameters.Text(Format);
        if (format is not null && !Formats.Contains(format))
            throw Parameters.Wrong(Format, "ill_formed", $"format is one of {string.Join(", ", Formats)}.");
        var isDry = parameters.Text(DryRun) switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Parameters.Wrong(DryRun, "ill_formed", "dry_run is true or false."),
        };
        var folder = Directory.CreateTempSubdirectory("bank-file-");
        try
        {
            var name = Path.GetFileName(parameters.Text(Name) ?? "") is { Length: > 0 } given ? given : "body";
            var path = Path.Combine(folder.FullName, "body");
            await using (var file = File.Create(path)) await context.Request.Body.CopyToAsync(file,
                context.RequestAborted);
            var answer = await new BankImport(
                    served.Source, served.Writer, book, bank, caller.Actor.ToString(), CancellationToken.None)
                .Import(new BankFileReading(path, null, name), format, isDry);
            if (answer.Problem is var (code, text))
                throw new ProblemFound(new Problem(
                    StatusCodes.Status422UnprocessableEntity, "bank_file_faulty", $"({code}) {text}"));
            AccessLogging.IsInJournal(context);
            await Json.Answer(
                context, StatusCodes.Status200OK,
                json => JsonSerializer.Serialize(json, BankAnswer.Json(answer), Terminal.Answer.Shape));
        }
        catch (Mistake mistake)
        {
            throw new ProblemFound(Problem.Unavailable("bank_file_stopped", mistake.Message));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
