using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>What the views say, to whom.</summary>
public sealed class FinanceViewTests(FinanceBooks books) : IClassFixture<FinanceBooks>
{
    private const string ViewsSql =
        """
        select c.oid::regclass::text || case when has_table_privilege($1, c.oid, 'select') then '' else ' no' end
        from pg_class c where c.relnamespace = 'finance'::regnamespace and c.relkind = 'v' order by c.relname
        """;

    public static TheoryData<string> Roles => [.. LedgerRoles.Readers];

    /// <summary>A superuser, from whom nothing is hidden, sees the same rows in the same view, and others.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Each_role_sees_of_each_of_its_views_just_the_rows_of_what_was_granted(string role)
    {
        var (mine, other) = (FinanceBooks.Mine, FinanceBooks.Others[1].Tenant);
        var everything = FinanceBooks.All.Select(book => book.ToString()).ToHashSet();
        await using var all = await Open(books.Superuser);
        var views = await Views(all, role);
        foreach (var (login, visible) in new (string, HashSet<string>)[]
        {
            (await books.Login(role), [mine.ToString()]),
            (await books.Login(role, other, $"p-{FinanceBooks.Hidden}"), [$"{other}/p-{FinanceBooks.Hidden}"]),
            (await books.Login(role, mine.Tenant, "elsewhere"), []),
            (await books.Login(role, mine.Tenant, mine.Platform, FinanceBooks.Others[0].Platform),
                [mine.ToString(), FinanceBooks.Others[0].ToString()]),
        })
        {
            Assert.True(visible.IsSubsetOf(everything));
            await using var allowed = await Open(login);
            foreach (var view in views)
            {
                if (view.EndsWith(" no", StringComparison.Ordinal))
                {
                    var denied = await Attempt.Run(login, $"select * from {view[..^3]}");
                    Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.State);
                    continue;
                }

                var rows = await Rows(all, view);
                Assert.Superset(everything, rows.Select(row => row.Book).ToHashSet());
                Assert.Equal(rows.Where(row => visible.Contains(row.Book)), await Rows(allowed, view));
            }
        }
    }

    [Fact]
    public async Task A_whole_tenant_is_all_of_its_platforms_and_what_is_about_none()
    {
        await using var all = await Open(books.Superuser);
        await using var allowed = await Open(await books.Login("auditor_ro", FinanceBooks.Mine.Tenant));
        foreach (var view in await Views(all, "auditor_ro"))
        {
            var rows = (await Rows(all, view)).Where(
                row => row.Book.StartsWith(FinanceBooks.Mine.Tenant + "/", StringComparison.Ordinal));
            Assert.Equal(rows, await Rows(allowed, view));
        }

        Assert.Contains(await Rows(allowed, "finance.access_log"), row => row.Book == FinanceBooks.Mine.Tenant + "/");
    }

    [Fact]
    public async Task Whom_a_superuser_lets_read_everything_reads_everything()
    {
        var login = books.NewLogin();
        await Server.TestDatabase.Execute(
            books.Superuser, $"create role {login} login password 'copy' in role pg_read_all_data");
        foreach (var table in new[] { "books", "accounts", "journal", "entries", "seals", "access_log", "sql_readers" })
        {
            var count = $"select count(*) from ledger.{table}";
            Assert.Equal(
                (await Attempt.Run(books.Superuser, count)).Learnt,
                (await Attempt.Run(books.As(login, "copy"), count)).Learnt);
        }
    }

    [Fact]
    public async Task An_account_stands_on_the_side_and_has_the_name_that_the_chart_gives_it()
    {
        var expected = Chart.All.Select(code => new AccountKey(
            code, "someone", Money.Currency.Of("USD"),
            code.HasCohort ? new NodaTime.LocalDate(2026, 1, 31) : null)).ToArray();
        await using var source = NpgsqlDataSource.Create(books.Superuser);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand(
            """
            insert into ledger.accounts (id, book_id, code, owner, currency, cohort)
            select -n, (select min(id) from ledger.books), code, 'someone', 'USD', cohort
            from unnest($1, $2) with ordinality as chart (code, cohort, n)
            """,
            connection))
        {
            insert.Parameters.Add(new() { Value = expected.Select(key => key.Code.Name).ToArray() });
            insert.Parameters.Add(new() { Value = expected.Select(key => key.Cohort?.ToDateOnly()).ToArray() });
            await insert.ExecuteNonQueryAsync();
        }

        await using var select = new NpgsqlCommand(
            "set local datestyle = 'SQL, DMY'; select account, side from finance.accounts where owner = 'someone'",
            connection);
        await using var reader = await select.ExecuteReaderAsync();
        var found = new Dictionary<string, string>();
        while (await reader.ReadAsync()) found.Add(reader.GetString(0), reader.GetString(1));
        Assert.Equal(
            expected.ToDictionary(
                key => key.ToString(), key => key.Code.NormalSide.ToString().ToLower(CultureInfo.InvariantCulture)),
            found);
    }

    [Fact]
    public async Task Figures_are_those_of_the_journal()
    {
        var login = await books.Login("auditor_ro");
        var told = await Attempt.Run(
            login,
            "select sum(amount) from finance.entries",
            $"""
            select balance from finance.entries where owner = 'fan-{FinanceBooks.Shown}' order by position desc limit 1
            """,
            "select jurisdiction, amount, balance from finance.tax_entries",
            "select role, type, reason from finance.standing order by number",
            "select type, change, held from finance.held_amounts order by number");
        Assert.Null(told.State);
        var lines = told.Learnt.Split('\n').Select(line => line.TrimEnd('\t', '\r'));
        var mark = FinanceBooks.Shown;
        Assert.Equal(
            [
                "0", "-9000", $"DE-{mark}\t-19\t-19", $"creator\tcreator_held\treason-{mark}",
                $"fan\tparty_sanctioned\treason-{mark}", "amount_held\t100\t100", "held_amount_released\t-40\t60", "",
            ],
            lines);
    }

    /// <summary>The usual questions, to tables that hold mostly what is somebody else's.</summary>
    [Fact]
    public async Task Usual_questions_are_answered_by_index()
    {
        var login = await books.Login("auditor_ro");
        foreach (var (question, index) in new[]
        {
            ("select * from finance.entries where owner = 'mia' and code = 'fan.wallet' order by position limit 10",
                "accounts_owner_code_currency_cohort_book_id_key"),
            ("select * from finance.entries where tenant = 'a' and platform = 'b' and position between 5 and 9",
                "entries_from_0_book_id_position_key"),
            ("select * from finance.journal where tenant = 'a' and platform = 'b' and number = 5",
                "journal_from_0_pkey"),
            ("select * from finance.journal where stream = 'payout/1'", "journal_from_0_stream_book_id_number_idx"),
            ("select * from finance.standing where tenant = 'a'", "journal_from_0_stream_book_id_number_idx"),
            ("select * from finance.seals where tenant = 'a' and platform = 'b' and last_number >= 5", "seals_pkey"),
        })
        {
            // A table of a test is so small that reading all of it is cheapest: what counts is that an index can serve.
            var plan = await Attempt.Run(login, "set enable_seqscan = off", $"explain {question}");
            Assert.Null(plan.State);
            Assert.Matches($"(using|Bitmap Index Scan on) {index}", plan.Learnt);
        }
    }

    /// <summary>One connection for all views: a new one would have to learn of every table anew.</summary>
    private static async Task<NpgsqlConnection> Open(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<List<string>> Views(NpgsqlConnection all, string role)
    {
        await using var command = new NpgsqlCommand(ViewsSql, all);
        command.Parameters.Add(new() { Value = role });
        await using var reader = await command.ExecuteReaderAsync();
        var views = new List<string>();
        while (await reader.ReadAsync()) views.Add(reader.GetString(0));
        return views;
    }

    private static async Task<List<(string Book, string Row)>> Rows(NpgsqlConnection connection, string view)
    {
        await using var command = new NpgsqlCommand(
            $"select concat(tenant, '/', platform), v::text from {view} v order by 1, 2", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync()) rows.Add((reader.GetString(0), reader.GetString(1)));
        return rows;
    }
}
