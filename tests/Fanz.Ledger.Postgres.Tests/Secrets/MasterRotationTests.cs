using System.Security.Cryptography;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Secrets;

public sealed class MasterRotationTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Purpose = "payout details";

    private static readonly byte[] First = SHA256.HashData("first"u8), Second = SHA256.HashData("second"u8);
    private static readonly byte[] Third = SHA256.HashData("third"u8);

    private readonly NpgsqlDataSource host = NpgsqlDataSource.Create(database.HostConnectionString);
    private readonly NpgsqlDataSource owner = NpgsqlDataSource.Create(database.OwnerConnectionString);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await owner.DisposeAsync();
    }

    [Fact]
    public async Task A_master_key_is_exchanged_while_hosts_serve_and_nothing_is_sealed_otherwise_than_before()
    {
        var before = Host(First);
        var texts = new List<SealedText>();
        for (var i = 0; i < 1_050; i++)
        {
            var person = $"creator:{i}";
            texts.Add(new SealedText(person, Purpose, await before.Seal("acme", person, Purpose, Clear(i), default)));
        }

        var fingerprint = (await before.Fingerprints(default)).Of("acme", Purpose, "iban"u8);

        // All hosts learn of the new one first; then one after the other has it as its own.
        var (still, already) = (Host(First, Second), Host(Second, First));
        foreach (var one in new[] { still, already }) await OpensAll(one, texts);
        Assert.Equal(texts[7].Text, await already.Seal("acme", "creator:7", Purpose, Clear(7), default));
        Assert.Equal(fingerprint, (await already.Fingerprints(default)).Of("acme", Purpose, "iban"u8));
        var made = await already.Seal("acme", "creator:new", Purpose, Clear(1), default);
        Assert.Equal(Clear(1), await still.Open("acme", "creator:new", Purpose, made, default));

        // Broken off after its first page, it goes on where it was.
        var rotation = new MasterRotation(owner, new MasterKeys(Second, First));
        using (var broken = new CancellationTokenSource())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => rotation.Run("tests", new Stopping(broken), broken.Token));
        }

        Assert.Equal([(true, 1_001L), (false, 51L)], (await rotation.Status(default)).Select(one => (one.IsCurrent, one.Keys)));
        foreach (var one in new[] { Host(First, Second), Host(Second, First) }) await OpensAll(one, texts);
        Assert.Equal(51, await rotation.Run("tests", null, default));
        Assert.Equal(0, await rotation.Run("tests", null, default));
        Assert.Equal([(true, 1_052L)], (await rotation.Status(default)).Select(one => (one.IsCurrent, one.Keys)));

        var after = Host(Second);
        await OpensAll(after, texts);
        Assert.Equal(texts[9].Text, await after.Seal("acme", "creator:9", Purpose, Clear(9), default));
        Assert.Equal(fingerprint, (await after.Fingerprints(default)).Of("acme", Purpose, "iban"u8));
        await Assert.ThrowsAsync<WrongMasterKey>(() => Host(First).Open("acme", "creator:1", Purpose, texts[1].Text, default));
        var trail = await new TrailReader(host).Read(
            AccessTrail.House, new TrailFilter { Action = "rotate_master_key" }, null, 10, default);
        Assert.Equal([51, 1_000], trail.Select(line => line.Times));
    }

    [Fact]
    public async Task What_is_under_a_master_key_that_nobody_has_stays_and_is_told()
    {
        var other = new TestDatabase();
        await other.InitializeAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(other.HostConnectionString);
            await using var tables = NpgsqlDataSource.Create(other.OwnerConnectionString);
            _ = await new PersonKeys(source, First).Seal("acme", "creator:old", Purpose, Clear(1), default);
            _ = await new PersonKeys(source, Second).Seal("acme", "creator:lost", Purpose, Clear(1), default);
            var rotation = new MasterRotation(tables, new MasterKeys(Third, First));
            Assert.Equal(1, await rotation.Run("tests", null, default));
            Assert.Equal(
                [(false, 1L), (true, 1L)],
                (await rotation.Status(default)).OrderBy(one => one.IsKnown).Select(one => (one.IsKnown, one.Keys)));
            // A host has no right to it.
            await Assert.ThrowsAsync<PostgresException>(
                () => new MasterRotation(source, new MasterKeys(First, Third)).Run("tests", null, default));
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    private PersonKeys Host(byte[] current, params byte[][] others) => new(host, new MasterKeys(current, others));

    private static byte[] Clear(int i) => BitConverter.GetBytes(i);

    private static async Task OpensAll(PersonKeys keys, IReadOnlyList<SealedText> texts)
    {
        var opened = await keys.OpenMany("acme", texts, default);
        Assert.Equal(Enumerable.Range(0, texts.Count), opened.Select(clear => BitConverter.ToInt32(clear!)));
    }

    /// <summary>Stops a rotation once it has said how far it is.</summary>
    private sealed class Stopping(CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value) => source.Cancel();
    }
}
