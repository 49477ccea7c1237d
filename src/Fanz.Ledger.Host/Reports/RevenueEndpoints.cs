using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Reports;

namespace Fanz.Ledger.Host.Reports;

/// <summary>
/// The report of revenue: of one book, or of all books of a tenant that the caller may see. As JSON it is bounded; as a
/// file it is as long as it is.
/// </summary>
internal static class RevenueEndpoints
{
    public const int MostRows = 10_000;

    private static readonly string[] Asked =
        [RevenueWords.By, RevenueWords.From, RevenueWords.To, RevenueWords.Currency, "format"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{Api.Books.Route}/reports/revenue", (RequestDelegate)OfBook)
            .WithMetadata(RevenueDescriptions.OfBook);
        routes.MapGet("/v1/{tenant}/reports/revenue", (RequestDelegate)OfTenant)
            .WithMetadata(RevenueDescriptions.OfTenant);
    }

    private static async Task OfBook(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context, Asked);
        if (read.Parameters.Whole("at_least", 0, long.MaxValue) is { } number)
        {
            var look = await read.Look();
            if (!await read.Readers.Builds.Reach(
                EarningsFollower.FollowerName, read.Book, number, Readers.Patience, read.Aborted))
                throw ReadRequest.NotThereYet(look, number);
        }

        await Answer(context, [read.Book], read.Parameters, $"{read.Book.Name.Tenant}-{read.Book.Name.Platform}");
    }

    private static async Task OfTenant(HttpContext context)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null)
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));
        }

        caller.Require(Scopes.ReadLedger);
        if (caller.Owner is not null) throw ReadRequest.OwnersAlone();
        var parameters = Parameters.Of(context, Asked);
        var books = await Served.Of(context).Registry.List(tenant, context.RequestAborted);
        await Answer(
            context, [.. books.Where(book => caller.MaySee(tenant, book.Name.Platform))], parameters, tenant);
    }

    private static async Task Answer(
        HttpContext context, IReadOnlyList<OpenedBook> books, Parameters parameters, string name)
    {
        var question = Understand(parameters);
        var format = parameters.Text("format") ?? "json";
        if (format != "json" && !ListFile.Formats.Contains(format, StringComparer.Ordinal))
            throw Parameters.Wrong("format", "ill_formed", "format is json, csv or jsonl.");
        var report = Served.Of(context).Readers.Revenue;
        if (format == "json") await AnswerJson(context, books, question, report);
        else await AnswerFile(context, books, question, report, (name, format));
    }

    private static async Task AnswerJson(
        HttpContext context, IReadOnlyList<OpenedBook> books, RevenueQuestion question, RevenueReport report)
    {
        var reported = await report.Read(books, question with { Limit = MostRows + 1 }, context.RequestAborted);
        if (reported.Rows.Count > MostRows)
        {
            throw Parameters.Wrong(
                RevenueWords.By, "ill_formed",
                "These are more than 10,000 rows: name fewer groups or fewer days, or ask for a file.");
        }

        SayNumber(context, reported.Books);
        var columns = RevenueReport.Columns(question.By);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("books");
            foreach (var (book, number) in reported.Books) Write(json, book, number);
            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var row in reported.Rows) ListJson.Write(json, columns, row);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, OpenedBook book, long number)
    {
        json.WriteStartObject();
        json.WriteString("platform", book.Name.Platform);
        json.WriteNumber("number", number);
        json.WriteEndObject();
    }

    private static async Task AnswerFile(
        HttpContext context, IReadOnlyList<OpenedBook> books, RevenueQuestion question, RevenueReport report,
        (string Name, string Format) asked)
    {
        context.Response.ContentType = ListFile.MediaType(asked.Format);
        context.Response.Headers.ContentDisposition =
            $"attachment; filename=\"{asked.Name}-revenue.{asked.Format}\"";
        await using var file = ListFile.To(context.Response.Body, asked.Format, RevenueReport.Columns(question.By));
        await foreach (var (reported, row) in report.All(books, question, context.RequestAborted))
        {
            if (row is not null)
            {
                await file.Write(row, context.RequestAborted);
                continue;
            }

            SayNumber(context, reported);
            await file.Begin(context.RequestAborted);
        }
    }

    /// <summary>Of several books there are several numbers, and no header for them.</summary>
    private static void SayNumber(HttpContext context, IReadOnlyList<ReportedBook> books)
    {
        if (!context.Request.RouteValues.ContainsKey("platform") || books is not [var one]) return;
        context.Response.Headers[Header.Number] =
            one.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        AccessLogging.IsAbout(context, one.Number);
    }

    private static RevenueQuestion Understand(Parameters parameters)
    {
        try
        {
            return RevenueWords.Read(parameters.Text);
        }
        catch (ListMistake mistake)
        {
            throw Parameters.Wrong(mistake.Parameter, mistake.Code, mistake.Message);
        }
    }
}
