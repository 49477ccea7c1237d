using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Access;

public sealed class KeyRingTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    [Fact]
    public async Task However_many_unknown_keys_are_tried_the_database_hears_one_question_at_a_time()
    {
        await using var source = NpgsqlDataSource.Create(ledger.Settings["LEDGER_DATABASE"]);
        await using var ring = new KeyRing(new KeyStore(source));
        var known = await ledger.Key(null, Scopes.Tips);
        Assert.Equal("shop", (await ring.Find(known.Key.Id))!.Caller.Actor.Service);

        var tries = new List<Task<KnownKey?>>();
        await using (var owner = NpgsqlDataSource.Create(ledger.Settings["LEDGER_OWNER_DATABASE"]))
        await using (var connection = await owner.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var block = new NpgsqlCommand("lock table ledger.api_keys in access exclusive mode", connection);
            await block.ExecuteNonQueryAsync();
            for (var i = 0; i < 5_000; i++) tries.Add(ring.Find($"{i:x16}").AsTask());
            await GuardedLedger.Becomes(Waiting, 1);
            Assert.InRange(tries.Count(one => one.Exception?.InnerException is TooManyUnknownKeys), 2_000, 4_000);
            // Those who are known do not wait for those who are not.
            Assert.NotNull(await ring.Find(known.Key.Id));
            Assert.Equal(1, await Waiting());
        }

        foreach (var one in tries.Where(one => !one.IsFaulted)) Assert.Null(await one);
        // What was not there is remembered, and costs no question.
        var again = ring.Find($"{0:x16}");
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Null(await again);
    }

    [Fact]
    public async Task What_this_host_has_changed_is_in_force_when_the_change_is_answered()
    {
        await using var source = NpgsqlDataSource.Create(ledger.Settings["LEDGER_DATABASE"]);
        await using var ring = new KeyRing(new KeyStore(source));
        for (var i = 0; i < 50; i++)
        {
            var key = await ledger.Key(null, Scopes.Tips);
            // Look-ups are under way all the time while the key is revoked.
            var looking = Task.WhenAll(Enumerable.Range(0, 20).Select(async other =>
            {
                await ring.Find(key.Key.Id);
                await ring.Find($"{i * 20 + other:x16}");
            }));
            await ring.Find(key.Key.Id);
            await ring.Store.Revoke(key.Key.Id, "tests", CancellationToken.None);
            await ring.Reread(key.Key.Id);
            Assert.NotNull((await ring.Find(key.Key.Id))!.Key.RevokedAt);
            await looking;
            Assert.NotNull((await ring.Find(key.Key.Id))!.Key.RevokedAt);
        }
    }

    /// <summary>How many wait for the table of keys; the hosts beside have no key in use to read again.</summary>
    private Task<long> Waiting() => ledger.Logged<long>(
        "select count(*) from pg_locks where not granted and relation = 'ledger.api_keys'::regclass");
}
