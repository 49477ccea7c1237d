using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Tests;
using FsCheck.Fluent;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Secrets;

public sealed class PersonKeysTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Account = "payout details";

    private static readonly byte[] Master = SHA256.HashData("master"u8);

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database.HostConnectionString);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await source.DisposeAsync();

    [Fact]
    public void What_was_sealed_opens_for_its_person_and_purpose_alone_and_always_seals_to_the_same_text()
    {
        var hosts = new[] { Host(), Host() };
        var cases =
            from person in Gen.Choose(0, 3)
            from purpose in Gen.Elements(Account, "tax number", "")
            from clear in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            from changed in Gen.Choose(0, int.MaxValue)
            select (Person: $"creator:{person}", purpose, clear, changed);
        Properties.Hold(cases, @case =>
        {
            var (person, purpose, clear, changed) = @case;
            var text = Seal(hosts[0], person, purpose, clear);
            Assert.Equal(text, Seal(hosts[1], person, purpose, clear));
            Assert.Equal(text, Seal(Host(), person, purpose, clear));
            Assert.Equal(clear, Open(hosts[1], person, purpose, text));

            Assert.Null(Open(hosts[0], person, purpose + "s", text));
            Assert.Null(Open(hosts[0], "creator:nobody", purpose, text));
            _ = Seal(hosts[0], "creator:another", purpose, clear);
            Assert.Null(Open(hosts[0], "creator:another", purpose, text));
            Assert.NotEqual(text, Seal(hosts[0], "creator:another", purpose, clear));
            Assert.NotEqual(text, Seal(hosts[0], person, purpose + "s", clear));
            Assert.NotEqual(text, Seal(hosts[0], person, purpose, [.. clear, 0]));
            Assert.NotEqual(text, hosts[0].Seal("other", person, purpose, clear, default).GetAwaiter().GetResult());
            Assert.Null(hosts[0].Open("other", person, purpose, text, default).GetAwaiter().GetResult());

            // One bit of what was sealed, which may be of the nonce, of the tag or of the text.
            var box = System.Buffers.Text.Base64Url.DecodeFromChars(text.AsSpan(3));
            box[changed % box.Length] ^= (byte)(1 << (changed % 8));
            Assert.Null(Open(hosts[0], person, purpose, "v1." + System.Buffers.Text.Base64Url.EncodeToString(box)));
        }, times: 60);
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.")]
    [InlineData("v1.AAAA")]
    [InlineData("v1.not base64")]
    [InlineData("v1.ä")]
    [InlineData("v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("021000021/123456789")]
    public async Task What_is_no_sealed_text_opens_to_nothing(string text)
    {
        var host = Host();
        _ = await host.Seal("acme", "creator:mia", Account, "1"u8.ToArray(), CancellationToken.None);
        Assert.Null(await host.Open("acme", "creator:mia", Account, text, CancellationToken.None));
    }

    [Fact]
    public async Task Another_master_key_is_noticed_as_such()
    {
        var text = await Host().Seal("acme", "creator:mia", Account, "1"u8.ToArray(), CancellationToken.None);
        var other = new PersonKeys(source, SHA256.HashData("other"u8));
        await Assert.ThrowsAsync<WrongMasterKey>(
            () => other.Open("acme", "creator:mia", Account, text, CancellationToken.None));
        await Assert.ThrowsAsync<WrongMasterKey>(
            () => other.Seal("acme", "creator:mia", Account, "1"u8.ToArray(), CancellationToken.None));
        _ = await Host().Fingerprints(CancellationToken.None);
        await Assert.ThrowsAsync<WrongMasterKey>(() => other.Fingerprints(CancellationToken.None));
        Assert.Throws<ArgumentException>(() => new PersonKeys(source, new byte[16]));
    }

    [Fact]
    public async Task Hosts_that_make_the_first_key_of_a_person_at_once_make_one()
    {
        var people = Enumerable.Range(0, 20).Select(i => $"creator:first-{i}").ToList();
        var hosts = Enumerable.Range(0, 4).Select(_ => Host()).ToList();
        var texts = await Task.WhenAll(
            from person in people
            from host in hosts
            select Task.Run(async () =>
                (person, text: await host.Seal("acme", person, Account, "1"u8.ToArray(), CancellationToken.None))));

        Assert.All(texts.GroupBy(text => text.person), group => Assert.Single(group.Distinct()));
        Assert.Equal(people.Count, await TestDatabase.Scalar<long>(
            database.OwnerConnectionString,
            "select count(*) from ledger.person_keys where person like 'creator:first-%'"));
    }

    [Fact]
    public async Task Nothing_clear_is_in_the_database_and_a_key_put_in_anothers_place_opens_nothing()
    {
        var marker = "MARKER-4242424242";
        var host = Host();
        var text = await host.Seal("acme", "creator:a", Account, Encoding.ASCII.GetBytes(marker), default);
        _ = await host.Seal("acme", "creator:b", Account, Encoding.ASCII.GetBytes(marker), default);
        Assert.DoesNotContain(marker, text, StringComparison.Ordinal);
        var rows = await TestDatabase.Scalar<string>(
            database.OwnerConnectionString, "select string_agg(to_jsonb(k)::text, '') from ledger.person_keys k");
        Assert.DoesNotContain(marker, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Master), rows, StringComparison.Ordinal);

        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            """
            update ledger.person_keys set wrapped = (
                select wrapped from ledger.person_keys where (person, tenant) = ('creator:b', 'acme'))
            where (person, tenant) = ('creator:a', 'acme')
            """);
        await Assert.ThrowsAsync<WrongMasterKey>(
            () => Host().Open("acme", "creator:a", Account, text, CancellationToken.None));
    }

    [Fact]
    public async Task A_destroyed_key_opens_nothing_seals_nothing_and_is_not_made_again()
    {
        var (time, person) = (new Hours(), "creator:gone");
        var host = new PersonKeys(source, Master, time, 100);
        var text = await host.Seal("acme", person, Account, "1"u8.ToArray(), CancellationToken.None);
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            $"""
            alter table ledger.person_keys disable trigger only_ended;
            update ledger.person_keys set wrapped = null, destroyed_at = now() where person = '{person}';
            alter table ledger.person_keys enable always trigger only_ended
            """);

        Assert.Null(await Host().Open("acme", person, Account, text, CancellationToken.None));
        await Assert.ThrowsAsync<PersonForgotten>(
            () => Host().Seal("acme", person, Account, "1"u8.ToArray(), CancellationToken.None));
        // A host that has it in its memory forgets it too, within a minute.
        Assert.NotNull(await host.Open("acme", person, Account, text, CancellationToken.None));
        time.Pass();
        Assert.Null(await host.Open("acme", person, Account, text, CancellationToken.None));
    }

    [Fact]
    public async Task Many_are_opened_in_their_order_with_few_keys_in_memory()
    {
        var host = new PersonKeys(source, Master, TimeProvider.System, most: 10);
        var texts = new List<SealedText>();
        foreach (var i in Enumerable.Range(0, 60))
        {
            var person = $"creator:many-{i % 50}";
            var text = await host.Seal("acme", person, Account, BitConverter.GetBytes(i), CancellationToken.None);
            texts.Add(new SealedText(person, Account, text));
        }

        texts[7] = texts[7] with { Person = "creator:many-8" };
        texts[9] = texts[9] with { Person = "creator:many-unknown" };
        var opened = await host.OpenMany("acme", texts, CancellationToken.None);
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => i is 7 or 9 ? null : (int?)i),
            opened.Select(clear => clear is null ? null : (int?)BitConverter.ToInt32(clear)));
        Assert.InRange(host.KeptCount, 1, 10);
    }

    [Theory]
    [InlineData("update ledger.person_keys set wrapped = wrapped", PostgresErrorCodes.RestrictViolation, false)]
    [InlineData("update ledger.person_keys set master = master", PostgresErrorCodes.InsufficientPrivilege, false)]
    [InlineData(
        "update ledger.person_keys set wrapped = null, destroyed_at = now()", PostgresErrorCodes.RestrictViolation, false)]
    [InlineData(
        "update ledger.person_keys set wrapped = null, destroyed_at = now()", PostgresErrorCodes.RestrictViolation, true)]
    [InlineData("update ledger.person_keys set person = 'creator:other'", PostgresErrorCodes.RestrictViolation, true)]
    [InlineData("delete from ledger.person_keys", PostgresErrorCodes.InsufficientPrivilege, false)]
    [InlineData("truncate ledger.person_keys", PostgresErrorCodes.InsufficientPrivilege, false)]
    [InlineData("delete from ledger.person_keys", PostgresErrorCodes.RestrictViolation, true)]
    [InlineData("truncate ledger.person_keys", PostgresErrorCodes.RestrictViolation, true)]
    public async Task A_key_is_not_lost_by_mistake(string statement, string state, bool isSuperuser)
    {
        _ = await Host().Seal("acme", "creator:kept", Account, "1"u8.ToArray(), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Execute(
            isSuperuser ? database.SuperuserConnectionString : database.HostConnectionString, statement));
        Assert.Equal(state, refused.SqlState);
    }

    private PersonKeys Host() => new(source, Master);

    private static string Seal(PersonKeys host, string person, string purpose, byte[] clear) =>
        host.Seal("acme", person, purpose, clear, CancellationToken.None).GetAwaiter().GetResult();

    private static byte[]? Open(PersonKeys host, string person, string purpose, string text) =>
        host.Open("acme", person, purpose, text, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>A clock of which hours pass when somebody says so.</summary>
    private sealed class Hours : TimeProvider
    {
        private long passed;

        public override long GetTimestamp() => passed * TimestampFrequency * 3_600;

        public void Pass() => passed++;
    }
}
