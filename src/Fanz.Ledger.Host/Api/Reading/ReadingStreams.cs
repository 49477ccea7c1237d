using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// The records of a stream: of a subscription, a dispute, a payout, the life of an account. Its name holds slashes, so
/// it is a parameter.
/// </summary>
internal static class ReadingStreams
{
    /// <summary>The longest are made of a word, a currency or a date, and an identifier.</summary>
    private const int LongestName = 3 * Identifier.MaxLength;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Books.Route + "/streams", (RequestDelegate)OfStream)
            .WithMetadata(ReadingDescriptions.OfStream);

    private static async Task OfStream(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context, ["stream", .. Paging.Words]);
        var stream = read.Parameters.Required("stream");
        if (Identifier.Problem(stream, LongestName) is { } problem)
            throw Parameters.Wrong("stream", "ill_formed", $"stream {problem}.");
        var paging = Paging.Of(read, "stream", stream);
        var look = await read.Look(paging.Place);
        var page = await RecordList.Page(paging, look, async (newestFirst, after, before, limit) => new FoundNumbers(
            await read.Readers.Found.OfStream(read.Book, stream, newestFirst, after, before, limit, read.Aborted),
            Cut: null));
        if (page.Rows.Count == 0)
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status404NotFound, "stream_unknown", "The book has no record of this stream."));
        }

        await RecordList.Answer(context, read, paging, page, isOfStream: true);
    }
}
