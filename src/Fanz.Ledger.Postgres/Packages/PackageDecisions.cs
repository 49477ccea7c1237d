using System.Runtime.InteropServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>Decides every record of a package once more, from what the package tells alone.</summary>
internal sealed class PackageDecisions : IDisposable
{
    private readonly RecordShelf shelf = new();
    private readonly DecidedAgain again;
    private readonly string book;

    public PackageDecisions(PackageHead head, BookSettings settings)
    {
        book = head.Book;
        again = new DecidedAgain(
            settings, shelf.Find, head.FirstNumber, head.Before?.LastPosition ?? 0, head.ArchivedUpTo);
        foreach (var streams in head.WholeStreams) again.IsWhole(streams);
    }

    public long Decided => again.Decided;

    public long AsRequested => again.AsRequested;

    public IReadOnlyDictionary<string, long> NotDecided => again.NotDecided;

    public Broken? Follow(PackagePart part)
    {
        switch (part)
        {
            case PackagePart.Opening opening:
                again.Begin(AccountState.Loaded(
                    shelf.Add(opening.Account), opening.Account.Id, opening.Version, opening.Balance, Life.Open));
                return null;
            case PackagePart.Earlier earlier:
                again.Earlier(shelf.Add(earlier.Record, CollectionsMarshal.AsSpan(earlier.Entries)));
                return null;
            case PackagePart.Sealed under:
                return Follow(under);
            default:
                return null;
        }
    }

    public void Dispose() => shelf.Dispose();

    private Broken? Follow(PackagePart.Sealed under)
    {
        foreach (var account in under.Accounts) shelf.Add(account);
        var entries = CollectionsMarshal.AsSpan(under.Batch.Entries);
        var records = new List<KeptRecord>(under.Batch.Records.Count);
        var next = 0;
        foreach (ref readonly var record in CollectionsMarshal.AsSpan(under.Batch.Records))
        {
            var first = next;
            while (next < entries.Length && entries[next].Position <= record.LastPosition) next++;
            records.Add(shelf.Add(record, entries[first..next]));
        }

        var requests = under.Batch.Answers.Where(answer => answer.Number is not null)
            .ToDictionary(answer => answer.Number!.Value, answer => answer.RequestHash);
        var wrong = again.Follow(
            records, number => requests.TryGetValue(number, out var hash) ? hash : (ReadOnlyMemory<byte>?)null);
        return wrong is null ? null : new Broken(book, "journal", $"number={wrong.Number}", wrong.Why);
    }
}
