using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Payouts;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Asks about all payouts of a book that providers have not said the last word on: those that are submitted, in doubt
/// or accepted, and if wished those that were settled lately, which may come back.
/// </summary>
internal sealed class ProviderPolling(NpgsqlDataSource source, ProviderPayouts providers)
{
    private const int Page = 500;

    // Against the way that payouts go, so that one that goes on meanwhile is not met again.
    private static readonly string[] States = ["accepted", "unknown", "submitted"];

    private readonly SentPayouts sent = new(source);

    /// <summary>Whether there is anybody to ask about.</summary>
    public async Task<bool> Any(OpenedBook book, CancellationToken token)
    {
        foreach (var state in States)
            if ((await sent.InState(book, state, "", 1, token)).Count > 0) return true;
        return false;
    }

    /// <summary>All of them, without asking anybody.</summary>
    public async IAsyncEnumerable<SentPayout> All(
        OpenedBook book, Instant? settledSince, [EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var page in Pages(book, settledSince, token))
            foreach (var one in page) yield return one;
    }

    public async IAsyncEnumerable<(SentPayout Payout, ProviderOutcome Outcome)> Ask(
        OpenedBook book, Instant? settledSince, PostSteps post, [EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var page in Pages(book, settledSince, token))
        {
            var outcomes = (await providers.Ask(book, [.. page.Select(one => one.Payout)], post, token))
                .ToDictionary(outcome => outcome.Payout, StringComparer.Ordinal);
            foreach (var one in page) yield return (one, outcomes[one.Payout]);
        }
    }

    private async IAsyncEnumerable<List<SentPayout>> Pages(
        OpenedBook book, Instant? settledSince, [EnumeratorCancellation] CancellationToken token)
    {
        if (settledSince is { } since)
        {
            for (var last = await sent.NumberAt(book, since, token); ;)
            {
                var page = await sent.Settled(book, last, Page, token);
                if (page.Count > 0) yield return page;
                if (page.Count < Page) break;
                last = page[^1].ChangedNumber;
            }
        }

        foreach (var state in States)
        {
            for (var last = ""; ;)
            {
                var page = await sent.InState(book, state, last, Page, token);
                if (page.Count > 0) yield return page;
                if (page.Count < Page) break;
                last = page[^1].Payout;
            }
        }
    }
}
