using Npgsql;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// The roles the ledger starts with: the owner, who migrates; the writers, who may append; and the host, which is a
/// writer that may log in. ops/sql/roles.sql makes the same ones on a managed server.
/// </summary>
public static class LedgerRoles
{
    public const string Superuser = "postgres";
    public const string Owner = "ledger_owner";
    public const string Host = "ledger_host";
    public const string Writer = "ledger_writer";
    public const string Database = "ledger";

    /// <summary>
    /// Those who read with SQL: they cannot log in, and are lent to logins that ledger.sql_readers lists. A login with
    /// a role that ends with _rw has a workspace as well. Migrations make the roles.
    /// </summary>
    public static IReadOnlyList<string> Readers { get; } =
        [
            "platform_app_ro", "platform_app_rw", "analytics_ro", "analytics_rw", "tax_ops", "compliance_ro",
            "auditor_ro",
        ];

    /// <summary>
    /// Creates what is missing and sets both passwords; safe to run again, and by several processes at once.
    /// Passwords travel as parameters and are quoted by the server, since `create role` takes none.
    /// </summary>
    public static async Task Ensure(
        string superuserConnectionString, string ownerPassword, string hostPassword, CancellationToken token)
    {
        await using var source = NpgsqlDataSource.Create(superuserConnectionString);
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var roles = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("select pg_advisory_xact_lock(hashtextextended('ledger roles', 0))"),
                new("""
                    select set_config('ledger.owner_password', $1, true), set_config('ledger.host_password', $2, true)
                    """)
                {
                    Parameters = { new() { Value = ownerPassword }, new() { Value = hostPassword } },
                },
                new("""
                    do $$
                    begin
                        if to_regrole('ledger_owner') is null then create role ledger_owner; end if;
                        if to_regrole('ledger_writer') is null then create role ledger_writer; end if;
                        if to_regrole('ledger_host') is null then create role ledger_host; end if;
                        execute format('alter role ledger_owner login createrole createdb password %L',
                            current_setting('ledger.owner_password'));
                        execute format('alter role ledger_host login password %L',
                            current_setting('ledger.host_password'));
                        if not pg_has_role('ledger_host', 'ledger_writer', 'member') then
                            grant ledger_writer to ledger_host;
                        end if;
                    end
                    $$
                    """),
            },
        };
        await roles.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    /// <summary>Creates the ledger's database unless it is there; `create database` knows no transaction.</summary>
    internal static async Task EnsureDatabase(string superuserConnectionString, CancellationToken token)
    {
        await using var source = NpgsqlDataSource.Create(superuserConnectionString);
        await using var exists = source.CreateCommand("select 1 from pg_database where datname = $1");
        exists.Parameters.Add(new() { Value = Database });
        if (await exists.ExecuteScalarAsync(token) is not null)
            return;
        await using var create = source.CreateCommand("create database ledger owner ledger_owner");
        create.CommandTimeout = 0;
        await create.ExecuteNonQueryAsync(token);
    }
}
