using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>A host that soon loses patience with slow clients.</summary>
public sealed class LimitedHost : IAsyncLifetime, IDisposable
{
    public const int PatienceInSeconds = 2;

    private readonly Home home = new();
    private ServingLedger? host;

    internal ServingLedger Host => host ?? throw new InvalidOperationException("The host is not started yet.");

    public async Task InitializeAsync()
    {
        await home.InitializeAsync();
        await home.WriteSmallBooks();
        host = await ServingLedger.Start(new Dictionary<string, string>(home.Settings)
        {
            ["LEDGER_SLOW_CLIENT_SECONDS"] = $"{PatienceInSeconds}",
        });
        await host.BecomesReady(true);
    }

    public async Task DisposeAsync()
    {
        if (host is not null)
        {
            var ended = await host.Program.Stop();
            await host.DisposeAsync();
            Assert.Equal(0, ended.Code);
            Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
        }

        await home.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose() => home.Dispose();
}
