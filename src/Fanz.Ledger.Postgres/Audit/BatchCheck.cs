using System.Runtime.InteropServices;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// What did not fit first, and where in the batch that was: the record, its first entry, the next answer and the
/// next leaf. Which row is to blame is for <see cref="Diagnosis"/> to find out.
/// </summary>
internal sealed record Suspicion(Broken What, int Record, int Entry, int Answer, int Leaf);

/// <summary>
/// Follows one book batch by batch and makes everything again from the rows: the rules of double entry, the balance
/// of each account, and every leaf under the seal. It stops at the first thing that does not fit, with each account
/// as it stood before that record.
/// </summary>
internal sealed class BatchCheck(BookRow book, RowLeaf leaf, KnownAccounts accounts, SealPlace? before)
{
    // The accounts of the record's entries, in their order, as they stood before it.
    private readonly List<(int Account, KnownAccounts.State State)> moved = [];
    private Int128[] sums = new Int128[accounts.Currencies];
    private SealedBatch batch = new();
    private SealRow seal = null!;
    private int nextEntry;
    private int nextAnswer;
    private int nextLeaf;

    public long LastNumber { get; private set; } = before?.LastNumber ?? 0;

    public long LastPosition { get; private set; } = before?.LastPosition ?? 0;

    public int Vocabulary { get; private set; } = before?.Vocabulary ?? 0;

    public Suspicion? Check(SealedBatch rows, SealRow under)
    {
        (batch, seal) = (rows, under);
        (nextEntry, nextAnswer, nextLeaf) = (0, 0, 0);
        // A package tells its accounts as they open, and with one there may come a currency.
        if (sums.Length < accounts.Currencies) sums = new Int128[accounts.Currencies];
        for (var i = 0; i < batch.Records.Count; i++)
        {
            var (entry, answer, leaf) = (nextEntry, nextAnswer, nextLeaf);
            moved.Clear();
            if (Record(batch.Records[i]) is not { } what) continue;
            for (var undo = moved.Count - 1; undo >= 0; undo--) accounts[moved[undo].Account] = moved[undo].State;
            return new Suspicion(what, i, entry, answer, leaf);
        }

        var firstRefusal = nextLeaf;
        return Rest() is { } rest
            ? new Suspicion(rest, batch.Records.Count, nextEntry, nextAnswer, firstRefusal)
            : null;
    }

    /// <summary>Goes on behind a seal that another check has looked at.</summary>
    public void GoOn(SealRow after)
    {
        (LastNumber, LastPosition) = (after.LastNumber, after.LastPosition);
        Vocabulary = after.Vocabulary;
    }

    private Broken? Record(in JournalRow record)
    {
        if (record.Number != LastNumber + 1) return Journal(record, $"number {LastNumber + 1} is missing");
        if (record.At != seal.At) return Journal(record, "at is not that of its seal");
        if (record.RefersTo is { } earlier && (earlier < 1 || earlier >= record.Number))
            return Journal(record, "refers_to is not the number of an earlier record");
        if (!EventFormat.IsKnown(record.Type)) return Journal(record, $"this version knows no event '{record.Type}'");
        var first = nextEntry;
        if (Entries(record) is { } wrong) return wrong;
        var entries = CollectionsMarshal.AsSpan(batch.Entries)[first..nextEntry];
        if (LastPosition != record.LastPosition) return Journal(record, "last_position is not that of its last entry");
        if (Unbalanced(record, entries) is { } unbalanced) return unbalanced;
        if (!IsNext(leaf.OfRecord(record, entries, accounts))) return Journal(record, "it is not what was sealed");
        LastNumber = record.Number;
        Vocabulary = Math.Max(Vocabulary, EventFormat.VocabularyOf(record.Type));
        if (nextAnswer == batch.Answers.Count || batch.Answers[nextAnswer].Number != record.Number) return null;
        return Answer();
    }

