using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>How many keys are wrapped under which master key, by its name.</summary>
/// <param name="IsKnown">Whether this program has that master key.</param>
public sealed record WrappedKeys(string Master, bool IsCurrent, bool IsKnown, long Keys);

/// <summary>
/// Wraps every person's key anew under the current master key, as the owner of the tables, for a host has no right to.
/// A page is one transaction that locks its keys; broken off anywhere, it goes on where it was, for what is done says so
/// itself. Round trips: two a page. Hosts that have both master keys read throughout.
/// </summary>
public sealed class MasterRotation(NpgsqlDataSource owner, MasterKeys masters)
{
    private const int Page = 1_000;

    private const string StatusSql =
        "select master, count(*) from ledger.person_keys where wrapped is not null group by master order by 2 desc";

    private const string PageSql =
        """
        select person, tenant, master, wrapped from ledger.person_keys
        where (person, tenant) > ($1, $2) and wrapped is not null and master <> $3 and master = any ($4)
        order by person, tenant limit $5
        for update
        """;

    private const string WrapSql =
        """
        update ledger.person_keys k set wrapped = anew.wrapped, master = $1
        from unnest($2::text[], $3::text[], $4::bytea[]) as anew (person, tenant, wrapped)
        where k.person = anew.person and k.tenant = anew.tenant
        """;

    public async Task<IReadOnlyList<WrappedKeys>> Status(CancellationToken token)
    {
        await using var command = owner.CreateCommand(StatusSql);
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<WrappedKeys>();
        while (await reader.ReadAsync(token))
        {
            var name = reader.GetFieldValue<byte[]>(0);
            found.Add(new WrappedKeys(
                Convert.ToHexStringLower(name), name.AsSpan().SequenceEqual(masters.CurrentKey.Name),
                masters.Named(name) is not null, reader.GetInt64(1)));
        }

        return found;
    }

    /// <summary>How many were wrapped anew. What is under a master key that is not known stays as it is.</summary>
    public async Task<long> Run(string actor, IProgress<long>? progress, CancellationToken token)
    {
        var (total, person, tenant) = (0L, "", "");
        while (true)
        {
            var rows = await WrapPage(person, tenant, actor, token);
            if (rows.Count == 0) return total;
            (person, tenant) = rows[^1];
            total += rows.Count;
            progress?.Report(total);
        }
    }

    /// <summary>What the trail says of it: which master key it was, by its name, and how many secrets.</summary>
    internal static TrailNote Note(MasterKeys masters, string actor) =>
        new(TrailKind.Done, "rotate_master_key", actor)
        {
            Subject = $"master:{Convert.ToHexStringLower(masters.CurrentKey.Name)}",
        };

    private async Task<List<(string Person, string Tenant)>> WrapPage(
        string afterPerson, string afterTenant, string actor, CancellationToken token)
    {
        await using var connection = await owner.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var page = await Read(connection, afterPerson, afterTenant, token);
        if (page.Count == 0) return [];
        var (name, current) = (masters.CurrentKey.Name, masters.CurrentKey);
        var boxes = page.Select(one => current.Wrap(one.Tenant, one.Person, one.Key)).ToArray();
        await using var update = new NpgsqlCommand(WrapSql, connection)
        {
            Parameters =
            {
                new() { Value = name },
                new() { Value = page.Select(one => one.Person).ToArray() },
                new() { Value = page.Select(one => one.Tenant).ToArray() },
                new() { Value = boxes, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };
        await update.ExecuteNonQueryAsync(token);
        await AccessTrail.Append(
            connection, AccessTrail.House, [Note(masters, actor) with { Times = page.Count }], token);
        await transaction.CommitAsync(CancellationToken.None);
        return [.. page.Select(one => (one.Person, one.Tenant))];
    }

    private async Task<List<(string Person, string Tenant, byte[] Key)>> Read(
        NpgsqlConnection connection, string afterPerson, string afterTenant, CancellationToken token)
    {
        await using var select = new NpgsqlCommand(PageSql, connection)
        {
            Parameters =
            {
                new() { Value = afterPerson },
                new() { Value = afterTenant },
                new() { Value = masters.CurrentKey.Name },
                new() { Value = masters.Known.Select(known => known.Name).ToArray() },
                new() { Value = Page },
            },
        };
        await using var reader = await select.ExecuteReaderAsync(token);
        var page = new List<(string, string, byte[])>();
        while (await reader.ReadAsync(token))
        {
            var (person, tenant) = (reader.GetString(0), reader.GetString(1));
            var key = masters.Named(reader.GetFieldValue<byte[]>(2))!
                .Unwrap(tenant, person, reader.GetFieldValue<byte[]>(3))
                ?? throw new WrongMasterKey($"The key of {person} was changed, or is another person's.");
            page.Add((person, tenant, key));
        }

        return page;
    }
}
