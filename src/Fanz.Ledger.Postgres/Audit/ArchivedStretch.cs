using System.Runtime.InteropServices;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Follows a book through a range that is archived. Its seals are all here, with their leaves, and so are its answers;
/// of its records those that the book goes on with, each whole. Each of them must be among the leaves of its seal, in
/// order; and at the end they must be as many, and hash to the same, as when the range was archived, so that none is
/// missing. The rest is in the file, and under the same seals.
/// </summary>
internal sealed class ArchivedStretch
{
    private readonly BookRow book;
    private readonly RowLeaf leaf;
    private readonly KnownAccounts accounts;
    private readonly CarriedDigest digest = new();
    private readonly SealPlace? start;
    private long leaves;
    private long answers;
    private long opened;

    public ArchivedStretch(BookRow book, RowLeaf leaf, KnownAccounts accounts, ArchivedRange range, SealPlace? start)
    {
        (this.book, this.leaf, this.accounts, this.start) = (book, leaf, accounts, start);
        Range = range;
    }

    public ArchivedRange Range { get; }

    public Broken? Fault(SealedBatch batch, SealRow seal)
    {
        var (nextLeaf, nextEntry, nextAnswer) = (0, 0, 0);
        foreach (ref readonly var record in CollectionsMarshal.AsSpan(batch.Records))
        {
            for (; nextAnswer < batch.Answers.Count && batch.Answers[nextAnswer].Number < record.Number; nextAnswer++)
                if (Answer(batch.Answers[nextAnswer], seal, ref nextLeaf) is { } wrong) return wrong;
            if (Record(record, batch, seal, ref nextEntry, ref nextLeaf) is { } unfit) return unfit;
        }

        for (; nextAnswer < batch.Answers.Count; nextAnswer++)
            if (Answer(batch.Answers[nextAnswer], seal, ref nextLeaf) is { } wrong) return wrong;
        if (nextEntry < batch.Entries.Count)
            return new Broken(
                book.Name, "entries", $"position={batch.Entries[nextEntry].Position}",
                "it is of an archived range, and no record that is here has it");
        leaves += seal.Leaves.Length / Merkle.HashLength;
        answers += batch.Answers.Count;
        return null;
    }

    /// <summary>What does not come out at the last seal of the range.</summary>
    public Broken? EndFault(SealRow seal)
    {
        if (seal.Sequence != Range.LastSequence) return null;
        if ((Range.FirstNumber, Range.FirstPosition, Range.LastNumber, Range.LastPosition)
            != ((start?.LastNumber ?? 0) + 1, (start?.LastPosition ?? 0) + 1, seal.LastNumber, seal.LastPosition)
            || !seal.Hash.AsSpan().SequenceEqual(Range.Seal))
            return Wrong("its seals have another range");
        if (digest.Records != Range.Carried)
            return new Broken(
                book.Name, "journal", $"number={Range.FirstNumber}..{Range.LastNumber}",
                $"{Range.Carried} records of this archived range belong here, and {digest.Records} are here");
        if (!digest.Value.AsSpan().SequenceEqual(Range.CarriedHash))
            return Wrong("the records that are here are not those that it left here");
        return leaves == Range.LastNumber - Range.FirstNumber + 1 + answers + opened
            ? null
            : new Broken(
                book.Name, "answers", $"number={Range.FirstNumber}..{Range.LastNumber}",
                "the seals of this archived range have another number of answers, or of accounts");
    }

    private Broken? Record(
        in JournalRow record, SealedBatch batch, SealRow seal, ref int nextEntry, ref int nextLeaf)
    {
        var first = nextEntry;
        while (nextEntry < batch.Entries.Count && batch.Entries[nextEntry].Number == record.Number) nextEntry++;
        var entries = CollectionsMarshal.AsSpan(batch.Entries)[first..nextEntry];
        foreach (ref readonly var entry in entries)
            if (accounts.Find(entry.AccountId) < 0)
                return new Broken(
                    book.Name, "entries", $"position={entry.Position}", $"account {entry.AccountId} is unknown");
        var hash = leaf.OfRecord(record, entries, accounts);
        if (!Find(hash, seal, ref nextLeaf))
            return new Broken(book.Name, "journal", $"number={record.Number}", "it is not what was sealed");
        digest.Add(hash);
        foreach (ref readonly var entry in entries)
        {
            ref var state = ref accounts[accounts.Find(entry.AccountId)];
            if (state.Version == 0) opened++;
            (state.Version, state.Balance, state.MovedBy) = (entry.Version, entry.Balance, record.Number);
        }

        return null;
    }

    private Broken? Answer(in AnswerRow answer, SealRow seal, ref int nextLeaf) =>
        answer.At == seal.At && Find(leaf.OfAnswer(answer), seal, ref nextLeaf)
            ? null
            : new Broken(book.Name, "answers", answer.Key, "it is not what was sealed");

    /// <summary>Leaves of what is archived lie between.</summary>
    private static bool Find(ReadOnlySpan<byte> hash, SealRow seal, ref int next)
    {
        if (hash.Length != Merkle.HashLength) return false;
        for (var at = next * Merkle.HashLength; at < seal.Leaves.Length; at += Merkle.HashLength)
        {
            next++;
            if (seal.Leaves.AsSpan(at, Merkle.HashLength).SequenceEqual(hash)) return true;
        }

        return false;
    }

    private Broken Wrong(string why) => new(book.Name, "archived_ranges", $"id={Range.Id}", why);
}
