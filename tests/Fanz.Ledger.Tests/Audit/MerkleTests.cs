using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Tests;

public class MerkleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(33)]
    public void The_root_is_what_the_definition_says(int count)
    {
        var leaves = Leaves(count);
        Assert.Equal(Naive(leaves), Merkle.Root([.. leaves.SelectMany(leaf => leaf)]));
    }

    [Fact]
    public void The_root_of_nothing_is_zeros() => Assert.Equal(new byte[32], Merkle.Root([]));

    [Fact]
    public void The_root_of_three_by_hand()
    {
        var leaves = Leaves(3);
        var two = SHA256.HashData([1, .. leaves[0], .. leaves[1]]);
        Assert.Equal(SHA256.HashData([1, .. two, .. leaves[2]]), Merkle.Root([.. leaves.SelectMany(leaf => leaf)]));
    }

    [Fact]
    public void A_leaf_left_out_doubled_swapped_or_changed_gives_another_root()
    {
        var leaves = Leaves(5);
        byte[][][] others =
            [
                leaves, leaves[..4], [.. leaves, leaves[4]], [leaves[1], leaves[0], .. leaves[2..]],
                [.. leaves[..4], Leaves(6)[5]], [.. leaves, new byte[32]],
            ];
        Assert.Equal(others.Length, others.Select(l => Convert.ToHexString(Merkle.Root([.. l.SelectMany(x => x)])))
            .Distinct().Count());
    }

    [Fact]
    public void Half_a_hash_is_no_leaf() => Assert.Throws<ArgumentException>(() => Merkle.Root(new byte[33]));

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(100_000)]
    public void A_leaf_is_hashed_behind_a_zero_byte(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();
        var hash = new byte[32];
        Merkle.HashLeaf(bytes, hash);
        Assert.Equal(SHA256.HashData([0, .. bytes]), hash);
    }

    [Fact]
    public void The_leaves_of_a_batch_stand_one_after_the_other()
    {
        var book = new BookName("acme", "fans");
        var (bytes, leaves, expected) = (new CanonicalBytes(), new Leaves(), new List<byte>());
        for (var i = 0; i < 20; i++)
        {
            bytes.OfAccount(book, i, new AccountKey(Chart.FanWallet, new string('x', i * 6), Currency.Of("USD")));
            leaves.Add(bytes);
            expected.AddRange(SHA256.HashData([0, .. bytes.Written]));
        }

        Assert.Equal(20, leaves.Count);
        Assert.Equal(expected, leaves.ToArray());
        Assert.Equal(Merkle.Root([.. expected]), leaves.Root());
    }

    /// <summary>
    /// The last power of two below the count splits the tree: the same as moving an odd last node up.
    /// </summary>
    private static byte[] Naive(byte[][] leaves)
    {
        if (leaves.Length == 0) return new byte[32];
        if (leaves.Length == 1) return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length) split *= 2;
        return SHA256.HashData([1, .. Naive(leaves[..split]), .. Naive(leaves[split..])]);
    }

    private static byte[][] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(i => SHA256.HashData(Encoding.UTF8.GetBytes($"leaf {i}")))];
}
