using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// The end of a host, in this order: it is not ready any more; it takes no more connections, and who waits for news is
/// told that there is none; requests that were taken are answered; the writer answers all that is queued. What is not
/// done within LEDGER_SHUTDOWN_SECONDS is cut off: that is safe, for whoever has no answer asks again with the same
/// key.
/// </summary>
internal static class Shutdown
{
    public static TimeSpan Bound => TimeSpan.FromSeconds(HostSettings.Whole("LEDGER_SHUTDOWN_SECONDS", 30, 1, 3_600));

    /// <param name="readiness">Says no from now on.</param>
    /// <param name="bound">How long it may take.</param>
    /// <param name="stop">Stops the parts of the host, in their order.</param>
    public static async Task<int> Run(Readiness readiness, TimeSpan bound, Func<CancellationToken, Task> stop)
    {
        CommandLine.Say("Stopping: answering what was taken …");
        readiness.Close();
        using var patience = new CancellationTokenSource(bound);
        try
        {
            await stop(patience.Token);
            return CommandLine.Done;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            CommandLine.Say(
                $"Not everything was answered within {bound.TotalSeconds} seconds; retries with the same keys are safe.");
            // The writer waits for a commit that may never end, so nothing that waits for it can be waited for. The
            // private server, if there is one, ends with the program.
            Environment.Exit(CommandLine.NotDone);
            throw;
        }
    }
}
