using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>Posts what a person at the terminal decides, in their name.</summary>
internal static class PostedByHand
{
    private const int MostAttempts = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The receipt, or why there is none. A refusal is an answer for ever, so after it was put right the same comes
    /// under the next key.
    /// </summary>
    public static async Task<Receipt> Post(
        BookWriter writer, BookName book, string name, Command command, string person, CancellationToken token)
    {
        var actor = new Actor("ledger", person);
        var since = Stopwatch.StartNew();
        for (var attempt = 1; attempt <= MostAttempts;)
        {
            switch (await writer.Post(book, command, actor, $"{name}/{attempt}", token))
            {
                case Reply.Posted posted:
                    return posted.Receipt;
                case Reply.Refused { Replayed: true }:
                    attempt++;
                    break;
                case Reply.Refused { Refusal: var refusal }:
                    throw new Mistake($"{refusal.Code}: {refusal.Message}");
                case Reply.Malformed { Faults: var faults }:
                    throw new Mistake(string.Join(" ", faults.Select(fault => fault.ToString())));
                case Reply.Busy or Reply.Unavailable or Reply.Unknown when since.Elapsed < Patience:
                    await Task.Delay(Pause, token);
                    break;
                case Reply.Unavailable { Why: var why }:
                    throw new Mistake($"{why} Ask again: nothing is done twice.");
                case Reply.Unknown { Why: var why }:
                    throw new Mistake($"{why} Ask again: nothing is done twice.");
                case var other:
                    throw new Mistake($"It was not posted: {other}");
            }
        }

        throw new Mistake($"It was refused {MostAttempts} times.");
    }
}
