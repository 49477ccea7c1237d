using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Webhooks;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>What deliveries are made with.</summary>
internal sealed record DeliveryParts(
    WebhookCursors Cursors, DeadLetters DeadLetters, JournalFeed Feed, FoundRecords Found, WebhookSender Sender,
    WebhookOptions Options);

/// <summary>
/// One webhook's way through one book, under one lease: what somebody asked to be replayed, then record by record to
/// the head. Each attempt is kept before it is made, so that an attempt whose end nobody saw is counted, and a receiver
/// can tell a retry; what came of it is kept together with the next attempt. The first failure gives the lease back, to
/// be taken up again when the next attempt is due.
/// Round trips: one a record, and three a page.
/// </summary>
internal sealed class Delivery(
    DeliveryParts parts, DueDelivery due, Webhook webhook, byte[] secret, OpenedBook book, DeliveryState taken)
{
    private readonly WebhookOptions options = parts.Options;
    private DeliveryState state = taken;

    /// <param name="stopping">Begins nothing more.</param>
    /// <param name="breakingOff">Does not wait for an answer any longer.</param>
    public async Task Run(CancellationToken stopping, CancellationToken breakingOff)
    {
        // Postponed, but with something to replay: the record under way is not tried before its time.
        var isPostponed = state.NextAttemptAt > options.Clock.GetCurrentInstant();
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (!await Replay(stopping, breakingOff)) return;
                if (isPostponed || !await Page(stopping, breakingOff)) break;
            }
        }
        catch (OperationCanceledException)
        {
            // The attempt under way is kept as one that was begun.
        }

        await parts.Cursors.Release(due, state, CancellationToken.None);
    }

    /// <summary>Delivers the next page; whether there is more to do under this lease.</summary>
    private async Task<bool> Page(CancellationToken stopping, CancellationToken breakingOff)
    {
        FeedPage? page;
        try
        {
            page = await parts.Feed.After(book, state.Place, options.RecordsAPage, stopping);
        }
        catch (RangeIsArchived archived)
        {
            return await Stop(archived.Message);
        }

        if (page is null || !page.Look.Knows(state.Place))
            return await Stop(
                $"The book no longer has the seal of record {state.Place.Number}: something delivered was lost.");

        foreach (var placed in page.Records)
        {
            if (stopping.IsCancellationRequested) return false;
            if (!webhook.Wants(placed.Appended.Record.Type)) state = new DeliveryState(placed.Cursor);
            else if (!await Deliver(placed, breakingOff)) return false;
        }

        if (page.Records.Count == 0) return false;
        return await parts.Cursors.Keep(due, state, CancellationToken.None) == Kept.Yes;
    }

    private async Task<bool> Stop(string why)
    {
        await parts.Cursors.Stop(due, why, CancellationToken.None);
        WebhookMeter.Stopped();
        options.Tell?.Invoke($"Webhook {webhook.Id} has stopped in {book.Name}. {why}");
        return false;
    }

    /// <summary>One attempt at one record; whether to go on with the next.</summary>
    private async Task<bool> Deliver(Placed placed, CancellationToken breakingOff)
    {
        var (number, now) = (placed.Appended.Record.Number, options.Clock.GetCurrentInstant());
        var before = state;
        state = state.Trying == number
            ? state with { Attempt = state.Attempt + 1, NextAttemptAt = null }
            : new DeliveryState(state.Place, number, Attempt: 1, FirstTriedAt: now);
        if (await parts.Cursors.Keep(due, state, CancellationToken.None) is not Kept.Yes)
        {
            state = before;
            return false;
        }

        var sent = await Send(placed, state.Attempt, breakingOff);
        if (sent.IsAccepted)
        {
            state = new DeliveryState(placed.Cursor);
            return true;
        }

        return await Failed(placed, sent.Failure!);
    }

    private async Task<bool> Failed(Placed placed, string failure)
    {
        var now = options.Clock.GetCurrentInstant();
        var next = now + options.PauseAfter(state.Attempt);
        if (next <= state.FirstTriedAt + options.GiveUpAfter)
        {
            state = state with { NextAttemptAt = next, Failure = failure };
            return false;
        }

        WebhookMeter.GaveUp();
        var given = state;
        state = new DeliveryState(placed.Cursor);
        return await parts.Cursors.Bury(due, given, state, failure, now, CancellationToken.None) == Kept.Yes;
    }

    /// <summary>Tries again the dead letters for which somebody asked; whether it still may go on.</summary>
    private async Task<bool> Replay(CancellationToken stopping, CancellationToken breakingOff)
    {
        while (!stopping.IsCancellationRequested
            && await parts.DeadLetters.Next(due, stopping) is var (number, attempts))
        {
            if (await parts.Cursors.Keep(due, state, CancellationToken.None) is var kept and not Kept.Yes)
            {
                if (kept == Kept.ButNoMore) await parts.Cursors.Release(due, state, CancellationToken.None);
                return false;
            }

            var (placed, why) = await Find(number, stopping);
            var sent = placed is null ? new Sent(why) : await Send(placed, attempts + 1, breakingOff);
            if (sent.IsAccepted) await parts.DeadLetters.Delivered(due, number, CancellationToken.None);
            else
            {
                var now = options.Clock.GetCurrentInstant();
                await parts.DeadLetters.Failed(due, number, sent.Failure!, now, CancellationToken.None);
            }
        }

        return true;
    }

    private async Task<(Placed? Placed, string Why)> Find(long number, CancellationToken stopping)
    {
        try
        {
            return ((await parts.Found.Read(book, [number], stopping)).SingleOrDefault(), "is not in the journal any more");
        }
        catch (RangeIsArchived archived)
        {
            return (null, $"is archived in {archived.Range.File}");
        }
    }

    private async Task<Sent> Send(Placed placed, int attempt, CancellationToken breakingOff)
    {
        var id = WebhookMessage.IdOf(book.Name, placed.Appended.Record.Number);
        var body = WebhookMessage.Of(book.Name, placed);
        var request = new WebhookRequest(webhook.Id, webhook.Url, secret, id, attempt, body);
        var sent = await parts.Sender.Send(request, wantsEcho: false, breakingOff);
        WebhookMeter.Sent(sent.IsAccepted);
        return sent;
    }
}
