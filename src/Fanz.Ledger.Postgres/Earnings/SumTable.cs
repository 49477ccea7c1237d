using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>A column of a key, and how a page's keys become an array of its values.</summary>
internal sealed record KeyColumn<TKey>(string Name, string Type, Func<IEnumerable<TKey>, Array> Values)
{
    public static KeyColumn<TKey> Of<T>(string name, string type, Func<TKey, T> value) =>
        new(name, type, keys => keys.Select(value).ToArray());
}

/// <summary>
/// A table whose rows are sums: the columns of its key, the first of which it is ordered by, and a column for each word
/// of <typeparamref name="TSum"/>. A page adds to it with one statement, which is made of these names alone.
/// </summary>
internal sealed class SumTable<TKey, TSum>
    where TKey : notnull
    where TSum : struct, Enum
{
    private static readonly string[] SumColumns =
        [.. Enum.GetNames<TSum>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private readonly KeyColumn<TKey>[] keys;
    private readonly string sql;

    public SumTable(string name, params KeyColumn<TKey>[] keys)
    {
        this.keys = keys;
        string[] names = [.. keys.Select(key => key.Name)];
        Columns = string.Join(", ", names.Concat(SumColumns));
        var types = keys.Select(key => key.Type).Concat(SumColumns.Select(_ => "bigint"));
        sql =
            $"""
            insert into {name} as kept (build, {Columns})
            select $1, {Columns}
            from unnest({string.Join(", ", types.Select((type, index) => $"${index + 2}::{type}[]"))}) page ({Columns})
            order by {string.Join(", ", names)}
            on conflict (build, {string.Join(", ", names)}) do update set
                {string.Join(", ", SumColumns.Select(column => $"{column} = kept.{column} + excluded.{column}"))}
            """;
    }

    /// <summary>All of its columns but the build.</summary>
    public string Columns { get; }

    public void Write(BuildWrites writes, Sums<TKey, TSum> sums)
    {
        if (sums.Rows.Count == 0) return;
        var columns = Enumerable.Range(0, SumColumns.Length)
            .Select(column => sums.Rows.Values.Select(row => row[column]).ToArray());
        writes.Add(sql, [.. keys.Select(key => (object)key.Values(sums.Rows.Keys)), .. columns]);
    }
}

/// <summary>What a page adds to the rows of a table.</summary>
internal sealed class Sums<TKey, TSum>
    where TKey : notnull
    where TSum : struct, Enum
{
    private static readonly int Width = Enum.GetValues<TSum>().Length;

    public Dictionary<TKey, long[]> Rows { get; } = [];

    /// <summary>The row of a key; whoever asks for it makes it a row of the table.</summary>
    public SumRow<TSum> this[TKey key]
    {
        get
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(Rows, key, out _);
            return new SumRow<TSum>(row ??= new long[Width]);
        }
    }
}

/// <summary>One row, while it is summed.</summary>
internal readonly struct SumRow<TSum>(long[] values)
    where TSum : struct, Enum
{
    public void Add(TSum column, long amount) => values[Unsafe.As<TSum, int>(ref column)] += amount;
}
