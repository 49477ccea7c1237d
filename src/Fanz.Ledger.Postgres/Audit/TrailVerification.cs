using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Makes the access trail of every tenant again: each line's hash from the line, and its place in the chain. One
/// streaming query, which is one snapshot. That the end of a chain was cut off shows only against a head that was kept
/// elsewhere; that all of the house's was, shows here, for its first line is written with the table.
/// </summary>
internal sealed class TrailVerification(NpgsqlDataSource source)
{
    public long Lines { get; private set; }

    /// <summary>The first line that is not as it was written, or null.</summary>
    public async Task<Broken?> First(CancellationToken token)
    {
        var (tenant, sequence, hash) = ("", 0L, Seal.None);
        await foreach (var (line, kept) in TrailReader.All(source, token))
        {
            if (line.Tenant != tenant) (tenant, sequence, hash) = (line.Tenant, 0, Seal.None);
            Lines++;
            var key = $"sequence={line.Sequence}";
            if (line.Sequence != sequence + 1)
                return new Broken(tenant, "trail", key, $"line {sequence + 1} is missing");
            if (!line.Previous.AsSpan().SequenceEqual(hash))
                return new Broken(tenant, "trail", key, "it is not chained to the line before");
            if (!kept.AsSpan().SequenceEqual(line.Hash()))
                return new Broken(tenant, "trail", key, "it was changed since it was written");
            (sequence, hash) = (line.Sequence, kept);
        }

        return null;
    }
}
