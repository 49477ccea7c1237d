using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>The entries of an account, a page at a time.</summary>
internal static class ReadingEntries
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Books.Route + "/entries", (RequestDelegate)Entries).WithMetadata(ReadingDescriptions.Entries);

    private static async Task Entries(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(context, ["account", .. Paging.Words]);
        var account = read.Parameters.Account("account");
        var paging = Paging.Of(read, "entries", account.ToString());
        if (!read.Caller.MaySee(account)) throw ReadRequest.Unknown(account);
        var look = await read.Look(paging.Place);
        if (await read.Readers.Accounts.Find(read.Book, account, read.Aborted) is not { } id)
            throw ReadRequest.Unknown(account);

        var upTo = Math.Min(look.Position, paging.Before - 1);
        var (rows, cut) = await Rows(read, read.Readers.Accounts.Entries(
            read.Book, id, paging.ReadsNewestFirst, paging.After, upTo, paging.Limit + 1, read.Aborted));
        var page = paging.Turn(rows, cut);
        var edges = await read.Readers.Looks.Places(
            read.Book, Paging.Edges(page, entry => entry.Number), read.Aborted);
        await Answer(context, read, account, paging, page, edges);
    }

    /// <summary>As many as are here: the page ends where the next one is archived.</summary>
    private static async Task<(List<AccountEntry> Rows, ArchivedRange? Cut)> Rows(
        ReadRequest read, IAsyncEnumerable<AccountEntry> entries)
    {
        var rows = new List<AccountEntry>();
        try
        {
            await foreach (var entry in entries.WithCancellation(read.Aborted)) rows.Add(entry);
            return (rows, null);
        }
        catch (RangeIsArchived archived)
        {
            return (rows, archived.Range);
        }
    }

    private static async Task Answer(
        HttpContext context, ReadRequest read, AccountKey account, Paging paging, Page<AccountEntry> page,
        JournalCursor[] edges)
    {
        await using var answer = LongAnswer.Begin(context);
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteString("account", account.ToString());
        json.WriteStartArray("entries");
        foreach (var entry in page.Rows)
        {
            RecordJson.Write(json, account, entry, withActor: read.Caller.Owner is null);
            await answer.Breathe();
        }

        json.WriteEndArray();
        paging.Write(json, page, entry => entry.Position, edges);
        json.WriteEndObject();
        await answer.Flush();
    }
}
