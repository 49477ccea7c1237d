using System.Data;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What a creator earned in a quarter, as the list `tax_earnings` has it, of one book.</summary>
public sealed record EarnedInQuarter(
    OpenedBook Book, string Creator, int Quarter, string Currency, string Country, string Class, long Sales, long Gross,
    long Fees, long Refunds, long LaterRefunds, long Adjustments, long Released, long Withheld, long Payments,
    long PaymentsGross);

/// <summary>What was withheld from a payee in a quarter, of one book.</summary>
public sealed record WithheldInQuarter(
    OpenedBook Book, string Role, string Payee, int Quarter, WithholdingKind Kind, string Currency, long Base,
    long Withheld);

/// <summary>What was supplied in a quarter at one rate, and what was given back of the supplies of one.</summary>
/// <param name="Year">The year of the supplies: an earlier one where a correction is told.</param>
public sealed record SuppliedInQuarter(
    OpenedBook Book, string Jurisdiction, int Year, int Quarter, int? RateBasisPoints, string Currency, long Supplies,
    long Base, long Tax);

/// <summary>
/// The figures of tax reports, of several books at once. They are what the follower `tax` keeps; what was given back of
/// supplies is looked up in the journal as well, because the authority wants it by the period of the supply.
/// Round trips: begin; where the follower is in each book; the figures, a page at a time; the end. One snapshot.
/// </summary>
public sealed class TaxFigures(NpgsqlDataSource source)
{
    internal const string EarningsSql =
        """
        select live.at, t.creator, t.quarter, t.currency, t.country, t.class, t.sales, t.gross, t.fees, t.refunds,
            t.later_refunds, t.adjustments, t.released, t.withheld, t.payments, t.payments_gross
        from unnest($1::int[]) with ordinality live (build, at)
        cross join lateral (
            select * from projected.tax_earnings t
            where t.build = live.build and t.tax_year = $2
            offset 0) t
        order by 2, 3, 4, 5, 6, 1
        """;

    internal const string WithheldSql =
        """
        select live.at, t.role, t.payee, t.quarter, t.kind, t.currency, t.base, t.withheld
        from unnest($1::int[]) with ordinality live (build, at)
        cross join lateral (
            select * from projected.withholdings t
            where t.build = live.build and t.tax_year = $2 and t.payee <> ''
            offset 0) t
        order by 3, 2, 4, 5, 6, 1
        """;

    internal const string SuppliesSql =
        """
        select live.at, t.jurisdiction, extract(year from t.month)::int, extract(quarter from t.month)::int,
            nullif(t.rate, -1), t.currency, sum(t.supplies)::bigint, sum(t.base)::bigint, sum(t.tax)::bigint
        from unnest($1::int[]) with ordinality live (build, at)
        cross join lateral (
            select * from projected.tax_supplies t
            where t.build = live.build and t.month >= $2 and t.month < $3 and t.kind = 'vat'
            offset 0) t
        group by 1, 2, 3, 4, 5, 6
        having sum(t.supplies) <> 0 or sum(t.base) <> 0 or sum(t.tax) <> 0
        order by 2, 5, 6, 1
        """;

    // Of a record that gives back, each tax is on all that it gives back; a reversal gives back all of the sale.
    internal const string GivenBackSql =
        """
        with back as (
            select live.at, a.owner, a.currency, e.amount tax, s.effective_on, s.data sale, j.type, j.data,
                sum(e.amount) over (partition by live.at, j.number) taxes
            from unnest($1::int[]) with ordinality live (book, at)
            join ledger.accounts a on a.code = 'vat.payable' and a.book_id = live.book
            join ledger.entries e on e.account_id = a.id and e.book_id = a.book_id and e.amount > 0
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number and j.number <= $4[live.at]
                and j.effective_on >= $2 and j.effective_on < $3
                and j.type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back', 'reversed')
            join ledger.journal s on s.book_id = j.book_id and s.number = j.refers_to
            where s.data -> 'taxes' is not null)
        select back.at, back.owner, extract(year from back.effective_on)::int,
            extract(quarter from back.effective_on)::int, line.rate, back.currency, count(*),
            sum(case back.type when 'reversed' then (back.sale ->> 'amount')::bigint
                    + coalesce((back.sale ->> 'shipping')::bigint, 0)
                    - coalesce((back.sale -> 'discount' ->> 'amount')::bigint, 0)
                else (back.data ->> 'amount')::bigint - back.taxes end)::bigint,
            sum(back.tax)::bigint
        from back
        cross join lateral (
            select (tax.line ->> 'rate_basis_points')::int rate
            from json_array_elements(back.sale -> 'taxes') tax (line)
            where tax.line ->> 'kind' = 'vat' and tax.line ->> 'jurisdiction' = back.owner
            limit 1) line
        group by 1, 2, 3, 4, 5, 6
        order by 2, 3, 4, 5, 6, 1
        """;

