using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>The archive cannot be worked on now; nothing was changed.</summary>
public sealed class ArchiveRefused(string message) : Exception(message);

/// <summary>
/// Puts partitions of journal and entries in the place of those that are there. What goes along is copied beforehand,
/// while everybody reads and writes on; then writers wait for as long as it takes to copy what came since, and the
/// partitions are exchanged in one transaction. The old ones go to the schema archive, still refusing every change.
/// <para>A row that was copied is invisible to a transaction that began before the copy was committed. So between the
/// last copy and the exchange everyone who was at work by then is waited for, as an index that is built beside its
/// table does; only who waits for this very exchange is not, for whatever they do next they do with new eyes.</para>
/// Locks: an advisory lock for all of it, which verifications share; at the end those of both tables. Where somebody is
/// longer at work than a writer can wait, it lets go and tries again.
/// </summary>
internal sealed class PartitionSwap(NpgsqlDataSource owner, IReadOnlyList<ArchivedRows> rows)
{
    /// <summary>The advisory lock that nobody who reads a book as a whole may do without.</summary>
    public const string LockSql = "hashtextextended('ledger archive', 0)";

    /// <summary>
    /// Until the connection is given back: a table without statistics would be scanned once for each row of another.
    /// </summary>
    public const string Seek =
        "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

    private const int Tries = 60;
    private static readonly TimeSpan PauseBetween = TimeSpan.FromMilliseconds(500);

    private readonly List<(Partition Old, string New)> swapped = [];
    private Dictionary<int, (long Number, long Position)> heads = [];

