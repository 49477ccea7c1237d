using System.Runtime.InteropServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>A package cannot be made, or is none.</summary>
public sealed class PackageRefused(string message) : Exception(message);

/// <summary>
/// Writes everything of a range of a book that an auditor needs to make it again without the database. It reads as a
/// verification does: seals, journal and entries ahead on connections of their own, accounts and answers from one
/// snapshot. Nothing is judged here; a row that cannot be said in the words of a package is refused, and so is a range
/// that is archived or reaches into what is.
/// </summary>
public sealed class PackageExport(NpgsqlDataSource source)
{
    /// <param name="from">The first record; the package begins with the seal that covers it.</param>
    /// <param name="upTo">The last record; the package ends with the seal that covers it.</param>
    public Task<PackageCounts> Write(
        OpenedBook opened, long from, long upTo, Stream target, IProgress<long>? progress, CancellationToken token) =>
        Write(
            opened, from, async (rows, head) => upTo >= head.LastNumber ? head : await rows.SealOver(upTo, token) ?? head,
            target, progress, token);

    /// <summary>Writes whole seals: up to one that is named, with which refusals after its last record go along.</summary>
    internal Task<PackageCounts> WriteSeals(
        OpenedBook opened, long from, (long LastNumber, long Sequence) last, Stream target, IProgress<long>? progress,
        CancellationToken token) =>
        Write(
            opened, from, async (rows, _) => await rows.Seal(last.LastNumber, last.Sequence, token)
                ?? throw new PackageRefused($"{opened.Name} has no seal {last.Sequence}."),
            target, progress, token);

    private async Task<PackageCounts> Write(
        OpenedBook opened, long from, Func<PackageRows, SealPlace, Task<SealPlace>> endOf, Stream target,
        IProgress<long>? progress, CancellationToken token)
    {
        await using var snapshot = await VerificationSnapshot.Take(source, opened.Name, token);
        var book = snapshot.Books[0];
        if (book.Head is not { } head || from > head.LastNumber)
            throw new PackageRefused($"{opened.Name} has no record {from}.");
        var rows = new PackageRows(source, book.Id);
        var start = from > 1 ? await rows.SealBefore(from, token) : null;
        var end = await endOf(rows, head);
        var (first, archived) = ((start?.LastNumber ?? 0) + 1, new ArchivedRanges(source));
        var away = await archived.Of(book.Id, token);
        await archived.RequireNumbers(book.Id, first, end.LastNumber, token);
        using var package = new PackageWriter(target);
        package.Head(new PackageHead(
            book.Tenant, book.Platform, book.TimeZone, book.Calendar, book.ReportingCurrency, end.Vocabulary,
            start, end.LastNumber, end.Sequence, PackageFormat.WholeStreams)
        {
            ArchivedUpTo = away.LastOrDefault(range => range.LastNumber < first)?.LastNumber ?? 0,
        });
        foreach (var code in Chart.All.OrderBy(code => code.Name, StringComparer.Ordinal)) package.Chart(code);

        // Answers are sorted before the first of them comes; accounts and the opening are read meanwhile.
        await using var answers = snapshot.Answers(book.Id, start?.At, end.At, token);
        var accounts = await ReadAccounts(snapshot, book.Id, token);
        if (start is not null) await WriteOpening(rows, start, end, accounts, package, token);
        await WriteSeals(book, start, end, accounts, answers, package, progress, token);
        await foreach (var document in PackagedCheckpoints.Read(source, book, start, end, token))
        {
            package.Checkpoint(document);
            await package.Breathe(token);
        }

        await foreach (var total in rows.Totals(end, token))
            package.Total(total.Projection, end.LastNumber, total.Code, total.Currency, total.Accounts, total.Balance);
        await archived.RequireNumbers(book.Id, first, end.LastNumber, token);
        await package.Finish(token);
        return package.Counts;
    }

