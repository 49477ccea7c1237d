using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Plays a book, or one account of it, from the first record on: as text that an accountant can read, or as a line
/// of JSON a record for programs. It streams: a long book takes no more memory than a page.
/// </summary>
public sealed class Replay(JournalReader journal, AccountReader accounts)
{
    /// <summary>Writes the whole journal of a book up to a number or a time. Says how many records it wrote.</summary>
    public async Task<long> Book(
        OpenedBook book, AsOf asOf, bool asJson, TextWriter output, CancellationToken token)
    {
        var place = await journal.PlaceAsOf(book, asOf, token);
        if (!asJson) await output.WriteLineAsync($"{book.Name} up to number {place.Number}");
        long count = 0;
        await foreach (var appended in journal.WithEntries(book, 0, place.Number, token))
        {
            await output.WriteLineAsync(asJson ? RecordJson.LineOf(appended) : ReplayedText.Of(appended));
            count++;
        }

        return count;
    }

    /// <summary>
    /// Writes one account's entries, and what happened to the account itself between them. Says how many lines it
    /// wrote; null when the account was never used.
    /// </summary>
    public async Task<long?> Account(
        OpenedBook book, AccountKey account, AsOf asOf, bool asJson, TextWriter output, CancellationToken token)
    {
        if (await accounts.Find(book, account, token) is not { } id) return null;
        var place = await journal.PlaceAsOf(book, asOf, token);
        var life = new Queue<JournalRecord>(
            await journal.Stream(book, AccountLife.StreamOf(account), 0, place.Number, token));
        if (!asJson) await output.WriteLineAsync($"{account} of {book.Name} up to number {place.Number}");
        long count = 0;
        await foreach (var entry in accounts.Entries(book, id, upTo: place.Position, token: token))
        {
            for (; life.TryPeek(out var earlier) && earlier.Number < entry.Number; count++) await Write(life.Dequeue());
            await output.WriteLineAsync(asJson ? RecordJson.LineOf(account, entry) : ReplayedText.Of(account, entry));
            count++;
        }

        for (; life.TryDequeue(out var later); count++) await Write(later);
        return count;

        Task Write(JournalRecord record) => output.WriteLineAsync(
            asJson ? RecordJson.LineOf(new Appended(record, [])) : ReplayedText.Of(new Appended(record, [])));
    }
}
