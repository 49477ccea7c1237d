using Fanz.Ledger.Checkpoints;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// Carries checkpoints into the archive, in order and none left out. What a host that was killed left behind, or an
/// archive that was away missed, is carried the next time: the archive itself says how far it is.
/// </summary>
public sealed class CheckpointCarrying(NpgsqlDataSource source, ICheckpointArchive archive)
{
    // How far the archive was known to be, so that it is listed once a process and not once a minute.
    private readonly Dictionary<string, long> known = [];

    /// <summary>How many were carried.</summary>
    public async Task<int> Carry(string tenant, CancellationToken token)
    {
        var reader = new CheckpointReader(source);
        if (await reader.Last(tenant, token) is not { } last) return 0;
        if (!known.TryGetValue(tenant, out var carried)) carried = await CarriedBefore(tenant, token);
        var count = 0;
        await foreach (var signed in reader.Between(tenant, carried, last.Statement.Sequence, token))
        {
            var statement = signed.Statement;
            var heads = await reader.Heads(tenant, statement.Sequence, token);
            var trail = statement.Trail is null ? null : await reader.Trail(tenant, statement.Sequence, token);
            await WriteKeys(statement, token);
            await archive.Write(
                new ArchivedCheckpoint(
                    tenant, statement.Sequence, statement.At.InUtc().Date,
                    CheckpointFormat.Write(signed, heads, trail)),
                token);
            known[tenant] = statement.Sequence;
            count++;
        }

        return count;
    }

    /// <summary>
    /// Up to the first one that is missing. The last one that is there is held against the database once more: a
    /// database that lost commits would otherwise go on beside what it has signed.
    /// </summary>
    private async Task<long> CarriedBefore(string tenant, CancellationToken token)
    {
        var carried = 0L;
        await foreach (var sequence in archive.Sequences(tenant, token))
        {
            if (sequence > carried + 1) break;
            carried = sequence;
        }

        return Math.Max(0, carried - 1);
    }

    private async Task WriteKeys(Checkpoint statement, CancellationToken token)
    {
        foreach (var der in new[] { statement.Key, statement.NextKey })
            if (der is not null && CheckpointVerifier.Of(der) is { } key)
                await archive.WriteKey(key.Id, key.Pem, token);
    }
}
