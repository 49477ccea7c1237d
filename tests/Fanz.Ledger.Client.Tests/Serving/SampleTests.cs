using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fanz.Ledger.Client.Tests.Serving;

[Collection("One ledger at a time, on two cores")]
public sealed class SampleTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    [Fact]
    public async Task The_sample_sells_retries_is_refused_reads_and_follows()
    {
        var (code, output, error) = await Run(ledger.Address, ledger.Book.Key);
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("pays in 20.00 USD: posted as fanz/bestfans/2.", lines[0], StringComparison.Ordinal);
        var sales = lines.Where(line => line.Contains("buys sunset for 9.99 USD", StringComparison.Ordinal)).ToArray();
        Assert.EndsWith("posted as fanz/bestfans/3.", sales[0], StringComparison.Ordinal);
        Assert.EndsWith("posted as fanz/bestfans/3, and was before.", sales[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("refused, insufficient_funds (", StringComparison.Ordinal)
            && line.Contains("available 1001, needed 50000", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("holds 10.01 USD as of number 3.", StringComparison.Ordinal));
        Assert.Equal(["  2: ", "  3: "], lines[^2..].Select(line => line[..5]));
        Assert.Equal(3, (await ledger.Book.Journal()).Count);
    }

    [Fact]
    public async Task Without_a_key_the_sample_says_what_it_needs()
    {
        var (code, output, error) = await Run(ledger.Address, key: null);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("LEDGER_KEY", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Run(Uri address, string? key)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "checkout"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LEDGER_URL"] = address.ToString();
        start.Environment.Remove("LEDGER_BOOK");
        if (key is null) start.Environment.Remove("LEDGER_KEY");
        else start.Environment["LEDGER_KEY"] = key;
        start.Environment["DOTNET_ROOT"] =
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        using var program = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var (output, error) = (
                program.StandardOutput.ReadToEndAsync(deadline.Token),
                program.StandardError.ReadToEndAsync(deadline.Token));
            await program.WaitForExitAsync(deadline.Token);
            return (program.ExitCode, await output, await error);
        }
        finally
        {
            if (!program.HasExited) program.Kill();
        }
    }
}
