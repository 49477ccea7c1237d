using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Accounts;

/// <summary>
/// An account as of a number of its book. An account that was opened later has version and balance 0.
/// </summary>
/// <param name="Balance">Debit positive.</param>
/// <param name="AsOf">The number up to which this is true: the book's head, or what was asked for.</param>
public sealed record AccountBalance(long Id, AccountKey Account, long Version, long Balance, long AsOf);

/// <summary>A movement of an account, and what of its record a reader of accounts wants to see.</summary>
public sealed record AccountEntry(
    long Position, long Number, long Version, long Amount, long Balance, string Type, Instant At,
    LocalDate EffectiveOn, string Actor);

/// <summary>
/// Reads accounts. A balance is the account's last entry, found with one index step; it comes with the number that
/// it is true for, from the same snapshot.
/// </summary>
public sealed class AccountReader(NpgsqlDataSource source)
{
    private const int EntriesAPage = 1_000;

    // An index finds a cohort or its absence, but not "is not distinct from": each case has a branch.
    internal const string FindSql =
        """
        select id from ledger.accounts
        where owner = $2 and code = $3 and currency = $4 and cohort = $5 and book_id = $1
        union all
        select id from ledger.accounts
        where owner = $2 and code = $3 and currency = $4 and cohort is null and book_id = $1 and $5::date is null
        """;

    internal const string HeadBalanceSql =
        """
        select head.last_number, e.version, e.balance
        from (select last_number from ledger.seals where book_id = $1
            order by last_number desc, sequence desc limit 1) head
        left join lateral (
            select version, balance from ledger.entries where account_id = $2 and book_id = $1
            order by position desc limit 1) e on true
        """;

    internal const string BalanceAsOfSql =
        """
        select version, balance, number from ledger.entries
        where account_id = $2 and book_id = $1 and position <= $3
        order by position desc
        limit 1
        """;

    internal const string KeysSql =
        """
        select code, owner, currency, cohort, id from ledger.accounts where id = any ($1) and book_id = $2
        """;

    internal const string OldestFirstSql =
        """
        select e.position, e.number, e.version, e.amount, e.balance, j.type, j.at, j.effective_on, j.actor
        from ledger.entries e
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        where e.account_id = $1 and e.book_id = $2 and e.position > $3 and e.position <= $4
        order by e.position
        limit $5
        """;

    internal const string NewestFirstSql =
        """
        select e.position, e.number, e.version, e.amount, e.balance, j.type, j.at, j.effective_on, j.actor
        from ledger.entries e
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        where e.account_id = $1 and e.book_id = $2 and e.position > $3 and e.position <= $4
        order by e.position desc
        limit $5
        """;

    private readonly JournalReader journal = new(source);

