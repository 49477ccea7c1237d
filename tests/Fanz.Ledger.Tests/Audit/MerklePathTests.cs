using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Audit;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class MerklePathTests
{
    private const int Most = 70;

    private static readonly byte[][] Leaves =
        [.. Enumerable.Range(0, 600).Select(i => SHA256.HashData(Encoding.UTF8.GetBytes($"leaf {i}")))];

    [Fact]
    public void Every_leaf_of_every_tree_is_led_to_the_root_and_no_other_leaf_is()
    {
        for (var size = 1; size <= Most; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var path = MerklePath.Of(All(0, size), index);
                Assert.Equal(Root(0, size), path.Root(Leaves[index]));
                Assert.NotEqual(Root(0, size), path.Root(Leaves[size]));
                Assert.Equal(TreeRange.OfPath(index, size).Select(Root), path.Hashes);
            }
        }
    }

    [Fact]
    public void A_path_that_is_changed_anywhere_leads_elsewhere_or_nowhere() => Properties.Hold(
        (from size in Gen.Choose(2, Most)
        from index in Gen.Choose(0, size - 1)
        from other in Gen.Choose(0, Most)
        from bit in Gen.Choose(0, 255)
        from hash in Gen.Choose(0, 30)
        select (size, index, other, bit, hash)),
        one =>
        {
            var path = MerklePath.Of(All(0, one.size), one.index);
            var root = Root(0, one.size);
            var changed = path.Hashes.Select(hash => (byte[])hash.Clone()).ToList();
            changed[one.hash % changed.Count][one.bit / 8] ^= (byte)(1 << (one.bit % 8));
            Assert.NotEqual(root, (path with { Hashes = changed }).Root(Leaves[one.index]));
            Assert.NotEqual(root, (path with { Hashes = [.. path.Hashes.Skip(1)] }).Root(Leaves[one.index]));
            Assert.NotEqual(root, (path with { Hashes = [.. path.Hashes, root] }).Root(Leaves[one.index]));
            // Another place among as many siblings leads elsewhere; a place that is no place leads nowhere.
            if (one.other != one.index)
                Assert.NotEqual(root, (path with { Index = one.other }).Root(Leaves[one.index]));
            Assert.Null((path with { Index = -1 }).Root(Leaves[one.index]));
            Assert.Null((path with { Index = one.size }).Root(Leaves[one.index]));
        });

    [Fact]
    public void Every_tree_is_shown_to_go_on_from_every_earlier_one_and_from_no_other()
    {
        for (var later = 1; later <= Most; later++)
        {
            for (var earlier = 1; earlier <= later; earlier++)
            {
                var hashes = TreeRange.OfGrowth(earlier, later).Select(Root).ToList();
                var (old, grown) = (Root(0, earlier), Root(0, later));
                Assert.True(TreeRange.IsGrowth(earlier, old, later, grown, hashes), $"{earlier} of {later}");
                Assert.False(TreeRange.IsGrowth(earlier, Root(1, 1 + earlier), later, grown, hashes));
                Assert.False(TreeRange.IsGrowth(earlier, old, later, Root(1, 1 + later), hashes));
                Assert.False(TreeRange.IsGrowth(earlier, old, later, grown, [.. hashes, old]));
                Assert.False(TreeRange.IsGrowth(later + 1, old, later, grown, hashes));
                Assert.False(TreeRange.IsGrowth(0, old, later, grown, hashes));
                for (var i = 0; i < hashes.Count; i++)
                {
                    var changed = hashes.Select(hash => (byte[])hash.Clone()).ToList();
                    changed[i][i % 32] ^= 1;
                    Assert.False(TreeRange.IsGrowth(earlier, old, later, grown, changed));
                    Assert.False(TreeRange.IsGrowth(earlier, old, later, grown, [.. hashes.Where((_, at) => at != i)]));
                }
            }
        }
    }

    [Fact]
    public void A_tree_that_grows_leaf_by_leaf_has_the_root_of_all_and_tells_each_full_node_once()
    {
        var (tree, told) = (new SealTree(), new Dictionary<(int, long), byte[]>());
        for (var size = 1; size <= Leaves.Length; size++)
        {
            tree.Add(Leaves[size - 1], (level, index, hash) => told.Add((level, index), hash));
            Assert.Equal(size, tree.Size);
            if (size % 37 == 0 || size is 1 or 256 or 257 or 512) Assert.Equal(Root(0, size), tree.Root());
        }

        Assert.Equal([(1, 0L), (1, 1L)], told.Keys.Order());
        Assert.Equal(Root(0, 256), told[(1, 0)]);
        Assert.Equal(Root(256, 512), told[(1, 1)]);
        Assert.Equal(new byte[32], new SealTree().Root());
    }

    [Fact]
    public void A_tree_of_65536_leaves_fills_a_node_of_the_second_level()
    {
        var (tree, told) = (new SealTree(), new List<(int Level, long Index)>());
        for (var i = 0; i < 65_536; i++) tree.Add(Leaves[i % 600], (level, index, _) => told.Add((level, index)));
        Assert.Equal(256, told.Count(node => node.Level == 1));
        Assert.Equal((2, 0L), Assert.Single(told, node => node.Level == 2));
    }

    [Fact]
    public void A_tree_goes_on_from_its_full_trees_as_if_it_had_seen_every_leaf() => Properties.Hold(
        (from size in Gen.Choose(0, 500)
        from more in Gen.Choose(0, 90)
        select (size, more)),
        one =>
        {
            var full = new TreeRange(0, one.size).FullTrees().ToList();
            Assert.Equal(one.size, full.Sum(range => range.Length));
            Assert.All(full, range => Assert.Equal(0, range.From % range.Length));
            var tree = SealTree.From(one.size, full.Select(Root));
            for (var i = one.size; i < one.size + one.more; i++) tree.Add(Leaves[i]);
            Assert.Equal(Root(0, one.size + one.more), tree.Root());
        },
        times: 60);

    private static byte[] Root(TreeRange range) => Root((int)range.From, (int)range.To);

    private static byte[] Root(int from, int to) => Merkle.Root(All(from, to));

    private static byte[] All(int from, int to) => [.. Leaves[from..to].SelectMany(leaf => leaf)];
}
