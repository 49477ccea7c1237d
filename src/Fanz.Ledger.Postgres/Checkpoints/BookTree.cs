using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// The tree over the seals of a book, as far as checkpoints cover it: nodes over 256, 256², … seals are stored, so that
/// what a proof takes is put together from at most 255 hashes a level. Two round trips, and one more for each of at
/// most two runs of single seals.
/// </summary>
internal sealed class BookTree(NpgsqlDataSource source, int book)
{
    internal const string NodesSql =
        """
        select n.level, n.index, n.last_number, n.hash
        from unnest($2::int[], $3::bigint[], $4::bigint[]) as wanted (level, first, after)
        cross join lateral (
            select level, index, last_number, hash from ledger.seal_nodes
            where book_id = $1 and level = wanted.level and index >= wanted.first and index < wanted.after
            order by index) n
        """;

    internal const string SealsSql =
        """
        select sequence, hash from ledger.seals
        where book_id = $1 and (last_number, sequence) > ($2, $3)
        order by last_number, sequence
        limit $4
        """;

    private readonly Dictionary<(int Level, long Index), (byte[] Hash, long LastNumber)> nodes = [];

    /// <summary>The hashes over some ranges of seals, each in its place.</summary>
    public async Task<IReadOnlyList<byte[]>> Hashes(IReadOnlyList<TreeRange> ranges, CancellationToken token)
    {
        var full = ranges.SelectMany(range => range.FullTrees()).ToList();
        await LoadNodes(full, token);
        await LoadSeals([.. full.Where(tree => LevelOf(tree) == 0)], token);
        return [.. ranges.Select(Hash)];
    }

    /// <summary>The full trees that a tree of some size is made of: what it takes to go on from it.</summary>
    public async Task<SealTree> Grown(long size, CancellationToken token)
    {
        if (size == 0) return new SealTree();
        var full = new TreeRange(0, size).FullTrees().ToList();
        return SealTree.From(size, await Hashes(full, token));
    }

    /// <summary>The last number under a tree of some size, which is a number of kept nodes.</summary>
    public async Task<long> LastNumber(long size, CancellationToken token)
    {
        var index = (size / SealTree.Width) - 1;
        await LoadNodes([new TreeRange(index * SealTree.Width, size)], token);
        return nodes.TryGetValue((1, index), out var node) ? node.LastNumber : throw Lacking(1, index);
    }

    private static int LevelOf(TreeRange full) => (int)long.Log2(full.Length) / SealTree.BitsALevel;

    private byte[] Hash(TreeRange range)
    {
        byte[]? hash = null;
        foreach (var tree in range.FullTrees().Reverse())
            hash = hash is null ? HashOfFull(tree) : Merkle.Node(HashOfFull(tree), hash);
        return hash ?? throw new ArgumentException("A range has leaves.", nameof(range));
    }

    private byte[] HashOfFull(TreeRange tree)
    {
        var level = LevelOf(tree);
        var shift = level * SealTree.BitsALevel;
        var leaves = new byte[(tree.Length >> shift) * Merkle.HashLength];
        for (var i = 0L; i < tree.Length >> shift; i++)
        {
            if (!nodes.TryGetValue((level, (tree.From >> shift) + i), out var node))
                throw Lacking(level, (tree.From >> shift) + i);
            node.Hash.CopyTo(leaves, i * Merkle.HashLength);
        }

        return Merkle.Root(leaves);
    }

    private CheckpointsBroken Lacking(int level, long index) => new(
        $"The tree of book {book} lacks node {index} of level {level}: `ledger verify` tells more.");

    private async Task LoadNodes(List<TreeRange> full, CancellationToken token)
    {
        var wanted = new HashSet<(int Level, long First, long After)>();
        foreach (var tree in full)
        {
            var level = LevelOf(tree);
            var shift = level * SealTree.BitsALevel;
            if (level > 0) wanted.Add((level, tree.From >> shift, tree.To >> shift));
            // By the nodes beside them the seals are found, for seals are kept in the order of numbers.
            else wanted.Add((1, Math.Max(0, (tree.From / SealTree.Width) - 1), tree.From / SealTree.Width));
        }

        await using var batch = ByIndex.Query(
            source, NodesSql, book, wanted.Select(one => one.Level).ToArray(),
            wanted.Select(one => one.First).ToArray(), wanted.Select(one => one.After).ToArray());
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
            nodes[(reader.GetInt32(0), reader.GetInt64(1))] = (reader.GetFieldValue<byte[]>(3), reader.GetInt64(2));
    }

    private async Task LoadSeals(List<TreeRange> full, CancellationToken token)
    {
        foreach (var run in full.GroupBy(tree => tree.From / SealTree.Width))
        {
            var start = run.Key * SealTree.Width;
            var number = run.Key == 0 ? long.MinValue : nodes.TryGetValue((1, run.Key - 1), out var before)
                ? before.LastNumber
                : throw Lacking(1, run.Key - 1);
            var count = run.Max(tree => tree.To) - start;
            await using var batch = ByIndex.Query(source, SealsSql, book, number, start, count);
            await using var reader = await ByIndex.Read(batch, token);
            while (await reader.ReadAsync(token))
                nodes[(0, reader.GetInt64(0) - 1)] = (reader.GetFieldValue<byte[]>(1), 0);
        }
    }
}

/// <summary>What checkpoints are made of is not there, or not as it was: nothing is proved from it.</summary>
public sealed class CheckpointsBroken(string message) : Exception(message);
