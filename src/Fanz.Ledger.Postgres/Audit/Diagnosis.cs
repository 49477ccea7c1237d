using System.Runtime.InteropServices;
using Fanz.Ledger.Audit;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Names the row to blame for a batch that does not fit its seal. The seal is taken at its word here, because it
/// agrees with itself and with its neighbours. Leaves are looked up wherever they stand under it, so one row more or
/// less does not make the others suspect; and where a leaf covers several rows, the row is guilty whose repair, as
/// the other rows dictate it, brings the sealed hash back. That is a proof, not a guess. It is slow: it runs once.
/// </summary>
internal sealed class Diagnosis(
    NpgsqlDataSource source, BookRow book, RowLeaf leaf, KnownAccounts accounts, SealedBatch batch, SealRow seal)
{
    private readonly HashSet<UInt128> sealedLeaves = Leaves(seal.Leaves);

    public async Task<Broken> Name(Suspicion suspicion, SealPlace? before, CancellationToken token)
    {
        foreach (var answer in batch.Answers)
        {
            if (!IsSealed(leaf.OfAnswer(answer))) return Broken("answers", answer.Key, "it is not what was sealed");
            if (answer.At != seal.At) return Broken("answers", answer.Key, "at is not that of its seal");
        }

        if (GapInEntries((before?.LastPosition ?? 0) + 1) is { } entryGap) return entryGap;
        if (GapInJournal((before?.LastNumber ?? 0) + 1) is { } recordGap) return recordGap;
        var hasRecord = suspicion.Record < batch.Records.Count;
        if (hasRecord && !IsSealed(leaf.OfRecord(Record(suspicion), EntriesOf(suspicion), accounts)))
            return await NameInRecord(suspicion, token);
        if (UnexplainedLeaf(suspicion) is { } hash) return await NameMissingAnswer(suspicion, hash, token);
        return suspicion.What;
    }

    private Broken? GapInEntries(long expected)
    {
        foreach (var entry in batch.Entries)
        {
            if (entry.Position > expected) break;
            if (entry.Position < expected)
                return Broken("entries", $"position={entry.Position}", "it was never sealed");
            expected++;
        }

        return expected <= seal.LastPosition ? Broken("entries", $"position={expected}", "it is missing") : null;
    }

    private Broken? GapInJournal(long expected)
    {
        foreach (var record in batch.Records)
        {
            if (record.Number > expected) break;
            if (record.Number < expected) return Broken("journal", $"number={record.Number}", "it was never sealed");
            expected++;
        }

        return expected <= seal.LastNumber ? Broken("journal", $"number={expected}", "it is missing") : null;
    }

    /// <summary>The record, an entry of it or one of its accounts was changed.</summary>
    private async Task<Broken> NameInRecord(Suspicion suspicion, CancellationToken token)
    {
        var entries = EntriesOf(suspicion).ToArray();
        if (ChangedEntry(Record(suspicion), entries) is { } changed) return changed;
        foreach (var entry in entries)
        {
            var account = accounts.Find(entry.AccountId);
            if (account < 0) return Broken("accounts", $"id={entry.AccountId}", "it is missing, and has entries");
            var hash = leaf.OfAccount(in accounts[account], accounts);
            var isAsSealed = entry.Version == 1 ? IsSealed(hash) : await WasSealed(entry.AccountId, hash, token);
            if (!isAsSealed) return Broken("accounts", $"id={entry.AccountId}", "it is not what was sealed");
        }

        return Broken("journal", $"number={Record(suspicion).Number}", "it is not what was sealed");
    }

    /// <summary>
    /// Puts each entry right in turn, as if it alone were wrong: its amount is what balances the others, its version
    /// and balance are what follows on the account; first its own account, then every other of the book.
    /// </summary>
    private Broken? ChangedEntry(in JournalRow record, EntryRow[] entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (accounts.Find(entries[i].AccountId) is >= 0 and var own && IsRepaired(record, entries, i, own))
                return Broken("entries", $"position={entries[i].Position}", "it is not what was sealed");
        }

        for (var i = 0; i < entries.Length; i++)
            for (var other = 0; other < accounts.Count; other++)
                if (IsRepaired(record, entries, i, other))
                    return Broken("entries", $"position={entries[i].Position}",
                        $"its account was {accounts[other].Id}");
        return null;
    }

    private bool IsRepaired(in JournalRow record, EntryRow[] entries, int index, int account)
    {
        var state = accounts[account];
        Int128 others = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (i == index) continue;
            if (accounts.Find(entries[i].AccountId) is not (>= 0 and var other)) return false;
            if (accounts[other].Currency == state.Currency) others += entries[i].Amount;
        }

        var balance = state.Balance - others;
        if (others <= long.MinValue || others > long.MaxValue || balance < long.MinValue || balance > long.MaxValue)
            return false;
        var found = entries[index];
        entries[index] = found with
        {
            AccountId = state.Id, Version = state.Version + 1, Amount = (long)-others, Balance = (long)balance,
        };
        var isRepaired = IsSealed(leaf.OfRecord(record, entries, accounts));
        entries[index] = found;
        return isRepaired;
    }

    /// <summary>Whether an account that opened under an earlier seal is still what that seal covers.</summary>
    private async Task<bool> WasSealed(long account, byte[] hash, CancellationToken token)
    {
        await using var query = source.CreateCommand(
            """
            select s.leaves
            from (select number from ledger.entries where account_id = $1 and book_id = $2
                order by position limit 1) first
            cross join lateral (
                select leaves from ledger.seals where book_id = $2 and last_number >= first.number
                order by last_number, sequence limit 1) s
            """);
        query.Parameters.Add(new() { Value = account });
        query.Parameters.Add(new() { Value = book.Id });
        return await query.ExecuteScalarAsync(token) is not byte[] leaves || Leaves(leaves).Contains(Short(hash));
    }

    /// <summary>The next sealed leaf, if nothing from the suspected record on gives it.</summary>
    private byte[]? UnexplainedLeaf(Suspicion suspicion)
    {
        // An answer follows its record, so the leaf in question is either where the suspected record begins or
        // where its own leaves end.
        var given = new HashSet<UInt128>();
        if (suspicion.Record < batch.Records.Count)
        {
            foreach (var entry in EntriesOf(suspicion))
                if (entry.Version == 1 && accounts.Find(entry.AccountId) is >= 0 and var account)
                    given.Add(Short(leaf.OfAccount(in accounts[account], accounts)));
            given.Add(Short(leaf.OfRecord(Record(suspicion), EntriesOf(suspicion), accounts)));
        }

        foreach (var answer in batch.Answers) given.Add(Short(leaf.OfAnswer(answer)));
        for (var i = suspicion.Leaf; (i + 1) * Merkle.HashLength <= seal.Leaves.Length; i++)
        {
            var hash = seal.Leaves.AsSpan(i * Merkle.HashLength, Merkle.HashLength);
            if (!given.Contains(Short(hash))) return i == suspicion.Leaf || suspicion.Record == batch.Records.Count
                ? hash.ToArray()
                : null;
        }

        return null;
    }

    /// <summary>
    /// An answer that was sealed is not where it should be. Its hash may still be found on a row that says another
    /// time or book; if not, a receipt is known by its record, and of a refusal nothing but its leaf is left.
    /// </summary>
    private async Task<Broken> NameMissingAnswer(Suspicion suspicion, byte[] hash, CancellationToken token)
    {
        await using var query = source.CreateCommand(
            "select book_id, at, number, key_hash, request_hash, refusal from ledger.answers");
        query.CommandTimeout = 0;
        await using var reader = await query.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var answer = VerificationSnapshot.ReadAnswer(reader);
            if (leaf.OfAnswer(answer).AsSpan().SequenceEqual(hash))
                return Broken("answers", answer.Key, "at or book_id is not that of its seal");
        }

        var last = suspicion.Record > 0 ? batch.Records[suspicion.Record - 1] : default;
        var isReceipt = last.Number > 0 && last.Type is not ("book_opened" or "transferred_from_book")
            && batch.Answers.TrueForAll(answer => answer.Number != last.Number);
        var index = seal.Leaves.AsSpan().IndexOf(hash) / Merkle.HashLength;
        return isReceipt
            ? Broken("answers", $"number={last.Number}", "the receipt is missing")
            : Broken("answers", $"sequence={seal.Sequence}, leaf={index}", "a refusal that was sealed is missing");
    }

    private JournalRow Record(Suspicion suspicion) => batch.Records[suspicion.Record];

    private ReadOnlySpan<EntryRow> EntriesOf(Suspicion suspicion)
    {
        var entries = CollectionsMarshal.AsSpan(batch.Entries)[suspicion.Entry..];
        var last = Record(suspicion).LastPosition;
        var count = 0;
        while (count < entries.Length && entries[count].Position <= last) count++;
        return entries[..count];
    }

    private bool IsSealed(byte[] hash) => hash.Length > 0 && sealedLeaves.Contains(Short(hash));

    private static HashSet<UInt128> Leaves(byte[] leaves)
    {
        var hashes = new HashSet<UInt128>();
        for (var i = 0; i + Merkle.HashLength <= leaves.Length; i += Merkle.HashLength)
            hashes.Add(Short(leaves.AsSpan(i, Merkle.HashLength)));
        return hashes;
    }

    private static UInt128 Short(ReadOnlySpan<byte> hash) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);

    private Broken Broken(string table, string key, string why) => new(book.Name, table, key, why);
}
