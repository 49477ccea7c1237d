using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// The accounts of one book while it is verified: what each is called, as the bytes that leaves hash, and how it
/// stands after the entries read so far. Compact, because a book may have millions: about 150 bytes an account.
/// </summary>
internal sealed class KnownAccounts
{
    private const int ChunkLength = 1 << 20;

    private readonly Dictionary<long, int> indexes = [];
    private readonly List<State> states = [];
    private readonly List<byte[]> chunks = [];
    private readonly List<AccountCode?> codes = [];
    private readonly Dictionary<string, int> codeIndexes = [];
    private readonly Dictionary<string, int> currencyIndexes = [];
    private readonly List<string> currencies = [];
    private int used = ChunkLength;

    /// <summary>How an account stands. The number is that of the record that moved it last.</summary>
    public struct State
    {
        public long Id;
        public long Version;
        public long Balance;
        public long MovedBy;
        public int Chunk;
        public int Offset;
        public int Length;
        public int Code;
        public int Currency;
    }

    public int Count => states.Count;

    public int Currencies => currencyIndexes.Count;

    public ref State this[int index] => ref CollectionsMarshal.AsSpan(states)[index];

    /// <summary>The line of the chart; null when this program's chart has none of that name.</summary>
    public AccountCode? CodeOf(in State state) => codes[state.Code];

    public string CurrencyOf(in State state) => currencies[state.Currency];

    public ReadOnlySpan<byte> KeyOf(in State state) => chunks[state.Chunk].AsSpan(state.Offset, state.Length);

    /// <summary>The account's index, or -1.</summary>
    public int Find(long id) => indexes.TryGetValue(id, out var index) ? index : -1;

    public void Add(in AccountRow row)
    {
        var state = new State { Id = row.Id, Code = IndexOfCode(row.Code), Currency = IndexOfCurrency(row.Currency) };
        WriteKey(row, ref state);
        indexes.Add(row.Id, states.Count);
        states.Add(state);
    }

    private void WriteKey(in AccountRow row, ref State state)
    {
        var most = 32 + Encoding.UTF8.GetMaxByteCount(row.Code.Length) + Encoding.UTF8.GetMaxByteCount(row.Owner.Length)
            + Encoding.UTF8.GetMaxByteCount(row.Currency.Length);
        if (chunks.Count == 0 || chunks[^1].Length - used < most)
        {
            chunks.Add(new byte[Math.Max(ChunkLength, most)]);
            used = 0;
        }

        var target = chunks[^1].AsSpan(used);
        var length = WriteText(target, row.Code);
        length += WriteText(target[length..], row.Owner);
        length += WriteText(target[length..], row.Currency);
        BinaryPrimitives.WriteInt64BigEndian(
            target[length..], row.Cohort is { } day ? RowLeaf.DaysOf(day) : long.MinValue);
        length += 8;
        (state.Chunk, state.Offset, state.Length) = (chunks.Count - 1, used, length);
        used += length;
    }

    private static int WriteText(Span<byte> target, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, target[8..]);
        BinaryPrimitives.WriteInt64BigEndian(target, length);
        return 8 + length;
    }

    private int IndexOfCode(string name)
    {
        if (codeIndexes.TryGetValue(name, out var index)) return index;
        codes.Add(Chart.TryFind(name, out var code) ? code : null);
        return codeIndexes[name] = codes.Count - 1;
    }

    private int IndexOfCurrency(string currency)
    {
        if (currencyIndexes.TryGetValue(currency, out var index)) return index;
        currencies.Add(currency);
        return currencyIndexes[currency] = currencies.Count - 1;
    }
}
