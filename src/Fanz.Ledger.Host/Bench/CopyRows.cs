using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Host.Bench;

/// <summary>The rows of a batch as PostgreSQL's binary COPY takes them, made beforehand, byte for byte.</summary>
internal sealed class CopyRows
{
    private static readonly (string Copy, NpgsqlDbType[] Types)[] Tables =
        [
            .. Rows.Inserts().Select(insert => (CopyOf(insert.Sql), insert.Columns)),
        ];

    private readonly byte[][] tables;

    private CopyRows(byte[][] tables) => this.tables = tables;

    public static CopyRows Of(Rows rows)
    {
        var values = rows.Values().ToArray();
        return new CopyRows([.. Tables.Select((table, i) => Encode(table.Types, values[i]))]);
    }

    /// <summary>Five COPYs and a commit.</summary>
    public async Task Write(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        for (var i = 0; i < tables.Length; i++)
        {
            if (tables[i].Length == 0) continue;
            await using var copy = await connection.BeginRawBinaryCopyAsync(Tables[i].Copy);
            await copy.WriteAsync(tables[i]);
        }

        await transaction.CommitAsync();
    }

    /// <summary>"insert into T (columns) select …" as "copy T (columns) from stdin".</summary>
    private static string CopyOf(string insert)
    {
        var target = insert[(insert.IndexOf("into", StringComparison.Ordinal) + 4)..(insert.IndexOf(')') + 1)];
        return $"copy {target} from stdin (format binary)";
    }

    private static byte[] Encode(NpgsqlDbType[] types, object[] columns)
    {
        var count = ((System.Collections.ICollection)columns[0]).Count;
        if (count == 0) return [];
        var buffer = new ArrayBufferWriter<byte>(count * 100);
        buffer.Write(Signature);
        buffer.Write(new byte[8]);
        for (var row = 0; row < count; row++)
        {
            Short(buffer, (short)types.Length);
            for (var column = 0; column < types.Length; column++)
                Field(buffer, types[column], ((System.Collections.IList)columns[column])[row]);
        }

        Short(buffer, -1);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>"PGCOPY\n", 255, "\r\n", 0.</summary>
    private static ReadOnlySpan<byte> Signature => [80, 71, 67, 79, 80, 89, 10, 255, 13, 10, 0];

    private static void Field(ArrayBufferWriter<byte> buffer, NpgsqlDbType type, object? value)
    {
        if (value is null)
        {
            Int(buffer, -1);
            return;
        }

        switch (type)
        {
            case NpgsqlDbType.Integer:
                Int(buffer, 4);
                Int(buffer, (int)value);
                break;
            case NpgsqlDbType.Bigint:
                Int(buffer, 8);
                Long(buffer, (long)value);
                break;
            case NpgsqlDbType.Date:
                Int(buffer, 4);
                Int(buffer, ((DateOnly)value).DayNumber - new DateOnly(2000, 1, 1).DayNumber);
                break;
            case NpgsqlDbType.TimestampTz:
                Int(buffer, 8);
                Long(buffer, ((DateTime)value - new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)).Ticks / 10);
                break;
            case NpgsqlDbType.Uuid:
                Bytes(buffer, ((Guid)value).ToByteArray(bigEndian: true));
                break;
            case NpgsqlDbType.Text:
                Bytes(buffer, Encoding.UTF8.GetBytes((string)value));
                break;
            default:
                Bytes(buffer, (byte[])value);
                break;
        }
    }

    private static void Bytes(ArrayBufferWriter<byte> buffer, byte[] bytes)
    {
        Int(buffer, bytes.Length);
        buffer.Write(bytes);
    }

    private static void Short(ArrayBufferWriter<byte> buffer, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(2), value);
        buffer.Advance(2);
    }

    private static void Int(ArrayBufferWriter<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
    }

    private static void Long(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }
}
