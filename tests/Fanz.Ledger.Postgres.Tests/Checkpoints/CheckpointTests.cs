using System.Security.Cryptography;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Checkpoints;

public sealed class CheckpointTests
{
    [Fact]
    public async Task Each_is_chained_to_the_one_before_and_none_is_made_while_nothing_moves()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        var first = await ledger.Sign();
        Assert.Equal((1, 1), (first.Statement.Sequence, first.Statement.Books));
        Assert.Equal(Checkpoint.None, first.Statement.Previous);
        var standing = await ledger.Maker.Make("acme", ledger.Key, Duration.Zero, default);
        Assert.Equal(1, Assert.IsType<CheckpointMade.Standing>(standing).Last!.Statement.Sequence);

        await ledger.Seeded.Open(SignedLedger.Side);
        await ledger.TopUp(SignedLedger.Main);
        // Another host has just signed: this one leaves it at that.
        Assert.IsType<CheckpointMade.Standing>(
            await ledger.Maker.Make("acme", ledger.Key, Duration.FromHours(1), default));
        var second = await ledger.Sign();
        Assert.Equal((2, 2), (second.Statement.Sequence, second.Statement.Books));
        Assert.Equal(first.Statement.Hash(), second.Statement.Previous);
        Assert.True(second.Statement.At > first.Statement.At);
        Assert.True(first.IsSigned && second.IsSigned);
        Assert.False((second with { Statement = second.Statement with { Books = 3 } }).IsSigned);

