using System.Security.Cryptography;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>What is to be opened: whose it is, what it was sealed for, and the sealed text.</summary>
public sealed record SealedText(string Person, string Purpose, string Text);

/// <summary>
/// Seals what is personal before it goes into the journal, and opens it for those who may. Each person has a key of
/// their own, made when something of theirs is sealed for the first time and kept wrapped under the master key.
/// One round trip finds a key that is there, one more makes it; of two hosts that make one at once both use the first.
/// Many are opened a page at a time, with one round trip a page.
/// </summary>
public sealed class PersonKeys
{
    /// <summary>What the details of a payout method are sealed for.</summary>
    public const string PayoutDetails = "payout_details";

    private const int MostKept = 10_000;
    private const int Page = 5_000;

    private const string FindSql =
        "select wrapped, master from ledger.person_keys where person = $1 and tenant = $2";

    private const string DestroySql =
        """
        update ledger.person_keys set wrapped = null, destroyed_at = clock_timestamp()
        where person = $1 and tenant = $2 and wrapped is not null
        """;

    private const string MakeSql =
        """
        insert into ledger.person_keys (person, tenant, master, wrapped) values ($1, $2, $3, $4)
        on conflict (person, tenant) do nothing
        """;

    // No creator's: those begin with creator:, and no tenant is called *.
    private const string FingerprintsKey = "ledger:fingerprints";
    private const string AllTenants = "*";

    private const string OldestSql = "select master from ledger.person_keys order by made_at limit 1";

    private const string FindManySql =
        """
        select asked.person, k.wrapped, k.master
        from unnest($1::text[]) as asked (person)
        join ledger.person_keys k on k.person = asked.person and k.tenant = $2
        """;

    private readonly NpgsqlDataSource source;
    private readonly MasterKeys masters;
    private readonly KeptKeys kept;
    private Fingerprints? fingerprints;

    public PersonKeys(NpgsqlDataSource source, MasterKeys masters)
        : this(source, masters, TimeProvider.System, MostKept)
    {
    }

    internal PersonKeys(NpgsqlDataSource source, MasterKeys masters, TimeProvider time, int most) =>
        (this.source, this.masters, kept) = (source, masters, new KeptKeys(time, most));

    internal int KeptCount => kept.Count;

    /// <summary>
    /// Ends the key of one who is forgotten, with a line in the trail; false where there is none, or it was ended before.
    /// The database refuses it unless the journal says so. A host that has the key in memory believes it for a minute.
    /// </summary>
    public static async Task<bool> Destroy(
        NpgsqlDataSource source, string tenant, string person, string actor, long number, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var destroy = new NpgsqlCommand(DestroySql, connection);
        destroy.Parameters.Add(new() { Value = person });
        destroy.Parameters.Add(new() { Value = tenant });
        if (await destroy.ExecuteNonQueryAsync(token) == 0) return false;
        await AccessTrail.Append(
            connection, tenant,
            [new TrailNote(TrailKind.Done, "destroy_key", actor) { Subject = person, Number = number }], token);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Whose the secrets of a creator are.</summary>
    public static string OfCreator(string creator) => $"creator:{creator}";

    /// <summary>
    /// The same text for the same words and clear text, whenever and on whichever host. Whose key was destroyed is
    /// forgotten for good: <see cref="PersonForgotten"/>.
    /// </summary>
    public async Task<string> Seal(
        string tenant, string person, string purpose, ReadOnlyMemory<byte> clear, CancellationToken token)
    {
        var key = kept.Find(tenant, person) ?? await Find(tenant, person, token) ?? await Make(tenant, person, token);
        return key.Seal(purpose, clear.Span);
    }

    /// <summary>Null when it is not of that person and purpose, was changed, or its key was destroyed.</summary>
    public async Task<byte[]?> Open(
        string tenant, string person, string purpose, string text, CancellationToken token) =>
        (await OpenMany(tenant, [new SealedText(person, purpose, text)], token))[0];

    /// <summary>Opens many, for a file of payments: each as <see cref="Open"/> does, in their order.</summary>
    public async Task<IReadOnlyList<byte[]?>> OpenMany(
        string tenant, IReadOnlyList<SealedText> texts, CancellationToken token)
    {
        var opened = new byte[]?[texts.Count];
        for (var from = 0; from < texts.Count; from += Page)
        {
            var page = texts.Skip(from).Take(Page).ToList();
            var keys = await FindMany(tenant, page.Select(text => text.Person).Distinct().ToList(), token);
            foreach (var (index, text) in page.Index())
                opened[from + index] = keys.GetValueOrDefault(text.Person)?.Open(text.Purpose, text.Text);
        }

        return opened;
    }

    /// <summary>
    /// What fingerprints are made with: a key that follows from the first master key that there was, and is kept under
    /// whichever there is now, so that the same account has the same fingerprint for ever.
    /// </summary>
    public async Task<Fingerprints> Fingerprints(CancellationToken token)
    {
        if (fingerprints is { } known) return known;
        var key = await FindFingerprintKey(token);
        if (key is null)
        {
            await MakeFingerprintKey(token);
            key = await FindFingerprintKey(token)
                ?? throw new InvalidOperationException("The key of fingerprints was made and is not there.");
        }

        return fingerprints = new Fingerprints(key);
    }

    private async Task<PersonKey?> Find(string tenant, string person, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, FindSql, person, tenant);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? Kept(tenant, person, reader, 0) ?? throw Forgotten(person) : null;
    }

