using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>A creator and what they have available, above zero.</summary>
public readonly record struct DuePayee(string Creator, long Available);

/// <summary>
/// Creators who have enough available to be paid, in the order of their names: a page is read along the index on
/// accounts, from the creator on that the last one ended with.
/// </summary>
public sealed class DuePayees(NpgsqlDataSource source)
{
    internal const string PageSql =
        """
        select b.owner, -b.balance
        from projected.balances b
        where b.build = (
                select id from ledger.builds
                where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired')
            and b.code = $3 and b.owner > $4 and b.currency = $5 and b.balance <= -$6::bigint
        order by b.code, b.owner
        limit $7
        """;

    /// <summary>All of at least an amount, in pages.</summary>
    public async IAsyncEnumerable<IReadOnlyList<DuePayee>> Pages(
        OpenedBook book, Currency currency, long least, int size, [EnumeratorCancellation] CancellationToken token)
    {
        for (var last = ""; ;)
        {
            var page = await Page(book, currency, least, last, size, token);
            if (page.Count > 0) yield return page;
            if (page.Count < size) yield break;
            last = page[^1].Creator;
        }
    }

    private async Task<List<DuePayee>> Page(
        OpenedBook book, Currency currency, long least, string after, int size, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, PageSql, BalanceFollower.FollowerName, book.Id, Chart.CreatorAvailable.Name, after, currency.Code,
            least, size);
        await using var reader = await ByIndex.Read(batch, token);
        var page = new List<DuePayee>();
        while (await reader.ReadAsync(token)) page.Add(new DuePayee(reader.GetString(0), reader.GetInt64(1)));
        return page;
    }
}
