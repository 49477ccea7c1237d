using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Marten;

public sealed class MartenVerbTests(Home home) : IClassFixture<Home>, IAsyncLifetime
{
    public Task InitializeAsync() => home.WriteSmallBooks();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_book_is_shown_read_by_its_reader_shown_again_and_taken_away()
    {
        await home.Tamper("create role marten_app login password 'secret'");
        var made = await Marten("seen", "--reader", "marten_app");
        Assert.Equal(
            (0, "Schema seen shows book fanz/bestfans to Marten; marten_app may read it.\n"), (made.Code, made.Output));
        Assert.Equal(1L, await Read("select version from seen.mt_streams where id = 'fan.wallet/USD//carl'"));
        Assert.Equal(
            "wallet_topped_up", await Read("select type from seen.mt_events where stream_id = 'fan.wallet/USD//carl'"));
        Assert.Equal(
            "carl",
            await Read("select data -> 'event' ->> 'fan' from seen.mt_events where stream_id = 'fan.wallet/USD//carl'"));

        var again = await Marten("seen", "--json");
        Assert.Equal((0, ""), (again.Code, again.Error));
        Assert.Equal(
            """{"book":"fanz/bestfans","schema":"seen","reader":null,"done":"renewed"}""", again.Output.TrimEnd());
        var gone = await Marten("seen", "--drop");
        Assert.Equal((0, "Schema seen is gone.\n", ""), (gone.Code, gone.Output, gone.Error));
        Assert.Equal("dropped", (await DropAgain()).GetProperty("done").GetString());

        async Task<System.Text.Json.JsonElement> DropAgain()
        {
            await Marten("seen");
            return (await Marten("seen", "--drop", "--json")).Json;
        }
    }

    [Fact]
    public async Task What_cannot_be_is_said_in_one_line()
    {
        await Says("there is no book fanz/nowhere", "marten", "--book", "fanz/nowhere", "--schema", "s");
        await Says("is not a book", "marten", "--book", "nowhere", "--schema", "s");
        await Says("--schema", "marten", "--book", "fanz/bestfans");
        await Says("--book", "marten", "--schema", "s");
        await Says("lower case letters", "marten", "--book", "fanz/bestfans", "--schema", "My-Schema");
        await Says("belongs to others", "marten", "--book", "fanz/bestfans", "--schema", "ledger");
        string[] s = ["marten", "--book", "fanz/bestfans", "--schema", "s"];
        await Says("there is no role nobody", [.. s, "--reader", "nobody"]);
        await Says("there is no schema s", [.. s, "--drop"]);
        await Says("leave --reader out", [.. s, "--drop", "--reader", "x"]);
    }

    [Fact]
    public async Task A_named_database_takes_its_owner_and_its_schema()
    {
        var settings = await home.CreateDatabase("for_marten");
        string[] words = ["marten", "--book", "fanz/bestfans", "--schema", "s"];
        var behind = await LedgerProgram.Run(settings, words);
        Assert.Contains("run `ledger migrate`", behind.OneLine(), StringComparison.Ordinal);
        var hostAlone = new Dictionary<string, string> { ["LEDGER_DATABASE"] = settings["LEDGER_DATABASE"] };
        var refused = await LedgerProgram.Run(hostAlone, words);
        Assert.Contains("takes the owner's connection", refused.OneLine(), StringComparison.Ordinal);
    }

    private Task<Ended> Marten(string schema, params string[] more) =>
        home.Run(["marten", "--book", "fanz/bestfans", "--schema", schema, .. more]);

    private async Task Says(string what, params string[] words) =>
        Assert.Contains(what, (await home.Run(words)).OneLine(), StringComparison.OrdinalIgnoreCase);

    private async Task<object?> Read(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(home.Server.HostConnectionString())
        {
            Username = "marten_app", Password = "secret", Pooling = false,
        };
        await using var source = NpgsqlDataSource.Create(settings);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
