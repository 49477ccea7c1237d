using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Packages;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Packages;

/// <summary>A package tells all that an auditor needs, and whoever changes any of it is found out by both verifiers.</summary>
public sealed class PackageTests(PackageTests.Filled filled, ITestOutputHelper output)
    : IClassFixture<PackageTests.Filled>
{
    private const int Seed = 20_260_131;

    [Fact]
    public async Task A_whole_book_verifies_and_every_record_is_decided_again()
    {
        var package = await filled.Export(1, long.MaxValue);
        var result = await Verify(package);
        Assert.Null(result.FirstBroken);
        Assert.Equal(SmallLedger.Main.ToString(), result.Book);
        var lines = RepackedFile.Lines(package);
        Assert.Equal(lines.Count(line => line.StartsWith("{\"record\":", StringComparison.Ordinal)), result.Counts.Records);
        // Only the record that opens the book comes of no command.
        Assert.Equal(["book_opened"], result.NotDecided.Keys);
        Assert.Equal(result.Counts.Records - 1, result.Decided);
        Assert.Contains(filled.StandAlone(package), said => said.Contains("as they were sealed", StringComparison.Ordinal));
        Assert.Equal(package, await filled.Export(1, long.MaxValue));
    }

    [Fact]
    public async Task Any_range_of_a_book_verifies_from_what_it_begins_with()
    {
        var last = (await Verify(await filled.Export(1, long.MaxValue))).LastNumber;
        for (var from = 2L; from <= last; from++)
        {
            var package = await filled.Export(from, from + 3);
            var result = await Verify(package);
            Assert.True(result.Ok, $"From {from}: {result.FirstBroken}");
            Assert.InRange(from, result.FirstNumber, result.LastNumber);
            Assert.Empty(result.NotDecided);
            Assert.Equal(result.Counts.Records, result.Decided);
            Assert.Contains(filled.StandAlone(package), said => !said.StartsWith("BROKEN", StringComparison.Ordinal));
        }

        await Assert.ThrowsAsync<PackageRefused>(() => filled.Export(last + 1, long.MaxValue));
    }

    [Fact]
    public async Task Any_single_change_of_a_package_is_found_by_both_verifiers()
    {
        var lines = RepackedFile.Lines(await filled.Export(1, long.MaxValue));
        var random = new Random(Seed);
        output.WriteLine($"Seed {Seed}");
        for (var i = 0; i < 250; i++)
        {
            var (what, changed) = Change(lines, random);
            if (changed is null) continue;
            var package = RepackedFile.Pack(changed);
            var result = await Verify(package);
            Assert.True(result.FirstBroken is not null, what);
            Assert.True(result.FirstBroken.Key.Length > 0 && result.FirstBroken.Why.Length > 0, what);
            Assert.True(filled.StandAlone(package)[0].StartsWith("BROKEN", StringComparison.Ordinal), what);
        }
    }

    [Fact]
    public async Task A_file_that_ends_early_is_damaged_or_is_another_one_is_told_from_a_package()
    {
        var package = await filled.Export(1, long.MaxValue);
        for (var length = 30; length < package.Length; length += 97)
            await IsBroken(package[..length], "file");
        var damaged = package.ToArray();
        damaged[damaged.Length / 2] ^= 0x55;
        await IsBroken(damaged, "");
        var lines = RepackedFile.Lines(package);
        await IsBroken(RepackedFile.Compress(lines.SkipLast(1)), "before its last line");
        await IsBroken(RepackedFile.Compress([.. lines, lines[1]]), "after the last line");
        foreach (var foreign in new[] { "not a package"u8.ToArray(), RepackedFile.Compress(["{\"a\":1}"]), [] })
        {
            var result = await Verify(foreign);
            Assert.False(result.Ok);
            Assert.False(filled.StandAlone(foreign)[0].Contains("as they were sealed", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Only_the_key_that_signed_a_checkpoint_vouches_for_the_seals()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var lines = RepackedFile.Lines(await filled.Export(1, long.MaxValue));
        var seals = lines.Select(line => JsonNode.Parse(line)!.AsObject()).Where(line => line.ContainsKey("seal")).ToList();
        var (tenant, platform) = (SmallLedger.Main.Tenant, SmallLedger.Main.Platform);
        var signed = RepackedFile.Pack(
            [.. lines.SkipLast(1), SignedCheckpoint.Line(tenant, platform, seals.SkipLast(2).ToList(), key), lines[^1]]);

        var result = await Verify(signed, key);
        Assert.Null(result.FirstBroken);
        Assert.Equal((long)seals[^3]["last_number"]!, result.CoveredUpTo);
        Assert.Contains("signed up to", filled.StandAlone(signed, key)[0], StringComparison.Ordinal);
        Assert.Equal(0, (await Verify(signed)).CoveredUpTo);
        Assert.Contains("trusted key", (await Verify(signed, other)).FirstBroken?.Why, StringComparison.Ordinal);
        Assert.Contains("trusted key", filled.StandAlone(signed, other)[0], StringComparison.Ordinal);
        Assert.NotNull((await Verify(RepackedFile.Pack(lines), key)).FirstBroken);

        // Of the trail a package has how far it had come, and that is what was signed.
        var line = SignedCheckpoint.Line(tenant, platform, seals, key, (41, SHA256.HashData("41"u8)));
        foreach (var (text, holds) in new[]
        {
            (line, true), (line.Replace("\"sequence\":41", "\"sequence\":40", StringComparison.Ordinal), false),
            (line.Replace("\"trail\":{", "\"other\":{", StringComparison.Ordinal), false),
            (line.Replace("checkpoint/2", "checkpoint/3", StringComparison.Ordinal), false),
        })
        {
            var package = RepackedFile.Pack([.. lines.SkipLast(1), text, lines[^1]]);
            Assert.True(holds == (await Verify(package, key)).Ok, text);
            var isBroken = filled.StandAlone(package, key)[0].StartsWith("BROKEN", StringComparison.Ordinal);
            Assert.True(holds != isBroken, text);
        }

        // Whoever can make all seals again has not the key: a checkpoint over other seals gives them away.
        var foreign = seals.Select(seal => (JsonObject)seal.DeepClone()).ToList();
        foreign[^1]["hash"] = new string('a', 64);
        var forged = RepackedFile.Pack(
            [.. lines.SkipLast(1), SignedCheckpoint.Line(tenant, platform, foreign, key), lines[^1]]);
        var found = (await Verify(forged, key)).FirstBroken;
        Assert.Equal(("seals", $"sequence={foreign.Count}"), (found?.Table, found?.Key));
        Assert.StartsWith("BROKEN", filled.StandAlone(forged, key)[0], StringComparison.Ordinal);
    }

    private static (string What, List<string>? Lines) Change(string[] lines, Random random)
    {
        var changed = lines.ToList();
        var at = random.Next(lines.Length - 1);
        var kind = random.Next(5);
        var what = $"line {at + 1}, change {kind}: {lines[at]}";
        var word = JsonNode.Parse(lines[at])!.AsObject().First().Key;
        // The chart and the first line say nothing that the rows do not; a line of the chart may go unmissed.
        if (word is "chart" or "format") return (what, null);
        switch (kind)
        {
            case 0:
                changed.RemoveAt(at);
                break;
            case 1:
                changed.Insert(at, lines[at]);
                break;
            case 2 when at + 2 < lines.Length && lines[at] != lines[at + 1]:
                (changed[at], changed[at + 1]) = (changed[at + 1], changed[at]);
                // A receipt stands where its record's leaf is; in which of two lines it stands is the same for both.
                return IsOrderOfLeaves(lines[at], lines[at + 1]) ? (what, null) : (what, changed);
            default:
                var digits = Enumerable.Range(0, lines[at].Length).Where(i => char.IsAsciiDigit(lines[at][i])).ToArray();
                if (digits.Length == 0) return (what, null);
                var digit = digits[random.Next(digits.Length)];
                var other = (char)('0' + ((lines[at][digit] - '0' + 1 + random.Next(9)) % 10));
                changed[at] = $"{lines[at][..digit]}{other}{lines[at][(digit + 1)..]}";
                try
                {
                    JsonNode.Parse(changed[at]);
                }
                catch (System.Text.Json.JsonException)
                {
                    return (what, null);
                }

                break;
        }

        return (what, changed);
    }

    /// <summary>The ledger's own verifier sorts rows by what they are; only the stand-alone one goes by lines.</summary>
    private static bool IsOrderOfLeaves(string one, string next)
    {
        string[] rows = ["{\"account\"", "{\"record\"", "{\"answer\""];
        return rows.Any(row => one.StartsWith(row, StringComparison.Ordinal))
            && rows.Any(row => next.StartsWith(row, StringComparison.Ordinal));
    }

    private async Task IsBroken(byte[] package, string why)
    {
        var result = await Verify(package);
        Assert.Contains(why, result.FirstBroken?.Why, StringComparison.Ordinal);
        Assert.StartsWith("BROKEN", filled.StandAlone(package)[0], StringComparison.Ordinal);
    }

    private static async Task<PackageResult> Verify(byte[] package, ECDsa? key = null) =>
        await new PackageVerification(key).Verify(new MemoryStream(package), null, default);

    public sealed class Filled : IAsyncLifetime
    {
        private readonly TestDatabase database = new();
        private readonly string folder = Directory.CreateTempSubdirectory("package").FullName;
        private NpgsqlDataSource source = null!;
        private OpenedBook book = null!;

        public async Task InitializeAsync()
        {
            await database.InitializeAsync();
            await using (var ledger = new SeededLedger(database.SuperuserConnectionString)) await SmallLedger.Fill(ledger);
            source = NpgsqlDataSource.Create(database.HostConnectionString);
            book = (await new BookRegistry(source).Find(SmallLedger.Main, default))!;
        }

        public async Task<byte[]> Export(long from, long upTo)
        {
            using var file = new MemoryStream();
            await new PackageExport(source).Write(book, from, upTo, file, null, default);
            return file.ToArray();
        }

        /// <summary>What the stand-alone verifier says of a file.</summary>
        public string[] StandAlone(byte[] package, ECDsa? key = null)
        {
            var (path, keyPath) = (Path.Combine(folder, "package.jsonl.gz"), Path.Combine(folder, "key.pem"));
            File.WriteAllBytes(path, package);
            if (key is not null) File.WriteAllText(keyPath, key.ExportSubjectPublicKeyInfoPem());
            using var said = new StringWriter();
            Assert.InRange(global::StandAlone.Verifier.Run(key is null ? [path] : [path, "--key", keyPath], said), 0, 2);
            return said.ToString().Split('\n');
        }

        public async Task DisposeAsync()
        {
            await source.DisposeAsync();
            await database.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
