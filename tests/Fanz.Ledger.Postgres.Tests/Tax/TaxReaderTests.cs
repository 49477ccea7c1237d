using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Tests.Earnings;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Transactions;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Tax;

/// <summary>What tax reports and release runs read is what the tables and the journal say, read another way.</summary>
public sealed class TaxReaderTests(TaxReaderTests.TaxedBooks taxed) : IClassFixture<TaxReaderTests.TaxedBooks>
{
    private const int FirstYear = 2026;
    private const int LastYear = 2040;

    [Fact]
    public async Task The_sources_of_a_cohort_are_what_sales_brought_to_it_and_never_more_than_it_holds()
    {
        var book = taxed.Books[0];
        var rows = await Rows(
            """
            select t.creator, t.code, t.currency, t.cohort, t.country, t.class, t.gross - t.fees - t.refunds,
                coalesce((
                    select -e.balance from ledger.entries e where e.account_id = a.id order by e.version desc limit 1), 0)
            from projected.tax_cohorts t
            join ledger.builds b on b.id = t.build and b.state = 'live' and b.book_id = $1
            join ledger.accounts a on a.book_id = b.book_id and a.code = t.code and a.owner = t.creator
                and a.currency = t.currency and a.cohort = t.cohort
            """,
            row => (
                Held: new AccountKey(
                    Chart.Find(row.GetString(1)), row.GetString(0), Currency.Of(row.GetString(2)),
                    LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(3))),
                Country: row.GetString(4), Class: row.GetString(5), Net: row.GetInt64(6), Balance: row.GetInt64(7)),
            book.Id);
        var cohorts = rows.Where(row => row.Balance > 0).Select(row => new HeldCohort(row.Held, row.Balance))
            .Distinct().ToList();
        Assert.True(cohorts.Count > 3, $"{cohorts.Count} cohorts");
        var found = await new CohortSources(taxed.Source).Of(book, "US", cohorts, CancellationToken.None);
        Assert.Equal(taxed.Heads[0], found.Number);
        var exact = 0;
        foreach (var (held, amount) in cohorts)
        {
            var sources = found.Of(held) ?? [];
            Assert.InRange(sources.Sum(source => source.Amount), 0, amount);
            var expected = rows.Where(row => row.Held == held && row.Country != "")
                .GroupBy(row => (row.Country, Income: CohortSources.IncomeOf(row.Class)))
                .Select(some => new IncomeSource(some.Key.Country, some.Key.Income, some.Sum(row => row.Net)))
                .Where(source => source.Amount > 0).ToList();
            if (expected.Sum(source => source.Amount) > amount) continue;
            exact++;
            Assert.Equal(expected.ToHashSet(), sources.ToHashSet());
        }

