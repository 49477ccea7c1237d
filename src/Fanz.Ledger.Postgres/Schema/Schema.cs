using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres;

/// <summary>
/// Brings a database to the schema of this program, and tells whether it is there. Only the owner migrates; the host
/// merely checks, because its own role may not change the schema.
/// Locks: one advisory lock for the whole run, held by the session, so that two hosts migrate one after the other.
/// Limits: a migration is one transaction, so it cannot create an index concurrently.
/// </summary>
public static class Schema
{
    private const int OldestServer = 150000;

    public static Task Migrate(string ownerConnectionString, IProgress<string>? progress, CancellationToken token) =>
        Migrate(ownerConnectionString, Migration.Embedded, progress, token);

    public static Task Check(string hostConnectionString, CancellationToken token) =>
        Check(hostConnectionString, Migration.Embedded, token);

    internal static async Task Migrate(
        string ownerConnectionString, IReadOnlyList<Migration> migrations, IProgress<string>? progress,
        CancellationToken token)
    {
        migrations = Migration.InOrder(migrations);
        await using var source = Unpooled(ownerConnectionString);
        await using var connection = await Open(source, token);
        await RequireSuitableServer(connection, token);
        await Execute(connection, "select pg_advisory_lock(hashtextextended('ledger migrations', 0))", token);
        await Prepare(connection, token);

        var applied = await ReadApplied(connection, token);
        RequireKnown(applied, migrations);
        foreach (var migration in migrations.Skip(applied.Count))
        {
            progress?.Report($"applying {migration.Name}");
            await Apply(connection, migration, token);
        }

        if (applied.Count < migrations.Count) await Note(connection, migrations[^1], token);
    }

    /// <summary>
    /// Notes in the trail of the house to where the schema was brought. Those who migrate beside each other have waited
    /// for one lock, so it is the first line of that trail that says that the table was made.
    /// </summary>
    private static async Task Note(NpgsqlConnection connection, Migration last, CancellationToken token)
    {
        await using var look = new NpgsqlCommand("select to_regclass('ledger.trail') is not null", connection);
        if (await look.ExecuteScalarAsync(token) is not true) return;
        await using var transaction = await connection.BeginTransactionAsync(token);
        await AccessTrail.Append(
            connection, AccessTrail.House,
            [
                new TrailNote(TrailKind.Done, "migrate", $"ledger/{Environment.UserName}")
                {
                    Subject = "schema", Item = last.Name,
                },
            ],
            token);
        await transaction.CommitAsync(CancellationToken.None);
    }

    internal static async Task Check(
        string hostConnectionString, IReadOnlyList<Migration> migrations, CancellationToken token)
    {
        migrations = Migration.InOrder(migrations);
        await using var source = Unpooled(hostConnectionString);
        await using var connection = await Open(source, token);
        await RequireSuitableServer(connection, token);
        List<Applied> applied;
        try
        {
            applied = await ReadApplied(connection, token);
        }
        catch (PostgresException absent) when (absent.SqlState
            is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new SchemaRefused($"Database {connection.Database} has no ledger: run `ledger migrate`.", absent);
        }
        catch (PostgresException closed) when (closed.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new SchemaRefused(
                $"{connection.UserName} may not read ledger.migrations: make it a member of ledger_writer.", closed);
        }

        RequireKnown(applied, migrations);
        if (applied.Count < migrations.Count)
            throw new SchemaRefused(
                $"Database {connection.Database} is at migration {applied.Count} and this program needs " +
                $"{migrations.Count}: run `ledger migrate`.");
    }

    /// <summary>What every migration relies on: the schema, the roles, the list of the applied.</summary>
    private static async Task Prepare(NpgsqlConnection connection, CancellationToken token)
    {
        await EnsureRoles(connection, token);
        try
        {
            await Execute(
                connection,
                """
                do $$
                begin
                    if to_regnamespace('ledger') is null then
                        create schema ledger;
                    end if;
                    if to_regclass('ledger.migrations') is null then
                        create table ledger.migrations (
                            number     int primary key,
                            name       text collate "C" not null,
                            checksum   text collate "C" not null,
                            applied_at timestamptz not null default clock_timestamp()
                        );
                        grant usage on schema ledger to ledger_writer;
                        grant select on ledger.migrations to ledger_writer;
                    end if;
                end
                $$
                """,
                token);
        }
        catch (PostgresException closed) when (closed.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new SchemaRefused(
                $"{connection.UserName} does not own database {connection.Database} and its schema ledger: " +
                $"connect as their owner ({closed.MessageText}).", closed);
        }
    }

