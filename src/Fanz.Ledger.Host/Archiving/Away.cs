using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>A range that is away, with its book.</summary>
internal sealed record AwayRange(OpenedBook Book, ArchivedRange Range);

internal static class Away
{
    /// <summary>All that is away, of one book or of all.</summary>
    public static async Task<IReadOnlyList<AwayRange>> Of(
        NpgsqlDataSource source, BookName? only, CancellationToken token)
    {
        var found = new List<AwayRange>();
        foreach (var book in await ArchiveWords.Books(source, only, token))
            foreach (var range in await new ArchivedRanges(source).Of(book.Id, token))
                found.Add(new AwayRange(book, range));
        return found;
    }
}