    // What was given back of supplies is looked up where it stands: among the entries of VAT, and in what refers to the
    // sales. A range in which VAT moved is needed unless it ended before the time that is asked for; and so are sales in
    // a range that something of that time refers to.
    private const string GivenBackAwaySql =
        """
        select a.id, a.book_id, a.first_number, a.last_number, a.first_position, a.last_position, a.first_sequence,
            a.last_sequence, a.carried, a.at, a.actor, a.file, a.file_hash, a.seal, a.carried_hash
        from ledger.archived_ranges a
        cross join lateral (
            select at from ledger.seals where book_id = a.book_id and last_number >= a.last_number
            order by last_number, sequence limit 1) last
        where a.book_id = any ($1) and not exists (select from ledger.returned_ranges r where r.range_id = a.id)
            and ((last.at >= $2::date - 2 and exists (
                select from ledger.accounts v
                join ledger.entries e on e.account_id = v.id and e.book_id = v.book_id
                where v.code = 'vat.payable' and v.book_id = a.book_id
                    and e.position between a.first_position and a.last_position))
            or exists (
                select from ledger.journal j
                where j.refers_to between a.first_number and a.last_number and j.book_id = a.book_id
                    and j.effective_on >= $2 and j.effective_on < $3
                    and j.type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back', 'reversed')
                    and not exists (
                        select from ledger.journal s where s.book_id = j.book_id and s.number = j.refers_to)))
        order by a.book_id, a.last_number
        limit 1
        """;

    /// <summary>What creators earned in a year, and up to which number of each book that is known.</summary>
    public Task<(IReadOnlyList<EarnedInQuarter> Rows, IReadOnlyList<(OpenedBook Book, long Number)> Books)> Earned(
        IReadOnlyList<OpenedBook> books, int year, CancellationToken token) => Read(
        books, EarningsSql, build => [build.Select(one => one.Id).ToArray(), year],
        (book, row) => new EarnedInQuarter(
            book, row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.GetString(5),
            row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11),
            row.GetInt64(12), row.GetInt64(13), row.GetInt64(14), row.GetInt64(15)),
        token);

    public async Task<IReadOnlyList<WithheldInQuarter>> Withheld(
        IReadOnlyList<OpenedBook> books, int year, CancellationToken token) => (await Read(
        books, WithheldSql, build => [build.Select(one => one.Id).ToArray(), year],
        (book, row) => new WithheldInQuarter(
            book, row.GetString(1), row.GetString(2), row.GetInt32(3),
            row.GetString(4) == "backup" ? WithholdingKind.Backup : WithholdingKind.NonResident, row.GetString(5),
            row.GetInt64(6), row.GetInt64(7)),
        token)).Rows;

    /// <summary>What was supplied from a day up to another one, before anything was given back.</summary>
    public async Task<IReadOnlyList<SuppliedInQuarter>> Supplied(
        IReadOnlyList<OpenedBook> books, LocalDate from, LocalDate upTo, CancellationToken token) => (await Read(
        books, SuppliesSql, build => [build.Select(one => one.Id).ToArray(), from.ToDateOnly(), upTo.ToDateOnly()],
        Supply, token)).Rows;

    /// <summary>
    /// What was given back in a time, by the quarter and rate of the supplies that it was of. It is looked for what of it
    /// is archived before and after, because what is read is of a moment between.
    /// </summary>
    public async Task<IReadOnlyList<SuppliedInQuarter>> GivenBack(
        IReadOnlyList<OpenedBook> books, LocalDate from, LocalDate upTo, CancellationToken token)
    {
        await RequireHere(books, from, upTo, token);
        var (rows, _) = await Read(
            books, GivenBackSql,
            build =>
            [
                build.Select(one => one.Book.Id).ToArray(), from.ToDateOnly(), upTo.ToDateOnly(),
                build.Select(one => one.Number).ToArray(),
            ],
            Supply, token);
        await RequireHere(books, from, upTo, token);
        return rows;
    }

    private async Task RequireHere(
        IReadOnlyList<OpenedBook> books, LocalDate from, LocalDate upTo, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, GivenBackAwaySql, books.Select(book => book.Id).ToArray(), from.ToDateOnly(), upTo.ToDateOnly());
        batch.Timeout = 0;
        await using var reader = await ByIndex.Read(batch, token);
        if (await reader.ReadAsync(token)) throw new RangeIsArchived(ArchivedRanges.Read(reader));
    }

    private static SuppliedInQuarter Supply(OpenedBook book, NpgsqlDataReader row) => new(
        book, row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetInt32(4),
        row.GetString(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8));

    private async Task<(IReadOnlyList<T> Rows, IReadOnlyList<(OpenedBook Book, long Number)> Books)> Read<T>(
        IReadOnlyList<OpenedBook> books, string sql, Func<IReadOnlyList<TaxBuild>, object[]> parameters,
        Func<OpenedBook, NpgsqlDataReader, T> read, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var builds = await TaxBuilds.Of(connection, books, token);
        await using var batch = ByIndex.Query(connection, sql, parameters(builds));
        await using var reader = await ByIndex.Read(batch, token);
        var rows = new List<T>();
        while (await reader.ReadAsync(token)) rows.Add(read(builds[(int)reader.GetInt64(0) - 1].Book, reader));
        return (rows, [.. builds.Select(build => (build.Book, build.Number))]);
    }
}
