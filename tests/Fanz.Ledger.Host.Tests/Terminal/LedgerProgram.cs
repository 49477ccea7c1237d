using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Fanz.Ledger.Host.Tests.Terminal;

/// <summary>How a run of the program ended, and what it said.</summary>
internal sealed record Ended(int Code, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>It failed, said why in one line, and nothing else anywhere.</summary>
    public string OneLine()
    {
        Assert.Equal((2, ""), (Code, Output));
        return Assert.Single(ErrorLines);
    }
}

/// <summary>
/// The built program, run as a process with an environment of its own. What runs too long is killed, and its private
/// server ends with it.
/// </summary>
internal sealed class LedgerProgram : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly Task<string> output;
    private readonly Task error;

    private LedgerProgram(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        error = ReadErrors();
    }

    public static LedgerProgram Start(IReadOnlyDictionary<string, string> settings, params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ledger"), words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] own = [.. start.Environment.Keys.Where(name => name.StartsWith("LEDGER_", StringComparison.Ordinal))];
        foreach (var name in own) start.Environment.Remove(name);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["DOTNET_ROOT"] =
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return new LedgerProgram(Process.Start(start)!);
    }

    public static async Task<Ended> Run(IReadOnlyDictionary<string, string> settings, params string[] words)
    {
        await using var program = Start(settings, words);
        return await program.End();
    }

    /// <summary>Asks the program to stop, as a service manager does.</summary>
    public async Task<Ended> Stop()
    {
        await Signal();
        return await End();
    }

    /// <summary>Asks once, and does not wait.</summary>
    public async Task Signal()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<Ended> End()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(deadline.Token);
        await error.WaitAsync(deadline.Token);
        return new Ended(process.ExitCode, await output.WaitAsync(deadline.Token), string.Join('\n', errors));
    }

    /// <summary>What it has said so far.</summary>
    public IReadOnlyCollection<string> Said => errors;

    /// <summary>Waits for a line on standard error; fails when the program ends without it.</summary>
    public async Task<string> Says(string start)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Deadline)
        {
            var hasEnded = error.IsCompleted;
            var said = errors.FirstOrDefault(line => Sentence(line).StartsWith(start, StringComparison.Ordinal));
            if (said is not null) return Sentence(said);
            if (hasEnded) break;
            await Task.Delay(20);
        }

        throw new InvalidOperationException($"It never said `{start}`, but: {string.Join(" | ", errors)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    /// <summary>The sentence of a line, which with LEDGER_LOG=json is part of an object.</summary>
    private static string Sentence(string line) =>
        line.StartsWith('{') ? JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()! : line;

    private async Task ReadErrors()
    {
        while (await process.StandardError.ReadLineAsync() is { } line) errors.Enqueue(line);
    }
}
