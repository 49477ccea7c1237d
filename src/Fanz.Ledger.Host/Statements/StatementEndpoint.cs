using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Statements;

namespace Fanz.Ledger.Host.Statements;

/// <summary>
/// Statements over HTTP: as JSON that leaves while it is written, as a file, or as a page to print. A key of one owner
/// sees the owner's own.
/// </summary>
internal static class StatementEndpoint
{
    public static readonly string[] Formats = ["json", .. ListFile.Formats, "html"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Api.Books.Route + "/statements", (RequestDelegate)Answer)
            .WithMetadata(StatementDescriptions.Statement);

    private static async Task Answer(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(
            context, "of", "account", "currency", "from", "to", "known_on", "format");
        var format = read.Parameters.Text("format") ?? "json";
        if (!Formats.Contains(format, StringComparer.Ordinal))
            throw Parameters.Wrong("format", "ill_formed", $"format is one of {string.Join(", ", Formats)}.");
        var (statement, has) = await Begin(read);
        read.SayNumber(statement.Number);
        switch (format)
        {
            case "json":
                await using (var answer = LongAnswer.Begin(context))
                {
                    await StatementJson.Write(answer.Json, statement, has, answer.Breathe, read.Aborted);
                    await answer.Flush();
                }

                break;
            case "html":
                PrintedPage.Say(context.Response);
                await StatementPage.Write(context.Response.Body, read.Book.Name, statement, read.Aborted);
                break;
            default:
                context.Response.ContentType = ListFile.MediaType(format);
                context.Response.Headers.ContentDisposition =
                    $"attachment; filename=\"{read.Book.Name.Tenant}-{read.Book.Name.Platform}-statement.{format}\"";
                await StatementFile.Write(context.Response.Body, format, statement, read.Aborted);
                break;
        }
    }

    private static async Task<(Statement Statement, IReadOnlyList<Currency> Has)> Begin(ReadRequest read)
    {
        try
        {
            var words = StatementWords.Read(Subject(read), read.Parameters.Text);
            await read.ReachedBy(BalanceFollower.FollowerName);
            var has = await read.Readers.Statements.Currencies(read.Book, words.Of, read.Aborted);
            if (has.Count == 0) throw Unknown(words.Of);
            var request = words.In(has, read.Book.Settings.ReportingCurrency);
            return (await read.Readers.Statements.Begin(read.Book, request, read.Aborted), has);
        }
        catch (StatementMistake mistake)
        {
            throw Parameters.Wrong(mistake.Parameter, mistake.Code, mistake.Message);
        }
    }

    /// <summary>Whose it is. A key of one owner may leave it out.</summary>
    private static StatementSubject Subject(ReadRequest read)
    {
        var (of, own) = (read.Parameters.Text("of"), read.Caller.Owner);
        if (read.Parameters.Text("account") is not null)
        {
            if (of is not null) throw Parameters.Wrong("of", "ill_formed", "Either of or account is given.");
            var account = read.Parameters.Account("account");
            return read.Caller.MaySee(account)
                ? new StatementSubject.Account(account)
                : throw ReadRequest.Unknown(account);
        }

        if (of is null)
        {
            return own is not null ? new StatementSubject.Party(own) : throw Parameters.Wrong(
                "of", "parameter_missing", "of is needed: creator:ID, fan:ID or affiliate:ID; or instead account.");
        }

        var subject = StatementWords.Subject("of", of);
        return subject switch
        {
            StatementSubject.Party party when own is null || party.Owner == own => party,
            StatementSubject.Party => throw ReadRequest.OwnersAlone(),
            _ => throw Parameters.Wrong("of", "ill_formed", "An account is named by the parameter account."),
        };
    }

    private static ProblemFound Unknown(StatementSubject of) => of is StatementSubject.Account account
        ? ReadRequest.Unknown(account.Key)
        : new ProblemFound(new Problem(
            StatusCodes.Status404NotFound, "account_unknown", $"{of} has never had an account in this book."));
}
