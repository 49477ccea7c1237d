using Fanz.Ledger.Exchange;
using Fanz.Ledger.Host.Tests.Api.Reading;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Reports;

/// <summary>
/// The small books with rates in their treasury, followed to their ends, and a host that tells of them.
/// </summary>
public sealed class ReportBooks : IAsyncLifetime
{
    internal static readonly LocalDate RatesOn = new(2026, 1, 31);

    private ReadingHost? host;

    internal ReadingHost Host => host ?? throw new InvalidOperationException("The host is not started yet.");

    internal Home Home { get; } = new();

    public async Task InitializeAsync()
    {
        await Home.InitializeAsync();
        await Home.WriteSmallBooks();
        host = await ReadingHost.Start(Home.Server.HostConnectionString());
        await host.Post(new("fanz", "_"), new Command.SetRates(
            "month-end", RatesOn, "EUR", [new QuotedRate("USD", "1.25")], "reference rates"));
        await Follow(Home.Server.HostConnectionString());
    }

    public async Task DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        await Home.DisposeAsync();
        Home.Dispose();
    }

    /// <summary>Lets everything be made of all books that there are.</summary>
    internal static async Task Follow(string database)
    {
        await using var source = LedgerDatabase.Connect(database);
        await using var runner = new FollowerRunner(source, Followers.All, new Bell());
        foreach (var book in await new BookRegistry(source).List(CancellationToken.None))
        {
            var head = await new JournalReader(source).PlaceAsOf(book, AsOf.Head, CancellationToken.None);
            foreach (var follower in Followers.All)
            {
                Assert.True(await new Builds(source).Reach(
                    follower.Name, book, head.Number, TimeSpan.FromMinutes(1), CancellationToken.None));
            }
        }
    }
}
