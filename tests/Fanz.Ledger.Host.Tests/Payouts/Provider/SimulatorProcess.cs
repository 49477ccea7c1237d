using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

/// <summary>The simulator as a process of its own, that can be killed and is the same provider afterwards.</summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private readonly Process process;

    private SimulatorProcess(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public static async Task<SimulatorProcess> Start(int seed, string books, int port = 0)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "provider-simulator"),
            ["--seed", Text(seed), "--port", Text(port), "--books", books])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SIMULATOR_SECRET"] = ProviderWorld.Secret;
        start.Environment["DOTNET_ROOT"] =
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var process = Process.Start(start)!;
        var url = await process.StandardOutput.ReadLineAsync();
        return url is not null
            ? new SimulatorProcess(process, url)
            : throw new InvalidOperationException("The simulator ended at once.");
    }

    /// <summary>Ends it in the middle of whatever it does.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await Kill();
        process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
