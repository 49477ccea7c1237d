using System.Diagnostics;
using Fanz.Ledger.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Makes everything that was sealed again from the rows, and names the first row that is not as it was. Five
/// connections read beside each other and one thread checks: a book is verified about as fast as it can be read.
/// Changes nothing, so it also runs on a replica.
/// </summary>
public sealed class Verification(NpgsqlDataSource source)
{
    /// <summary>What checkpoints are held against beside the rows; by default nothing.</summary>
    public CheckpointEvidence Evidence { get; init; } = new();

    /// <param name="book">One book; or all, and the access trails with them.</param>
    /// <param name="from">
    /// Starts with the first seal that covers this number or a later one, and trusts what lies before it.
    /// </param>
    public async Task<VerificationResult> Verify(
        BookName? book, long from, IProgress<VerificationProgress>? progress, CancellationToken token)
    {
        var elapsed = Stopwatch.StartNew();
        var read = new VerifiedRows();
        await using var snapshot = await VerificationSnapshot.Take(source, book, token);
        if (book is not null && snapshot.Books.Count == 0)
            throw new ArgumentException($"There is no book {book}.", nameof(book));
        var broken = await Books(snapshot, book is null ? null : snapshot.Books[0].Id, from, read, progress, token);
        var trail = new TrailVerification(snapshot);
        if (book is null) broken ??= await trail.First(token);
        broken ??= await new ArchiveNotes(source).Fault(book is null ? null : snapshot.Books[0], token);
        return new VerificationResult(
            snapshot.Books.Count, read.Records, read.Entries, read.Seals, read.Answers, elapsed.Elapsed, broken)
        {
            Checkpoints = read.Checkpoints,
            UnsignedRecords = read.UnsignedRecords,
            TrailLines = trail.Lines,
            Archived = read.Archived,
            UnsignedTrailLines = trail.UnsignedLines,
        };
    }

    /// <summary>
    /// What is wrong beside all books, for those who verify book by book: a row of a book that does not exist, a
    /// checkpoint, a line of a trail. Accounts and answers are scanned for it, and the trails read.
    /// </summary>
    public async Task<Broken?> FirstStray(CancellationToken token)
    {
        var orphans = new Orphans(source);
        if ((await orphans.First(token) ?? await orphans.FirstScanned(token)) is { } orphan) return orphan;
        await using var snapshot = await VerificationSnapshot.Take(source, book: null, token);
        var checkpoints = new CheckpointCheck(source, snapshot, Evidence, new SignedHeads());
        return await checkpoints.Run(only: null, token) ?? await new TrailVerification(snapshot).First(token);
    }

    private async Task<Broken?> Books(
        VerificationSnapshot snapshot, int? only, long from, VerifiedRows read,
        IProgress<VerificationProgress>? progress, CancellationToken token)
    {
        var orphans = new Orphans(source);
        if (only is null && await orphans.First(token) is { } orphan) return orphan;
        foreach (var book in snapshot.Books)
            if (await BookOpening.Check(source, book, token) is { } unopened) return unopened;
        var signed = new SignedHeads();
        var checkpoints = new CheckpointCheck(source, snapshot, Evidence, signed);
        if (await checkpoints.Run(only is null ? null : snapshot.Books[0], token) is { } unsigned) return unsigned;
        read.Checkpoints = signed.Count;
        await using var accounts = snapshot.Accounts(only, token);
        await using var answers = snapshot.Answers(only, token);
        foreach (var book in snapshot.Books)
        {
            if (await accounts.HasCurrent() && accounts.Current.Book < book.Id)
                return await orphans.Name(accounts.Current.Book, token);
            if (await answers.HasCurrent() && answers.Current.Book < book.Id)
                return await orphans.Name(answers.Current.Book, token);
            var archived = snapshot.Archived.Where(range => range.Book == book.Id).ToArray();
            var verification = new BookVerification(source, book, archived, signed, read, progress);
            if (await verification.Run(from, accounts, answers, token) is { } broken) return broken;
        }

        if (await accounts.HasCurrent()) return await orphans.Name(accounts.Current.Book, token);
        if (await answers.HasCurrent()) return await orphans.Name(answers.Current.Book, token);
        return null;
    }
}
