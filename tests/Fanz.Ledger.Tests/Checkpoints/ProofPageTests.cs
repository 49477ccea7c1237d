using System.Text;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// The page for those who write a verifier: its example was made by other means than the ledger's code, and is what the
/// ledger makes.
/// </summary>
public class ProofPageTests
{
    [Fact]
    public void The_example_of_the_page_is_what_the_ledger_makes()
    {
        var blocks = Blocks();
        var (key, signature) = (Convert.FromHexString(blocks[3][^2]), Convert.FromHexString(blocks[4][1]));
        var previous = Filled(0x11);
        var seal = Convert.FromHexString("0A1AA65642BB0CF07D81BB6DBF1E4E0A00DC0E1240D5C44062FFB2139B34172E");
        var tree = new SealTree();
        tree.Add(previous);
        tree.Add(seal);
        BookHead[] heads =
            [
                new("bestfans", 2, 2, 2, seal, tree.Root()), new("girlfanz", 1, 1, 0, Filled(0x22), Filled(0x22)),
            ];
        foreach (var (head, block) in heads.Zip(blocks))
        {
            var bytes = new CanonicalBytes();
            bytes.OfHead("fanz", head);
            Assert.Equal(string.Concat(block), Convert.ToHexString(bytes.Written));
        }

        var root = BookHead.Root("fanz", heads);
        Assert.Equal(
            blocks[2], heads.Select(head => head.LeafOf("fanz")).Append(root).Select(hash => Convert.ToHexString(hash)));
        var at = Instant.FromUtc(2026, 1, 15, 12, 1);
        key = key[8..];
        var statement = new Checkpoint("fanz", 1, at, Checkpoint.None, 2, root, key);
        Assert.Equal(string.Concat(blocks[3]), Convert.ToHexString(statement.Block()));
        Assert.Equal(blocks[4][0], Convert.ToHexString(statement.Hash()));
        Assert.True(new SignedCheckpoint(statement, signature).IsSigned);

        var trail = new TrailHead(3, Filled(0x33));
        var trailBytes = new CanonicalBytes();
        trailBytes.OfTrailHead("fanz", trail);
        Assert.Equal(string.Concat(blocks[5]), Convert.ToHexString(trailBytes.Written));
        var next = new Checkpoint(
            "fanz", 2, at + Duration.FromMinutes(1), statement.Hash(), 2, root, key, NextKey: null,
            trail.LeafOf("fanz"));
        Assert.Equal(string.Concat(blocks[6]), Convert.ToHexString(next.Block()));
        Assert.Equal(Assert.Single(blocks[7]), Convert.ToHexString(next.Hash()));
    }

    [Fact]
    public void A_file_of_the_second_form_has_the_head_of_the_trail_and_no_other()
    {
        var key = Convert.FromHexString(Blocks()[3][^2])[8..];
        BookHead[] heads = [new("a", 1, 1, 0, Filled(1), Filled(1))];
        var trail = new TrailHead(41, Filled(7));
        var first = new Checkpoint(
            "fanz", 3, Instant.FromUtc(2026, 1, 15, 12, 1), Filled(9), 1, BookHead.Root("fanz", heads), key);
        var second = first with { Trail = trail.LeafOf("fanz") };
        Assert.NotEqual(first.Hash(), second.Hash());
        Assert.NotEqual(trail.LeafOf("fanz"), trail.LeafOf("*"));
        var file = CheckpointFormat.Write(new SignedCheckpoint(second, [1]), heads, trail);
        Assert.Equal(second.Hash(), CheckpointFormat.Read(file).Signed.Statement.Hash());
        Assert.True(trail.Is(CheckpointFormat.Read(file).Trail));
        foreach (var (statement, told) in new (Checkpoint, TrailHead?)[]
        {
            (second, null), (second, trail with { Sequence = 40 }), (second, trail with { Hash = Filled(8) }),
            (second with { Trail = Filled(0) }, trail),
        })
            Assert.Throws<ProofUnreadable>(() =>
                CheckpointFormat.Read(CheckpointFormat.Write(new SignedCheckpoint(statement, [1]), heads, told)));
        var mixed = Encoding.UTF8.GetString(file).Replace("checkpoint/2", "checkpoint/1", StringComparison.Ordinal);
        Assert.Throws<ProofUnreadable>(() => CheckpointFormat.Read(Encoding.UTF8.GetBytes(mixed)));
    }

    [Fact]
    public void A_file_has_its_heads_and_no_others()
    {
        var key = Convert.FromHexString(Blocks()[3][^2])[8..];
        BookHead[] heads = [new("a", 1, 1, 0, Filled(1), Filled(1)), new("b", 2, 3, 4, Filled(2), Filled(3))];
        var statement = new Checkpoint(
            "fanz", 3, Instant.FromUtc(2026, 1, 15, 12, 1), Filled(9), 2, BookHead.Root("fanz", heads), key, key);
        var file = CheckpointFormat.Write(new SignedCheckpoint(statement, [1, 2, 3]), heads);
        var (read, readHeads, _) = CheckpointFormat.Read(file);
        Assert.Equal(statement.Hash(), read.Statement.Hash());
        Assert.Equal(file, CheckpointFormat.Write(read, readHeads));
        Assert.False(read.IsSigned);
        foreach (var others in new[] { heads[..1], [.. heads, heads[1]], [heads[1], heads[0]] })
            Assert.Throws<ProofUnreadable>(() =>
                CheckpointFormat.Read(CheckpointFormat.Write(new SignedCheckpoint(statement, [1]), others)));
        Assert.Throws<ProofUnreadable>(() => CheckpointFormat.Read(file.AsMemory(..^10)));
        Assert.Throws<ProofUnreadable>(() => CheckpointFormat.Read(Encoding.UTF8.GetBytes("{\"format\": \"x\"}")));
    }

    private static byte[] Filled(byte with) => [.. Enumerable.Repeat(with, Merkle.HashLength)];

    /// <summary>What stands between the fences of the example, line by line, without what is said beside it.</summary>
    private static List<List<string>> Blocks()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fanz.Ledger.sln"))) folder = folder.Parent!;
        var page = File.ReadAllText(Path.Combine(folder.FullName, "ops", "proof.md"), Encoding.UTF8);
        return [.. page.Split("## The example")[1].Split("```").Where((_, index) => index % 2 == 1)
            .Select(block => block.Trim().Split('\n')
                .Select(line => line.Split("   ")[0].Replace(" ", "", StringComparison.Ordinal)).ToList())];
    }
}
