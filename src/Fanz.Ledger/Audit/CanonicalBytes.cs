using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Audit;

/// <summary>
/// The bytes that are hashed, so that anyone can make them again from the rows. Every number is a signed 64-bit
/// integer, big-endian. A text or a run of bytes is its length in bytes as such a number, then the bytes (text as
/// UTF-8); what is absent has the length -1. A recorded time is microseconds since 1970-01-01T00:00Z; a date is days
/// since 1970-01-01, and an absent date is the smallest number. Each kind of leaf begins with its own letter.
/// </summary>
public sealed partial class CanonicalBytes
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>
    /// A record with its entries: 'J'; tenant, platform; number, type, recorded time, effective date, last position,
    /// stream, the number it refers to (absent: -1), actor, data; how many entries; and for each its position, account
    /// id, the account's code, owner, currency and cohort, its version, amount and balance.
    /// </summary>
    public void OfRecord(BookName book, JournalRecord record, ReadOnlySpan<Entry> entries)
    {
        Begin('J', book);
        Number(record.Number);
        Text(record.Type);
        Time(record.At);
        Date(record.EffectiveOn);
        Number(record.LastPosition);
        Text(record.Stream);
        Number(record.RefersTo ?? -1);
        Text(record.Actor);
        Bytes(record.Data.Span);
        Number(entries.Length);
        foreach (ref readonly var entry in entries)
        {
            Number(entry.Position);
            Number(entry.AccountId);
            Key(entry.Account);
            Number(entry.Version);
            Number(entry.Amount);
            Number(entry.Balance);
        }
    }

    /// <summary>
    /// An account, sealed with its first entry: 'K'; tenant, platform; id, code, owner, currency, cohort.
    /// </summary>
    public void OfAccount(BookName book, long id, AccountKey key)
    {
        Begin('K', book);
        Number(id);
        Key(key);
    }

    /// <summary>
    /// An answer: 'A'; tenant, platform; the key's hash, the request's hash; the number of the record (a refusal: -1);
    /// the refusal as JSON (a receipt: absent).
    /// </summary>
    public void OfAnswer(
        BookName book, Guid keyHash, ReadOnlySpan<byte> requestHash, long? number, ReadOnlySpan<byte> refusal)
    {
        Begin('A', book);
        Span<byte> key = stackalloc byte[16];
        keyHash.TryWriteBytes(key, bigEndian: true, out _);
        Bytes(key);
        Bytes(requestHash);
        Number(number ?? -1);
        if (number is null) Bytes(refusal);
        else Number(-1);
    }

    /// <summary>
    /// A seal: 'S'; tenant, platform; its sequence, the vocabulary, the last number and position under it, the
    /// recorded time, the root, the hash of the seal before.
    /// </summary>
    public void OfSeal(BookName book, Seal seal)
    {
        Begin('S', book);
        Number(seal.Sequence);
        Number(seal.Vocabulary);
        Number(seal.LastNumber);
        Number(seal.LastPosition);
        Time(seal.At);
        Bytes(seal.Root);
        Bytes(seal.Previous);
    }

    /// <summary>
    /// How far a book had come at a checkpoint: 'H'; tenant, platform; how many seals, the last number and position
    /// under them, the last seal's hash, the root over all seals' hashes.
    /// </summary>
    public void OfHead(string tenant, BookHead head)
    {
        Begin('H', new BookName(tenant, head.Platform));
        Number(head.Sequence);
        Number(head.LastNumber);
        Number(head.LastPosition);
        Bytes(head.Seal);
        Bytes(head.Tree);
    }

    /// <summary>
    /// What is signed of a checkpoint: 'C'; tenant, no platform; its sequence, its time, the hash of the one before,
    /// how many heads, their root, the public key that signs, the one that signs from the next on (mostly absent); and,
    /// where the tenant has a trail, the leaf over its head. One of the time before trails were signed ends without.
    /// </summary>
    public void OfCheckpoint(Checkpoint checkpoint)
    {
        Begin('C');
        Text(checkpoint.Tenant);
        Text(null);
        Number(checkpoint.Sequence);
        Time(checkpoint.At);
        Bytes(checkpoint.Previous);
        Number(checkpoint.Books);
        Bytes(checkpoint.HeadsRoot);
        Bytes(checkpoint.Key);
        if (checkpoint.NextKey is { } next) Bytes(next);
        else Number(-1);
        if (checkpoint.Trail is { } trail) Bytes(trail);
    }

    public static long MicrosecondsOf(Instant at) => (at - NodaConstants.UnixEpoch).ToInt64Nanoseconds() / 1000;

    private void Begin(char kind)
    {
        buffer.ResetWrittenCount();
        buffer.GetSpan(1)[0] = (byte)kind;
        buffer.Advance(1);
    }

    private void Begin(char kind, BookName book)
    {
        Begin(kind);
        Text(book.Tenant);
        Text(book.Platform);
    }

    private void Key(AccountKey key)
    {
        Text(key.Code.Name);
        Text(key.Owner);
        Text(key.Currency.Code);
        if (key.Cohort is { } cohort) Date(cohort);
        else Number(long.MinValue);
    }

    private void Number(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    private void Time(Instant at) => Number(MicrosecondsOf(at));

    private void Date(LocalDate date) => Number(Period.DaysBetween(Epoch, date));

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
