using Fanz.Ledger.Books;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.OpenApi;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Lists;

/// <summary>Books in which every operation has happened, and everything that is made of them.</summary>
public sealed class EveryOperation : IAsyncLifetime
{
    public Home Home { get; } = new();

    public HttpClient Client => ledger!.Client;

    public NpgsqlDataSource Source { get; private set; } = null!;

    public IReadOnlyList<OpenedBook> Books { get; private set; } = [];

    private SimulatedLedger? ledger;

    public async Task InitializeAsync()
    {
        await Home.InitializeAsync();
        ledger = await SimulatedLedger.Start(Home, Examples.Scenario[0].At - Duration.FromHours(1));
        foreach (var step in Examples.Scenario)
        {
            ledger.Now = step.At;
            using var posted = await ledger.Post(step);
            Assert.True(posted.IsSuccessStatusCode, $"{step.Key}: {await posted.Content.ReadAsStringAsync()}");
        }

        Source = LedgerDatabase.Connect(Home.Server.HostConnectionString());
        Books = await new BookRegistry(Source).List(CancellationToken.None);
        Assert.Empty(await CatchUp.With(Source, Followers.All, Books, new FollowerOptions(), CancellationToken.None));
    }

    public async Task DisposeAsync()
    {
        if (ledger is not null) await ledger.DisposeAsync();
        if (Source is not null) await Source.DisposeAsync();
        await Home.DisposeAsync();
        Home.Dispose();
    }
}
