using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Postgres.Reports;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Reports;

/// <summary>The balance of one account day by day; one who sees an owner's accounts alone sees those.</summary>
internal static class DailyBalanceEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"{Api.Books.Route}/reports/daily-balances", (RequestDelegate)Answer)
            .WithMetadata(ReportDescriptions.DailyBalances);

    public static void Write(Utf8JsonWriter json, AccountKey account, ReportDays days, AccountDays found)
    {
        json.WriteStartObject();
        json.WriteString("report", "daily-balances");
        json.WriteString("account", account.ToString());
        json.WriteString("currency", account.Currency.Code);
        json.WriteNumber("number", found.Number);
        ReportJson.Day(json, ReportWords.From, days.From);
        ReportJson.Day(json, ReportWords.To, days.To);
        ReportJson.Day(json, ReportWords.KnownOn, days.KnownOn);
        ReportJson.Amount(json, "opening", found.Opening);
        json.WriteStartArray("days");
        foreach (var day in found.Days)
        {
            json.WriteStartObject();
            json.WriteString("effective_on", LocalDatePattern.Iso.Format(day.EffectiveOn));
            ReportJson.Amount(json, "debits", day.Debits);
            ReportJson.Amount(json, "credits", day.Credits);
            ReportJson.Amount(json, "closing", day.Closing);
            json.WriteNumber("entries", day.Entries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ReportJson.Amount(json, "closing", found.Closing);
        json.WriteEndObject();
    }

    private static async Task Answer(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(
            context, "account", ReportWords.From, ReportWords.To, ReportWords.KnownOn);
        var account = read.Parameters.Account("account");
        if (!read.Caller.MaySee(account)) throw ReadRequest.Unknown(account);
        var days = Understand(read);
        await ReportEndpoints.WaitUntilThere(read);
        var found = await read.Readers.Days.Read(read.Book, account, days, read.Aborted)
            ?? throw ReadRequest.Unknown(account);
        read.SayNumber(found.Number);
        await Json.Answer(context, StatusCodes.Status200OK, json => Write(json, account, days, found));
    }

    private static ReportDays Understand(ReadRequest read)
    {
        try
        {
            return ReportWords.Period(read.Parameters.Text);
        }
        catch (ReportMistake mistake)
        {
            throw ReportEndpoints.Wrong(mistake);
        }
    }
}
