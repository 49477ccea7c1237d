using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>
/// The five steps by which a view is added, on a projection that this test makes up, and all of it undone at the end.
/// </summary>
public sealed class RecipeTests(FinanceBooks books) : IClassFixture<FinanceBooks>
{
    private const string ProjectionSql =
        """
        create schema if not exists projected;
        create table if not exists ledger.builds (
            id int generated always as identity primary key, book_id int not null, follower text, state text);
        create table projected.things (build int not null, owner text not null);
        insert into ledger.builds (book_id, follower, state)
        select id, 'things', state from ledger.books cross join unnest(array['live', 'building', 'retired']) state;
        insert into projected.things
        select d.id, concat(b.tenant, '/', b.platform, ' ', d.state)
        from ledger.builds d join ledger.books b on b.id = d.book_id where d.follower = 'things';
        """;

    private const string GuardBuildsSql =
        """
        do $$ begin
            if not exists (select from pg_policy where polrelid = 'ledger.builds'::regclass) then
                perform ledger.guard('ledger.builds');
                grant select (id, book_id, state) on ledger.builds to analytics_ro;
            end if;
        end $$;
        """;

    private const string RecipeSql =
        """
        select ledger.guard('projected.things');
        grant select on projected.things to analytics_ro;
        create view finance.things with (security_invoker) as
        select b.tenant, b.platform, t.owner
        from projected.things t join ledger.builds d on d.id = t.build join ledger.books b on b.id = d.book_id;
        comment on view finance.things is 'Things.';
        comment on column finance.things.owner is 'Whose.';
        grant select on finance.things to analytics_ro;
        """;

    [Fact]
    public async Task A_projection_shows_the_live_build_of_ones_own_books()
    {
        var login = await books.Login("analytics_ro");
        await using var source = NpgsqlDataSource.Create(books.Superuser);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Execute(connection, "set local role ledger_owner; " + ProjectionSql);
        await Execute(connection, GuardBuildsSql);
        await Execute(connection, RecipeSql);
        // The owner is asked too, and may do as before.
        await Execute(connection, "insert into projected.things select build, owner from projected.things limit 0");
        Assert.Equal(3 * FinanceBooks.All.Count(), (await Owners(connection, "projected.things")).Count);
        await Execute(connection, $"reset role; set local session authorization {FinanceBooks.NameOf(login)}");
        Assert.Equal([$"{FinanceBooks.Mine} live"], await Owners(connection, "finance.things"));
    }

    [Fact]
    public async Task A_table_that_says_nobody_whose_rows_it_has_cannot_be_guarded_without_saying_so()
    {
        await using var source = NpgsqlDataSource.Create(books.Superuser);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Execute(connection, "set local role ledger_owner; create table ledger.rates (rate int)");
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => Execute(connection, "select ledger.guard('ledger.rates')"));
        Assert.Contains("ledger.rates has neither build nor book_id", refused.MessageText, StringComparison.Ordinal);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> Owners(NpgsqlConnection connection, string relation)
    {
        await using var command = new NpgsqlCommand($"select owner from {relation} order by 1", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var owners = new List<string>();
        while (await reader.ReadAsync()) owners.Add(reader.GetString(0));
        return owners;
    }
}
