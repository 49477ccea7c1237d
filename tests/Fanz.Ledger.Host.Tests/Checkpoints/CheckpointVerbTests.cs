using System.Text;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Tests.Checkpoints;

public sealed class CheckpointVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task An_auditor_takes_proofs_along_and_finds_what_was_taken_away()
    {
        await home.WriteSmallBooks();
        var house = await home.Run("audit", "checkpoint", "--tenant", "*", "--json");
        Assert.Equal((0, 0, true), (
            house.Json.GetProperty("books").GetInt64(), house.Json.GetProperty("moved").GetInt64(),
            house.Json.GetProperty("trail_lines").GetInt64() > 0));
        var made = await home.Run("audit", "checkpoint", "--tenant", "fanz", "--json");
        Assert.Equal(0, made.Code);
        Assert.Equal((true, 1, 1), (
            made.Json.GetProperty("is_new").GetBoolean(), made.Json.GetProperty("sequence").GetInt64(),
            made.Json.GetProperty("carried").GetInt32()));
        var told = await home.Run("audit", "key");
        var old = Path.Combine(home.Folder, "old.pem");
        await File.WriteAllTextAsync(old, told.Output);
        var secret = Path.Combine(home.Folder, ".data", "checkpoint_key.pem");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        Assert.DoesNotContain("PRIVATE", told.Output + told.Error, StringComparison.Ordinal);

        var file = Path.Combine(home.Folder, "proof.json");
        var proved = await home.Run(
            "audit", "prove", "--transaction", "5", "--book", "fanz/bestfans", "--out", file);
        Assert.Equal((0, ""), (proved.Code, proved.Output));
        var holds = await home.Run("audit", "verify-proof", file, "--key", old);
        Assert.Equal(0, holds.Code);
        Assert.StartsWith("It holds: fanz/bestfans 5, ", holds.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await home.Run("audit", "key", "--rotate")).Code);
        // The old key leads to the new one, and the verb without a database needs none.
        var grown = await home.Run("audit", "prove", "--from", "1", "--to", "3", "--tenant", "fanz");
        var proof = Assert.IsType<ConsistencyProof>(ProofFormat.Read(Encoding.UTF8.GetBytes(grown.Output)));
        Assert.Null(proof.Fault(CheckpointVerifier.OfPem(await File.ReadAllTextAsync(old))));
        var text = await File.ReadAllTextAsync(file);
        var changed = text.Replace("\"actor\":\"", "\"actor\":\"x", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, changed);
        var fails = await home.Run("audit", "verify-proof", file, "--key", old);
        Assert.Equal(1, fails.Code);
        Assert.StartsWith("DOES NOT HOLD: the record is not what its seal", fails.Output, StringComparison.Ordinal);

        var whole = await home.Run("verify", "--json", "--key", old);
        Assert.Equal((0, 6, 0), (
            whole.Code, whole.Json.GetProperty("checkpoints").GetInt64(),
            whole.Json.GetProperty("unsigned_records").GetInt64()));
        Assert.Equal(0, whole.Json.GetProperty("unsigned_trail").GetInt64());
        await ATrailIsCutOff();
        await home.Tamper(
            """
            set session_replication_role = replica;
            alter table ledger.checkpoints disable trigger append_only;
            delete from ledger.checkpoints where sequence = 3 and tenant = 'fanz'
            """);
        // By the folder that lies in its usual place, and by the new key.
        var broken = await home.Run("verify");
        Assert.Equal(1, broken.Code);
        Assert.Contains("BROKEN: fanz checkpoints sequence=3", broken.Output, StringComparison.Ordinal);
    }

    /// <summary>It is found and named, nothing is signed over it, and no other tenant is left unsigned.</summary>
    private async Task ATrailIsCutOff()
    {
        await using var source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        var note = new TrailNote(TrailKind.Read, "reveal_tax_form", "app/carol") { Subject = "creator:mia" };
        await new AccessTrail(source).Write("cut", [note, note], default);
        Assert.Equal(0, (await home.Run("audit", "checkpoint")).Code);
        await home.Tamper(
            """
            alter table ledger.trail disable trigger append_only;
            delete from ledger.trail where tenant = 'cut' and sequence = 2
            """);
        await new AccessTrail(source).Write("fanz", note, default);
        var made = await home.Run("audit", "checkpoint");
        Assert.Equal(1, made.Code);
        Assert.Contains("Line 2 of the trail of cut", made.Error, StringComparison.Ordinal);
        Assert.Contains("Checkpoint 4 of fanz: 3 books, of which 0 had moved", made.Output, StringComparison.Ordinal);
        var broken = await home.Run("check", "--whole", "--json");
        Assert.Equal(1, broken.Code);
        var stray = broken.Json.GetProperty("stray");
        Assert.Equal("cut trail sequence=2", string.Join(
            ' ', new[] { "book", "table", "key" }.Select(name => stray.GetProperty(name).GetString())));
    }
}
