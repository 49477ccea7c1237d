using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>A host in a process of its own, which the test may kill, stop and start again.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<HostReply?>> waiting = new();
    private readonly Process process;
    private readonly Task reading;
    private long lastId;
    private volatile bool isGone;

    private HostProcess(Process process)
    {
        this.process = process;
        reading = Task.Run(Read);
    }

    public static async Task<HostProcess> Start(string connectionString, HostSettings settings)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(HostProcess).Assembly.Location, "host", connectionString, JsonSerializer.Serialize(settings),
            },
            // It starts in half the time, and many of them are started.
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TieredCompilation"] = "1" },
        };
        var process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        return new HostProcess(process);
    }

    /// <summary>The reply, or null when the host died before it gave one.</summary>
    public async Task<HostReply?> Post(BookName book, Command command, string service, string key)
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<HostReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        var line = HostProgram.Encode(id, book, command, service, key);
        try
        {
            lock (process)
            {
                process.StandardInput.WriteLine(line);
                process.StandardInput.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It has died, or was even put away; its output ends and everyone who waits is told.
        }

        if (isGone) answer.TrySetResult(null);
        return await answer.Task;
    }

    public void Kill() => process.Kill();

    /// <summary>Stops it in its tracks, as a paused virtual machine is.</summary>
    public Task Pause() => Signal("STOP");

    public Task Resume() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        try
        {
            lock (process) process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was killed before.
        }

        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task Read()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            HostReply reply;
            try
            {
                reply = JsonSerializer.Deserialize<HostReply>(line)!;
            }
            catch (JsonException)
            {
                // The last line of a host that was killed while it wrote.
                break;
            }

            if (waiting.TryRemove(reply.Id, out var answer)) answer.TrySetResult(reply);
        }

        isGone = true;
        foreach (var answer in waiting.Values) answer.TrySetResult(null);
    }
}
