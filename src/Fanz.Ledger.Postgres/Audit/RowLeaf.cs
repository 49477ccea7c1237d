using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// The leaf hashes of rows as they are stored, by the format that <see cref="CanonicalBytes"/> documents. It is
/// written a second time, from raw rows, on purpose: a verification that shared the writer's code would share its
/// mistakes, and a row that was tampered with may hold what no type of the domain can.
/// </summary>
internal sealed class RowLeaf(string tenant, string platform)
{
    private const long MicrosecondsTo2000 = 946_684_800_000_000;
    private const int DaysTo2000 = 10_957;

    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public static long DaysOf(int day) => (long)day + DaysTo2000;

    /// <summary>The hash of a record's leaf; an entry of an account that is not known makes it empty.</summary>
    public byte[] OfRecord(in JournalRow record, ReadOnlySpan<EntryRow> entries, KnownAccounts accounts)
    {
        Begin('J');
        Number(record.Number);
        Text(record.Type);
        Time(record.At);
        Number(DaysOf(record.EffectiveOn));
        Number(record.LastPosition);
        Text(record.Stream);
        Number(record.RefersTo ?? -1);
        Text(record.Actor);
        Bytes(record.Data);
        Number(entries.Length);
        foreach (ref readonly var entry in entries)
        {
            var account = accounts.Find(entry.AccountId);
            if (account < 0) return [];
            Number(entry.Position);
            Number(entry.AccountId);
            buffer.Write(accounts.KeyOf(in accounts[account]));
            Number(entry.Version);
            Number(entry.Amount);
            Number(entry.Balance);
        }

        return Hash();
    }

    public byte[] OfAccount(in KnownAccounts.State account, KnownAccounts accounts)
    {
        Begin('K');
        Number(account.Id);
        buffer.Write(accounts.KeyOf(in account));
        return Hash();
    }

    public byte[] OfAnswer(in AnswerRow answer)
    {
        Begin('A');
        Span<byte> key = stackalloc byte[16];
        answer.KeyHash.TryWriteBytes(key, bigEndian: true, out _);
        Bytes(key);
        Bytes(answer.RequestHash);
        Number(answer.Number ?? -1);
        if (answer.Refusal is { } refusal) Bytes(refusal);
        else Number(-1);
        return Hash();
    }

    /// <summary>The hash of a seal: no leaf, so without a leaf's prefix.</summary>
    public byte[] OfSeal(SealRow seal)
    {
        Begin('S');
        Number(seal.Sequence);
        Number(seal.Vocabulary);
        Number(seal.LastNumber);
        Number(seal.LastPosition);
        Time(seal.At);
        Bytes(seal.Root);
        Bytes(seal.Previous);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private byte[] Hash()
    {
        var hash = new byte[Merkle.HashLength];
        Merkle.HashLeaf(buffer.WrittenSpan, hash);
        return hash;
    }

    private void Begin(char kind)
    {
        buffer.ResetWrittenCount();
        buffer.GetSpan(1)[0] = (byte)kind;
        buffer.Advance(1);
        Text(tenant);
        Text(platform);
    }

    private void Number(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    /// <summary>Infinity wraps around: any hash will do for it, as long as it is not the sealed one.</summary>
    private void Time(long at) => Number(unchecked(at + MicrosecondsTo2000));

    private void Text(string? text)
    {
        if (text is null)
        {
            Number(-1);
            return;
        }

        var span = buffer.GetSpan(8 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span[8..]);
        BinaryPrimitives.WriteInt64BigEndian(span, length);
        buffer.Advance(8 + length);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        buffer.Write(bytes);
    }
}
