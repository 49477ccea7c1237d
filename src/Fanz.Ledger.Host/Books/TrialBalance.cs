using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Npgsql;

namespace Fanz.Ledger.Host.Books;

/// <summary>The balance of all accounts of one code and currency, debits positive.</summary>
internal sealed record TrialBalanceLine(string Code, Currency Currency, long Accounts, long Minor);

/// <summary>
/// The sums of all last entries of a book, by line of the chart. It looks at every account, so it suits small books;
/// the sums of a large one are a projection's to keep.
/// </summary>
internal static class TrialBalances
{
    public static async Task<IReadOnlyList<TrialBalanceLine>> Of(
        NpgsqlDataSource source, BookName book, CancellationToken token)
    {
        await using var query = source.CreateCommand(
            """
            select a.code, a.currency, count(*), sum(last.balance)::bigint
            from ledger.books b
            join ledger.accounts a on a.book_id = b.id
            cross join lateral (
                select e.balance from ledger.entries e
                where e.account_id = a.id and e.book_id = a.book_id
                order by e.position desc limit 1) last
            where b.tenant = $1 and b.platform = $2
            group by a.code, a.currency
            order by a.currency, a.code
            """);
        query.Parameters.Add(new() { Value = book.Tenant });
        query.Parameters.Add(new() { Value = book.Platform });
        await using var reader = await query.ExecuteReaderAsync(token);
        var lines = new List<TrialBalanceLine>();
        while (await reader.ReadAsync(token))
        {
            lines.Add(new TrialBalanceLine(
                reader.GetString(0), Currency.Of(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return lines;
    }
}
