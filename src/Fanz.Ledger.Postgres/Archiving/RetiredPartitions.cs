using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// Partitions that others have taken the place of. They are of no use to the ledger, which attaches from files; they
/// are kept until their owner frees the space, who has made sure of the files before.
/// </summary>
public sealed class RetiredPartitions(NpgsqlDataSource owner, string actor)
{
    private const string NamesSql =
        """
        select relname from pg_class
        where relnamespace = 'archive'::regnamespace and relkind = 'r' and relname like 'was\_%'
        order by relname
        """;

    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> Drop(CancellationToken token)
    {
        var locked = await PartitionSwap.Begin(owner, token);
        try
        {
            await using var connection = await owner.OpenConnectionAsync(token);
            await using var transaction = await connection.BeginTransactionAsync(token);
            var names = new List<string>();
            await using (var query = new NpgsqlCommand(NamesSql, connection))
            await using (var reader = await query.ExecuteReaderAsync(token))
                while (await reader.ReadAsync(token)) names.Add(reader.GetString(0));
            foreach (var name in names) await PartitionSwap.Execute(connection, $"drop table archive.{name}", token);
            await AccessTrail.Append(
                connection, AccessTrail.House,
                [
                    .. names.Select(name => new TrailNote(TrailKind.Done, "archive_dropped", actor)
                    {
                        Subject = "archive", Item = name,
                    }),
                ],
                token);
            await transaction.CommitAsync(CancellationToken.None);
            return names;
        }
        finally
        {
            await PartitionSwap.End(locked);
        }
    }
}
