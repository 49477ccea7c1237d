using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>What was read of a book, or of all.</summary>
internal sealed class VerifiedRows
{
    public long Records { get; set; }

    public long Entries { get; set; }

    public long Seals { get; set; }

    public long Answers { get; set; }

    public long Checkpoints { get; set; }

    /// <summary>Records that no checkpoint covers yet.</summary>
    public long UnsignedRecords { get; set; }

    /// <summary>Ranges that are archived: their seals were verified, and of their records those that are here.</summary>
    public List<(string Book, ArchivedRange Range)> Archived { get; } = [];
}

/// <summary>
/// Verifies one book, seal by seal. Seals, journal and entries are each read ahead on a connection of their own, in
/// short transactions; answers and accounts come from the snapshot, book by book.
/// </summary>
internal sealed class BookVerification(
    NpgsqlDataSource source, BookRow book, IReadOnlyList<ArchivedRange> archived, SignedHeads signed,
    VerifiedRows read, IProgress<VerificationProgress>? progress)
{
    private readonly RowLeaf leaf = new(book.Tenant, book.Platform);
    private readonly RowPages pages = new(source);

    public async Task<Broken?> Run(
        long from, RowStream<AccountRow> accountRows, RowStream<AnswerRow> answers, CancellationToken token)
    {
        var accounts = new KnownAccounts();
        await KnowAccounts(accounts, accountRows);
        // What lies in a range that is archived cannot be the start: too little of it is here.
        if (archived.FirstOrDefault(range => range.Has(from)) is { } within && from > within.FirstNumber)
            from = within.LastNumber + 1;
        var start = from > 1 ? await SealBefore(from, token) : null;
        if (start is not null) await TrustBalances(accounts, start, token);
        var head = book.Head!;

        await using var seals = new RowStream<SealRow>(stop => pages.Seals(
            book.Id, start is null ? (long.MinValue, long.MinValue) : (start.LastNumber, start.Sequence),
            (head.LastNumber, head.Sequence), stop), token);
        // Up to where the rows end, whatever the last seal says: it may be the one that was changed.
        await using var journal = new RowStream<JournalRow>(stop =>
            pages.Journal(book.Id, start?.LastNumber ?? long.MinValue, book.LastNumber, stop), token);
        await using var entries = new RowStream<EntryRow>(stop =>
            pages.Entries(book.Id, start?.LastPosition ?? long.MinValue, book.LastPosition, stop), token);
        await using var heads = new RowStream<HeadRow>(stop =>
            pages.Heads(book.Id, start?.Sequence ?? 0, signed.LastCheckpoint(book.Tenant), stop), token);
        await SkipAnswers(answers, start?.At);

        var held = new SealedHeads(book, start, heads, signed.Nodes(book.Id));
        var broken = await Seals(start, accounts, held, seals, journal, entries, answers, token)
            ?? await Unsealed(answers, token) ?? await held.Rest();
        read.UnsignedRecords += held.UnsignedRecords;
        return broken ?? Unused(accounts);
    }

    private async Task<Broken?> Seals(
        SealPlace? start, KnownAccounts accounts, SealedHeads held, RowStream<SealRow> seals,
        RowStream<JournalRow> journal, RowStream<EntryRow> entries, RowStream<AnswerRow> answers,
        CancellationToken token)
    {
        var chain = new SealChain(book, leaf);
        var check = new BatchCheck(book, leaf, accounts, start);
        var batch = new SealedBatch();
        var before = start;
        ArchivedStretch? stretch = null;
        var next = await seals.HasCurrent() ? seals.Current : null;
        while (next is { } seal)
        {
            seals.Advance();
            next = await seals.HasCurrent() ? seals.Current : null;
            if (chain.Fault(before, seal, next) is { } fault) return fault;

            batch.Clear();
            await journal.Take(batch.Records, (in JournalRow row) => row.Number <= seal.LastNumber);
            await entries.Take(batch.Entries, (in EntryRow row) => row.Position <= seal.LastPosition);
            await answers.Take(batch.Answers, (in AnswerRow row) => row.Book == book.Id && row.At <= seal.At);
            if (stretch is null && archived.FirstOrDefault(range => range.FirstSequence == seal.Sequence) is { } range)
                stretch = new ArchivedStretch(book, leaf, accounts, range, before);
            if (stretch is not null)
            {
                if ((stretch.Fault(batch, seal) ?? stretch.EndFault(seal)) is { } lost) return lost;
                if (stretch.Range.LastSequence == seal.Sequence)
                {
                    check.GoOn(seal);
                    read.Archived.Add((book.Name, stretch.Range));
                    stretch = null;
                }
            }
            else if (check.Check(batch, seal) is { } suspicion)
            {
                // A seal that was changed together with its hash is betrayed by the seal after it.
                if (next is not null && !next.Previous.AsSpan().SequenceEqual(seal.Hash))
                    return chain.Broken(seal.Sequence, "it does not fit its rows, nor the seal after it");
                return await new Diagnosis(source, book, leaf, accounts, batch, seal).Name(suspicion, before, token);
            }

            Count(batch, check);
            before = new SealPlace(
                seal.Sequence, seal.LastNumber, seal.LastPosition, seal.At, seal.Vocabulary, seal.Hash);
            if (await held.Fault(before) is { } rewritten) return rewritten;
        }

        return stretch is null
            ? null
            : new Broken(book.Name, "archived_ranges", $"id={stretch.Range.Id}", "it ends with no seal of the book");
    }

    private void Count(SealedBatch batch, BatchCheck check)
    {
        var step = read.Entries >> 17;
        read.Seals++;
        read.Records += batch.Records.Count;
        read.Entries += batch.Entries.Count;
        read.Answers += batch.Answers.Count;
        if (read.Entries >> 17 != step) Report(check.LastNumber);
        if (check.LastNumber == book.Head!.LastNumber) Report(check.LastNumber);
    }

    private void Report(long number) =>
        progress?.Report(new VerificationProgress(book.Name, number, book.Head!.LastNumber, read.Entries));

    /// <summary>
    /// What the snapshot has beyond the last seal. A single row was put there; a whole batch has lost its seal.
    /// </summary>
    private async Task<Broken?> Unsealed(RowStream<AnswerRow> answers, CancellationToken token)
    {
        var found = new List<(string Table, string Key)>();
        foreach (var number in book.UnsealedNumbers) found.Add(("journal", $"number={number}"));
        foreach (var position in book.UnsealedPositions) found.Add(("entries", $"position={position}"));
        while (await answers.HasCurrent() && answers.Current.Book == book.Id)
        {
            token.ThrowIfCancellationRequested();
            if (found.Count < 2) found.Add(("answers", answers.Current.Key));
            answers.Advance();
        }

        return found switch
        {
            [] => null,
            [var (table, key)] => new Broken(book.Name, table, key, "no seal covers it"),
            _ => new Broken(book.Name, "seals", $"sequence={book.Head!.Sequence + 1}",
                "it is missing, and its rows are there"),
        };
    }

    private Broken? Unused(KnownAccounts accounts)
    {
        for (var i = 0; i < accounts.Count; i++)
            if (accounts[i].Version == 0)
                return new Broken(book.Name, "accounts", $"id={accounts[i].Id}", "no entry ever opened it");
        return null;
    }

    private async Task KnowAccounts(KnownAccounts accounts, RowStream<AccountRow> rows)
    {
        while (await rows.HasCurrent() && rows.Current.Book == book.Id)
        {
            accounts.Add(rows.Current);
            rows.Advance();
        }
    }

    private async Task SkipAnswers(RowStream<AnswerRow> answers, long? upTo)
    {
        while (upTo is not null && await answers.HasCurrent()
            && answers.Current.Book == book.Id && answers.Current.At <= upTo) answers.Advance();
    }

    private async Task<SealPlace?> SealBefore(long number, CancellationToken token)
    {
        await using var query = ByIndex.Query(
            source,
            """
            select sequence, last_number, last_position, at, vocabulary, hash from ledger.seals
            where book_id = $1 and last_number < $2
            order by last_number desc, sequence desc
            limit 1
            """,
            book.Id, number);
        await using var reader = await ByIndex.Read(query, token);
        return await reader.ReadAsync(token) ? VerificationSnapshot.ReadPlace(reader, 0) : null;
    }

    /// <summary>What lies before the start is believed: each account begins with its last entry there.</summary>
    private async Task TrustBalances(KnownAccounts accounts, SealPlace start, CancellationToken token)
    {
        await using var query = ByIndex.Query(
            source,
            """
            select a.id, e.version, e.balance
            from ledger.accounts a
            cross join lateral (
                select version, balance from ledger.entries
                where account_id = a.id and book_id = a.book_id and position <= $2
                order by position desc limit 1) e
            where a.book_id = $1
            """,
            book.Id, start.LastPosition);
        query.Timeout = 0;
        await using var reader = await ByIndex.Read(query, token);
        while (await reader.ReadAsync(token))
        {
            if (accounts.Find(reader.GetInt64(0)) is not (>= 0 and var index)) continue;
            (accounts[index].Version, accounts[index].Balance) = (reader.GetInt64(1), reader.GetInt64(2));
        }
    }
}
