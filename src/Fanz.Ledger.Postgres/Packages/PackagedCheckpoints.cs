using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// The checkpoints that a package takes along: the newest one over a seal of its range, which vouches for all before
/// it, and those before that hand over to another key. Each is as its own file is, on one line.
/// </summary>
internal static class PackagedCheckpoints
{
    internal const string StatementsSql =
        """
        select c.sequence, c.at, c.previous, c.books, c.heads_root, c.key, c.next_key, c.hash, c.signature,
            c.trail_sequence, c.trail_hash
        from (select checkpoint from ledger.checkpoint_heads
            where book_id = $1 and sequence > $2 and sequence <= $3
            order by sequence desc limit 1) newest
        cross join lateral (
            select * from ledger.checkpoints where tenant = $4 and sequence = newest.checkpoint
            union all
            select * from ledger.checkpoints
            where tenant = $4 and sequence < newest.checkpoint and next_key is not null) c
        order by c.sequence
        """;

    internal const string HeadsSql =
        """
        select b.platform, h.sequence, h.last_number, h.last_position, h.seal, h.tree
        from ledger.books b
        cross join lateral (
            select * from ledger.checkpoint_heads where book_id = b.id and checkpoint <= $2
            order by checkpoint desc limit 1) h
        where b.tenant = $1
        order by b.platform
        """;

    private static readonly JsonSerializerOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async IAsyncEnumerable<byte[]> Read(
        NpgsqlDataSource source, BookRow book, SealPlace? start, SealPlace end,
        [EnumeratorCancellation] CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        var statements = new List<(long Sequence, Dictionary<string, object?> Statement, TrailHead? Trail)>();
        await using (var query = ByIndex.Query(
            connection, StatementsSql, book.Id, start?.Sequence ?? 0, end.Sequence, book.Tenant))
        {
            await using var reader = await ByIndex.Read(query, token);
            while (await reader.ReadAsync(token))
            {
                var trail = CheckpointReader.ReadTrail(reader);
                statements.Add((reader.GetInt64(0), Statement(reader, book.Tenant, trail), trail));
            }
        }

        foreach (var (sequence, statement, trail) in statements)
        {
            var document = new Dictionary<string, object>
            {
                ["format"] = trail is null ? CheckpointFormat.Name : CheckpointFormat.NameWithTrail,
                ["statement"] = statement,
                ["heads"] = await Heads(connection, book.Tenant, sequence, token),
            };
            if (trail is not null)
            {
                document["trail"] = new Dictionary<string, object>
                {
                    ["sequence"] = trail.Sequence, ["hash"] = Convert.ToHexStringLower(trail.Hash),
                };
            }

            yield return JsonSerializer.SerializeToUtf8Bytes(document, Form);
        }
    }

    private static Dictionary<string, object?> Statement(NpgsqlDataReader reader, string tenant, TrailHead? trail)
    {
        var statement = new Dictionary<string, object?>
        {
            ["tenant"] = tenant,
            ["sequence"] = reader.GetInt64(0),
            ["at"] = PackageFormat.TimeText(reader.GetFieldValue<long>(1)),
            ["previous"] = Hex(reader, 2),
            ["books"] = reader.GetInt64(3),
            ["heads_root"] = Hex(reader, 4),
            ["key"] = Convert.ToBase64String(reader.GetFieldValue<byte[]>(5)),
            ["next_key"] = reader.IsDBNull(6) ? null : Convert.ToBase64String(reader.GetFieldValue<byte[]>(6)),
        };
        if (trail is not null) statement["trail"] = Convert.ToHexStringLower(trail.LeafOf(tenant));
        statement["hash"] = Hex(reader, 7);
        statement["signature"] = Convert.ToBase64String(reader.GetFieldValue<byte[]>(8));
        return statement;
    }

    private static async Task<List<object>> Heads(
        NpgsqlConnection connection, string tenant, long checkpoint, CancellationToken token)
    {
        await using var query = ByIndex.Query(connection, HeadsSql, tenant, checkpoint);
        await using var reader = await ByIndex.Read(query, token);
        var heads = new List<object>();
        while (await reader.ReadAsync(token))
        {
            heads.Add(new Dictionary<string, object>
            {
                ["platform"] = reader.GetString(0),
                ["sequence"] = reader.GetInt64(1),
                ["last_number"] = reader.GetInt64(2),
                ["last_position"] = reader.GetInt64(3),
                ["seal"] = Hex(reader, 4),
                ["tree"] = Hex(reader, 5),
            });
        }

        return heads;
    }

    private static string Hex(NpgsqlDataReader reader, int column) =>
        Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(column));
}
