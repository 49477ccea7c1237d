using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Server;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Finance;

/// <summary>
/// Who reads with SQL, and what they see: rows of ledger.sql_readers, and roles lent to logins. It takes the owner's
/// connection. Each change is one transaction under one advisory lock; readers who are connected feel it with their
/// next statement. Logins and their roles belong to the server, the rows to this database.
/// </summary>
public sealed class SqlReaders(NpgsqlDataSource owner)
{
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('ledger sql', 0))";

    // Whatever a login is a member of it can become, and a reader who can become more than a reader is none.
    private const string LookSql =
        """
        select r.rolcanlogin, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication,
            array(
                select other.rolname::text from pg_roles other
                where other.rolname not in ($1, $2) and pg_has_role(r.oid, other.oid, 'member')
                    and (other.rolname = any ($3) or other.rolname = current_user or other.oid < 16384
                        or other.rolsuper or other.rolbypassrls or other.rolcreaterole or other.rolreplication)
                order by 1)
        from pg_roles r
        where r.rolname = $1
        """;

    private const string LendSql =
        """
        do $$
        declare
            login constant text := current_setting('ledger.login');
            lent constant text := current_setting('ledger.role');
            workspace constant text := current_setting('ledger.workspace');
        begin
            if current_setting('ledger.password') <> '' then
                execute format('create role %I login password %L', login, current_setting('ledger.password'));
            end if;
            execute format('grant %I to %I', lent, login);
            execute format('grant connect on database %I to %I', current_database(), lent);
            if lent like '%\_rw' then
                execute format('create schema if not exists %I', workspace);
                execute format('grant usage, create on schema %I to %I', workspace, login);
            end if;
        end
        $$
        """;

    private const string InsertSql =
        """
        insert into ledger.sql_readers (login, tenant, platform, granted_by)
        select $1::name, $2, platform, $4 from unnest($3) platform
        on conflict do nothing
        """;

    private const string DeleteSql =
        """
        with gone as (
            delete from ledger.sql_readers
            where login = $1::name and ($2 is null or tenant = $2) and ($3 is null or platform = $3)
            returning 1)
        select count(*), (select count(*) from ledger.sql_readers where login = $1::name) - count(*) from gone
        """;

    private const string TakeBackSql =
        """
        do $$
        declare
            login constant text := current_setting('ledger.login');
            workspace constant text := current_setting('ledger.workspace');
            lent name;
        begin
            for lent in
                select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid
                where m.member = to_regrole(quote_ident(login))
                    and r.rolname = any (string_to_array(current_setting('ledger.role'), ' '))
            loop
                execute format('revoke %I from %I', lent, login);
            end loop;
            if to_regnamespace(quote_ident(workspace)) is not null and to_regrole(quote_ident(login)) is not null then
                execute format('revoke all on schema %I from %I', workspace, login);
            end if;
        end
        $$
        """;

    private const string ListSql =
        """
        select s.login::text, r.rolname::text, s.tenant, s.platform, s.granted_at, s.granted_by
        from ledger.sql_readers s
        left join pg_roles l on l.rolname = s.login
        left join (pg_auth_members m join pg_roles r on r.oid = m.roleid and r.rolname = any ($1)) on m.member = l.oid
        order by s.login, s.tenant, s.platform nulls first
        """;

    /// <summary>
    /// Lets a login see what the grant says, and makes the login if it is given a password. What it saw before it
    /// still sees. Says why not, if not, and then has changed nothing.
    /// </summary>
    public async Task<Fault?> Grant(SqlGrant grant, string? password, string grantedBy, CancellationToken token)
    {
        if (grant.Faults().FirstOrDefault() is { } illFormed) return illFormed;
        await using var connection = await owner.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await Execute(connection, LockSql, token);
        if (await Objection(connection, grant, isNew: password is not null, token) is { } objection) return objection;
        await Tell(connection, grant.Login, grant.Role, password ?? "", token);
        await Execute(connection, LendSql, token);
        // A login that is made now is not the one of this name that was dropped, and inherits nothing of it.
        if (password is not null) await Delete(connection, grant.Login, tenant: null, platform: null, token);
        string?[] platforms = grant.Platforms.IsEmpty ? [null] : [.. grant.Platforms];
        await using var insert = new NpgsqlCommand(InsertSql, connection)
        {
            Parameters =
            {
                new() { Value = grant.Login },
                new() { Value = grant.Tenant },
                new() { Value = platforms },
                new() { Value = grantedBy },
            },
        };
        await insert.ExecuteNonQueryAsync(token);
        await AccessTrail.Append(
            connection, grant.Tenant,
            [
                .. platforms.Select(platform => new TrailNote(TrailKind.Done, "grant_sql", grantedBy)
                {
                    Subject = $"login:{grant.Login}",
                    Item = platform is null ? grant.Role : $"{grant.Role}/{platform}",
                }),
            ],
            token);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    /// <summary>
    /// Takes what a login sees: a platform, a tenant with its platforms, or everything. With the last of it the login
    /// loses its role, on the whole server, and the way into its workspace, which stays as it is. The number of rows
    /// that went; 0 if there was nothing to take.
    /// </summary>
    public async Task<long> Revoke(
        string login, string? tenant, string? platform, string revokedBy, CancellationToken token)
    {
        await using var connection = await owner.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await Execute(connection, LockSql, token);
        var (gone, left) = await Delete(connection, login, tenant, platform, token);
        if (left == 0 && gone > 0)
        {
            await Tell(connection, login, string.Join(' ', LedgerRoles.Readers), "", token);
            await Execute(connection, TakeBackSql, token);
        }

        if (gone > 0)
        {
            await AccessTrail.Append(
                connection, tenant ?? AccessTrail.House,
                [
                    new TrailNote(TrailKind.Done, "revoke_sql", revokedBy)
                    {
                        Subject = $"login:{login}", Item = platform, Times = checked((int)gone),
                    },
                ],
                token);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return gone;
    }

    public async Task<IReadOnlyList<SqlReader>> List(CancellationToken token)
    {
        await using var command = owner.CreateCommand(ListSql);
        command.Parameters.Add(new() { Value = LedgerRoles.Readers.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<SqlReader>();
        while (await reader.ReadAsync(token))
        {
            rows.Add(new SqlReader(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetDateTime(4), reader.GetString(5)));
        }

        return rows;
    }

    private static async Task<(long Gone, long Left)> Delete(
        NpgsqlConnection connection, string login, string? tenant, string? platform, CancellationToken token)
    {
        await using var delete = new NpgsqlCommand(DeleteSql, connection)
        {
            Parameters = { new() { Value = login }, Text(tenant), Text(platform) },
        };
        await using var reader = await delete.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Why this login cannot have it, or null.</summary>
    private static async Task<Fault?> Objection(
        NpgsqlConnection connection, SqlGrant grant, bool isNew, CancellationToken token)
    {
        await using var look = new NpgsqlCommand(LookSql, connection)
        {
            Parameters =
            {
                new() { Value = grant.Login },
                new() { Value = grant.Role },
                new() { Value = (string[])[LedgerRoles.Writer, .. LedgerRoles.Readers] },
            },
        };
        await using var reader = await look.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token))
            return isNew ? null : No("unknown_login", $"There is no login {grant.Login}: --create makes it.");
        if (isNew) return No("login_exists", $"The login {grant.Login} is there: grant without --create.");
        if (!reader.GetBoolean(0)) return No("no_login", $"{grant.Login} is a role that cannot log in.");
        if (reader.GetBoolean(1))
            return No("does_more", $"{grant.Login} may do more on this server than read: a reader has its own login.");
        return reader.GetFieldValue<string[]>(2) is { Length: > 0 } others
            ? No("has_other_roles", $"A reader has one role, and {grant.Login} has {string.Join(", ", others)}.")
            : null;

        static Fault No(string code, string problem) => new("login", code, problem);
    }

    /// <summary>The server quotes names and the password, since statements about roles take no parameters.</summary>
    private static async Task Tell(
        NpgsqlConnection connection, string login, string role, string password, CancellationToken token)
    {
        await using var settings = new NpgsqlCommand(
            """
            select set_config('ledger.login', $1, true), set_config('ledger.role', $2, true),
                set_config('ledger.password', $3, true), set_config('ledger.workspace', $4, true)
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = login },
                new() { Value = role },
                new() { Value = password },
                new() { Value = SqlGrant.WorkspacePrefix + login },
            },
        };
        await settings.ExecuteNonQueryAsync(token);
    }

    private static NpgsqlParameter Text(string? text) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)text ?? DBNull.Value };

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }
}
