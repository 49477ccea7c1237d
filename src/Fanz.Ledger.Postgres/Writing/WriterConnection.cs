using Fanz.Ledger.Books;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The batch was sent and answered for, but with a warning: it may not be as safe as a commit must be.
/// </summary>
internal sealed class CommitInDoubt(string warning) : IOException(warning);

/// <summary>
/// A connection on which a lane writes.
/// Round trips: one for a batch that was decided beforehand (begin, lock, expect heads, inserts, commit, all sent at
/// once); or, where the book must be locked before it is read, one to begin and lock and one to insert and commit.
/// Lock order: books by id; nothing else is locked.
/// Limits: a lock is waited for as long as lock_timeout says; a commit has no timeout and is never cancelled.
/// </summary>
internal sealed class WriterConnection : IAsyncDisposable
{
    private const string Lock = """
        select b.id, b.tenant, b.platform from ledger.books b where b.id = any($1) order by b.id for no key update
        """;

    private const string LockAllAtOnce = Lock + " nowait";

    private const string LockThoseFree = Lock + " skip locked";

    private const string ExpectHeads = "select ledger.expect_heads($1, $2, $3, $4)";

    // A transaction that writes nothing does not wait for a standby; this one must.
    private const string WriteSomething = "select pg_logical_emit_message(true, 'ledger', '')";

    private const string EndStalledWriters = """
        select pg_terminate_backend(a.pid) from pg_stat_activity a
        where a.datname = current_database() and a.usename = current_user and a.pid <> pg_backend_pid()
            and a.state = 'active' and a.wait_event_type = 'Client' and a.wait_event = 'ClientRead'
            and a.query_start < clock_timestamp() - make_interval(secs => $1)
            and exists (select from pg_locks l where l.pid = a.pid and l.relation = 'ledger.books'::regclass)
        """;

    private readonly Session session;
    private string? warning;

    private WriterConnection(Session session)
    {
        this.session = session;
        session.Connection.Notice += (_, arguments) =>
        {
            if (arguments.Notice.InvariantSeverity == "WARNING") warning = arguments.Notice.MessageText;
        };
    }

    /// <summary>Reads what a batch needs, within this connection's open transaction.</summary>
    public Lookups Lookups => new(session, ownsTransaction: false);

    public static async Task<WriterConnection> Open(NpgsqlDataSource database, WriterOptions options) =>
        new(await Session.Open(database, options));

    /// <summary>
    /// Sends a batch that was decided beforehand. It is committed only if its books stand where it began.
    /// </summary>
    public async Task Send(Batch batch)
    {
        warning = null;
        await using var statements = NewTransaction();
        // All that it was decided upon, also where it writes nothing.
        var parts = batch.Parts.Values.OrderBy(part => part.Memory.Book.Id).ToArray();
        var books = parts.Select(part => part.Memory.Book.Id).ToArray();
        // Nobody waits here: a batch that meets a locked book fails at once, and is taken apart under the lock.
        Add(statements, LockAllAtOnce, (NpgsqlDbType.Integer, books));
        AddExpectedHeads(statements, parts, books);
        await Commit(statements, batch);
    }

    /// <summary>
    /// Begins a transaction and locks the books, all of them or those that are free; says which it has.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, BookName>> Begin(int[] books, bool isWorthWaiting)
    {
        await using var statements = NewTransaction();
        Add(statements, isWorthWaiting ? Lock : LockThoseFree, (NpgsqlDbType.Integer, books));
        var locked = new Dictionary<int, BookName>();
        await using var reader = await statements.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                if (reader.FieldCount == 3)
                    locked[reader.GetInt32(0)] = new BookName(reader.GetString(1), reader.GetString(2));
            }
        }
        while (await reader.NextResultAsync());
        return locked;
    }

    /// <summary>Inserts what was decided under the lock, and commits.</summary>
    public async Task SendLocked(Batch batch)
    {
        warning = null;
        await using var statements = NewBatch();
        // Nobody else has written, but something may have been archived after it was asked for.
        var parts = batch.Parts.Values.ToArray();
        AddExpectedHeads(statements, parts, [.. parts.Select(part => part.Memory.Book.Id)]);
        await Commit(statements, batch);
    }

    /// <summary>
    /// Ends writers of the ledger that hold a book and have sent nothing more for so long. The server's own time-out
    /// for idle transactions does not see those: a host that is stopped in the middle of sending its statements leaves
    /// the server waiting for the rest of them, which it takes for work.
    /// </summary>
    public async Task EndStalled(Duration silence)
    {
        await using var command = new NpgsqlCommand(EndStalledWriters, session.Connection);
        command.Parameters.Add(new() { Value = silence.TotalSeconds });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Gives up what was begun, if the connection is still good; otherwise the connection.</summary>
    public async Task Rollback()
    {
        await using var command = new NpgsqlCommand("rollback", session.Connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private NpgsqlBatch NewTransaction()
    {
        var statements = NewBatch();
        // What is read after the lock must be what the last holder committed, whatever the role's default is.
        Add(statements, "begin isolation level read committed");
        if (session.SettingsOfTransaction is { } settings) Add(statements, settings);
        return statements;
    }

    private NpgsqlBatch NewBatch() => new(session.Connection) { Timeout = 0 };

    private static void AddExpectedHeads(NpgsqlBatch statements, BookPart[] parts, int[] books) => Add(
        statements, ExpectHeads,
        (NpgsqlDbType.Integer, books),
        (NpgsqlDbType.Bigint, parts.Select(part => part.From.Sequence).ToArray()),
        (NpgsqlDbType.Bytea, parts.Select(part => part.From.Hash).ToArray()),
        (NpgsqlDbType.Bigint, parts.Select(part => part.Memory.Book.ArchivedUpTo).ToArray()));

    private async Task Commit(NpgsqlBatch statements, Batch batch)
    {
        if (batch.Rows.IsEmpty) Add(statements, WriteSomething);
        else AddInserts(statements, batch.Rows);
        Add(statements, "commit");
        // From here on the batch may be committed: it is neither cancelled nor timed out.
        await statements.ExecuteNonQueryAsync(CancellationToken.None);
        if (warning is not null) throw new CommitInDoubt(warning);
    }

    private static void AddInserts(NpgsqlBatch statements, Rows rows)
    {
        using var values = rows.Values().GetEnumerator();
        foreach (var (sql, types) in Rows.Inserts())
        {
            values.MoveNext();
            var command = new NpgsqlBatchCommand(sql);
            for (var i = 0; i < types.Length; i++)
                command.Parameters.Add(new() { Value = values.Current[i], NpgsqlDbType = NpgsqlDbType.Array | types[i] });
            statements.BatchCommands.Add(command);
        }
    }

    private static void Add(
        NpgsqlBatch batch, string sql, params ReadOnlySpan<(NpgsqlDbType Type, Array Values)> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (type, values) in columns)
            command.Parameters.Add(new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        batch.BatchCommands.Add(command);
    }
}
