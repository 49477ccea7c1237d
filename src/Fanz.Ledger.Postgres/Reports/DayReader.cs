using System.Data;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>What moved on an account on a day, and what it held at its end.</summary>
public sealed record AccountDay(LocalDate EffectiveOn, Int128 Debits, Int128 Credits, long Entries, Int128 Closing);

/// <summary>An account over a period. Debits are positive; the days are those on which it moved.</summary>
/// <param name="Number">What it is current to.</param>
public sealed record AccountDays(long Number, Int128 Opening, IReadOnlyList<AccountDay> Days)
{
    public Int128 Closing => Days.Count == 0 ? Opening : Days[^1].Closing;
}

/// <summary>
/// Reads the balance of an account day by day, at any time as it was known at any other. Place and days are of one
/// snapshot.
/// </summary>
public sealed class DayReader(NpgsqlDataSource source)
{
    internal const string DaysSql =
        """
        select d.effective_on, sum(d.debits), sum(d.credits), sum(d.entries)::bigint
        from projected.account_days d
        where d.build = $1 and d.account_id = $2 and d.effective_on <= $3 and d.recorded_on <= $4
        group by d.effective_on
        order by d.effective_on
        """;

    internal const string AccountSql =
        """
        select b.account_id, p.id, p.number
        from ledger.builds p
        join projected.balances b on b.build = p.id and b.code = $3 and b.owner = $4 and b.currency = $5
            and b.cohort is not distinct from $6::date
        where p.follower = $1 and p.book_id = $2 and p.state = 'live' and p.state <> 'retired'
        """;

    /// <summary>Null where the account was never used, as far as the balances are.</summary>
    public async Task<AccountDays?> Read(
        OpenedBook book, AccountKey account, ReportDays days, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        if (await Find(connection, book, account, token) is not var (id, build, number)) return null;
        await using var batch = ByIndex.Query(connection, DaysSql, build, id, days.Last, days.Known);
        await using var reader = await ByIndex.Read(batch, token);
        var (opening, closing, found) = ((Int128)0, (Int128)0, new List<AccountDay>());
        while (await reader.ReadAsync(token))
        {
            var day = LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(0));
            var (debits, credits) = ((Int128)reader.GetDecimal(1), (Int128)reader.GetDecimal(2));
            closing += debits - credits;
            if (day < days.From) opening = closing;
            else found.Add(new AccountDay(day, debits, credits, reader.GetInt64(3), closing));
        }

        return new AccountDays(number, opening, found);
    }

    private static async Task<(long Id, int Build, long Number)?> Find(
        NpgsqlConnection connection, OpenedBook book, AccountKey account, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            connection, AccountSql, BalanceFollower.FollowerName, book.Id, account.Code.Name, account.Owner,
            account.Currency.Code, account.Cohort?.ToDateOnly());
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token)
            ? (reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2))
            : null;
    }
}
