using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Statements;

/// <summary>
/// Begins statements. One statement of SQL says the number, the accounts and their sums, all of one snapshot; what
/// follows reads what never changes up to that number (see <see cref="StatementPages"/>). Round trips: this one, then
/// one for a month of days, one for a page of entries, and one for the end.
/// </summary>
public sealed class StatementReader(NpgsqlDataSource source)
{
    internal const string CurrenciesSql =
        """
        select distinct currency from ledger.accounts
        where owner = $2 and code = any ($3) and book_id = $1 and ($4::date is null or cohort = $4)
        """;

    /// <summary>Debits are positive. Without a build there is no row; without an account one of nothing.</summary>
    internal const string BeginSql =
        """
        select b.number, b.last_position, a.id, a.code, a.cohort,
            coalesce(d.opening, 0), coalesce(d.moved, 0), coalesce(d.entries, 0)::bigint,
            coalesce(d.later, 0), coalesce(d.later_entries, 0)::bigint, coalesce(d.days, 0)
        from (
            select id, number, last_position from ledger.builds
            where follower = 'balances' and book_id = $1 and state = 'live' and state <> 'retired') b
        left join lateral (
            select id, code, cohort from ledger.accounts
            where owner = $2 and code = any ($3) and currency = $5 and book_id = $1
                and ($4::date is null or cohort = $4)) a on true
        left join lateral (
            select
                sum(debits - credits) filter (where effective_on < $6 and recorded_on <= $8) as opening,
                sum(debits - credits) filter (
                    where effective_on >= $6 and effective_on <= $7 and recorded_on <= $8) as moved,
                sum(entries) filter (
                    where effective_on >= $6 and effective_on <= $7 and recorded_on <= $8) as entries,
                sum(debits - credits) filter (where effective_on > $7 or recorded_on > $8) as later,
                sum(entries) filter (where effective_on > $7 or recorded_on > $8) as later_entries,
                count(*) filter (where effective_on <= $7 and recorded_on <= $8) as days
            from projected.account_days where build = b.id and account_id = a.id) d on true
        """;

    // What moved on these days, and in an archived range as well: the last entry that an account has there is here.
    internal const string MovedAwaySql =
        """
        select exists (
            select from unnest($2::bigint[]) as account (id)
            cross join lateral (
                select from projected.account_days
                where build = (
                        select id from ledger.builds
                        where follower = 'balances' and book_id = $1 and state = 'live' and state <> 'retired')
                    and account_id = account.id and effective_on >= $3 and effective_on <= $4 and recorded_on <= $5
                    and first_position <= $7 and last_position >= $6
                limit 1) d
            cross join lateral (
                select from ledger.entries
                where account_id = account.id and book_id = $1 and position >= $6 and position <= $7
                limit 1) e)
        """;

    /// <summary>The currencies in which the subject has ever had an account, by their names.</summary>
    public async Task<IReadOnlyList<Currency>> Currencies(
        OpenedBook book, StatementSubject subject, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, CurrenciesSql, book.Id, subject.OwnerId, subject.Codes);
        batch.BatchCommands[1].Parameters.Add(Day(subject.Cohort));
        await using var reader = await ByIndex.Read(batch, token);
        var currencies = new List<Currency>();
        while (await reader.ReadAsync(token))
        {
            var currency = Currency.Of(reader.GetString(0));
            if (subject is not StatementSubject.Account one || one.Key.Currency == currency) currencies.Add(currency);
        }

        return [.. currencies.OrderBy(currency => currency.Code, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The statement with its opening and closing; its entries are read from it. Before the follower has begun with
    /// the book there is nothing, current to number 0.
    /// </summary>
    public async Task<Statement> Begin(OpenedBook book, StatementRequest request, CancellationToken token)
    {
        if (request.Of is StatementSubject.Account { Key.Currency: var own } && own != request.Currency)
            throw new ArgumentException($"{request.Of} is not in {request.Currency}.");
        var (first, last, known) = (
            request.From?.ToDateOnly() ?? DateOnly.MinValue, request.To?.ToDateOnly() ?? DateOnly.MaxValue,
            request.KnownOn?.ToDateOnly() ?? DateOnly.MaxValue);
        await using var batch = ByIndex.Query(source, BeginSql, book.Id, request.Of.OwnerId, request.Of.Codes);
        batch.BatchCommands[1].Parameters.Add(Day(request.Of.Cohort));
        foreach (var value in new object[] { request.Currency.Code, first, last, known })
            batch.BatchCommands[1].Parameters.Add(new() { Value = value });
        RangesAway.Ask(batch, book.Id);
        var sums = new SortedDictionary<string, Sums>(StringComparer.Ordinal);
        var accounts = new Dictionary<long, (AccountCode Code, LocalDate? Cohort)>();
        var (place, later, laterEntries) = (default(Place), 0m, 0L);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            place = new Place(reader.GetInt64(0), reader.GetInt64(1));
            if (reader.IsDBNull(2)) continue;
            var code = Chart.Find(reader.GetString(3));
            accounts.Add(reader.GetInt64(2), (
                code, reader.IsDBNull(4) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(4))));
            later += reader.GetDecimal(8);
            laterEntries += reader.GetInt64(9);
            if (reader.GetInt64(10) == 0) continue;
            if (!sums.TryGetValue(code.Name, out var sum)) sums.Add(code.Name, sum = new Sums(code));
            sum.Opening += reader.GetDecimal(5);
            sum.Moved += reader.GetDecimal(6);
            sum.Entries += reader.GetInt64(7);
        }

        var away = await RangesAway.Read(reader, token);
        await reader.DisposeAsync();
        foreach (var range in away.All) await RequireHere(book, range, [.. accounts.Keys], first, last, known, token);
        var sign = request.Of.Side == Side.Credit ? -1 : 1;
        var codes = sums.Values
            .Select(sum => new StatementCode(
                sum.Code, (long)(sign * sum.Opening), (long)(sign * sum.Moved), sum.Entries))
            .ToArray();
        var pages = new StatementPages(source, book, place, [.. accounts.Keys], first, last, known);
        return new Statement(request, place.Number, codes, (long)(sign * later), laterEntries, accounts, pages);
    }

    /// <summary>Told before the first entry is: whoever writes the statement as it comes cannot take it back.</summary>
    private async Task RequireHere(
        OpenedBook book, ArchivedRange range, long[] accounts, DateOnly first, DateOnly last, DateOnly known,
        CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, MovedAwaySql, book.Id, accounts, first, last, known, range.FirstPosition, range.LastPosition);
        await using var reader = await ByIndex.Read(batch, token);
        await reader.ReadAsync(token);
        if (reader.GetBoolean(0)) throw new RangeIsArchived(range);
    }

    private static NpgsqlParameter Day(LocalDate? day) => new()
    {
        Value = (object?)day?.ToDateOnly() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date,
    };

    private sealed class Sums(AccountCode code)
    {
        public AccountCode Code => code;

        public decimal Opening { get; set; }

        public decimal Moved { get; set; }

        public long Entries { get; set; }
    }
}
