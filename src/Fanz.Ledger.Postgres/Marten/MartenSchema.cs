using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Marten;

/// <summary>
/// A schema in the shape that Marten expects of an event store, over one book: made, made again, or taken away by the
/// owner of the tables. Round trips: one look, the index if it is missing, one transaction.
/// Locks: an advisory one that is only tried, for who waits for a lock holds a snapshot, and the index waits for
/// snapshots. The index is built without stopping anyone who writes; everything else is views and two small tables.
/// </summary>
public sealed class MartenSchema(string ownerConnectionString)
{
    private const int LongestName = 63;

    private const string LockSql = "select pg_try_advisory_lock(hashtextextended('ledger marten', 0))";

    private const string LookSql =
        """
        select quote_ident($1) = $1, to_regnamespace(quote_ident($1)) is not null,
            obj_description(to_regnamespace(quote_ident($1)), 'pg_namespace'),
            $2::text is null or exists (select from pg_roles where rolname = $2)
        """;

    /// <summary>What one schema shows of its book cannot miss the index while another still needs it.</summary>
    private const string OthersSql =
        """
        select exists (
            select from pg_namespace
            where obj_description(oid, 'pg_namespace') = $2 and nspname <> $1)
        """;

    // Names travel as parameters and are quoted by the server, since statements that define things take none.
    private const string NamesSql =
        """
        select set_config('ledger.marten_schema', $1, true), set_config('ledger.marten_mark', $2, true),
            set_config('ledger.marten_reader', $3, true), set_config('search_path', quote_ident($1), true)
        """;

    private const string CreateSql =
        """
        do $$
        begin
            execute format('create schema if not exists %I', current_setting('ledger.marten_schema'));
            execute format('comment on schema %I is %L',
                current_setting('ledger.marten_schema'), current_setting('ledger.marten_mark'));
        end $$
        """;

    private const string GrantSql =
        """
        do $$
        declare reader text := quote_ident(current_setting('ledger.marten_reader'));
        begin
            if reader = '""' then return; end if;
            execute format('grant usage on schema %I to %s', current_setting('ledger.marten_schema'), reader);
            execute format('grant select on mt_events, mt_streams, mt_events_sequence to %s', reader);
            execute format(
                'grant select, insert, update, delete on mt_event_progression, mt_high_water_skips to %s', reader);
            execute format('grant execute on function camel_case, mt_mark_event_progression,
                mt_mark_progression_with_skip to %s', reader);
        end $$
        """;

    // Each by its name and none by cascade: what someone else has put here, or built on it, is theirs to take away.
    private const string DropSql =
        """
        do $$
        begin
            drop view if exists mt_events, mt_streams, mt_events_sequence;
            drop function if exists mt_mark_event_progression(varchar, bigint);
            drop function if exists mt_mark_progression_with_skip(varchar, bigint, bigint);
            drop function if exists camel_case(json);
            drop table if exists mt_event_progression, mt_high_water_skips;
            execute format('drop schema %I', current_setting('ledger.marten_schema'));
        end $$
        """;

    /// <summary>Makes the schema, or brings what it has to what this program knows; says whether it is new.</summary>
    public async Task<bool> Make(
        OpenedBook book, string schema, string? reader, IProgress<string>? progress, CancellationToken token)
    {
        await using var source = Unpooled();
        await using var connection = await source.OpenConnectionAsync(token);
        var isThere = await Look(connection, book, schema, reader, token);
        var madeIndex = await MartenIndex.Make(connection, book, progress, token);
        try
        {
            await Define(connection, book, schema, reader, token);
        }
        catch when (madeIndex)
        {
            await MartenIndex.GiveUp(connection, book);
            throw;
        }

        return !isThere;
    }

    /// <summary>Takes the schema away, with how far its reader had come.</summary>
    public async Task Drop(OpenedBook book, string schema, CancellationToken token)
    {
        await using var source = Unpooled();
        await using var connection = await source.OpenConnectionAsync(token);
        if (!await Look(connection, book, schema, reader: null, token))
            throw new MartenRefused($"There is no schema {schema}.");
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await Name(connection, book, schema, reader: null, token);
            await Execute(connection, DropSql, token);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (PostgresException needed) when (needed.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new MartenRefused(
                $"Something that is not the ledger's is in schema {schema}, or was built on it: drop that first. " +
                $"Nothing was changed ({needed.MessageText}).", needed);
        }

        await DropIndexUnlessNeeded(connection, book, schema);
    }