        Assert.True(exact > 0);
    }

    [Fact]
    public async Task Nobody_has_made_anything_of_a_book_and_it_has_no_sources()
    {
        var unknown = taxed.Books[0] with { Id = 9_999 };
        var found = await new CohortSources(taxed.Source).Of(unknown, "US", [], CancellationToken.None);
        Assert.Equal(0, found.Number);
        Assert.Empty(found.Sources);
    }

    [Fact]
    public async Task Who_a_creator_is_and_what_was_agreed_is_read_from_their_streams()
    {
        var book = taxed.Books[0];
        var forms = await Rows(
            """
            select data ->> 'creator', data ->> 'form' from ledger.journal
            where book_id = $1 and type = 'tax_form_filed' order by number
            """,
            row => (Creator: row.GetString(0), Form: row.GetString(1)), book.Id);
        Assert.NotEmpty(forms);
        string[] creators = [.. forms.Select(form => form.Creator).Distinct(), "nobody"];
        var standings = await new TaxPapers(taxed.Source).Standings(book, creators, CancellationToken.None);
        Assert.Null(standings["nobody"].Form);
        foreach (var some in forms.GroupBy(form => form.Creator))
            Assert.Equal(some.Last().Form, standings[some.Key].Form?.Form);
        var terms = await new TaxPapers(taxed.Source).Terms(book, new LocalDate(LastYear, 12, 31), CancellationToken.None);
        Assert.NotNull(terms.PayerCountry);
        var filed = await Rows(
            "select distinct data ->> 'filing' from ledger.journal where book_id = $1 and type = 'tax_filed' "
            + "and data ->> 'form' = '1099-nec'",
            row => row.GetString(0), book.Id);
        var filings = await new TaxPapers(taxed.Source).Filings(book, TaxReturn.Nec, 2026, CancellationToken.None);
        Assert.All(filed, filing => Assert.NotNull(filings.Of(filing)));
    }

    [Fact]
    public async Task What_was_withheld_in_a_year_is_the_same_line_by_line_and_in_the_table()
    {
        var (papers, figures, met) = (new TaxPapers(taxed.Source), new TaxFigures(taxed.Source), 0);
        for (var year = FirstYear; year <= LastYear; year++)
            foreach (var book in taxed.Books)
            {
                var said = await papers.Withheld(book, year, CancellationToken.None);
                var byLine = said.Lines
                    .Select(line => (Key: (line.Key.Creator, line.Key.Currency, line.Key.Kind), line.Value.Amount))
                    .Concat(said.Corrections.Select(one => (one.Key, Amount: one.Value)))
                    .GroupBy(one => one.Key).Select(some => (some.Key, Sum: some.Sum(one => one.Amount)))
                    .Where(some => some.Sum != 0).ToHashSet();
                var table = (await figures.Withheld([book], year, CancellationToken.None))
                    .Where(row => row.Role == "creator")
                    .GroupBy(row => (row.Payee, row.Currency, row.Kind))
                    .Select(some => (some.Key, Sum: some.Sum(row => row.Withheld))).Where(some => some.Sum != 0).ToHashSet();
                Assert.Equal(table, byLine);
                met += table.Count;
            }

        Assert.True(met > 0);
    }

    [Fact]
    public async Task What_was_earned_and_supplied_is_what_the_tables_have()
    {
        var figures = new TaxFigures(taxed.Source);
        long earned = 0, supplied = 0, back = 0, backBase = 0;
        for (var year = FirstYear; year <= LastYear; year++)
        {
            var (rows, books) = await figures.Earned(taxed.Books, year, CancellationToken.None);
            earned += rows.Sum(row => row.Released + row.PaymentsGross);
            Assert.Equal(taxed.Books, books.Select(one => one.Book));
            for (var quarter = new LocalDate(year, 1, 1); quarter.Year == year; quarter = quarter.PlusMonths(3))
            {
                var supplies = await figures.Supplied(taxed.Books, quarter, quarter.PlusMonths(3), CancellationToken.None);
                Assert.All(supplies, one => Assert.Equal((year, (quarter.Month + 2) / 3), (one.Year, one.Quarter)));
                supplied += supplies.Sum(one => one.Tax);
                var given = await figures.GivenBack(taxed.Books, quarter, quarter.PlusMonths(3), CancellationToken.None);
                Assert.All(given, one => Assert.True((one.Year, one.Quarter).CompareTo((year, (quarter.Month + 2) / 3)) <= 0));
                back += given.Sum(one => one.Tax);
                backBase += given.Sum(one => one.Base);
            }
        }

        var told = (await Rows(
            """
            select (select sum(released + payments_gross) from projected.tax_earnings)::bigint,
                sum(tax)::bigint, sum(refunded_tax)::bigint, sum(refunded_base)::bigint
            from projected.tax_supplies where kind = 'vat'
            """,
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)))).Single();
        Assert.Equal(told, (earned, supplied, back, backBase));
        Assert.True(supplied > 0 && back > 0);
    }

    private async Task<IReadOnlyList<T>> Rows<T>(
        string sql, Func<NpgsqlDataReader, T> read, params object[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(taxed.Database.SuperuserConnectionString);
        await using var command = source.CreateCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Two books with a history in which everything about taxes happens.</summary>
    public sealed class TaxedBooks : IAsyncLifetime
    {
        private const int Seed = 20_260_131;

        public TestDatabase Database { get; } = new();

        public NpgsqlDataSource Source { get; private set; } = null!;

        public IReadOnlyList<OpenedBook> Books { get; private set; } = [];

        public IReadOnlyList<long> Heads { get; private set; } = [];

        public async Task InitializeAsync()
        {
            await Database.InitializeAsync();
            Source = NpgsqlDataSource.Create(Database.HostConnectionString);
            var history = await ProjectionTests.FollowedHistory(Database, Source, Seed);
            Books = history.Opened;
            Heads = [history.Head(0), history.Head(1)];
        }

        public async Task DisposeAsync()
        {
            await Source.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
