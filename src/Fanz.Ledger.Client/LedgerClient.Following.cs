using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Books;

namespace Fanz.Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>The cursor before the first record of any book.</summary>
    public const string FromTheStart = "0";

    private static readonly SearchValues<char> OfCursors = SearchValues.Create("0123456789abcdef-");
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Follows a book: every record behind a cursor, in order and without a gap, and then each new one as it is
    /// posted, until it is cancelled. It asks again by itself whatever happens to the network or to a host, and for as
    /// long as need be. Keep the cursor of the last record that was dealt with, together with what was made of it.
    /// </summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="cursor">A record's, or <see cref="FromTheStart"/>, or what <see cref="Head"/> said.</param>
    /// <param name="cancellation">Ends the following.</param>
    /// <exception cref="TimelineLost">The book holds something else than was read.</exception>
    /// <exception cref="WrongQuestion">There is no such book, or it is no cursor.</exception>
    /// <exception cref="LedgerDenied">The API key is not believed any more, or may not read.</exception>
    public async IAsyncEnumerable<JournalItem> Follow(
        BookName book, string cursor, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        CheckCursor(cursor);
        var pauses = new Pauses(options);
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var verdict = await Ask(book, cursor, cancellation);
            if (verdict.Settled is not { } page)
            {
                options.Retrying?.Invoke(verdict.Why);
                await Task.Delay(pauses.Next(verdict.RetryAfter), cancellation);
                continue;
            }

            foreach (var record in page.Records) yield return record;
            cursor = page.Cursor;
            // A host that stops says at once that there is nothing new. Whoever asked again at once would be a storm.
            if (page.Records.Count == 0 && Stopwatch.GetElapsedTime(asked) < TooSoon)
                await Task.Delay(pauses.Next(null), cancellation);
            else pauses.Reset();
        }
    }

    /// <summary>The cursor behind the last record that the book has now, to follow only what is new.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public async Task<string> Head(BookName book, CancellationToken cancellation = default) =>
        (await Get($"{BookPath(book)}/journal?after=head&limit=1", JournalPage.Read, cancellation)).Cursor;

    private Task<Verdict<JournalPage>> Ask(BookName book, string cursor, CancellationToken cancellation)
    {
        var wait = Text((long)options.LongPoll.TotalSeconds);
        var path = $"{BookPath(book)}/journal?after={cursor}&limit={RowsAPage}&wait={wait}";
        return sender.Try(
            () => Gets(path), Reading(JournalPage.Read), options.AttemptTimeout + options.LongPoll, new Attempts(),
            cancellation);
    }

    /// <summary>
    /// `head` is no cursor to follow from: asked for twice, because the first answer was lost, it would have passed
    /// over what came between.
    /// </summary>
    private static void CheckCursor(string cursor)
    {
        if (cursor is not { Length: > 0 } || cursor.AsSpan().ContainsAnyExcept(OfCursors))
            throw new ArgumentException("It is no cursor.", nameof(cursor));
    }
}
