using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Accounts;

/// <summary>An account of an owner, and what it holds. Debit positive.</summary>
public sealed record OwnedAccount(AccountKey Account, long Version, long Balance);

/// <summary>
/// The accounts of an owner in the order of code, currency and cohort, which is that of the index, and the life of one.
/// </summary>
public sealed class OwnedAccounts(NpgsqlDataSource source)
{
    private const string HeldSql =
        """
        left join lateral (
            select version, balance from ledger.entries
            where account_id = a.id and book_id = $1 and position <= $6
            order by position desc limit 1) e on true
        order by a.code, a.currency, a.cohort
        """;

    internal const string AfterCodeSql =
        $"""
        select a.code, a.owner, a.currency, a.cohort, coalesce(e.version, 0), coalesce(e.balance, 0)
        from (
            select id, code, owner, currency, cohort from ledger.accounts
            where owner = $2 and book_id = $1 and (code, currency) > ($3, $4)
            order by code, currency, cohort limit $5) a
        {HeldSql}
        """;

    // A code that has cohorts has them in every account, so no null stands in the way of the comparison.
    internal const string AfterCohortSql =
        $"""
        select a.code, a.owner, a.currency, a.cohort, coalesce(e.version, 0), coalesce(e.balance, 0)
        from (
            select id, code, owner, currency, cohort from ledger.accounts
            where owner = $2 and book_id = $1 and (code, currency, cohort) > ($3, $4, $7)
            order by code, currency, cohort limit $5) a
        {HeldSql}
        """;

    internal const string LastOfLifeSql =
        """
        select type, data from ledger.journal
        where stream = $1 and book_id = $2 and number <= $3
        order by number desc limit 1
        """;

    /// <summary>
    /// The accounts of an owner behind one of them, or from the first on, with what they held as of a position. One
    /// that was opened later has version 0.
    /// </summary>
    public async Task<IReadOnlyList<OwnedAccount>> After(
        OpenedBook book, string owner, AccountKey? after, long position, int limit, CancellationToken token)
    {
        var (code, currency) = after is { } key ? (key.Code.Name, key.Currency.Code) : ("", "");
        await using var batch = ByIndex.Query(
            source, after?.Cohort is null ? AfterCodeSql : AfterCohortSql, book.Id, owner, code, currency, limit,
            position);
        if (after?.Cohort is { } day)
        {
            batch.BatchCommands[1].Parameters.Add(
                new() { Value = day.ToDateOnly(), NpgsqlDbType = NpgsqlDbType.Date });
        }

        await using var reader = await ByIndex.Read(batch, token);
        var accounts = new List<OwnedAccount>();
        while (await reader.ReadAsync(token))
        {
            accounts.Add(new OwnedAccount(
                AccountReader.ReadKey(reader, 0), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return accounts;
    }

    /// <summary>Whether an account is open, frozen or closed as of a number.</summary>
    public async Task<Life> LifeOf(OpenedBook book, AccountKey account, long number, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, LastOfLifeSql, AccountLife.StreamOf(account), book.Id, number);
        await using var reader = await ByIndex.Read(batch, token);
        return AccountLife.After(await reader.ReadAsync(token)
            ? EventFormat.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1))
            : null);
    }
}