    /// <summary>Takes the lock of the archive; others who want it are told at once.</summary>
    public static async Task<NpgsqlConnection> Begin(NpgsqlDataSource owner, CancellationToken token)
    {
        var connection = await owner.OpenConnectionAsync(token);
        try
        {
            await using var take = new NpgsqlCommand($"select pg_try_advisory_lock({LockSql})", connection);
            if (await take.ExecuteScalarAsync(token) is not true)
                throw new ArchiveRefused(
                    "Somebody verifies, exports or archives: their reading would be cut in two. Try again later.");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public static async Task End(NpgsqlConnection connection)
    {
        try
        {
            await using var let = new NpgsqlCommand($"select pg_advisory_unlock({LockSql})", connection);
            await let.ExecuteNonQueryAsync(CancellationToken.None);
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>Makes the partitions that the rows are of once more, without these rows.</summary>
    /// <param name="andAlso">
    /// Which of the rows go along nevertheless, or what comes beside them, for a partition and its new table.
    /// </param>
    public async Task Copy(Func<Partition, string, string> andAlso, CancellationToken token)
    {
        await using var connection = await owner.OpenConnectionAsync(token);
        await DropLeftovers(connection, token);
        foreach (var partition in await Partition.All(connection, token))
        {
            if (!rows.Any(one => partition.Meets(one))) continue;
            swapped.Add((partition, await MakeTable(connection, partition, token)));
        }

        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        heads = await Heads(connection, token);
        foreach (var (partition, table) in swapped)
        {
            await using var copy = new NpgsqlCommand(
                $"""
                insert into archive.{table}
                select p.* from ledger.{partition.Name} p
                where not exists (
                    select from unnest($1, $2, $3) taken (book, first, last)
                    where taken.book = p.book_id and p.{partition.Key} between taken.first and taken.last)
                """,
                connection) { CommandTimeout = 0 };
            AddRows(copy, partition);
            await copy.ExecuteNonQueryAsync(token);
        }

        await Execute(connection, Seek, token);
        foreach (var (partition, table) in swapped) await Execute(connection, andAlso(partition, table), token);

        await transaction.CommitAsync(CancellationToken.None);
        foreach (var (_, table) in swapped) await Execute(connection, $"analyze archive.{table}", token);
    }

    /// <summary>Exchanges the partitions, with what else belongs into the same transaction.</summary>
    public async Task Exchange(Func<NpgsqlConnection, Task> andThen, CancellationToken token)
    {
        Exception? last = null;
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                if (await TryExchange(andThen, token)) return;
                last = null;
            }
            catch (PostgresException busy) when (busy.SqlState
                is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                last = busy;
            }

            await Task.Delay(PauseBetween, token);
        }

        throw new ArchiveRefused(
            "Somebody has been in a transaction for longer than writers can wait: see pg_stat_activity." +
            (last is null ? "" : $" ({last.Message})"));
    }

    private async Task<bool> TryExchange(Func<NpgsqlConnection, Task> andThen, CancellationToken token)
    {
        await using var exchanging = await owner.OpenConnectionAsync(token);
        await using var copying = await owner.OpenConnectionAsync(token);
        await using var transaction = await exchanging.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
        await Execute(exchanging, "set local lock_timeout to '3s'", token);
        await Execute(exchanging, "lock table ledger.journal, ledger.entries in share row exclusive mode", token);
        await CatchUp(copying, token);
        if (!await OthersAtWork.AreDone(copying, exchanging, token)) return false;
        foreach (var (partition, table) in swapped) await Exchange(exchanging, partition, table, token);
        await andThen(exchanging);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    private static async Task Exchange(
        NpgsqlConnection connection, Partition old, string table, CancellationToken token)
    {
        await Execute(
            connection,
            $"""
            alter table ledger.{old.Relation} detach partition ledger.{old.Name};
            alter table ledger.{old.Name} set schema archive;
            alter table archive.{old.Name} rename to {Retired(table)};
            create trigger append_only before update or delete on archive.{Retired(table)}
                for each row execute function ledger.refuse_change();
            alter table archive.{Retired(table)} enable always trigger append_only;
            alter table archive.{table} set schema ledger;
            alter table ledger.{table} rename to {old.Name};
            alter table ledger.{old.Relation} attach partition ledger.{old.Name}
                for values from ({old.From}) to ({old.To});
            alter table ledger.{old.Name} drop constraint within;
            create trigger never_emptied before truncate on ledger.{old.Name}
                for each statement execute function ledger.refuse_change();
            alter table ledger.{old.Name} enable always trigger never_emptied
            """,
            token);
    }

    /// <summary>What was written since the copy, in a transaction of its own: nobody writes now.</summary>
    private async Task CatchUp(NpgsqlConnection connection, CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var now = await Heads(connection, token);
        foreach (var (partition, table) in swapped)
        {
            foreach (var (book, head) in now)
            {
                var from = heads.GetValueOrDefault(book);
                var (after, upTo) = partition.Relation == "journal"
                    ? (from.Number, head.Number)
                    : (from.Position, head.Position);
                if (after >= upTo || upTo < partition.From || after >= partition.To - 1) continue;
                await using var copy = new NpgsqlCommand(
                    $"""
                    insert into archive.{table} select * from ledger.{partition.Name}
                    where book_id = $1 and {partition.Key} > $2
                    """,
                    connection) { CommandTimeout = 0 };
                copy.Parameters.Add(new() { Value = book });
                copy.Parameters.Add(new() { Value = after });
                await copy.ExecuteNonQueryAsync(token);
            }
        }

        await transaction.CommitAsync(CancellationToken.None);
        heads = now;
    }

    private static async Task<Dictionary<int, (long Number, long Position)>> Heads(
        NpgsqlConnection connection, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(
            """
            select b.id, coalesce(s.last_number, 0), coalesce(s.last_position, 0)
            from ledger.books b
            left join lateral (
                select last_number, last_position from ledger.seals
                where book_id = b.id order by last_number desc, sequence desc limit 1) s on true
            """,
            connection);
        await using var reader = await query.ExecuteReaderAsync(token);
        var found = new Dictionary<int, (long, long)>();
        while (await reader.ReadAsync(token)) found[reader.GetInt32(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        return found;
    }

    /// <summary>Of an attempt that was broken off: tables that never took anything's place.</summary>
    private static Task DropLeftovers(NpgsqlConnection connection, CancellationToken token) => Execute(
        connection,
        """
        do $$
        declare leftover text;
        begin
            for leftover in
                select relname from pg_class
                where relnamespace = 'archive'::regnamespace and relkind = 'r' and relname like 'next\_%'
            loop
                execute format('drop table archive.%I', leftover);
            end loop;
        end $$
        """,
        token);

    private static async Task<string> MakeTable(
        NpgsqlConnection connection, Partition partition, CancellationToken token)
    {
        await using var name = new NpgsqlCommand(
            "select 'next_' || $1 || '_' || to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint)",
            connection);
        // Short, because the names of indexes are made of it, and it stays theirs.
        name.Parameters.Add(new() { Value = $"{partition.Relation[0]}{partition.From}" });
        var table = (string)(await name.ExecuteScalarAsync(token))!;
        await Execute(
            connection,
            $"""
            create table archive.{table} (like ledger.{partition.Name} including all);
            alter table archive.{table}
                add constraint within check ({partition.Key} >= {partition.From} and {partition.Key} < {partition.To});
            alter table archive.{table} set (autovacuum_freeze_min_age = 0,
                autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05)
            """,
            token);
        return table;
    }

    /// <summary>In the archive the old one is called after the one that took its place.</summary>
    private static string Retired(string table) => "was" + table["next".Length..];

    private void AddRows(NpgsqlCommand command, Partition partition)
    {
        var isJournal = partition.Relation == "journal";
        command.Parameters.Add(new()
        {
            Value = rows.Select(one => one.Book).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer,
        });
        command.Parameters.Add(new()
        {
            Value = rows.Select(one => isJournal ? one.FirstNumber : one.FirstPosition).ToArray(),
        });
        command.Parameters.Add(new()
        {
            Value = rows.Select(one => isJournal ? one.LastNumber : one.LastPosition).ToArray(),
        });
    }

    internal static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }
}
