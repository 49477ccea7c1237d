using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Serving;

public sealed class ManyConnectionsTests(Home home) : IClassFixture<Home>
{
    private const int Wanted = 10_000;

    /// <summary>Both ends of a connection are files of this machine; each process leaves room for its own.</summary>
    private const int OtherFiles = 1_000;

    [Fact]
    public async Task Ten_thousand_idle_connections_cost_others_nothing()
    {
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(home.Settings);
        await host.BecomesReady(true);
        var connections = new List<RawConnection>();
        try
        {
            var count = Math.Min(Wanted, OpenFiles() - OtherFiles);
            while (connections.Count < count) connections.Add(await RawConnection.Open(host));
            // Some of them are really served, first and last.
            foreach (var connection in (RawConnection[])[connections[0], connections[^1]])
            {
                await connection.Say("GET /health/live HTTP/1.1\r\nHost: ledger\r\n\r\n");
                var heard = await connection.HearUntil(text => text.Contains("true", StringComparison.Ordinal));
                Assert.StartsWith("HTTP/1.1 200 ", heard, StringComparison.Ordinal);
            }

            Assert.Null(await host.BecomesReady(true));
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }

        Assert.Equal(HttpStatusCode.OK, (await host.Ask("/health/live")).Code);
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }

    [Fact]
    public async Task One_connection_too_many_is_closed_and_the_next_one_is_taken_when_another_has_gone()
    {
        const int most = 3;
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(
            new Dictionary<string, string>(home.Settings) { ["LEDGER_MAX_CONNECTIONS"] = $"{most}" });
        var connections = new List<RawConnection>();
        for (var i = 0; i < most; i++)
        {
            connections.Add(await RawConnection.Open(host));
            Assert.True(await IsServed(connections[i]));
        }

        using (var tooMany = await RawConnection.Open(host)) Assert.False(await IsServed(tooMany));
        connections[0].Dispose();
        var isTaken = false;
        for (var i = 0; i < 500 && !isTaken; i++)
        {
            using var next = await RawConnection.Open(host);
            isTaken = await IsServed(next);
        }

        Assert.True(isTaken);
        foreach (var connection in connections) connection.Dispose();
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }

    private static async Task<bool> IsServed(RawConnection connection)
    {
        try
        {
            await connection.Say("GET /health/live HTTP/1.1\r\nHost: ledger\r\n\r\n");
            return (await connection.HearUntil(text => text.Contains("true", StringComparison.Ordinal))).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int OpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits").Single(
            line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return int.TryParse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture, out var files)
            ? files
            : int.MaxValue;
    }
}
