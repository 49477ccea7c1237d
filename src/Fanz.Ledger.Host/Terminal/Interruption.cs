using System.Runtime.InteropServices;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>
/// Turns the first SIGINT or SIGTERM into a cancelled token, for a clean end that takes as long as it must. A second
/// one ends the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
        ];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Interrupt(PosixSignalContext signal)
    {
        if (source.IsCancellationRequested) return;
        signal.Cancel = true;
        // Whoever waits goes on elsewhere, so that a second signal finds this handler free.
        _ = source.CancelAsync();
    }
}
