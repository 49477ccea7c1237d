using System.Text;

namespace Fanz.Ledger.Host.Tests.Telemetry;

/// <summary>A message of protocol buffers: its fields by number, each as often as it was said.</summary>
internal sealed class Wire
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> said = [];

    public Wire(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            ulong number = 0;
            var bytes = ReadOnlyMemory<byte>.Empty;
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref message);
                    break;
                case 1:
                    number = BitConverter.ToUInt64(Cut(ref message, 8).Span);
                    break;
                case 2:
                    bytes = Cut(ref message, (int)Varint(ref message));
                    break;
                case 5:
                    number = BitConverter.ToUInt32(Cut(ref message, 4).Span);
                    break;
                default:
                    throw new FormatException($"There is no wire type {tag & 7}.");
            }

            said.Add(((int)(tag >> 3), bytes, number));
        }
    }

    public IEnumerable<Wire> All(int field) =>
        said.Where(part => part.Field == field).Select(part => new Wire(part.Bytes));

    public bool Has(int field) => said.Exists(part => part.Field == field);

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => said.Find(part => part.Field == field).Bytes.ToArray();

    public ulong Number(int field) => said.Find(part => part.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    private static ReadOnlyMemory<byte> Cut(ref ReadOnlyMemory<byte> message, int length)
    {
        var cut = message[..length];
        message = message[length..];
        return cut;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Cut(ref message, 1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
