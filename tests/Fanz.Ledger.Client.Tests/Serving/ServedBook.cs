using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Client.Tests.Serving;

/// <summary>
/// A book in a database of its own, a key to it, and a look past every host into what is really there. Hosts are the
/// built program, as processes, which may be killed.
/// </summary>
public sealed class ServedBook : IAsyncLifetime, IDisposable
{
    private readonly Home home = new();
    private NpgsqlDataSource? source;
    private OpenedBook? opened;

    public BookName Book { get; } = new("fanz", "bestfans");

    internal string Key { get; private set; } = "";

    private NpgsqlDataSource Source => source ?? throw new InvalidOperationException("It is not open yet.");

    public async Task InitializeAsync()
    {
        await home.InitializeAsync();
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        var (settings, _) = BookSettings.Read(
            Book.Tenant, Book.Platform, "America/New_York", BookSettings.NoHolidays, "USD");
        opened = await new BookRegistry(Source).Open(settings!, "test", CancellationToken.None);
        Key = await NewKey("shop");
    }

    internal async Task<string> NewKey(string service, int? rateLimit = null, params string[] scopes)
    {
        var grant = new KeyGrant
        {
            Tenant = Book.Tenant,
            Service = service,
            Scopes = [.. scopes.Length > 0 ? scopes.AsEnumerable() : Scopes.All.Order()],
            RateLimit = rateLimit,
        };
        return (await new KeyStore(Source).Create(grant, "test", CancellationToken.None)).Text;
    }

    /// <summary>Keeps the book from every host until it is disposed of.</summary>
    internal async Task<IAsyncDisposable> Hold()
    {
        var settings = new NpgsqlConnectionStringBuilder(home.Server.OwnerConnectionString()) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin", connection);
        await command.ExecuteNonQueryAsync();
        command.CommandText = "select from ledger.books where id = $1 for update";
        command.Parameters.Add(new() { Value = opened!.Id });
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    internal Task<ServingLedger> Serve() => ServingLedger.Start(
        new Dictionary<string, string>(home.Settings) { ["LEDGER_PATIENCE"] = "2" });

    /// <summary>What `ledger verify` says.</summary>
    internal async Task<JsonElement> Verify()
    {
        var ended = await home.Run("verify", "--json");
        Assert.True(ended.Code == 0, ended.Error + ended.Output);
        return ended.Json;
    }

    /// <summary>The whole journal, as the database has it.</summary>
    internal async Task<List<Appended>> Journal()
    {
        var records = new List<Appended>();
        var reader = new JournalReader(Source);
        await foreach (var record in reader.WithEntries(opened!, 0, long.MaxValue, CancellationToken.None))
            records.Add(record);
        return records;
    }

    /// <summary>How many keys the ledger has answered with a record, and how many with a refusal.</summary>
    internal async Task<(long Posted, long Refused)> Answers()
    {
        await using var command = Source.CreateCommand(
            "select count(number), count(refusal) from ledger.answers where book_id = $1");
        command.Parameters.Add(new() { Value = opened!.Id });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>What a fan has in the wallet, as the fan would say it.</summary>
    internal async Task<long> WalletOf(string fan)
    {
        Assert.True(AccountKey.TryParse($"fan.wallet/USD//{fan}", out var wallet));
        var balance = await new AccountReader(Source).Balance(opened!, wallet.Value, AsOf.Head, CancellationToken.None);
        return balance is null ? 0 : -balance.Balance;
    }

    public async Task DisposeAsync()
    {
        if (source is not null) await source.DisposeAsync();
        await home.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose() => home.Dispose();
}
