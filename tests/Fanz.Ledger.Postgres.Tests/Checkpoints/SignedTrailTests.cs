using System.Security.Cryptography;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Packages;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Checkpoints;

/// <summary>
/// Checkpoints are over the trail as well: whoever may write every row of it, and knows how lines are chained, is found
/// out below the last one.
/// </summary>
public sealed class SignedTrailTests
{
    [Fact]
    public async Task A_trail_that_moved_is_signed_and_one_that_did_not_is_no_reason_to()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        var before = await ledger.Sign();
        Assert.Null(before.Statement.Trail);
        await ledger.Note(lines: 3);
        // However often somebody is noted, there is one an interval.
        Assert.IsType<CheckpointMade.Standing>(
            await ledger.Maker.Make("acme", ledger.Key, Duration.FromHours(1), default));
        var made = Assert.IsType<CheckpointMade.Made>(
            await ledger.Maker.Make("acme", ledger.Key, Duration.Zero, default));
        Assert.Equal((0, 3), (made.Moved, made.Trail?.Sequence));
        Assert.Equal(made.Trail!.LeafOf("acme"), made.Signed.Statement.Trail);
        Assert.IsType<CheckpointMade.Standing>(await ledger.Maker.Make("acme", ledger.Key, Duration.Zero, default));

        // A book alone moves, and the trail is said again as it was.
        await ledger.TopUp(SignedLedger.Main);
        var same = Assert.IsType<CheckpointMade.Made>(
            await ledger.Maker.Make("acme", ledger.Key, Duration.Zero, default));
        Assert.True(same.Trail!.Is(made.Trail));
        await ledger.Note(lines: 2);
        var result = await ledger.Verify();
        Assert.Null(result.FirstBroken);
        Assert.Equal(3, result.Checkpoints);
        // Those of the house are signed by nobody yet.
        Assert.Equal(2, result.UnsignedTrailLines - HouseLines(result, 5));

