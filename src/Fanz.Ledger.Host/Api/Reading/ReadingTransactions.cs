using System.Globalization;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>A transaction by its number, with what it refers to, and what refers to it.</summary>
internal static class ReadingTransactions
{
    private const int MostReferring = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Books.Route + "/transactions/{number}", (RequestDelegate)Transaction)
            .WithMetadata(ReadingDescriptions.Transaction);
        routes.MapGet(Books.Route + "/transactions/{number}/referring", (RequestDelegate)Referring)
            .WithMetadata(ReadingDescriptions.Referring);
    }

    private static async Task Transaction(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context);
        var number = Number(context);
        var found = await Find(read, number, await read.Look());
        var referring = await read.Readers.Found.Referring(
            read.Book, number, newestFirst: false, after: number, before: long.MaxValue, MostReferring + 1,
            read.Aborted);
        await using var answer = LongAnswer.Begin(context);
        var json = answer.Json;
        json.WriteStartObject();
        json.WritePropertyName("transaction");
        RecordJson.Write(json, found.Appended, found.Cursor);
        json.WriteStartArray("referring");
        foreach (var other in referring.Numbers.Take(MostReferring)) json.WriteNumberValue(other);
        json.WriteEndArray();
        json.WriteBoolean("more_referring", referring.Numbers.Count > MostReferring || referring.Cut is not null);
        json.WriteEndObject();
        await answer.Flush();
    }

    private static async Task Referring(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context, Paging.Words);
        var number = Number(context);
        var paging = Paging.Of(read, "referring", number.ToString(CultureInfo.InvariantCulture));
        var look = await read.Look(paging.Place);
        await Find(read, number, look);
        var page = await RecordList.Page(paging, look, (newestFirst, after, before, limit) =>
            read.Readers.Found.Referring(read.Book, number, newestFirst, after, before, limit, read.Aborted));
        await RecordList.Answer(context, read, paging, page);
    }

    private static async Task<Placed> Find(ReadRequest read, long number, BookLook look)
    {
        if (number > look.Number && look.MayLag) throw ReadRequest.NotThereYet(look, number);
        if (number <= look.Number
            && await read.Readers.Found.Read(read.Book, [number], read.Aborted) is [var found])
            return found;
        throw new ProblemFound(new Problem(
            StatusCodes.Status404NotFound, "transaction_unknown", $"There is no transaction {number}."));
    }

    private static long Number(HttpContext context)
    {
        var text = (string)context.GetRouteValue("number")!;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Parameters.Wrong("number", "ill_formed", "A transaction is named by its number.");
    }
}
