using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.References;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// Transactions by what other systems call them: by a reference of any kind or of one, or by a piece of metadata.
/// Newest first unless asked otherwise. What answers is made of the journal a moment later, so the number that the
/// answer is current to is that of its maker; with at_least it waits until the maker is there.
/// </summary>
internal static class FindingTransactions
{
    private const int LongestText = 1_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Books.Route + "/transactions", (RequestDelegate)Find).WithMetadata(ReadingDescriptions.Find);

    private static async Task Find(HttpContext context)
    {
        var metadata = context.Request.Query.Keys
            .Where(name => name.StartsWith(ReferenceFields.MetadataPrefix, StringComparison.Ordinal)).ToArray();
        var read = await ReadRequest.OfBook(context, ["reference", "kind", .. metadata, .. Paging.Words]);
        var (kinds, text) = Wanted(read.Parameters, metadata);
        var paging = Paging.Of(read, isNewestFirst: true, ["transactions", .. kinds, text]);
        var look = await read.Look(paging.Place);
        var asOf = 0L;
        var atLeast = read.Parameters.Whole("at_least", 0, long.MaxValue) ?? 0;
        if (!await read.Readers.Builds.Reach(
            ReferenceFollower.FollowerName, read.Book, atLeast, Readers.Patience, read.Aborted))
            throw ReadRequest.NotThereYet(look, atLeast);
        var page = await RecordList.Page(paging, look, async (newestFirst, after, before, limit) =>
        {
            var found = await read.Readers.References.Find(
                read.Book, kinds, text, newestFirst, after, before, limit, read.Aborted);
            asOf = Math.Min(found.AsOf, look.Number);
            return FoundNumbers.UpTo(await read.Readers.Archived.Of(read.Book.Id, read.Aborted), [.. found.Numbers]);
        });
        read.SayNumber(asOf);
        await RecordList.Answer(context, read, paging, page);
    }

    private static (IReadOnlyList<string> Kinds, string Text) Wanted(Parameters parameters, string[] metadata)
    {
        var (reference, kind) = (parameters.Text("reference"), parameters.Text("kind"));
        if ((reference is null ? 0 : 1) + metadata.Length != 1)
        {
            throw Parameters.Wrong(
                "reference", "parameter_missing",
                "Transactions are found by either `reference` or one `metadata.KEY`, not by both or neither.");
        }

        if (reference is null)
        {
            if (kind is not null)
                throw Parameters.Wrong("kind", "parameter_unknown", "Metadata has a key and no kind.");
            if (Identifier.Problem(metadata[0][ReferenceFields.MetadataPrefix.Length..]) is { } problem)
                throw Parameters.Wrong("metadata", "ill_formed", $"The key of metadata {problem}.");
            return (metadata, Checked(metadata[0], parameters.Required(metadata[0]), mayBeEmpty: true));
        }

        if (kind is not null && !ReferenceFields.Kinds.Contains(kind, StringComparer.Ordinal))
        {
            throw Parameters.Wrong(
                "kind", "ill_formed", $"kind is one of {string.Join(", ", ReferenceFields.Kinds)}.");
        }

        return (kind is null ? ReferenceFields.Kinds : [kind], Checked("reference", reference, mayBeEmpty: false));
    }

    private static string Checked(string field, string text, bool mayBeEmpty)
    {
        if (text.Length == 0 && mayBeEmpty) return text;
        return Identifier.Problem(text, LongestText, mayHaveControls: true) is { } problem
            ? throw Parameters.Wrong(field, "ill_formed", $"{field} {problem}.")
            : text;
    }
}
