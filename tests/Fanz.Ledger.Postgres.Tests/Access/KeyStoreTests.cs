using System.Security.Cryptography;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Standing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Access;

public sealed class KeyStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly KeyGrant Shop = new() { Tenant = "acme", Service = "shop", Scopes = [Scopes.Tips] };

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database.HostConnectionString);

    private KeyStore Store => new(source);

    private static Instant Now => SystemClock.Instance.GetCurrentInstant();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await source.DisposeAsync();

    [Fact]
    public async Task A_key_is_kept_as_it_was_granted_and_its_secret_only_as_a_hash()
    {
        var grant = Shop with
        {
            Platforms = ["main", "side"],
            Owner = new Owner(Role.Creator, "mia/1"),
            Scopes = [Scopes.ReadLedger, Scopes.ReadTax],
            RateLimit = 7,
            ExpiresAt = Now + Duration.FromDays(1),
        };
        var made = await Store.Create(grant, "ops/carol", CancellationToken.None);
        Assert.True(KeyText.TryRead(made.Text, out var id, out var hash));
        Assert.Equal((made.Key.Id, 84), (id, made.Text.Length));

        var kept = (await Store.Find(id, CancellationToken.None))!;
        Assert.Equal(hash, kept.Hash.ToArray());
        Assert.Equal(SHA256.HashData(Convert.FromHexString(made.Text[^64..])), kept.Hash.ToArray());
        Assert.Equal(["main", "side"], kept.Platforms!.Value.ToArray());
        Assert.Equal([Scopes.ReadLedger, Scopes.ReadTax], kept.Scopes.ToArray());
        Assert.Equal((grant.Owner, 7, "ops/carol"), (kept.Owner, kept.RateLimit, kept.MadeBy));
        Assert.Equal("good", kept.StateAt(Now));
        Assert.Equal("expired", kept.StateAt(Now + Duration.FromDays(2)));

        var rows = await TestDatabase.Scalar<string>(
            database.OwnerConnectionString, "select string_agg(to_jsonb(k)::text, '') from ledger.api_keys k");
        Assert.DoesNotContain(made.Text[^64..], rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_key_lives_beside_the_new_one_for_the_overlap_and_not_longer_than_it_would_have()
    {
        var old = await Store.Create(
            Shop with { ExpiresAt = Now + Duration.FromDays(30) }, "ops", CancellationToken.None);
        var (made, _) = await Store.Rotate(old.Key.Id, Duration.FromHours(2), "ops", CancellationToken.None);
        var replaced = (await Store.Find(old.Key.Id, CancellationToken.None))!;
        Assert.Equal(made!.Key.Id, replaced.ReplacedBy);
        Assert.Equal("replaced", replaced.StateAt(Now));
        Assert.InRange(replaced.ExpiresAt!.Value - Now, Duration.FromMinutes(119), Duration.FromHours(2));
        Assert.Equal(old.Key.Scopes.ToArray(), made.Key.Scopes.ToArray());
        Assert.InRange(made.Key.ExpiresAt!.Value - Now, Duration.FromDays(29.9), Duration.FromDays(30));
        Assert.Equal("key_replaced", (await Rotated(old.Key.Id))!.Code);

        // The end that it had comes first.
        var brief = await Store.Create(
            Shop with { ExpiresAt = Now + Duration.FromMinutes(1) }, "ops", CancellationToken.None);
        await Store.Rotate(brief.Key.Id, Duration.FromHours(2), "ops", CancellationToken.None);
        Assert.Equal(brief.Key.ExpiresAt, (await Store.Find(brief.Key.Id, CancellationToken.None))!.ExpiresAt);
    }

    [Fact]
    public async Task Of_several_who_rotate_a_key_at_once_one_does()
    {
        var old = await Store.Create(Shop, "ops", CancellationToken.None);
        var faults = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Rotated(old.Key.Id))));
        Assert.Single(faults, fault => fault is null);
        Assert.Equal(7, faults.Count(fault => fault?.Code == "key_replaced"));
    }

    [Fact]
    public async Task A_revoked_key_stays_so_and_is_not_rotated()
    {
        var key = await Store.Create(Shop, "ops", CancellationToken.None);
        var first = (await Store.Revoke(key.Key.Id, "carol", CancellationToken.None))!;
        var second = (await Store.Revoke(key.Key.Id, "dan", CancellationToken.None))!;
        Assert.Equal((first.RevokedAt, "carol"), (second.RevokedAt, second.RevokedBy));
        Assert.Equal("revoked", second.StateAt(Now));
        Assert.Equal("key_ended", (await Rotated(key.Key.Id))!.Code);
        Assert.Equal("key_unknown", (await Rotated("0123456789abcdef"))!.Code);
        Assert.Null(await Store.Revoke("0123456789abcdef", "carol", CancellationToken.None));
    }

    [Fact]
    public async Task The_keys_of_a_tenant_are_listed_page_by_page_and_no_others()
    {
        for (var i = 0; i < 5; i++) await Store.Create(Shop with { Tenant = "paged" }, "ops", CancellationToken.None);
        await Store.Create(Shop with { Tenant = "other" }, "ops", CancellationToken.None);
        var first = await Store.List("paged", "", 3, CancellationToken.None);
        var rest = await Store.List("paged", first[^1].Id, 3, CancellationToken.None);
        Assert.Equal((3, 2), (first.Count, rest.Count));
        Assert.All(first.Concat(rest), key => Assert.Equal("paged", key.Tenant));
        Assert.Equal(5, first.Concat(rest).Select(key => key.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("update ledger.api_keys set scopes = array['admin']", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("update ledger.api_keys set hash = sha256('x')", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("delete from ledger.api_keys", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("truncate ledger.api_keys", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("update ledger.api_keys set expires_at = null", PostgresErrorCodes.RestrictViolation)]
    [InlineData("update ledger.api_keys set expires_at = 'infinity'", PostgresErrorCodes.RestrictViolation)]
    [InlineData("update ledger.api_keys set revoked_at = null", PostgresErrorCodes.RestrictViolation)]
    [InlineData("update ledger.api_keys set revoked_by = 'nobody'", PostgresErrorCodes.RestrictViolation)]
    [InlineData("update ledger.api_keys set replaced_by = null", PostgresErrorCodes.RestrictViolation)]
    [InlineData("delete from ledger.api_keys", PostgresErrorCodes.RestrictViolation, true)]
    [InlineData("update ledger.api_keys set scopes = array['admin']", PostgresErrorCodes.RestrictViolation, true)]
    [InlineData("truncate ledger.api_keys", PostgresErrorCodes.RestrictViolation, true)]
    public async Task A_key_can_only_be_ended(string statement, string state, bool asOwner = false)
    {
        var key = await Store.Create(Shop with { ExpiresAt = Now + Duration.FromDays(1) }, "o", CancellationToken.None);
        await Store.Rotate(key.Key.Id, Duration.FromHours(1), "ops", CancellationToken.None);
        await Store.Revoke(key.Key.Id, "ops", CancellationToken.None);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Execute(
            asOwner ? database.OwnerConnectionString : database.HostConnectionString,
            statement.StartsWith("update", StringComparison.Ordinal)
                ? $"{statement} where id = '{key.Key.Id}'"
                : statement));
        Assert.Equal(state, refused.SqlState);
    }

    [Theory]
    [InlineData("'*', null, null, null, array['post:tips']")]
    [InlineData("'*', array['main'], null, null, array['admin']")]
    [InlineData("'acme', null, 'creator', 'mia', array['post:tips']")]
    [InlineData("'acme', null, 'creator', null, array['read:ledger']")]
    [InlineData("'acme', null, 'platform', 'mia', array['read:ledger']")]
    [InlineData("'acme', array[]::text[], null, null, array['post:tips']")]
    [InlineData("'acme', null, null, null, array[]::text[]")]
    public async Task The_database_too_refuses_keys_that_may_not_be(string values)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Execute(
            database.HostConnectionString,
            $"""
            insert into ledger.api_keys (id, hash, tenant, platforms, owner_role, owner, scopes, service, made_by)
            values ('00000000000000ff', sha256('x'), {values}, 's', 'm')
            """));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
    }

    [Fact]
    public async Task Keys_are_found_and_listed_by_their_indexes()
    {
        foreach (var (sql, parameters, condition) in new (string, object[], string)[]
            {
                (KeyStore.FindSql, [new[] { "0123456789abcdef" }], "id = ANY"),
                (KeyStore.ListSql, ["acme", "", 100], "tenant = 'acme'"),
            })
        {
            await using var batch = ByIndex.Query(source, $"explain {sql}", parameters);
            await using var reader = await ByIndex.Read(batch, CancellationToken.None);
            var plan = new List<string>();
            while (await reader.ReadAsync()) plan.Add(reader.GetString(0));
            Assert.Contains(plan, line => line.Contains("Index Cond", StringComparison.Ordinal)
                && line.Contains(condition, StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Sort", StringComparison.Ordinal));
        }
    }

    private async Task<Fault?> Rotated(string id) =>
        (await Store.Rotate(id, Duration.FromHours(1), "ops", CancellationToken.None)).Fault;
}
