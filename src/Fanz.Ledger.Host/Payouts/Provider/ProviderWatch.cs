using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Asks providers again and again what became of the payouts that they have, in every book: of all hosts one at a time
/// for a book, and none while a run does. It is what finds a payout whose host was stopped before it had sent it.
/// </summary>
internal sealed class ProviderWatch : IAsyncDisposable
{
    private static readonly Actor Watch = PostedSteps.ActorOf("watch");

    private readonly NpgsqlDataSource source;
    private readonly BookWriter writer;
    private readonly ProviderPolling polling;
    private readonly Action<string>? tell;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private string? trouble;

    public ProviderWatch(
        NpgsqlDataSource source, BookWriter writer, ProviderPayouts providers, TimeSpan betweenLooks,
        Action<string>? tell)
    {
        (this.source, this.writer, this.tell) = (source, writer, tell);
        polling = new ProviderPolling(source, providers);
        running = Task.Run(() => Run(betweenLooks));
    }

    /// <summary>Breaks off what is under way: what was sent and not answered is found by the next look.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stopping.Dispose();
    }

    private async Task Run(TimeSpan betweenLooks)
    {
        using var timer = new PeriodicTimer(betweenLooks);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                try
                {
                    foreach (var book in await writer.Registry.List(stopping.Token)) await Look(book, stopping.Token);
                    trouble = null;
                }
                catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
                {
                    // It is told once, and tried again.
                    if (trouble != exception.Message) tell?.Invoke($"Payouts are not asked about: {exception.Message}");
                    trouble = exception.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task Look(OpenedBook book, CancellationToken token)
    {
        if (!await polling.Any(book, token)) return;
        await using var held = await RunLock.Take(source, book.Id, StandingJobs.PollPayouts, token);
        if (held is null) return;
        await foreach (var _ in polling.Ask(
            book, settledSince: null, PostedSteps.By(writer, book.Name, Watch), token)) await held.Keep(token);
    }
}
