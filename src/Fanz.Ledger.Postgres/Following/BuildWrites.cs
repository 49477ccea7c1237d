using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>What a follower writes for a page, into one build; and its way to the rows that it wrote before.</summary>
public sealed class BuildWrites
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlBatch batch;

    internal BuildWrites(int build, NpgsqlConnection connection, NpgsqlBatch batch) =>
        (Build, this.connection, this.batch) = (build, connection, batch);

    public int Build { get; }

    /// <summary>A statement whose first parameter is the build. It runs with all others of the page.</summary>
    public void Add(string sql, params ReadOnlySpan<object> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new() { Value = Build });
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }

    /// <summary>Rows as they are before the page is written; the first parameter is the build here as well.</summary>
    public async Task<List<T>> Read<T>(
        string sql, object[] parameters, Func<NpgsqlDataReader, T> row, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = Build });
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<T>();
        while (await reader.ReadAsync(token)) rows.Add(row(reader));
        return rows;
    }
}
