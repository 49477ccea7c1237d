using Fanz.Ledger.Postgres.Checkpoints;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// Signs checkpoints at an interval while a host serves, and carries them to the folder. Of several hosts one makes
/// each: what another has just made is not made again. What goes wrong is told once, and tried again at the next
/// interval.
/// </summary>
internal sealed class CheckpointWatch : IAsyncDisposable
{
    private readonly CheckpointMaker maker;
    private readonly CheckpointCarrying carrying;
    private readonly TimeSpan interval;
    private readonly Action<string>? tell;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private string? trouble;

    public CheckpointWatch(NpgsqlDataSource source, TimeSpan interval, Action<string>? tell)
    {
        (maker, this.interval, this.tell) = (new CheckpointMaker(source), interval, tell);
        carrying = new CheckpointCarrying(source, new CheckpointFolder(Databases.HostSettings.CheckpointFolder));
        running = interval > TimeSpan.Zero ? Task.Run(Run) : Task.CompletedTask;
    }

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

    private async Task Run()
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                try
                {
                    var found = await Look(stopping.Token);
                    if (found is not null && found != trouble) tell?.Invoke(found);
                    trouble = found;
                }
                catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
                {
                    if (trouble != exception.Message) tell?.Invoke($"Checkpoints are not signed: {exception.Message}");
                    trouble = exception.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>What stands in the way of signing, if anything does.</summary>
    private async Task<string?> Look(CancellationToken token)
    {
        using var key = await CheckpointKeys.Find(token);
        string? found = null;
        // Timers are not exact: two hosts that look at almost the same time make one checkpoint and not two.
        var since = Duration.FromTimeSpan(interval * 0.8);
        foreach (var tenant in await maker.Tenants(token))
        {
            try
            {
                if (await maker.Make(tenant, key, since, token) is CheckpointMade.OtherKey { Expected: var id })
                    found = $"Checkpoints of {tenant} are signed by another key, {id}, and not by this host.";
            }
            catch (CheckpointsBroken broken)
            {
                // What somebody did to the books or the trail of one tenant leaves none of the others unsigned.
                found = broken.Message;
            }

            await carrying.Carry(tenant, token);
        }

        return found;
    }
}
