using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Webhooks;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>
/// Delivers what happened to those who asked to be told. One look finds all that is due, in every book and for every
/// webhook; each is a task of its own, in a bounded number, so that a receiver that hangs holds up nobody else. It
/// reads the journal as any reader does, and no writer ever waits for it.
/// </summary>
internal sealed class WebhookRunner : IAsyncDisposable
{
    private static readonly Duration PauseWithoutSecret = Duration.FromMinutes(1);

    private readonly DeliveryParts parts;
    private readonly WebhookStore store;
    private readonly BookRegistry registry;
    private readonly WebhookSecrets secrets;
    private readonly WebhookOptions options;
    private readonly Bell bell;
    private readonly Dictionary<DueDelivery, Task> underWay = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource breakingOff = new();
    private readonly Task running;
    private string? trouble;

    public WebhookRunner(
        NpgsqlDataSource source, BookRegistry registry, WebhookSecrets secrets, WebhookSender sender, Bell bell,
        WebhookOptions options)
    {
        parts = new DeliveryParts(
            new WebhookCursors(source, options.Lease), new DeadLetters(source), new JournalFeed(source),
            new FoundRecords(source), sender, options);
        store = new WebhookStore(source);
        (this.registry, this.secrets, this.bell, this.options) = (registry, secrets, bell, options);
        running = Task.Run(Run);
    }

    /// <summary>Begins nothing more, gives what is under way a moment to be answered, and its leases back.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        breakingOff.CancelAfter(options.Grace);
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stopping.Dispose();
        breakingOff.Dispose();
    }

    private async Task Run()
    {
        var token = stopping.Token;
        var done = new Bell();
        while (!token.IsCancellationRequested)
        {
            Task news = Task.WhenAny(bell.NextRing, done.NextRing);
            try
            {
                await BeginWhatIsDue(done, token);
                trouble = null;
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Say(exception.Message);
                await Bell.Rest(options.PauseAfterFault, token);
            }

            await Bell.Wait(news, options.LookEvery, token);
            await Bell.Rest(options.Breath, token);
        }

        await Task.WhenAll(underWay.Values);
    }

    private async Task BeginWhatIsDue(Bell done, CancellationToken token)
    {
        foreach (var (ended, _) in underWay.Where(one => one.Value.IsCompleted).ToArray()) underWay.Remove(ended);
        if (underWay.Count >= options.AtOnce) return;
        var due = await parts.Cursors.Due(options.Clock.GetCurrentInstant(), token);
        // In no order that would let the same ones always come first.
        foreach (var one in due.OrderBy(_ => options.Chance()))
        {
            if (underWay.Count >= options.AtOnce) break;
            if (underWay.ContainsKey(one)
                || underWay.Keys.Count(other => other.Webhook == one.Webhook) >= options.AtOnceForOne) continue;
            underWay[one] = Task.Run(() => Deliver(one, done), CancellationToken.None);
        }
    }

    private async Task Deliver(DueDelivery due, Bell done)
    {
        try
        {
            if (await store.Find(due.Webhook, stopping.Token) is not { State: WebhookState.Active } webhook) return;
            if (await registry.Find(due.Book, stopping.Token) is not { } book || book.Id != due.BookId) return;
            if (await parts.Cursors.Take(due, stopping.Token) is not { } state) return;
            if (secrets.Open(webhook.Id, webhook.SealedSecret) is not { } secret)
            {
                await parts.Cursors.Release(due, WithoutSecret(state), CancellationToken.None);
                return;
            }

            await new Delivery(parts, due, webhook, secret, book, state).Run(stopping.Token, breakingOff.Token);
            done.Ring();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The lease runs out by itself, here or on another host.
            Say(exception.Message);
        }
    }

    private DeliveryState WithoutSecret(DeliveryState state) => state with
    {
        NextAttemptAt = options.Clock.GetCurrentInstant() + PauseWithoutSecret,
        Failure = "its secret was sealed with another master key than this host has",
    };

    private void Say(string why)
    {
        if (Interlocked.Exchange(ref trouble, why) != why) options.Tell?.Invoke($"Webhooks wait: {why}");
    }
}
