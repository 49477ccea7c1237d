using System.Buffers;
using System.Security.Cryptography;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Audit;

/// <summary>
/// What closes a batch of one book: the Merkle root over what the batch wrote, chained to the seal before it. The last
/// seal is the head of the book. A batch of refusals alone is sealed too; then number and position stand still.
/// </summary>
/// <param name="Sequence">Counts the seals of the book from 1.</param>
/// <param name="Vocabulary">The newest vocabulary that any record so far was written in.</param>
/// <param name="At">The recorded time of everything in the batch; later than that of the seal before.</param>
/// <param name="Previous">The hash of the seal before; zeros before the first.</param>
public sealed record Seal(
    long Sequence, int Vocabulary, long LastNumber, long LastPosition, Instant At, byte[] Root, byte[] Previous)
{
    public static readonly byte[] None = new byte[Merkle.HashLength];

    /// <summary>The seal over a book's first record, which opens it.</summary>
    public static Seal First(JournalRecord opening, byte[] root) => new(
        1, EventFormat.VocabularyOf(opening.Type), opening.Number, opening.LastPosition, opening.At, root, None);

    public byte[] HashIn(BookName book)
    {
        var bytes = new CanonicalBytes();
        bytes.OfSeal(book, this);
        return SHA256.HashData(bytes.Written);
    }
}

/// <summary>
/// The leaf hashes of a batch, one after the other: for each record in the order of numbers, the accounts that its
/// entries open (in the order of positions), the record, and the receipt that answers with it, if this book gave
/// one; after all records the refusals, in the order of their key hashes.
/// </summary>
public sealed class Leaves
{
    private readonly ArrayBufferWriter<byte> hashes = new();

    public int Count => hashes.WrittenCount / Merkle.HashLength;

    public byte[] Root() => Merkle.Root(hashes.WrittenSpan);

    public byte[] ToArray() => hashes.WrittenSpan.ToArray();

    public void Add(CanonicalBytes bytes)
    {
        Merkle.HashLeaf(bytes.Written, hashes.GetSpan(Merkle.HashLength)[..Merkle.HashLength]);
        hashes.Advance(Merkle.HashLength);
    }
}
