using System.Diagnostics;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>
/// Progress on standard error: on a terminal one line that changes, elsewhere a line now and then. The last word stays.
/// </summary>
internal sealed class ProgressLine : IProgress<string>, IDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private Stopwatch? sinceLast;
    private int width;

    public void Report(string value)
    {
        lock (gate)
        {
            if (sinceLast is not null && sinceLast.Elapsed < (isTerminal ? BetweenChanges : BetweenLines)) return;
            sinceLast = Stopwatch.StartNew();
            if (!isTerminal)
            {
                Console.Error.WriteLine(value);
                return;
            }

            Console.Error.Write($"\r{value.PadRight(width)}");
            width = value.Length;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (width > 0) Console.Error.WriteLine();
            width = 0;
        }
    }
}
