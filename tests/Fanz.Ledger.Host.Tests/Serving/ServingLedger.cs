using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>
/// A host that serves on a free port of its own. It does no runs unless it is told to: their records would come between
/// those that a test looks at.
/// </summary>
internal sealed class ServingLedger : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private ServingLedger(LedgerProgram program, string address)
    {
        Program = program;
        Address = address;
        http.BaseAddress = new Uri(address);
    }

    public LedgerProgram Program { get; }

    public string Address { get; }

    public static async Task<ServingLedger> Start(
        IReadOnlyDictionary<string, string> settings, string urls = "http://127.0.0.1:0")
    {
        var told = settings.ToDictionary();
        told.TryAdd("LEDGER_SCHEDULES", "off");
        var program = LedgerProgram.Start(told, "serve", "--urls", urls);
        try
        {
            var line = await program.Says("Serving ");
            return new ServingLedger(program, line.Split(' ')[1]);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async Task<(HttpStatusCode Code, JsonElement Answer)> Ask(string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return (response.StatusCode, answer);
    }

    /// <summary>Asks until the host says so, and returns why it is not ready, if it is not.</summary>
    public async Task<string?> BecomesReady(bool isReady)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var (code, answer) = await Ask("/health/ready");
            Assert.Equal(answer.GetProperty("ready").GetBoolean(), code == HttpStatusCode.OK);
            if (answer.GetProperty("ready").GetBoolean() == isReady) return answer.GetProperty("why").GetString();
            Assert.True(clock.Elapsed < Deadline, $"Still not as expected: {answer}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Program.DisposeAsync();
    }
}