    /// <summary>Whether the schema is there and shows this book; refuses whatever else it could be.</summary>
    private static async Task<bool> Look(
        NpgsqlConnection connection, OpenedBook book, string schema, string? reader, CancellationToken token)
    {
        if (NameProblem(schema) is { } problem) throw new MartenRefused($"`{schema}` {problem}");
        await Lock(connection, token);
        await using var look = new NpgsqlCommand(LookSql, connection)
        {
            Parameters =
            {
                new() { Value = schema, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)reader ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        await using var row = await look.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        if (!row.GetBoolean(0))
            throw new MartenRefused($"`{schema}` is a word of SQL: Marten would have to quote it, and does not.");
        if (!row.GetBoolean(3))
            throw new MartenRefused($"There is no role {reader}: the owner of the database creates it first.");
        if (!row.GetBoolean(1)) return false;
        var mark = row.IsDBNull(2) ? "" : row.GetString(2);
        return mark == Mark(book.Name) ? true
            : mark.EndsWith(MarkEnd, StringComparison.Ordinal)
                ? throw new MartenRefused(
                    $"Schema {schema} shows book {mark[MarkStart.Length..^MarkEnd.Length]}, not {book.Name}.")
                : throw new MartenRefused($"Schema {schema} is there already and `ledger marten` did not make it.");
    }

    /// <summary>
    /// The server lets go of a run's lock only some time after the run has ended: that is waited for, and not a run that
    /// is at work.
    /// </summary>
    private static async Task Lock(NpgsqlConnection connection, CancellationToken token)
    {
        const int mostAttempts = 20;
        await using var attempt = new NpgsqlCommand(LockSql, connection);
        for (var attempts = 1; await attempt.ExecuteScalarAsync(token) is not true; attempts++)
        {
            if (attempts == mostAttempts)
                throw new MartenRefused("Another `ledger marten` is at work: run this again when it has ended.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), token);
        }
    }

    private static string? NameProblem(string schema) =>
        schema.Length is 0 or > LongestName ? $"is not a name of 1 to {LongestName} characters."
        : schema[0] is not (>= 'a' and <= 'z' or '_')
            || !schema.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_')
            ? "is not a schema's name: lower case letters, digits and '_', and no digit first."
        : schema is "ledger" or "finance" or "public" or "information_schema"
            || schema.StartsWith("pg_", StringComparison.Ordinal)
            ? "is the name of a schema that belongs to others."
        : null;

    private const string MarkStart = "Book ";
    private const string MarkEnd = " as Marten reads it: made and dropped by `ledger marten`.";

    /// <summary>What stands on the schema as its comment, and says whose it is.</summary>
    private static string Mark(BookName book) => $"{MarkStart}{book}{MarkEnd}";

    private static async Task Define(
        NpgsqlConnection connection, OpenedBook book, string schema, string? reader, CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(token);
        await Name(connection, book, schema, reader, token);
        await Execute(connection, CreateSql, token);
        await Execute(connection, MartenViews.FunctionsSql, token);
        await Execute(connection, MartenViews.ViewsSql(book.Id), token);
        await Execute(connection, MartenProgress.Sql, token);
        await Execute(connection, GrantSql, token);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task Name(
        NpgsqlConnection connection, OpenedBook book, string schema, string? reader, CancellationToken token)
    {
        await using var names = new NpgsqlCommand(NamesSql, connection)
        {
            Parameters =
            {
                new() { Value = schema }, new() { Value = Mark(book.Name) }, new() { Value = reader ?? "" },
            },
        };
        await names.ExecuteNonQueryAsync(token);
    }

    private static async Task DropIndexUnlessNeeded(NpgsqlConnection connection, OpenedBook book, string schema)
    {
        await using var others = new NpgsqlCommand(OthersSql, connection)
        {
            Parameters = { new() { Value = schema }, new() { Value = Mark(book.Name) } },
        };
        if (await others.ExecuteScalarAsync() is not true)
            await Execute(connection, MartenIndex.DropSql(book.Id), CancellationToken.None);
    }

    /// <summary>The index of a large book takes its time, and waits for those who read from before it began.</summary>
    internal static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The lock belongs to the session, so the session ends with the run instead of going to a pool.</summary>
    private NpgsqlDataSource Unpooled() => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false }.ConnectionString);
}

/// <summary>The schema cannot be made or dropped. The message is one line that says why.</summary>
public sealed class MartenRefused(string message, Exception? cause = null) : Exception(message, cause);
