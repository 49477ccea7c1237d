using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// Waits for whoever is in a transaction on this database now, for as long as writers can wait. Whoever begins later is
/// not waited for; nor is who waits for a lock of ours.
/// </summary>
internal static class OthersAtWork
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private const string AtWorkSql =
        """
        select l.virtualxid from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'virtualxid' and l.mode = 'ExclusiveLock' and l.granted and a.datname = current_database()
            and a.usesysid is not null and l.pid <> all ($1)
            and ($2::text[] is null or l.virtualxid = any ($2)) and not $3 = any (pg_blocking_pids(l.pid))
        """;

    /// <param name="asking">A connection that is in no transaction.</param>
    /// <param name="holding">The connection that holds the locks.</param>
    /// <param name="token">Stops the waiting.</param>
    /// <returns>False when one of them was still at it.</returns>
    public static async Task<bool> AreDone(
        NpgsqlConnection asking, NpgsqlConnection holding, CancellationToken token)
    {
        var since = Stopwatch.StartNew();
        var atWork = await Find(asking, holding, still: null, token);
        while (atWork.Count > 0)
        {
            if (since.Elapsed > LongestHold) return false;
            await Task.Delay(Poll, token);
            atWork = await Find(asking, holding, [.. atWork], token);
        }

        return true;
    }

    private static async Task<List<string>> Find(
        NpgsqlConnection asking, NpgsqlConnection holding, string[]? still, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(AtWorkSql, asking);
        query.Parameters.Add(new() { Value = new[] { asking.ProcessID, holding.ProcessID } });
        query.Parameters.Add(new()
        {
            Value = (object?)still ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        query.Parameters.Add(new() { Value = holding.ProcessID });
        await using var reader = await query.ExecuteReaderAsync(token);
        var found = new List<string>();
        while (await reader.ReadAsync(token)) found.Add(reader.GetString(0));
        return found;
    }
}
