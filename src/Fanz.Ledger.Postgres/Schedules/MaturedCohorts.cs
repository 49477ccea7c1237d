using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>What somebody earned and may have since a day.</summary>
/// <param name="Amount">What is held, above zero.</param>
public readonly record struct MaturedCohort(string Owner, string Currency, LocalDate Cohort, long Amount);

/// <summary>
/// What of the holding accounts has matured, in the order of the escrow calendar's index: a page is a few index steps
/// behind the row that the last one ended with.
/// </summary>
public sealed class MaturedCohorts(NpgsqlDataSource source)
{
    private const int RowsAPage = 5_000;

    internal const string PageSql =
        """
        select b.owner, b.currency, b.cohort, -b.balance, b.account_id
        from projected.balances b
        where b.build = (
                select id from ledger.builds
                where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired')
            and b.cohort is not null and b.size_step > 0 and b.code = $3 and b.cohort <= $4
            and (b.cohort, b.code, b.currency, b.owner, b.account_id) > ($5, $3, $6, $7, $8)
        order by b.cohort, b.code, b.currency, b.owner, b.account_id
        limit $9
        """;

    /// <summary>All that has matured by a day in one kind of holding account.</summary>
    public async IAsyncEnumerable<MaturedCohort> In(
        OpenedBook book, AccountCode code, LocalDate by, [EnumeratorCancellation] CancellationToken token)
    {
        var (cohort, currency, owner, account) = (DateOnly.MinValue, "", "", 0L);
        while (true)
        {
            var page = await Page();
            foreach (var row in page) yield return row;
            if (page.Count < RowsAPage) yield break;
        }

        async Task<List<MaturedCohort>> Page()
        {
            await using var batch = ByIndex.Query(
                source, PageSql, BalanceFollower.FollowerName, book.Id, code.Name, by.ToDateOnly(), cohort, currency,
                owner, account, RowsAPage);
            await using var reader = await ByIndex.Read(batch, token);
            var rows = new List<MaturedCohort>();
            while (await reader.ReadAsync(token))
            {
                (owner, currency, cohort) =
                    (reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2));
                account = reader.GetInt64(4);
                rows.Add(new MaturedCohort(owner, currency, LocalDate.FromDateOnly(cohort), reader.GetInt64(3)));
            }

            return rows;
        }
    }
}
