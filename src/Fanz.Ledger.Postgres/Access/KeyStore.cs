using System.Collections.Immutable;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>
/// The keys of a database. A key's rights are never changed: it is replaced, or it ends. Whatever becomes of one is
/// in the access trail of its tenant, in the same transaction.
/// Round trips: one to look; to change one, two more for the trail; a rotation locks the key that is replaced.
/// </summary>
public sealed class KeyStore(NpgsqlDataSource database)
{
    internal const string FindSql = $"select {Columns} from ledger.api_keys where id = any ($1)";
    internal const string ListSql =
        $"select {Columns} from ledger.api_keys where tenant = $1 and id > $2 order by id limit $3";
    private const string ListAllSql = $"select {Columns} from ledger.api_keys where id > $1 order by id limit $2";

    private const string Columns =
        """
        id, tenant, platforms, service, person, owner_role, owner, scopes, rate_limit, made_by, made_at, expires_at,
        revoked_at, revoked_by, replaced_by, hash
        """;

    private const string InsertSql =
        $"""
        insert into ledger.api_keys (id, hash, tenant, platforms, service, person, owner_role, owner, scopes,
            rate_limit, made_by, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        returning {Columns}
        """;

    /// <summary>Makes a key for a grant without faults.</summary>
    public async Task<NewKey> Create(KeyGrant grant, string madeBy, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var made = await Insert(connection, grant, madeBy, token);
        await Note(connection, "create_key", made.Key, madeBy, null, token);
        await transaction.CommitAsync(CancellationToken.None);
        return made;
    }

    public async Task<bool> Any(CancellationToken token)
    {
        await using var command = database.CreateCommand("select exists (select from ledger.api_keys)");
        return await command.ExecuteScalarAsync(token) is true;
    }

    public async Task<ApiKey?> Find(string id, CancellationToken token) => (await Find([id], token)).SingleOrDefault();

