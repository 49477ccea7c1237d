using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Host.Secrets;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Webhooks;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Secrets;

/// <summary>
/// The master key is exchanged under the eyes of hosts that have the old one, both, or the new one: what each may read
/// of people and of webhooks, it reads at every step.
/// </summary>
public sealed class SecretsRotationTests(Home home) : IClassFixture<Home>, IAsyncLifetime
{
    private const string Purpose = PersonKeys.PayoutDetails;
    private const int People = 3;

    private static readonly byte[] First = SHA256.HashData("first"u8), Second = SHA256.HashData("second"u8);
    private static readonly byte[] Lost = SHA256.HashData("lost"u8);

    private NpgsqlDataSource owner = null!;
    private NpgsqlDataSource host = null!;

    public async Task InitializeAsync()
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        (owner, host) = (
            LedgerDatabase.Connect(home.Server.OwnerConnectionString()),
            LedgerDatabase.Connect(home.Server.HostConnectionString()));
    }

    public async Task DisposeAsync()
    {
        await owner.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Everything_comes_under_the_new_master_key_and_is_read_at_every_step()
    {
        var (before, both) = (new MasterKeys(First), new MasterKeys(Second, First));
        var texts = new List<string>();
        for (var i = 0; i < People; i++)
            texts.Add(await new PersonKeys(host, before).Seal("acme", $"creator:{i}", Purpose, Clear(i), default));
        foreach (var id in new[] { "wh_one", "wh_two", "wh_gone" }) await Make(id, before);
        await new WebhookStore(host).Change("wh_gone", WebhookState.Removed, [WebhookState.Unverified], default);

        // The old one, one that knows of the new one, one that has it: nothing was rotated yet.
        foreach (var keys in new[] { before, new MasterKeys(First, Second), both })
            await Reads(keys, texts, "wh_one", "wh_two");
        var standing = await new SecretsRotation(owner, both).Status(default);
        Assert.Equal(new SealedWebhooks(0, 2, 0), standing.Webhooks);
        Assert.True(standing is { IsKnown: true, IsCurrent: false });
        Assert.False((await new SecretsRotation(owner, Second).Status(default)).IsKnown);

        // As somebody does it by hand.
        var settings = new Dictionary<string, string>(home.Settings)
        {
            ["LEDGER_DATABASE"] = home.Server.HostConnectionString(),
            ["LEDGER_OWNER_DATABASE"] = home.Server.OwnerConnectionString(),
            ["LEDGER_MASTER_KEY"] = Convert.ToBase64String(Second),
            ["LEDGER_MASTER_KEYS_OLD"] = Convert.ToBase64String(First),
        };
        var rotated = await LedgerProgram.Run(settings, "secrets", "rotate", "--json");
        Assert.True(rotated.Code == 0, rotated.Output + rotated.Error);
        Assert.Equal((People, 2, 2), (
            rotated.Json.GetProperty("wrapped").GetInt32(), rotated.Json.GetProperty("resealed").GetInt32(),
            rotated.Json.GetProperty("webhooks").GetProperty("current").GetInt32()));
        Assert.All(
            [First, Second],
            key => Assert.DoesNotContain(
                Convert.ToBase64String(key), rotated.Output + rotated.Error, StringComparison.Ordinal));

        foreach (var keys in new[] { new MasterKeys(First, Second), both, Second })
            await Reads(keys, texts, "wh_one", "wh_two");
        Assert.True((await new SecretsRotation(owner, Second).Status(default)).IsCurrent);
        Assert.Equal((0L, 0L), await new SecretsRotation(owner, both).Run("tests", progress: null, default));
        await Assert.ThrowsAsync<WrongMasterKey>(
            () => new PersonKeys(host, before).Open("acme", "creator:1", Purpose, texts[1], default));
        Assert.Null(await Opened("wh_one", before));

        // A host that still had the old one as its own made another; what nobody has the key of stays, and is told.
        await Make("wh_late", before);
        await Make("wh_lost", Lost);
        Assert.Equal(new SealedWebhooks(2, 1, 1), (await new SecretsRotation(owner, both).Status(default)).Webhooks);
        Assert.Equal((0L, 1L), await new SecretsRotation(owner, both).Run("tests", progress: null, default));
        standing = await new SecretsRotation(owner, both).Status(default);
        Assert.Equal(new SealedWebhooks(3, 0, 1), standing.Webhooks);
        Assert.True(standing is { IsKnown: false, IsCurrent: false });
        await Reads(Second, texts, "wh_one", "wh_two", "wh_late");
        Assert.NotNull(await Opened("wh_lost", Lost));
        Assert.Empty((await Boxes(removedToo: true))["wh_gone"]);

        var trail = await new TrailReader(host).Read(
            AccessTrail.House, new TrailFilter { Action = "rotate_master_key" }, null, 10, default);
        Assert.Equal(
            ["webhooks 1", "webhooks 2", $" {People}"], trail.Select(line => $"{line.Item} {line.Times}"));
    }

    private static byte[] Clear(int i) => Encoding.ASCII.GetBytes($"account {i}");

    private async Task Make(string id, MasterKeys keys) => Assert.True(await new WebhookStore(host).Create(
        id, "acme", platform: null, $"https://{id[3..]}.example/", types: null, "tests",
        new WebhookSecrets(keys).Seal(id, $"whsec_{id}"), default));

    /// <summary>What a host with these keys has of people, and signs for webhooks with.</summary>
    private async Task Reads(MasterKeys keys, List<string> texts, params string[] webhooks)
    {
        var people = new PersonKeys(host, keys);
        for (var i = 0; i < texts.Count; i++)
            Assert.Equal(Clear(i), await people.Open("acme", $"creator:{i}", Purpose, texts[i], default));
        foreach (var id in webhooks) Assert.Equal($"whsec_{id}", Encoding.ASCII.GetString((await Opened(id, keys))!));
    }

    private async Task<byte[]?> Opened(string id, MasterKeys keys) =>
        new WebhookSecrets(keys).Open(id, (await Boxes())[id]);

    private async Task<Dictionary<string, byte[]>> Boxes(bool removedToo = false)
    {
        await using var query = host.CreateCommand(
            "select id, secret from ledger.webhooks where state <> 'removed' or $1");
        query.Parameters.Add(new() { Value = removedToo });
        await using var reader = await query.ExecuteReaderAsync();
        var boxes = new Dictionary<string, byte[]>();
        while (await reader.ReadAsync()) boxes[reader.GetString(0)] = reader.GetFieldValue<byte[]>(1);
        return boxes;
    }
}
