using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>A partition of journal or entries: the same range of numbers, or positions, of every book.</summary>
/// <param name="Relation">journal or entries.</param>
/// <param name="Name">The table's name in the schema ledger.</param>
internal sealed partial record Partition(string Relation, string Name, long From, long To)
{
    private const string AllSql =
        """
        select parent.relname, part.relname, pg_get_expr(part.relpartbound, part.oid)
        from pg_inherits i
        join pg_class parent on parent.oid = i.inhparent
        join pg_class part on part.oid = i.inhrelid
        where i.inhparent in ('ledger.journal'::regclass, 'ledger.entries'::regclass)
        order by parent.relname, part.relname
        """;

    /// <summary>What its rows are in the order of.</summary>
    public string Key => Relation == "journal" ? "number" : "position";

    public bool Meets(ArchivedRows rows) => Relation == "journal"
        ? rows.FirstNumber < To && rows.LastNumber >= From
        : rows.FirstPosition < To && rows.LastPosition >= From;

    public static async Task<IReadOnlyList<Partition>> All(NpgsqlConnection connection, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(AllSql, connection);
        await using var reader = await query.ExecuteReaderAsync(token);
        var found = new List<Partition>();
        while (await reader.ReadAsync(token))
        {
            var bounds = Bounds().Match(reader.GetString(2));
            found.Add(new Partition(
                reader.GetString(0), reader.GetString(1), Number(bounds.Groups["from"]), Number(bounds.Groups["to"])));
        }

        return found;
    }

    private static long Number(Group bound) => long.Parse(bound.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^FOR VALUES FROM \('(?<from>\d+)'\) TO \('(?<to>\d+)'\)$")]
    private static partial Regex Bounds();
}

/// <summary>The rows of a book that are taken out, or brought back: whole seals.</summary>
internal readonly record struct ArchivedRows(
    int Book, long FirstNumber, long LastNumber, long FirstPosition, long LastPosition);
