using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>What is written stays written: by rights for the host, and by trigger for everyone.</summary>
public sealed class RightsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] Tables =
        ["books", "accounts", "journal", "entries", "answers", "seals", "journal_from_0", "entries_from_0"];

    [Fact]
    public async Task Nobody_changes_or_removes_what_is_written()
    {
        await using (var host = TestHost.Start(database))
        {
            var book = await host.NewBook();
            await host.Posted(book, TestHost.TopUp("fan", 1), "1");
        }

        foreach (var table in Tables)
        {
            foreach (var statement in new[]
                {
                    $"update ledger.{table} set {(table == "books" ? "id = default" : "book_id = book_id")}",
                    $"delete from ledger.{table}",
                    $"truncate ledger.{table}",
                })
            {
                // The host may touch books.id, which locking a row asks for; the trigger refuses the change itself.
                var isLock = statement.StartsWith("update ledger.books", StringComparison.Ordinal);
                await Refuses(database.HostConnectionString, statement, isLock ? Trigger : PostgresErrorCodes.InsufficientPrivilege);
                await Refuses(database.OwnerConnectionString, statement, Trigger);
                await Refuses(database.SuperuserConnectionString, statement, Trigger);
                await Refuses(database.SuperuserConnectionString, $"set session_replication_role = replica; {statement}", Trigger);
            }
        }

        foreach (var statement in new[]
            {
                "drop table ledger.journal", "alter table ledger.journal disable trigger append_only",
                "create table ledger.mine (id int)", "update ledger.partitioning set up_to = 0",
                "select setval('ledger.account_ids', 1)", "insert into ledger.journal_from_0 select * from ledger.journal limit 0",
                "drop function ledger.expect_heads(int[], bigint[], bytea[])", "set session_replication_role = replica",
            })
            await Refuses(database.HostConnectionString, statement, PostgresErrorCodes.InsufficientPrivilege);
        // On purpose, and only so.
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            "begin; alter table ledger.answers disable trigger append_only; delete from ledger.answers; rollback");
        await LedgerAudit.Passes(database.SuperuserConnectionString);
    }

    private const string Trigger = PostgresErrorCodes.RestrictViolation;

    private static async Task Refuses(string connectionString, string statement, string state)
    {
        var refused = await Record.ExceptionAsync(() => TestDatabase.Execute(connectionString, statement));
        Assert.True(refused is PostgresException postgres && postgres.SqlState == state, $"{statement}: {refused?.Message ?? "was done"}");
    }
}