    private static async Task<Dictionary<long, AccountRow>> ReadAccounts(
        VerificationSnapshot snapshot, int book, CancellationToken token)
    {
        var accounts = new Dictionary<long, AccountRow>();
        await using var rows = snapshot.Accounts(book, token);
        while (await rows.HasCurrent())
        {
            accounts.Add(rows.Current.Id, rows.Current);
            rows.Advance();
        }

        return accounts;
    }

    private static async Task WriteOpening(
        PackageRows rows, SealPlace start, SealPlace end, Dictionary<long, AccountRow> accounts, PackageWriter package,
        CancellationToken token)
    {
        await foreach (var (id, version, balance) in rows.Balances(start, token))
        {
            package.Opening(accounts[id], version, balance);
            await package.Breathe(token);
        }

        await foreach (var (record, entries) in rows.Earlier(start, end, token))
        {
            package.Earlier(record, CollectionsMarshal.AsSpan(entries));
            await package.Breathe(token);
        }
    }

    private async Task WriteSeals(
        BookRow book, SealPlace? start, SealPlace end, Dictionary<long, AccountRow> accounts,
        RowStream<AnswerRow> answers, PackageWriter package, IProgress<long>? progress, CancellationToken token)
    {
        var pages = new RowPages(source);
        await using var seals = new RowStream<SealRow>(stop => pages.Seals(
            book.Id, start is null ? (long.MinValue, long.MinValue) : (start.LastNumber, start.Sequence),
            (end.LastNumber, end.Sequence), stop), token);
        await using var journal = new RowStream<JournalRow>(stop =>
            pages.Journal(book.Id, start?.LastNumber ?? long.MinValue, end.LastNumber, stop), token);
        await using var entries = new RowStream<EntryRow>(stop =>
            pages.Entries(book.Id, start?.LastPosition ?? long.MinValue, end.LastPosition, stop), token);
        var batch = new SealedBatch();
        while (await seals.HasCurrent())
        {
            var seal = seals.Current;
            seals.Advance();
            batch.Clear();
            await journal.Take(batch.Records, (in JournalRow row) => row.Number <= seal.LastNumber);
            await entries.Take(batch.Entries, (in EntryRow row) => row.Position <= seal.LastPosition);
            await answers.Take(batch.Answers, (in AnswerRow row) => row.At <= seal.At);
            Write(batch, accounts, package);
            package.Seal(seal);
            await package.Breathe(token);
            progress?.Report(seal.LastNumber);
        }
    }

    /// <summary>In the order of leaves: accounts that a record opens, the record, its receipt; then refusals.</summary>
    private static void Write(SealedBatch batch, Dictionary<long, AccountRow> accounts, PackageWriter package)
    {
        var entries = CollectionsMarshal.AsSpan(batch.Entries);
        var (nextEntry, nextAnswer) = (0, 0);
        foreach (ref readonly var record in CollectionsMarshal.AsSpan(batch.Records))
        {
            var first = nextEntry;
            for (; nextEntry < entries.Length && entries[nextEntry].Position <= record.LastPosition; nextEntry++)
            {
                ref readonly var entry = ref entries[nextEntry];
                if (entry.Number != record.Number)
                    throw new PackageRefused(
                        $"Entry {entry.Position} is not of record {record.Number}: see `ledger verify`.");
                if (!accounts.TryGetValue(entry.AccountId, out var account))
                    throw new PackageRefused($"Account {entry.AccountId} is missing: see `ledger verify`.");
                if (entry.Version == 1) package.Account(account);
            }

            package.Record(record, entries[first..nextEntry]);
            if (nextAnswer < batch.Answers.Count && batch.Answers[nextAnswer].Number == record.Number)
                package.Answer(batch.Answers[nextAnswer++]);
        }

        if (nextEntry < entries.Length)
            throw new PackageRefused($"Entry {entries[nextEntry].Position} has no record: see `ledger verify`.");
        while (nextAnswer < batch.Answers.Count) package.Answer(batch.Answers[nextAnswer++]);
    }
}