        // The folder has both forms, and each is read back as it was signed.
        Assert.Equal(3, await ledger.Carrying.Carry("acme", default));
        foreach (var (sequence, trail) in new[] { (1, (TrailHead?)null), (2, made.Trail), (3, made.Trail) })
        {
            var file = (await ledger.Archive.Read("acme", sequence, default))!;
            var (signed, heads, read) = CheckpointFormat.Read(file);
            Assert.Equal(trail?.Sequence, read?.Sequence);
            Assert.True(signed.IsSigned);
            Assert.Equal(file, CheckpointFormat.Write(signed, heads, read));
        }
    }

    [Fact]
    public async Task The_house_and_a_tenant_without_a_book_are_signed_for_as_well()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Note("zoo", lines: 2);
        Assert.Equal([AccessTrail.House, "zoo"], await ledger.Maker.Tenants(default));
        await ledger.Seeded.Open(SignedLedger.Main);
        foreach (var tenant in await ledger.Maker.Tenants(default))
        {
            Assert.Equal(tenant == "acme" ? 1 : 0, (await ledger.Sign(tenant)).Statement.Books);
            Assert.Equal(1, await ledger.Carrying.Carry(tenant, default));
        }

        Assert.Equal([AccessTrail.House, "acme", "zoo"], ledger.Archive.Tenants());
        Assert.True(Directory.Exists(Path.Combine(ledger.Archive.Folder, "%2A")));
        var whole = await ledger.Verify();
        Assert.Null(whole.FirstBroken);
        Assert.Equal((3, 0), (whole.Checkpoints, whole.UnsignedTrailLines));

        // All of a trail, and of what was signed of it, is taken away together: the folder has it.
        await TestDatabase.Execute(
            ledger.Database.SuperuserConnectionString,
            """
            set session_replication_role = replica; alter table ledger.trail disable trigger append_only;
            alter table ledger.checkpoints disable trigger append_only;
            delete from ledger.trail where tenant = 'zoo'; delete from ledger.checkpoints where tenant = 'zoo'
            """);
        var broken = (await ledger.Verify()).FirstBroken;
        Assert.Equal(("zoo", "checkpoints", "sequence=1"), (broken?.Book, broken?.Table, broken?.Key));
    }

    [Fact]
    public async Task What_is_cut_off_or_chained_anew_below_a_checkpoint_is_found_and_the_place_named()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        foreach (var lines in new[] { 4, 3, 5 })
        {
            await ledger.Note(lines: lines);
            await ledger.Sign();
        }

        await ledger.Note(lines: 3);
        await Lift(ledger);
        var (trail, signed) = (await Trail(ledger), 12);
        Assert.Equal(15, trail.Count);
        var found = new HashSet<string>();
        foreach (var (attack, at) in Enum.GetValues<Attack>()
            .SelectMany(attack => Enumerable.Range(1, 15).Select(at => (attack, at))))
        {
            await Write(ledger, Attacked(trail, attack, at));
            var broken = (await ledger.Verify()).FirstBroken;
            // What was cut off behind a line leaves that line; all else changes it.
            var changed = attack == Attack.CutAfter ? at + 1 : at;
            if (changed > signed)
            {
                Assert.Null(broken);
                continue;
            }

            Assert.True(broken is { Book: "acme", Table: "trail" }, $"{attack} at {at}: {broken}");
            // The place is where the last checkpoint that still fits ends, or where the trail itself does.
            var from = new[] { 0, 4, 7, 12 }.Last(end => end < changed) + 1;
            var named = long.Parse(broken.Key["sequence=".Length..], null);
            Assert.InRange(named, from, changed);
            found.Add(broken.Why.Contains("signed other lines", StringComparison.Ordinal) ? "anew" : "cut off");
        }

        Assert.Equal(["anew", "cut off"], found.Order());
        await Write(ledger, trail);
        Assert.Null((await ledger.Verify()).FirstBroken);
    }

    [Fact]
    public async Task Nothing_is_signed_over_a_trail_that_is_not_what_was_signed()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Note(lines: 4);
        await ledger.Sign();
        await Lift(ledger);
        var trail = await Trail(ledger);
        foreach (var attacked in new[]
            { Attacked(trail, Attack.CutAfter, 2), Attacked(trail, Attack.Rewritten, 3), [] })
        {
            await Write(ledger, attacked);
            await ledger.TopUp(SignedLedger.Main);
            await Assert.ThrowsAsync<CheckpointsBroken>(() => ledger.Sign());
        }

        await Write(ledger, trail);
        Assert.Equal(2, (await ledger.Sign()).Statement.Sequence);
    }

    [Fact]
    public async Task A_package_takes_along_what_was_signed_of_either_form_and_both_verifiers_believe_it()
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Seeded.Open(SignedLedger.Side);
        await ledger.TopUp(SignedLedger.Main);
        await ledger.Sign();
        // A key hands over by statements of the first form, and the one after it signs over a trail.
        using var old = ledger.Key;
        ledger.Key = CheckpointKey.New();
        await ledger.Maker.HandOver("acme", old, ledger.Key, default);
        await ledger.TopUp(SignedLedger.Main);
        await ledger.Note(lines: 3);
        await ledger.Sign();
        var book = (await new BookRegistry(ledger.Host).Find(SignedLedger.Main, default))!;
        var (path, pem) = (ledger.Archive.Folder + ".package", ledger.Archive.Folder + ".pem");
        try
        {
            await using (var file = File.Create(path))
                await new PackageExport(ledger.Host).Write(book, 1, long.MaxValue, file, null, default);
            foreach (var key in new[] { old, ledger.Key })
            {
                await File.WriteAllTextAsync(pem, key.Public.Pem);
                using var trusted = ECDsa.Create();
                trusted.ImportSubjectPublicKeyInfo(key.Public.Der, out _);
                await using var file = File.OpenRead(path);
                var result = await new PackageVerification(trusted).Verify(file, null, default);
                Assert.True(result.Ok, $"{result.FirstBroken}");
                Assert.Equal(ledger.Seeded[SignedLedger.Main].LastNumber, result.CoveredUpTo);
                using var said = new StringWriter();
                Assert.True(global::StandAlone.Verifier.Run([path, "--key", pem], said) == 0, said.ToString());
            }
        }
        finally
        {
            File.Delete(path);
            File.Delete(pem);
        }
    }

    [Theory]
    [InlineData("update ledger.checkpoints set trail_sequence = trail_sequence - 1 where sequence = 2")]
    [InlineData("update ledger.checkpoints set trail_hash = sha256('x') where sequence = 2")]
    [InlineData("update ledger.checkpoints set trail_sequence = null, trail_hash = null where sequence = 2")]
    [InlineData("update ledger.checkpoints set trail_sequence = 1, trail_hash = sha256('x') where sequence = 1")]
    public async Task What_a_checkpoint_says_of_the_trail_is_what_it_signed(string change)
    {
        await using var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Sign();
        await ledger.Note(lines: 2);
        await ledger.Sign();
        await Lift(ledger);
        await TestDatabase.Execute(ledger.Database.SuperuserConnectionString, change);
        Assert.Equal(("checkpoints", $"sequence={change[^1]}"), (await ledger.Verify()).FirstBroken is { } broken
            ? (broken.Table, broken.Key)
            : default);
    }

    public enum Attack
    {
        /// <summary>Everything behind a line is gone.</summary>
        CutAfter,

        /// <summary>A line says something else, and it and all behind it are chained anew.</summary>
        Rewritten,

        /// <summary>A line is gone, and all behind it are chained anew.</summary>
        LeftOut,

        /// <summary>A line is put in, and all behind it are chained anew.</summary>
        PutIn,
    }

    private static List<TrailLine> Attacked(IReadOnlyList<TrailLine> trail, Attack attack, int at)
    {
        var notes = trail.Select(line => (line.At, Note: new TrailNote(TrailKind.Read, line.Action, line.Actor)
        {
            Subject = line.Subject,
        })).ToList();
        var place = at - 1;
        switch (attack)
        {
            case Attack.CutAfter:
                notes.RemoveRange(at, notes.Count - at);
                break;
            case Attack.Rewritten:
                notes[place] = (notes[place].At, notes[place].Note with { Actor = "somebody/else" });
                break;
            case Attack.LeftOut:
                notes.RemoveAt(place);
                break;
            default:
                notes.Insert(place, (notes[place].At, notes[place].Note with { Subject = "creator:noa" }));
                break;
        }

        var lines = new List<TrailLine>();
        var (sequence, hash) = (0L, Seal.None);
        foreach (var (time, note) in notes)
        {
            var line = TrailLine.After("acme", sequence, hash, time, note);
            (sequence, hash) = (line.Sequence, line.Hash());
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>From here on nothing hinders who may write every row.</summary>
    private static Task Lift(SignedLedger ledger) => TestDatabase.Execute(
        ledger.Database.SuperuserConnectionString,
        """
        alter table ledger.trail disable trigger append_only; alter table ledger.checkpoints disable trigger append_only
        """);

    private static async Task<IReadOnlyList<TrailLine>> Trail(SignedLedger ledger) =>
        [.. (await new TrailReader(ledger.Host).Read("acme", new TrailFilter(), null, 100, default)).Reverse()];

    private static async Task Write(SignedLedger ledger, IReadOnlyList<TrailLine> lines)
    {
        await using var source = NpgsqlDataSource.Create(ledger.Database.SuperuserConnectionString);
        await using var write = source.CreateCommand(
            """
            with gone as (delete from ledger.trail where tenant = 'acme' and sequence > $1)
            insert into ledger.trail (at, sequence, times, tenant, kind, action, actor, subject, previous, hash)
            select l.at, l.sequence, 1, 'acme', 'read', 'reveal_tax_form', l.actor, l.subject, l.previous, l.hash
            from unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bytea[])
                as l (at, sequence, actor, subject, previous, hash)
            on conflict (tenant, sequence) do update set at = excluded.at, actor = excluded.actor,
                subject = excluded.subject, previous = excluded.previous, hash = excluded.hash
            """);
        write.Parameters.Add(new() { Value = (long)lines.Count });
        write.Parameters.Add(new()
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
            Value = lines.Select(line => line.At.ToDateTimeUtc()).ToArray(),
        });
        write.Parameters.Add(new() { Value = lines.Select(line => line.Sequence).ToArray() });
        write.Parameters.Add(new() { Value = lines.Select(line => line.Actor).ToArray() });
        write.Parameters.Add(new() { Value = lines.Select(line => line.Subject!).ToArray() });
        write.Parameters.Add(new() { Value = lines.Select(line => line.Previous).ToArray() });
        write.Parameters.Add(new() { Value = lines.Select(line => line.Hash()).ToArray() });
        await write.ExecuteNonQueryAsync();
    }

    private static long HouseLines(VerificationResult result, long ofTheTenant) => result.TrailLines - ofTheTenant;
}
