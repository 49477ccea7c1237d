using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Books;

/// <summary>One movement of a creator's, as the creator would say it: what is owed to them is positive.</summary>
/// <param name="On">Its date in the accounts.</param>
/// <param name="Number">The number of its record.</param>
/// <param name="What">The event, in the words of the journal.</param>
/// <param name="Account">Which of the creator's accounts it moved.</param>
/// <param name="Amount">How much.</param>
/// <param name="Balance">What is owed to the creator after it, over all accounts.</param>
internal sealed record StatementLine(
    LocalDate On, long Number, string What, string Account, Money.Money Amount, Money.Money Balance);

/// <summary>What became of a creator's money in a time, and whether that ties to the rest of the book.</summary>
/// <param name="Lines">Every entry of the time, in order.</param>
/// <param name="InLedger">What the last entries of the creator's accounts say now.</param>
/// <param name="Creators">How many creators have such accounts.</param>
/// <param name="OfAll">What the statements of all creators close with, together.</param>
/// <param name="InTrialBalance">What the trial balance says of these accounts.</param>
internal sealed record CreatorStatement(
    string Creator, LocalDate From, LocalDate To, Money.Money Opening, IReadOnlyList<StatementLine> Lines,
    Money.Money Closing, Money.Money InLedger, long Creators, Money.Money OfAll, Money.Money InTrialBalance)
{
    public bool Ties => Closing == InLedger && OfAll == InTrialBalance;
}

/// <summary>
/// Makes a creator's statement out of entries alone, and holds it against balances. It looks at every entry of the
/// creators, so it suits small books.
/// </summary>
internal static class CreatorStatements
{
    /// <summary>All that a creator has or owes.</summary>
    private static readonly string[] Codes =
        [.. Chart.All.Where(code => code.Holder == Holder.Creator).Select(code => code.Name)];

    public static async Task<CreatorStatement> Of(
        NpgsqlDataSource source, BookName book, string creator, Currency currency, LocalDate from, LocalDate to,
        IReadOnlyList<TrialBalanceLine> trialBalance, CancellationToken token)
    {
        // Sums are made of all entries, so none may be away, neither before they are read nor after.
        var (archived, id) = (new ArchivedRanges(source), (await new BookRegistry(source).MustFind(book, token)).Id);
        await archived.RequireAll(id, token);
        var zero = new Money.Money(0, currency);
        var (opening, balance, lines) = (zero, zero, new List<StatementLine>());
        foreach (var (line, amount) in await Entries(source, book, creator, currency, token))
        {
            if (line.On > to) continue;
            balance += amount;
            if (line.On < from) opening = balance;
            else lines.Add(line with { Balance = balance });
        }

        var (creators, ofAll) = await OfAll(source, book, currency, token);
        var inLedger = await InLedger(source, book, creator, currency, token);
        var inTrialBalance = trialBalance
            .Where(line => line.Currency == currency && Codes.Contains(line.Code))
            .Aggregate(zero, (sum, line) => sum - new Money.Money(line.Minor, currency));
        await archived.RequireAll(id, token);
        return new CreatorStatement(
            creator, from, to, opening, lines, balance, inLedger, creators, ofAll, inTrialBalance);
    }

    private static async Task<List<(StatementLine Line, Money.Money Amount)>> Entries(
        NpgsqlDataSource source, BookName book, string creator, Currency currency, CancellationToken token)
    {
        await using var query = Query(
            source,
            """
            select j.effective_on, e.number, j.type, a.code, a.cohort, -e.amount
            from ledger.books b
            join ledger.accounts a on a.book_id = b.id
            join ledger.entries e on e.account_id = a.id and e.book_id = a.book_id
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            where b.tenant = $1 and b.platform = $2 and a.currency = $3 and a.code = any ($4) and a.owner = $5
            order by e.position
            """,
            book, currency, creator);
        await using var reader = await query.ExecuteReaderAsync(token);
        var entries = new List<(StatementLine, Money.Money)>();
        while (await reader.ReadAsync(token))
        {
            var cohort = reader.IsDBNull(4) ? "" : $" until {reader.GetFieldValue<DateOnly>(4):yyyy-MM-dd}";
            var amount = new Money.Money(reader.GetInt64(5), currency);
            var line = new StatementLine(
                LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(0)), reader.GetInt64(1),
                reader.GetString(2).Replace('_', ' '), $"{reader.GetString(3)}{cohort}", amount, amount);
            entries.Add((line, amount));
        }

        return entries;
    }

    /// <summary>The last entries of the creator's accounts.</summary>
    private static async Task<Money.Money> InLedger(
        NpgsqlDataSource source, BookName book, string creator, Currency currency, CancellationToken token)
    {
        await using var query = Query(
            source,
            """
            select coalesce(-sum(last.balance), 0)::bigint
            from ledger.books b
            join ledger.accounts a on a.book_id = b.id
            cross join lateral (
                select e.balance from ledger.entries e
                where e.account_id = a.id and e.book_id = a.book_id
                order by e.position desc limit 1) last
            where b.tenant = $1 and b.platform = $2 and a.currency = $3 and a.code = any ($4) and a.owner = $5
            """,
            book, currency, creator);
        return new Money.Money((long)(await query.ExecuteScalarAsync(token))!, currency);
    }

    /// <summary>All entries of all creators.</summary>
    private static async Task<(long Creators, Money.Money Closing)> OfAll(
        NpgsqlDataSource source, BookName book, Currency currency, CancellationToken token)
    {
        await using var query = Query(
            source,
            """
            select count(distinct a.owner), coalesce(-sum(e.amount), 0)::bigint
            from ledger.books b
            join ledger.accounts a on a.book_id = b.id
            join ledger.entries e on e.account_id = a.id and e.book_id = a.book_id
            where b.tenant = $1 and b.platform = $2 and a.currency = $3 and a.code = any ($4)
            """,
            book, currency);
        await using var reader = await query.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), new Money.Money(reader.GetInt64(1), currency));
    }

    private static NpgsqlCommand Query(
        NpgsqlDataSource source, string sql, BookName book, Currency currency, string? creator = null)
    {
        var query = source.CreateCommand(sql);
        query.Parameters.Add(new() { Value = book.Tenant });
        query.Parameters.Add(new() { Value = book.Platform });
        query.Parameters.Add(new() { Value = currency.Code });
        query.Parameters.Add(new() { Value = Codes });
        if (creator is not null) query.Parameters.Add(new() { Value = creator });
        return query;
    }
}
