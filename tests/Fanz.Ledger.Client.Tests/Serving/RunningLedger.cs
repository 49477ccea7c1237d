using Fanz.Ledger.Client.Tests.Network;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client.Tests.Serving;

/// <summary>A book and one host that serves it, for the tests of a class. Each has fans of its own.</summary>
public sealed class RunningLedger : IAsyncLifetime, IDisposable
{
    private ServingLedger? host;

    internal ServedBook Book { get; } = new();

    internal Uri Address => new(host!.Address);

    internal int Port => Address.Port;

    public async Task InitializeAsync()
    {
        await Book.InitializeAsync();
        host = await Book.Serve();
    }

    internal LedgerClient Client() => new(Address, Book.Key);

    /// <summary>A client that counts its attempts.</summary>
    internal CountedClient Through(
        Uri address, string? key = null, TimeSpan? patience = null, Action<string>? retrying = null) => new(
        address,
        key ?? Book.Key,
        new LedgerClientOptions
        {
            Patience = patience ?? TimeSpan.FromSeconds(60),
            FirstPause = TimeSpan.FromMilliseconds(20),
            LongestPause = TimeSpan.FromMilliseconds(200),
            LongPoll = TimeSpan.FromSeconds(2),
            Retrying = retrying,
        });

    /// <summary>The records that somebody has asked for by this reference.</summary>
    internal async Task<List<Appended>> Referenced(string reference) =>
    [
        .. (await Book.Journal()).Where(one => EventFormat.Read(one.Record.Type, one.Record.Data.Span) switch
        {
            Event.TipSent tip => tip.Reference == reference,
            Event.WalletToppedUp topUp => topUp.Reference == reference,
            _ => false,
        }),
    ];

    public async Task DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        await Book.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose() => Book.Dispose();
}
