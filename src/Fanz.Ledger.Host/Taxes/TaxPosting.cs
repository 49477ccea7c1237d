using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>Posts what a verb has to say, under a key that follows from it: run again, it says nothing again.</summary>
internal static class TaxPosting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly Actor Teller = new("ledger", Environment.UserName);

    /// <summary>Whether it is new; false where it was posted before.</summary>
    public static async Task<bool> Post(
        BookWriter writer, BookName book, Command command, string key, CancellationToken token)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            switch (await writer.Post(book, command, Teller, key, token))
            {
                case Reply.Posted posted:
                    return !posted.Replayed;
                case Reply.Busy or Reply.Unavailable or Reply.Unknown when since.Elapsed < Patience:
                    // Nothing is lost by asking again under the same key.
                    await Task.Delay(Pause, token);
                    continue;
                case Reply.Refused refused:
                    throw new Mistake($"{book} refused it: {refused.Refusal.Message}");
                case Reply.Malformed malformed:
                    throw new Mistake(string.Join(" ", malformed.Faults));
                case var other:
                    throw new Mistake($"{book} did not take it: {other}");
            }
        }
    }
}
