using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Reports;

namespace Fanz.Ledger.Host.Reports;

/// <summary>
/// Trial balance, balance sheet and income statement over HTTP: of one book, and of all books of a tenant that the
/// caller may see.
/// </summary>
internal static class ReportEndpoints
{
    public const string OfTenant = "/v1/{tenant}/reports";

    private static readonly string[] Formats = ["json", "csv"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var kind in ReportKind.All)
        {
            routes.MapGet($"{Api.Books.Route}/reports/{kind.Name}", (RequestDelegate)(context => Book(context, kind)))
                .WithMetadata(ReportDescriptions.OfBook(kind));
            routes.MapGet($"{OfTenant}/{kind.Name}", (RequestDelegate)(context => Tenant(context, kind)))
                .WithMetadata(ReportDescriptions.OfTenant(kind));
        }

        DailyBalanceEndpoint.Map(routes);
    }

    /// <summary>Waits until what reports are made of has come to the number that the caller asks for.</summary>
    public static async Task WaitUntilThere(ReadRequest read)
    {
        if (read.Parameters.Whole("at_least", 0, long.MaxValue) is not { } number) return;
        var look = await read.Look();
        if (!await read.Readers.Builds.Reach(
            BalanceFollower.FollowerName, read.Book, number, Readers.Patience, read.Aborted))
            throw ReadRequest.NotThereYet(look, number);
    }

    public static ProblemFound Wrong(ReportMistake mistake) =>
        Parameters.Wrong(mistake.Parameter, mistake.Code, mistake.Message);

    private static async Task Book(HttpContext context, ReportKind kind)
    {
        var read = await ReadRequest.OfBook(context, [.. ReportWords.Of(kind), "format"]);
        var format = Format(read.Parameters);
        try
        {
            var asked = await Understand(context, kind, [read.Book], read.Parameters);
            await WaitUntilThere(read);
            var report = await ReportWords.Make(read.Readers.Reports, asked, read.Aborted);
            read.SayNumber(report.Books[0].Number);
            await Answer(context, kind, report, format, $"{read.Book.Name.Tenant}-{read.Book.Name.Platform}");
        }
        catch (ReportMistake mistake)
        {
            throw Wrong(mistake);
        }
    }

    private static async Task Tenant(HttpContext context, ReportKind kind)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null) throw Unknown();
        caller.Require(Scopes.ReadLedger);
        if (caller.Owner is not null) throw ReadRequest.OwnersAlone();
        var parameters = Parameters.Of(context, [.. ReportWords.Of(kind), ReportWords.Consolidated, "format"]);
        var format = Format(parameters);
        var served = Served.Of(context);
        var books = await served.Registry.List(tenant, context.RequestAborted);
        try
        {
            var asked = await Understand(
                context, kind, [.. books.Where(book => caller.MaySee(tenant, book.Name.Platform))], parameters);
            var report = await ReportWords.Make(
                served.Readers.Reports, asked with { Consolidates = Consolidates(parameters) },
                context.RequestAborted);
            await Answer(context, kind, report, format, tenant);
        }
        catch (ReportMistake mistake)
        {
            throw Wrong(mistake);
        }
    }

    private static async Task<ReportAsked> Understand(
        HttpContext context, ReportKind kind, IReadOnlyList<OpenedBook> books, Parameters parameters) => new(
            books, ReportWords.Days(kind, parameters.Text),
            In: await ReportWords.ReadRates(
                Served.Of(context).Registry, (string)context.GetRouteValue("tenant")!, parameters.Text,
                context.RequestAborted));

    private static bool Consolidates(Parameters parameters) => parameters.Text(ReportWords.Consolidated) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Parameters.Wrong(ReportWords.Consolidated, "ill_formed", "consolidated is true or false."),
    };

    private static string Format(Parameters parameters) =>
        (parameters.Text("format") ?? "json") is var format && Formats.Contains(format, StringComparer.Ordinal)
            ? format
            : throw Parameters.Wrong("format", "ill_formed", "format is json or csv.");

    private static async Task Answer(
        HttpContext context, ReportKind kind, Report report, string format, string whose)
    {
        if (format == "json")
        {
            await Json.Answer(context, StatusCodes.Status200OK, json => ReportJson.Write(json, kind, report));
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{whose}-{kind.Name}.csv\"";
        context.Response.Headers[Header.Numbers] = string.Join(
            ", ", report.Books.Select(book => string.Create(
                CultureInfo.InvariantCulture, $"{book.Book.Platform}={book.Number}")));
        await ReportRows.Write(context.Response.Body, kind, report, context.RequestAborted);
    }

    private static ProblemFound Unknown() => new(
        new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));
}