    /// <summary>Those of the keys that there are, whatever has become of them.</summary>
    public async Task<IReadOnlyList<ApiKey>> Find(string[] ids, CancellationToken token)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(new() { Value = ids });
        return await Read(command, token);
    }

    /// <summary>The keys of a tenant, or of all, by id after the one given.</summary>
    public async Task<IReadOnlyList<ApiKey>> List(string? tenant, string after, int most, CancellationToken token)
    {
        await using var command = database.CreateCommand(tenant is null ? ListAllSql : ListSql);
        if (tenant is not null) command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = most });
        return await Read(command, token);
    }

    /// <summary>
    /// Makes a key in place of another, with the same rights and the same length of life. The old one is good for the
    /// overlap still, unless it would have ended before.
    /// </summary>
    public async Task<(NewKey? Made, Fault? Fault)> Rotate(
        string id, Duration overlap, string madeBy, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var locked = new NpgsqlCommand(
            $"select {Columns} from ledger.api_keys where id = $1 for update", connection);
        locked.Parameters.Add(new() { Value = id });
        var old = (await Read(locked, token)).SingleOrDefault();
        var now = await Now(connection, token);
        if (old is null) return (null, new Fault("key", "key_unknown", "There is no such key."));
        if (old.ReplacedBy is not null)
            return (null, new Fault("key", "key_replaced", $"The key was replaced by {old.ReplacedBy} already."));
        if (!old.IsGoodAt(now)) return (null, new Fault("key", "key_ended", $"The key is {old.StateAt(now)}."));

        var made = await Insert(connection, GrantAgain(old, now), madeBy, token);
        await using var replace = new NpgsqlCommand(
            """
            update ledger.api_keys set replaced_by = $2, expires_at = least(expires_at, $3) where id = $1
            """,
            connection);
        replace.Parameters.Add(new() { Value = id });
        replace.Parameters.Add(new() { Value = made.Key.Id });
        replace.Parameters.Add(new() { Value = (now + overlap).ToDateTimeUtc() });
        await replace.ExecuteNonQueryAsync(token);
        await Note(connection, "rotate_key", old, madeBy, made.Key.Id, token);
        await transaction.CommitAsync(CancellationToken.None);
        return (made, null);
    }

    /// <summary>Ends a key now and for ever. Revoking it again changes nothing.</summary>
    public async Task<ApiKey?> Revoke(string id, string revokedBy, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var command = new NpgsqlCommand(
            $"""
            update ledger.api_keys set revoked_at = clock_timestamp(), revoked_by = $2
            where id = $1 and revoked_at is null returning {Columns}
            """,
            connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = revokedBy });
        if ((await Read(command, token)).SingleOrDefault() is not { } revoked)
        {
            await transaction.RollbackAsync(token);
            return await Find(id, token);
        }

        await Note(connection, "revoke_key", revoked, revokedBy, null, token);
        await transaction.CommitAsync(CancellationToken.None);
        return revoked;
    }

    private static Task Note(
        NpgsqlConnection connection, string action, ApiKey key, string actor, string? item, CancellationToken token) =>
        AccessTrail.Append(
            connection, key.Tenant,
            [new TrailNote(TrailKind.Done, action, actor) { Subject = $"key:{key.Id}", Item = item }], token);

    private static KeyGrant GrantAgain(ApiKey old, Instant now) => new()
    {
        Tenant = old.Tenant,
        Platforms = old.Platforms,
        Service = old.Service,
        Person = old.Person,
        Owner = old.Owner,
        Scopes = old.Scopes,
        RateLimit = old.RateLimit,
        ExpiresAt = old.ExpiresAt is { } end ? now + (end - old.MadeAt) : null,
    };

    private static async Task<Instant> Now(NpgsqlConnection connection, CancellationToken token)
    {
        await using var clock = new NpgsqlCommand("select clock_timestamp()", connection);
        return Instant.FromDateTimeUtc((DateTime)(await clock.ExecuteScalarAsync(token))!);
    }

    private static async Task<NewKey> Insert(
        NpgsqlConnection connection, KeyGrant grant, string madeBy, CancellationToken token)
    {
        var (id, hash, text) = KeyText.Make();
        await using var command = new NpgsqlCommand(InsertSql, connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = hash });
        command.Parameters.Add(new() { Value = grant.Tenant });
        command.Parameters.Add(OrNull(NpgsqlDbType.Array | NpgsqlDbType.Text, grant.Platforms?.ToArray()));
        command.Parameters.Add(new() { Value = grant.Service });
        command.Parameters.Add(OrNull(NpgsqlDbType.Text, grant.Person));
        command.Parameters.Add(OrNull(NpgsqlDbType.Text, grant.Owner?.Word));
        command.Parameters.Add(OrNull(NpgsqlDbType.Text, grant.Owner?.Id));
        command.Parameters.Add(new() { Value = grant.Scopes.ToArray() });
        command.Parameters.Add(OrNull(NpgsqlDbType.Integer, grant.RateLimit));
        command.Parameters.Add(new() { Value = madeBy });
        command.Parameters.Add(OrNull(NpgsqlDbType.TimestampTz, grant.ExpiresAt?.ToDateTimeUtc()));
        return new NewKey((await Read(command, token)).Single(), text);
    }

    private static NpgsqlParameter OrNull(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    private static async Task<IReadOnlyList<ApiKey>> Read(NpgsqlCommand command, CancellationToken token)
    {
        await using var reader = await command.ExecuteReaderAsync(token);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(token)) keys.Add(Read(reader));
        return keys;
    }

    private static ApiKey Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        Tenant = row.GetString(1),
        Platforms = row.IsDBNull(2) ? null : [.. row.GetFieldValue<string[]>(2)],
        Service = row.GetString(3),
        Person = Text(row, 4),
        Owner = Text(row, 5) is { } role ? Owner.Of(role, row.GetString(6)) : null,
        Scopes = [.. row.GetFieldValue<string[]>(7)],
        RateLimit = row.IsDBNull(8) ? null : row.GetInt32(8),
        MadeBy = row.GetString(9),
        MadeAt = Instant.FromDateTimeUtc(row.GetDateTime(10)),
        ExpiresAt = Time(row, 11),
        RevokedAt = Time(row, 12),
        RevokedBy = Text(row, 13),
        ReplacedBy = Text(row, 14),
        Hash = [.. row.GetFieldValue<byte[]>(15)],
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Instant? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromDateTimeUtc(row.GetDateTime(column));
}