    private Broken? Entries(in JournalRow record)
    {
        var entries = CollectionsMarshal.AsSpan(batch.Entries);
        for (; nextEntry < entries.Length && entries[nextEntry].Position <= record.LastPosition; nextEntry++)
        {
            ref readonly var entry = ref entries[nextEntry];
            if (entry.Position != LastPosition + 1) return Entry(entry, $"position {LastPosition + 1} is missing");
            if (entry.Number != record.Number) return Entry(entry, $"number is not {record.Number}, its record's");
            var account = accounts.Find(entry.AccountId);
            if (account < 0) return Entry(entry, $"account {entry.AccountId} is unknown");
            ref var state = ref accounts[account];
            moved.Add((account, state));
            if (state.MovedBy == record.Number) return Entry(entry, "its transaction has the account twice");
            if (entry.Version != state.Version + 1) return Entry(entry, $"version is not {state.Version + 1}");
            if (entry.Balance != (Int128)state.Balance + entry.Amount)
                return Entry(entry, $"balance is not {(Int128)state.Balance + entry.Amount}");
            if (accounts.CodeOf(in state) is not { } code)
                return new Broken(book.Name, "accounts", $"id={state.Id}", "code is not in this version's chart");
            if (!code.Allows(entry.Balance)) return Entry(entry, $"{code} may not stand at {entry.Balance}");
            (state.Version, state.Balance, state.MovedBy) = (entry.Version, entry.Balance, record.Number);
            LastPosition = entry.Position;
            if (entry.Version == 1 && !IsNext(leaf.OfAccount(in state, accounts)))
                return new Broken(book.Name, "accounts", $"id={state.Id}", "it is not what was sealed");
        }

        return null;
    }

    private Broken? Unbalanced(in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        if (entries.Length == 1) return Journal(record, "it has a single entry");
        for (var i = 0; i < entries.Length; i++) sums[moved[i].State.Currency] += entries[i].Amount;
        var isBalanced = true;
        foreach (var (_, state) in moved)
        {
            isBalanced &= sums[state.Currency] == 0;
            sums[state.Currency] = 0;
        }

        return isBalanced ? null : Journal(record, "its entries do not sum to zero");
    }

    /// <summary>What is left after the records: refusals, and the ends that the seal states.</summary>
    private Broken? Rest()
    {
        if (LastNumber != seal.LastNumber)
            return new Broken(book.Name, "journal", $"number={LastNumber + 1}", "it is missing");
        if (nextEntry < batch.Entries.Count) return Entry(batch.Entries[nextEntry], "no record of its seal has it");
        if (LastPosition != seal.LastPosition)
            return new Broken(book.Name, "entries", $"position={LastPosition + 1}", "it is missing");
        while (nextAnswer < batch.Answers.Count)
            if (Answer() is { } wrong) return wrong;
        if (nextLeaf * Merkle.HashLength != seal.Leaves.Length)
            return new Broken(
                book.Name, "answers", $"sequence={seal.Sequence}, leaf={nextLeaf}",
                "an answer that was sealed is missing");
        return Vocabulary == seal.Vocabulary
            ? null
            : new Broken(book.Name, "seals", seal.Key, $"vocabulary is not {Vocabulary}, the newest so far");
    }

    private Broken? Answer()
    {
        var answer = batch.Answers[nextAnswer];
        if (answer.At != seal.At) return new Broken(book.Name, "answers", answer.Key, "at is not that of a seal");
        if (!IsNext(leaf.OfAnswer(answer)))
            return new Broken(book.Name, "answers", answer.Key, "it is not what was sealed");
        nextAnswer++;
        return null;
    }

    private bool IsNext(ReadOnlySpan<byte> hash)
    {
        var at = nextLeaf++ * Merkle.HashLength;
        return at + Merkle.HashLength <= seal.Leaves.Length
            && seal.Leaves.AsSpan(at, Merkle.HashLength).SequenceEqual(hash);
    }

    private Broken Journal(in JournalRow record, string why) =>
        new(book.Name, "journal", $"number={record.Number}", why);

    private Broken Entry(in EntryRow entry, string why) => new(book.Name, "entries", $"position={entry.Position}", why);
}