    private async Task<PersonKey> Make(string tenant, string person, CancellationToken token)
    {
        var (master, key) = (masters.CurrentKey, RandomNumberGenerator.GetBytes(PersonKey.Length));
        await Insert(person, tenant, master, key, token);
        // Whoever came first made it: what is there now is the person's, and committed before anything is sealed.
        return await Find(tenant, person, token)
            ?? throw new InvalidOperationException($"The key of {person} was made and is not there.");
    }

    private async Task Insert(string person, string tenant, MasterKey master, byte[] key, CancellationToken token)
    {
        await using var make = source.CreateCommand(MakeSql);
        foreach (var value in new object[] { person, tenant, master.Name, master.Wrap(tenant, person, key) })
            make.Parameters.Add(new() { Value = value });
        await make.ExecuteNonQueryAsync(token);
    }

    private async Task<byte[]?> FindFingerprintKey(CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, FindSql, FingerprintsKey, AllTenants);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? Unwrapped(AllTenants, FingerprintsKey, reader, 0) : null;
    }

    /// <summary>Once in the life of a database, which may have secrets of before there was such a key.</summary>
    private async Task MakeFingerprintKey(CancellationToken token)
    {
        await using var oldest = source.CreateCommand(OldestSql);
        var first = await oldest.ExecuteScalarAsync(token) is byte[] name
            ? masters.Named(name) ?? throw Unknown()
            : masters.CurrentKey;
        await Insert(FingerprintsKey, AllTenants, masters.CurrentKey, first.FingerprintKey, token);
    }

    private async Task<Dictionary<string, PersonKey>> FindMany(
        string tenant, List<string> people, CancellationToken token)
    {
        var keys = new Dictionary<string, PersonKey>(people.Count, StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var person in people)
        {
            if (kept.Find(tenant, person) is { } key) keys[person] = key;
            else unknown.Add(person);
        }

        if (unknown.Count == 0) return keys;
        await using var batch = ByIndex.Query(source, FindManySql, unknown.ToArray(), tenant);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            var person = reader.GetString(0);
            if (Kept(tenant, person, reader, 1) is { } key) keys[person] = key;
        }

        return keys;
    }

    /// <summary>The key of a row; null when it was destroyed.</summary>
    private PersonKey? Kept(string tenant, string person, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return null;
        var bytes = Unwrapped(tenant, person, reader, column);
        var key = new PersonKey(tenant, person, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        kept.Keep(tenant, person, key);
        return key;
    }

    private byte[] Unwrapped(string tenant, string person, NpgsqlDataReader reader, int column)
    {
        var master = masters.Named(reader.GetFieldValue<byte[]>(column + 1)) ?? throw Unknown();
        return master.Unwrap(tenant, person, reader.GetFieldValue<byte[]>(column))
            ?? throw new WrongMasterKey($"The key of {person} was changed, or is another person's.");
    }

    private static WrongMasterKey Unknown() =>
        new("The keys of people were wrapped under another master key than this program has.");

    private static PersonForgotten Forgotten(string person) =>
        new($"The key of {person} was destroyed: nothing of theirs can be sealed any more.");
}