        var heads = await ledger.Reader.Heads("acme", 2, default);
        Assert.Equal(["main", "side"], heads.Select(head => head.Platform));
        Assert.Equal(BookHead.Root("acme", heads), second.Statement.HeadsRoot);
        Assert.Equal("main", Assert.Single(await ledger.Reader.Heads("acme", 1, default)).Platform);
        var result = await ledger.Verify();
        Assert.Null(result.FirstBroken);
        Assert.Equal((2, 0), (result.Checkpoints, result.UnsignedRecords));
        await ledger.TopUp(SignedLedger.Main);
        Assert.Equal(2, (await ledger.Verify()).UnsignedRecords);
    }

    [Fact]
    public async Task Hosts_that_sign_at_once_make_one_chain()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        for (var round = 0; round < 3; round++)
        {
            await ledger.TopUp(SignedLedger.Main);
            var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
                new CheckpointMaker(ledger.Host).Make("acme", ledger.Key, Duration.Zero, default)));
            Assert.Single(made.OfType<CheckpointMade.Made>());
        }

        Assert.Equal(3, (await ledger.Verify()).Checkpoints);
    }

    [Fact]
    public async Task A_key_hands_over_to_another_and_signs_nothing_any_more()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Sign();
        using var old = ledger.Key;
        ledger.Key = CheckpointKey.New();
        var other = await ledger.Maker.Make("acme", ledger.Key, Duration.Zero, default);
        Assert.Equal(old.Public.Id, Assert.IsType<CheckpointMade.OtherKey>(other).Expected);

        var made = await ledger.Maker.HandOver("acme", old, ledger.Key, default);
        var accepted = Assert.IsType<CheckpointMade.Made>(made).Signed.Statement;
        Assert.Equal(3, accepted.Sequence);
        Assert.Equal(ledger.Key.Public.Der, accepted.Key);
        await ledger.TopUp(SignedLedger.Main);
        Assert.IsType<CheckpointMade.OtherKey>(await ledger.Maker.Make("acme", old, Duration.Zero, default));
        var last = await ledger.Sign();

        // Either key finds the whole chain good, and a third one none of it.
        Assert.Null((await ledger.Verify(new([old.Public]))).FirstBroken);
        Assert.Null((await ledger.Verify(new([ledger.Key.Public]))).FirstBroken);
        using var stranger = CheckpointKey.New();
        Assert.Equal("checkpoints", (await ledger.Verify(new([stranger.Public]))).FirstBroken?.Table);
        var handovers = await ledger.Reader.Handovers("acme", last.Statement.Sequence, default);
        Assert.Null(CheckpointTrust.Fault([old.Public], [.. handovers], last));
        Assert.Null(CheckpointTrust.Fault([ledger.Key.Public], [.. handovers], last));
        Assert.NotNull(CheckpointTrust.Fault([old.Public], [], last));
        Assert.NotNull(CheckpointTrust.Fault([stranger.Public], [.. handovers], last));
        var late = old.Sign(last.Statement with { Key = old.Public.Der });
        Assert.NotNull(CheckpointTrust.Fault([old.Public], [.. handovers], late));
    }

    [Fact]
    public async Task The_folder_has_each_once_and_takes_up_what_was_left_behind()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Sign();
        Assert.Equal(1, await ledger.Carrying.Carry("acme", default));
        await ledger.TopUp(SignedLedger.Main);
        await ledger.Sign();
        await ledger.TopUp(SignedLedger.Main);
        var third = await ledger.Sign();
        // A host that was killed between signing and carrying: another one knows only what the folder says.
        Assert.Equal(3, await new CheckpointCarrying(ledger.Host, ledger.Archive).Carry("acme", default));
        Assert.Equal(0, await new CheckpointCarrying(ledger.Host, ledger.Archive).Carry("globex", default));
        var (signed, heads, _) = CheckpointFormat.Read((await ledger.Archive.Read("acme", 3, default))!);
        Assert.Equal(third.Statement.Hash(), signed.Statement.Hash());
        Assert.Equal(third.Signature, signed.Signature);
        Assert.Single(heads);
        var path = ledger.Archive.Files("acme")[0].Path;
        Assert.True(File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly));
        Assert.Empty(Directory.EnumerateFiles(ledger.Archive.Folder, "*.part", SearchOption.AllDirectories));
        var key = Path.Combine(ledger.Archive.Folder, "keys", ledger.Key.Public.Id + ".pem");
        var carried = CheckpointVerifier.OfPem(await File.ReadAllTextAsync(key));
        Assert.Equal(ledger.Key.Public.Id, Assert.Single(carried).Id);

        // Another file in its place is never overwritten.
        var file = new ArchivedCheckpoint("acme", 3, signed.Statement.At.InUtc().Date, [1, 2, 3]);
        await Assert.ThrowsAsync<ArchiveDiffers>(() => ledger.Archive.Write(file, default));
        Assert.Null((await ledger.Verify()).FirstBroken);
        foreach (var (spoil, table) in new (Action<string>, string)[]
        {
            (File.Delete, "archive"),
            (one => File.WriteAllText(one, "{"), "archive"),
            (one => File.WriteAllBytes(one, File.ReadAllBytes(ledger.Archive.Files("acme")[1].Path)), "checkpoints"),
        })
        {
            var kept = await File.ReadAllBytesAsync(path);
            File.SetAttributes(path, FileAttributes.Normal);
            spoil(path);
            Assert.Equal(table, (await ledger.Verify()).FirstBroken?.Table);
            await File.WriteAllBytesAsync(path, kept);
        }
    }

    [Fact]
    public async Task The_tree_over_many_seals_is_kept_in_nodes_and_every_part_of_it_found_again()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        var sizes = new[] { 3, 250, 256, 261, 530, 531 };
        var seals = 1;
        foreach (var size in sizes)
        {
            for (; seals < size; seals++) await ledger.TopUp(SignedLedger.Main);
            await ledger.Sign();
            var head = Assert.Single(await ledger.Reader.Heads("acme", await Newest(ledger), default));
            Assert.Equal(size, head.Sequence);
        }

        Assert.Null((await ledger.Verify()).FirstBroken);
        const string count = "select count(*) from ledger.seal_nodes";
        Assert.Equal(2L, await TestDatabase.Scalar<long>(ledger.Database.HostConnectionString, count));
        var hashes = new List<byte[]>();
        var end = (long.MaxValue, long.MaxValue);
        await foreach (var page in new RowPages(ledger.Host).Seals(1, (-1, -1), end, default))
            hashes.AddRange(page.Select(seal => seal.Hash));
        foreach (var range in sizes.SelectMany(size => TreeRange.OfPath(size / 2, size)).Append(new TreeRange(0, 531)))
        {
            var expected = Merkle.Root([.. hashes[(int)range.From..(int)range.To].SelectMany(hash => hash)]);
            Assert.Equal(expected, (await new BookTree(ledger.Host, 1).Hashes([range], default))[0]);
        }

        await NodesAreHeldAgainstTheSeals(ledger);
    }

    /// <summary>Each change of a kept node is found and the node named.</summary>
    private static async Task NodesAreHeldAgainstTheSeals(SignedLedger ledger)
    {
        const string off = "alter table ledger.seal_nodes disable trigger append_only;";
        foreach (var change in new[]
        {
            "update ledger.seal_nodes set hash = hash || '\\x00' where index = 0",
            "update ledger.seal_nodes set last_number = last_number + 1 where index = 0",
            "update ledger.seal_nodes set index = 7 where index = 0",
            "update ledger.seal_nodes set level = 2 where index = 0",
            "update ledger.seal_nodes set book_id = 9 where index = 0",
            "delete from ledger.seal_nodes where index = 0",
            "delete from ledger.seal_nodes",
            "insert into ledger.seal_nodes select index + 5, last_number, book_id, level, hash from ledger.seal_nodes",
        })
        {
            await TestDatabase.Execute(
                ledger.Database.SuperuserConnectionString,
                $"{off} create table if not exists kept_nodes as select * from ledger.seal_nodes; {change}");
            Assert.Equal((change, "seal_nodes"), (change, (await ledger.Verify()).FirstBroken?.Table));
            await TestDatabase.Execute(
                ledger.Database.SuperuserConnectionString,
                "delete from ledger.seal_nodes; insert into ledger.seal_nodes select * from kept_nodes");
        }

        Assert.Null((await ledger.Verify()).FirstBroken);
    }

    [Fact]
    public async Task Nobody_changes_or_removes_what_was_signed()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Sign();
        foreach (var table in new[] { "checkpoints", "checkpoint_heads", "seal_nodes" })
        {
            foreach (var statement in new[]
                { $"update ledger.{table} set hash = hash", $"delete from ledger.{table}", $"truncate ledger.{table}" })
            {
                var asked = table == "checkpoint_heads" ? statement.Replace("hash = hash", "seal = seal") : statement;
                // Nothing fires for rows that are not there.
                if (table == "seal_nodes" && !asked.StartsWith("truncate", StringComparison.Ordinal)) continue;
                foreach (var connection in new[] { ledger.Database.OwnerConnectionString, ledger.Database.HostConnectionString })
                    await Assert.ThrowsAsync<Npgsql.PostgresException>(() => TestDatabase.Execute(connection, asked));
            }
        }
    }

    [Fact]
    public void A_key_is_one_of_ecdsa_over_p256_and_nothing_else()
    {
        using var key = CheckpointKey.New();
        using (var again = CheckpointKey.OfPem(key.PrivatePem())) Assert.Equal(key.Public.Id, again.Public.Id);
        Assert.Throws<FormatException>(() => CheckpointKey.OfPem(key.Public.Pem));
        Assert.Throws<FormatException>(() => CheckpointKey.OfPem("nothing"));
        using var longer = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<FormatException>(() => CheckpointKey.OfPem(longer.ExportPkcs8PrivateKeyPem()));
        Assert.Null(CheckpointVerifier.Of(longer.ExportSubjectPublicKeyInfo()));
        Assert.Null(CheckpointVerifier.Of([]));
        Assert.Null(CheckpointVerifier.Of([.. key.Public.Der, 0]));
        const string none = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
        Assert.Throws<FormatException>(() => CheckpointVerifier.OfPem(none));
    }

    private static async Task<long> Newest(SignedLedger ledger) => (await ledger.Reader.Last("acme", default))!.Statement.Sequence;
}
