using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// A query that must be answered from its index. A young table has no statistics, and the planner would rather scan,
/// hash and sort it than believe in the index that is there. What it is told holds for the transaction that the batch
/// is, so nothing is left on the connection and a pooler may stand between.
/// </summary>
internal static class ByIndex
{
    public const string Settings =
        """
        select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)
        """;

    public static NpgsqlBatch Query(NpgsqlDataSource source, string sql, params ReadOnlySpan<object?> parameters) =>
        Query(source.CreateBatch(), sql, parameters);

    public static NpgsqlBatch Query(
        NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> parameters) =>
        Query(connection.CreateBatch(), sql, parameters);

    /// <summary>Another query of the same transaction.</summary>
    public static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> parameters)
    {
        var query = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters) query.Parameters.Add(new() { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(query);
    }

    /// <summary>The rows of the query that the batch was made for.</summary>
    public static async Task<NpgsqlDataReader> Read(NpgsqlBatch batch, CancellationToken token)
    {
        var reader = await batch.ExecuteReaderAsync(token);
        await reader.NextResultAsync(token);
        return reader;
    }

    private static NpgsqlBatch Query(NpgsqlBatch batch, string sql, ReadOnlySpan<object?> parameters)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Settings));
        Add(batch, sql, parameters);
        return batch;
    }
}