    /// <summary>Roles belong to the whole server: a migration of another database may be making them now.</summary>
    private static async Task EnsureRoles(NpgsqlConnection connection, CancellationToken token)
    {
        try
        {
            await using var create = new NpgsqlCommand(
                "select set_config('ledger.roles', array_to_string($1, ' '), false)", connection)
            {
                Parameters = { new() { Value = (string[])[LedgerRoles.Writer, .. LedgerRoles.Readers] } },
            };
            await create.ExecuteNonQueryAsync(token);
            await Execute(
                connection,
                """
                do $$
                declare wanted text;
                begin
                    foreach wanted in array string_to_array(current_setting('ledger.roles'), ' ') loop
                        begin
                            if to_regrole(wanted) is null then
                                execute format('create role %I', wanted);
                            end if;
                        exception when duplicate_object or unique_violation then
                            null;
                        end;
                    end loop;
                end
                $$
                """,
                token);
        }
        catch (PostgresException closed) when (closed.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new SchemaRefused(
                $"A role of the ledger is missing and {connection.UserName} may not create it: " +
                "run ops/sql/roles.sql as an administrator.", closed);
        }
    }

    private static async Task Apply(NpgsqlConnection connection, Migration migration, CancellationToken token)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await Run(connection, migration.Sql, token);
            await using var note = new NpgsqlCommand(
                "insert into ledger.migrations (number, name, checksum) values ($1, $2, $3)", connection)
            {
                Parameters =
                {
                    new() { Value = migration.Number },
                    new() { Value = migration.Name },
                    new() { Value = migration.Checksum },
                },
            };
            await note.ExecuteNonQueryAsync(token);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (PostgresException refused)
        {
            throw new SchemaRefused(
                $"{migration.Name} failed and changed nothing: {refused.MessageText} ({refused.SqlState}).", refused);
        }
    }

    /// <summary>
    /// The server takes the text apart, because the driver would cut a function's `begin atomic` body at its first
    /// semicolon. As a welcome consequence no migration can commit half of itself.
    /// </summary>
    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var text = new NpgsqlCommand("select set_config('ledger.migration', $1, true)", connection)
        {
            Parameters = { new() { Value = sql } },
        };
        await text.ExecuteNonQueryAsync(token);
        await Execute(connection, "do $$ begin execute current_setting('ledger.migration'); end $$", token);
    }

    private static void RequireKnown(List<Applied> applied, IReadOnlyList<Migration> migrations)
    {
        foreach (var (index, step) in applied.Index())
        {
            if (step.Number != index + 1)
                throw new SchemaRefused(
                    $"The database has {step.Name} but not migration {index + 1}: someone changed ledger.migrations.");
            if (index >= migrations.Count)
                throw new SchemaRefused(
                    $"The database is newer than this program: it has {step.Name}, and this program ends at " +
                    $"migration {migrations.Count}. Run the newer program.");
            if (step.Checksum != migrations[index].Checksum)
                throw new SchemaRefused(
                    $"{migrations[index].Name} was changed after it was applied to the database: restore it and " +
                    "write the change as a new migration.");
        }
    }

    private static async Task<List<Applied>> ReadApplied(NpgsqlConnection connection, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(
            "select number, name, checksum from ledger.migrations order by number", connection);
        await using var reader = await query.ExecuteReaderAsync(token);
        var applied = new List<Applied>();
        while (await reader.ReadAsync(token))
            applied.Add(new Applied(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private static async Task RequireSuitableServer(NpgsqlConnection connection, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(
            """
            select current_setting('server_version_num')::int, pg_encoding_to_char(encoding)
            from pg_database
            where datname = current_database()
            """,
            connection);
        await using var reader = await query.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        RequireSuitable(reader.GetInt32(0), reader.GetString(1), connection.Database);
    }

    internal static void RequireSuitable(int serverVersion, string encoding, string database)
    {
        if (serverVersion < OldestServer)
            throw new SchemaRefused(
                $"The server is PostgreSQL {serverVersion / 10000} and the ledger needs {OldestServer / 10000}.");
        if (encoding != "UTF8")
            throw new SchemaRefused($"Database {database} is encoded in {encoding} and the ledger needs UTF8.");
    }

    private static async Task<NpgsqlConnection> Open(NpgsqlDataSource source, CancellationToken token)
    {
        try
        {
            return await source.OpenConnectionAsync(token);
        }
        catch (PostgresException absent) when (absent.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new SchemaRefused($"{absent.MessageText}: create it, or name another.", absent);
        }
    }

    /// <summary>Waiting for another host's migration, or a long one of our own, has no limit but the token.</summary>
    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The lock belongs to the session, so the session ends with the run instead of going to a pool.</summary>
    private static NpgsqlDataSource Unpooled(string connectionString) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);

    private sealed record Applied(int Number, string Name, string Checksum);
}
