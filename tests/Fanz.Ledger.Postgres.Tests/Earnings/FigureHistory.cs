using System.Globalization;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>The history that all figures are compared on, and what was made of it.</summary>
public sealed class FigureHistory : IAsyncLifetime
{
    public TestDatabase Database { get; } = new();

    internal NpgsqlDataSource Source { get; private set; } = null!;

    internal WrittenHistory History { get; private set; } = null!;

    public int Seed { get; } = int.TryParse(
        Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var seed)
        ? seed
        : 20_260_714;

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        Source = NpgsqlDataSource.Create(Database.HostConnectionString);
        History = await EarningsTests.Followed(Database, Source, Seed, length: 250);
    }

    public async Task DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }
}
