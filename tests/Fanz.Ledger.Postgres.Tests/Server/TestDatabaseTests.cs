namespace Fanz.Ledger.Postgres.Tests.Server;

public sealed class TestDatabaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_test_class_has_a_migrated_database_that_the_host_may_serve()
    {
        await Schema.Check(database.HostConnectionString, CancellationToken.None);
        Assert.Equal(database.Name, await TestDatabase.Scalar<string>(
            database.OwnerConnectionString, "select current_database()::text"));
    }

    [Fact]
    public async Task Databases_of_two_classes_share_nothing()
    {
        var other = new TestDatabase();
        await other.InitializeAsync();
        await TestDatabase.Execute(other.OwnerConnectionString, "create schema theirs");
        Assert.False(await TestDatabase.Scalar<bool>(
            database.OwnerConnectionString, "select to_regnamespace('theirs') is not null"));
        await other.DisposeAsync();
        Assert.False(await TestDatabase.Scalar<bool>(
            database.SuperuserConnectionString,
            $"select exists (select from pg_database where datname = '{other.Name}')"));
    }
}
