using System.Text;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>All that a login learns from a script: rows, what is raised on the way, and how it ends.</summary>
/// <param name="Learnt">Every word that came back, those of the error too.</param>
/// <param name="State">The SQLSTATE that ended it, or null.</param>
internal sealed record Attempt(string Learnt, string? State)
{
    /// <summary>Runs the statements one after the other, in one session; what follows a failure is not run.</summary>
    public static async Task<Attempt> Run(string login, params IEnumerable<string> statements)
    {
        var learnt = new StringBuilder();
        await using var source = NpgsqlDataSource.Create(login);
        await using var connection = await source.OpenConnectionAsync();
        connection.Notice += (_, told) =>
        {
            lock (learnt) learnt.AppendLine(told.Notice.MessageText).AppendLine(told.Notice.Detail);
        };
        foreach (var statement in statements)
        {
            try
            {
                if (statement.StartsWith("copy (", StringComparison.Ordinal)
                    && statement.EndsWith("stdout", StringComparison.Ordinal))
                {
                    using var copied = await connection.BeginTextExportAsync(statement);
                    learnt.AppendLine(await copied.ReadToEndAsync());
                    continue;
                }

                await using var command = new NpgsqlCommand(statement, connection) { AllResultTypesAreUnknown = true };
                await using var reader = await command.ExecuteReaderAsync();
                do
                {
                    while (await reader.ReadAsync())
                    {
                        for (var i = 0; i < reader.FieldCount; i++)
                            learnt.Append(reader.IsDBNull(i) ? "" : reader.GetString(i)).Append('\t');
                        learnt.AppendLine();
                    }
                }
                while (await reader.NextResultAsync());
            }
            catch (PostgresException ended)
            {
                learnt.AppendLine(ended.MessageText).AppendLine(ended.Detail).AppendLine(ended.Hint)
                    .AppendLine(ended.Where).AppendLine(ended.InternalQuery);
                return new Attempt(learnt.ToString(), ended.SqlState);
            }
        }

        return new Attempt(learnt.ToString(), null);
    }
}
