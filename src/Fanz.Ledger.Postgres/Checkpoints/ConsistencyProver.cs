using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// Proves that one checkpoint goes on from another, for all books of the earlier one or for one of them. Five round
/// trips, and two to four for each book that has moved between them.
/// </summary>
public sealed class ConsistencyProver(NpgsqlDataSource source)
{
    private readonly CheckpointReader checkpoints = new(source);

    /// <param name="tenant">Whose checkpoints.</param>
    /// <param name="from">The earlier one.</param>
    /// <param name="to">The later one.</param>
    /// <param name="platform">One book, or all.</param>
    /// <param name="token">Stops it.</param>
    public async Task<Proved<ConsistencyProof>> Prove(
        string tenant, long from, long to, string? platform, CancellationToken token)
    {
        if (from >= to) return Unknown("A proof of consistency is from an earlier checkpoint to a later one.");
        foreach (var sequence in new[] { from, to })
            if (await checkpoints.Find(tenant, sequence, token) is null)
                return Unknown($"{tenant} has no checkpoint {sequence}.");
        var earlier = (await checkpoints.Find(tenant, from, token))!;
        var later = (await checkpoints.Find(tenant, to, token))!;
        var before = await checkpoints.Heads(tenant, from, token);
        var after = await checkpoints.Heads(tenant, to, token);
        if (platform is not null && before.All(head => head.Platform != platform))
            return Unknown($"Checkpoint {from} of {tenant} is not about {platform}.");

        var books = new List<BookGrowth>();
        var registry = new BookRegistry(source);
        foreach (var head in before.Where(head => platform is null || head.Platform == platform))
        {
            var grown = after.FirstOrDefault(one => one.Platform == head.Platform);
            var book = await registry.Find(new Fanz.Ledger.Books.BookName(tenant, head.Platform), token);
            if (grown is null || book is null || grown.Sequence < head.Sequence)
                throw new CheckpointsBroken(
                    $"{tenant}/{head.Platform} is not what checkpoint {from} says: `ledger verify` tells more.");
            var ranges = TreeRange.OfGrowth(head.Sequence, grown.Sequence);
            var hashes = ranges.Count == 0 ? [] : await new BookTree(source, book.Id).Hashes(ranges, token);
            books.Add(new BookGrowth(
                head, BookHead.Path(tenant, before, head.Platform), grown,
                BookHead.Path(tenant, after, head.Platform), hashes));
        }

        return new Proved<ConsistencyProof>.It(new ConsistencyProof(
            earlier, later, [.. books], [.. await checkpoints.Handovers(tenant, to, token)]));
    }

    private static Proved<ConsistencyProof> Unknown(string why) => new Proved<ConsistencyProof>.Unknown(why);
}