    /// <summary>The id of an account; null when it was never used.</summary>
    public async Task<long?> Find(OpenedBook book, AccountKey account, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, FindSql, book.Id, account.Owner, account.Code.Name, account.Currency.Code);
        batch.BatchCommands[1].Parameters.Add(new()
        {
            Value = (object?)account.Cohort?.ToDateOnly() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date,
        });
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : null;
    }

    /// <summary>
    /// What the account holds now, or held as of an earlier number or time; null when it was never used. What it held
    /// within an archived range is not known if it moved there later.
    /// </summary>
    public async Task<AccountBalance?> Balance(
        OpenedBook book, AccountKey account, AsOf asOf, CancellationToken token)
    {
        // The id first: ids never change, so this needs no snapshot with what follows.
        if (await Find(book, account, token) is not { } id) return null;
        if (asOf == AsOf.Head)
        {
            await using var batch = ByIndex.Query(source, HeadBalanceSql, book.Id, id);
            await using var reader = await ByIndex.Read(batch, token);
            await reader.ReadAsync(token);
            return new AccountBalance(id, account, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(0));
        }

        // Within an archived range no place is known: but whoever did not move there any more had what they had at its end.
        var (place, within) = await journal.Look(book, asOf, token);
        var position = within?.LastPosition ?? place.Position;
        await using var earlier = ByIndex.Query(source, BalanceAsOfSql, book.Id, id, position);
        RangesAway.Ask(earlier, book.Id);
        await using var found = await ByIndex.Read(earlier, token);
        var (version, balance, last) = await found.ReadAsync(token)
            ? (found.GetInt64(0), found.GetInt64(1), found.GetInt64(2))
            : (0, 0, 0);
        var away = await RangesAway.Read(found, token);
        if (within is not null && last > place.Number) throw new RangeIsArchived(within);
        if (within is null && away.Within(place.Number) is { } since) throw new RangeIsArchived(since);
        return new AccountBalance(id, account, version, balance, place.Number);
    }

    /// <summary>
    /// An account's entries between two positions, oldest or newest first, at most so many. The position of the last
    /// one is where the next page begins: as <paramref name="after"/>, or less one as <paramref name="upTo"/>. Where they
    /// come to an archived range in which the account moved, they end with that.
    /// </summary>
    public async IAsyncEnumerable<AccountEntry> Entries(
        OpenedBook book, long account, bool newestFirst = false, long after = 0, long upTo = long.MaxValue,
        int limit = int.MaxValue, [EnumeratorCancellation] CancellationToken token = default)
    {
        while (limit > 0 && after < upTo)
        {
            var asked = Math.Min(limit, EntriesAPage);
            var (page, cut) = await Page(book, account, newestFirst, after, upTo, asked, token);
            foreach (var entry in page) yield return entry;
            if (cut is not null) throw new RangeIsArchived(cut);
            if (page.Count < asked) yield break;
            limit -= page.Count;
            if (newestFirst) upTo = page[^1].Position - 1;
            else after = page[^1].Position;
        }
    }

    /// <summary>What accounts are called, for a page of entries.</summary>
    public async Task<IReadOnlyDictionary<long, AccountKey>> Keys(
        OpenedBook book, IReadOnlyCollection<long> ids, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, KeysSql, ids.ToArray(), book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var keys = new Dictionary<long, AccountKey>(ids.Count);
        while (await reader.ReadAsync(token)) keys.Add(reader.GetInt64(4), ReadKey(reader, 0));
        return keys;
    }

    /// <summary>Reads code, owner, currency, cohort.</summary>
    internal static AccountKey ReadKey(NpgsqlDataReader reader, int column) => new(
        Chart.Find(reader.GetString(column)),
        reader.GetString(column + 1),
        Currency.Of(reader.GetString(column + 2)),
        reader.IsDBNull(column + 3) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column + 3)));

    /// <summary>A page, and the archived range that it ends at before it is full.</summary>
    private async Task<(List<AccountEntry> Page, ArchivedRange? Cut)> Page(
        OpenedBook book, long account, bool newestFirst, long after, long upTo, int limit, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, newestFirst ? NewestFirstSql : OldestFirstSql, account, book.Id, after, upTo, limit);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var page = new List<AccountEntry>();
        while (await reader.ReadAsync(token))
        {
            page.Add(new AccountEntry(
                Position: reader.GetInt64(0),
                Number: reader.GetInt64(1),
                Version: reader.GetInt64(2),
                Amount: reader.GetInt64(3),
                Balance: reader.GetInt64(4),
                Type: reader.GetString(5),
                At: Instant.FromDateTimeUtc(reader.GetDateTime(6)),
                EffectiveOn: LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(7)),
                Actor: reader.GetString(8)));
        }

        var away = await RangesAway.Read(reader, token);
        return away.Any ? Cut(page, away, newestFirst, upTo, isFull: page.Count == limit) : (page, null);
    }

    /// <summary>
    /// An account that moved in a range has its last entry of it here still: there the page ends. Where it is asked up to
    /// the midst of a range, that entry may lie beyond.
    /// </summary>
    private static (List<AccountEntry> Page, ArchivedRange? Cut) Cut(
        List<AccountEntry> page, RangesAway away, bool newestFirst, long upTo, bool isFull)
    {
        var midst = away.WithinPosition(upTo);
        if (newestFirst && midst is not null) return ([], midst);
        for (var i = 0; i < page.Count; i++)
            if (away.WithPosition(page[i].Position) is { } range) return (page[..i], range);
        return (page, isFull ? null : midst);
    }
}
