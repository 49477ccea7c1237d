using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Marten;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>
/// Two books with a little of everything, one of them shown to Marten in the schema `shown`, and a role that reads it.
/// </summary>
public sealed class MartenBook : IAsyncLifetime
{
    public const string Schema = "shown";

    private const string Password = "reader";

    private readonly TestDatabase database = new();
    private NpgsqlDataSource? reader;

    public static BookName Name => SmallLedger.Main;

    public string Role { get; } = $"marten_reader_{Guid.NewGuid():n}";

    internal TestDatabase Database => database;

    internal SeededLedger Ledger { get; private set; } = null!;

    /// <summary>What an application connects as.</summary>
    public NpgsqlDataSource Reader => reader!;

    public string ReaderConnectionString => new NpgsqlConnectionStringBuilder(database.SuperuserConnectionString)
    {
        Username = Role, Password = Password, Pooling = false,
    }.ConnectionString;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Ledger = new SeededLedger(database.SuperuserConnectionString);
        await SmallLedger.Fill(Ledger);
        await Post(1, 40);
        await TestDatabase.Execute(
            database.SuperuserConnectionString, $"create role {Role} login password '{Password}'");
        await Make();
        reader = NpgsqlDataSource.Create(ReaderConnectionString);
    }

    public async Task DisposeAsync()
    {
        await Ledger.DisposeAsync();
        if (reader is not null) await reader.DisposeAsync();
        await database.DisposeAsync();
        var server = new NpgsqlConnectionStringBuilder(database.SuperuserConnectionString) { Database = "postgres" };
        await TestDatabase.Execute(server.ConnectionString, $"drop role {Role}");
    }

    internal async Task<bool> Make(string schema = Schema, BookName? book = null, string? role = null)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        var opened = await new BookRegistry(source).Find(book ?? Name, CancellationToken.None);
        return await new MartenSchema(database.OwnerConnectionString)
            .Make(opened!, schema, role switch { null => Role, "" => null, _ => role }, null, CancellationToken.None);
    }

    internal async Task Drop(string schema, BookName? book = null)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        var opened = await new BookRegistry(source).Find(book ?? Name, CancellationToken.None);
        await new MartenSchema(database.OwnerConnectionString).Drop(opened!, schema, CancellationToken.None);
    }

    /// <summary>Tips of all kinds, in both books.</summary>
    internal async Task Post(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var book = random.Next(4) == 0 ? SmallLedger.Side : SmallLedger.Main;
            var currency = random.Next(5) == 0 ? "JPY" : "USD";
            await Ledger.Post((book, new Command.SendTip(
                $"fan/{random.Next(9)} \"ü\"", $"creator_{random.Next(5)}", random.Next(1, 100_000), currency,
                Funding.Card)
            {
                Metadata = new Dictionary<string, string>
                {
                    ["cart_id"] = $"\\\"cart_id\":{i}", ["order"] = "{\"a_b\":",
                },
            }));
        }
    }

    public async Task<List<object?[]>> Rows(string sql, params object[] parameters)
    {
        await using var command = Reader.CreateCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<object?[]>();
        while (await rows.ReadAsync())
        {
            var row = new object[rows.FieldCount];
            rows.GetValues(row);
            all.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return all;
    }
}
