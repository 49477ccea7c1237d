using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Reports;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What the follower `tax` has made of a book, and up to which record.</summary>
internal readonly record struct TaxBuild(OpenedBook Book, int Id, long Number);

internal static class TaxBuilds
{
    /// <summary>In the order of the books; one of which nothing was made yet is left out.</summary>
    internal static async Task<IReadOnlyList<TaxBuild>> Of(
        NpgsqlConnection connection, IReadOnlyList<OpenedBook> books, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            connection, RevenueReport.PlacesSql, TaxFollower.FollowerName, books.Select(book => book.Id).ToArray());
        await using var reader = await ByIndex.Read(batch, token);
        var builds = new List<TaxBuild>();
        while (await reader.ReadAsync(token))
        {
            var book = reader.GetInt32(1);
            builds.Add(new TaxBuild(books.First(one => one.Id == book), reader.GetInt32(0), reader.GetInt64(2)));
        }

        return [.. builds.OrderBy(build => books.Index().First(one => one.Item == build.Book).Index)];
    }
}
