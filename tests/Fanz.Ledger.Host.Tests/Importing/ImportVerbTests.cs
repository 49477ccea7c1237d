using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Importing;

public sealed class ImportVerbTests(Home home) : IClassFixture<Home>
{
    private static readonly Actor Service = new("tests");

    [Fact]
    public async Task What_another_book_has_is_brought_over_and_traded_on()
    {
        using var files = await OldBook.Write(home);
        await Create("new");
        var check = await Import("new", files, "--check");
        Assert.Equal(0, check.Code);
        Assert.Contains("Nothing is wrong", check.Output, StringComparison.Ordinal);

        var ended = await Import("new", files, "--json", "--on", $"{OldBook.Day:uuuu-MM-dd}");
        Assert.True(ended.Code == 0, ended.Error + ended.Output);
        Assert.True(ended.Json.GetProperty("ok").GetBoolean());
        foreach (var line in ended.Json.GetProperty("trial_balance").EnumerateArray())
        {
            var source = line.GetProperty("source").GetInt64();
            Assert.Equal(source, line.GetProperty("imported").GetInt64());
            Assert.Equal(source, line.GetProperty("book").GetInt64());
        }

        await using var database = LedgerDatabase.Connect(home.Server.HostConnectionString());
        var (old, now) = (await OldBook.Balances(database, "old"), await OldBook.Balances(database, "new"));
        Assert.Equal(old.OrderBy(one => one.Key, StringComparer.Ordinal),
            now.OrderBy(one => one.Key, StringComparer.Ordinal));
        await TradeOn(database);
        var verified = await home.Run("verify", "--book", "fanz/new");
        Assert.True(verified.Code == 0, verified.Output);
    }

    [Fact]
    public async Task One_that_was_killed_goes_on_where_it_was_and_posts_nothing_twice()
    {
        const int fans = 300, last = 40;
        const string platform = "killed";
        using var files = Many(fans);
        await Create(platform);
        await using var database = LedgerDatabase.Connect(home.Server.HostConnectionString());
        // The import cannot get beyond a record while the test holds a lock that this one asks for.
        await using (var hold = await HeldUp.At(home.Server, last + 1))
        await using (LedgerProgram.Start(home.Settings, Words(platform, files, "--part-size", "1")))
            await hold.IsReached();
        var after = await Records(database, platform);
        Assert.InRange(after, 2, last);

        var other = await Import(platform, files, "--part-size", "2");
        Assert.Contains("another size", other.OneLine(), StringComparison.Ordinal);
        var ended = await Import(platform, files, "--part-size", "1", "--json");
        Assert.True(ended.Code == 0, ended.Error);
        // The book's opening is a record and no command of the import.
        Assert.Equal(after - 1, ended.Json.GetProperty("replayed").GetInt64());
        var (replayed, posted) = (ended.Json.GetProperty("replayed"), ended.Json.GetProperty("posted"));
        Assert.Equal(fans + 3, replayed.GetInt32() + posted.GetInt32());
        var again = await Import(platform, files, "--part-size", "1", "--json");
        Assert.Equal(0, again.Json.GetProperty("posted").GetInt32());
        Assert.Equal(fans + 1, (await OldBook.Balances(database, platform)).Count);
        // The book was opened, and the import begun and finished.
        Assert.Equal(fans + 4, await Records(database, platform));
    }

    [Fact]
    public async Task Two_at_once_bring_everything_once()
    {
        using var files = Many(100);
        await Create("twice");
        var ended = await Task.WhenAll(
            Import("twice", files, "--part-size", "5", "--json"), Import("twice", files, "--part-size", "5", "--json"));
        Assert.All(ended, one => Assert.True(one.Code == 0, one.Error));
        await using var database = LedgerDatabase.Connect(home.Server.HostConnectionString());
        Assert.Equal(101, (await OldBook.Balances(database, "twice")).Count);
        Assert.Equal(24, await Records(database, "twice"));
    }

    [Fact]
    public async Task Files_that_were_changed_or_are_wrong_are_not_brought_in()
    {
        using var files = Files.Small;
        await Create("changed");
        Assert.Equal(0, (await Import("changed", files)).Code);
        files.Write("debts", "code,owner,currency,amount\r\n");
        Assert.Contains("may not change", (await Import("changed", files)).OneLine(), StringComparison.Ordinal);
        files.Append("balances", "fan.wallet,bert,USD,-1\n");
        var wrong = await Import("changed", files);
        Assert.Equal((1, ""), (wrong.Code, wrong.Error));
        Assert.Contains("the other files come to -501", wrong.Output, StringComparison.Ordinal);
        var json = (await Import("changed", files, "--json")).Json;
        Assert.Equal((false, 1), (json.GetProperty("ok").GetBoolean(), json.GetProperty("problems").GetInt32()));

        files.Delete("debts");
        Assert.Contains("There is no", (await Import("changed", files)).OneLine(), StringComparison.Ordinal);
        using var small = Files.Small;
        Assert.Contains("no book fanz/nowhere", (await Import("nowhere", small)).OneLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_book_refuses_is_put_right_and_then_goes_on()
    {
        using var files = Files.Small;
        await Create("frozen");
        await using var database = LedgerDatabase.Connect(home.Server.HostConnectionString());
        await using (var writer = new BookWriter(database, new BookRegistry(database)))
        {
            var wallet = new AccountName("fan.wallet", "anna", "USD");
            await Post(writer, "frozen", new Command.TopUp("anna", 1, "USD"));
            await Post(writer, "frozen", new Command.FreezeAccount(wallet, "court order"));
            for (var i = 0; i < 2; i++)
                Assert.Contains("account_frozen", (await Import("frozen", files)).OneLine(), StringComparison.Ordinal);
            await Post(writer, "frozen", new Command.UnfreezeAccount(wallet, "lifted"));
        }

        Assert.Equal(0, (await Import("frozen", files)).Code);
    }

    /// <summary>What came in is released, repaid, renewed, earned and spent as if it had been here always.</summary>
    private static async Task TradeOn(NpgsqlDataSource database)
    {
        await using var writer = new BookWriter(database, new BookRegistry(database));
        var matured = OldBook.Day.PlusDays(7);
        var released = await Post(writer, "new", new Command.ReleaseHold("noa", "USD", matured, "run-1"));
        Assert.Contains(released.Entries, entry => entry.Account.Code == Chart.CreatorDebt && entry.Amount == -5_00);
        await Post(writer, "new", new Command.ReleaseHold("mia", "JPY", matured, "run-1"));
        await Post(writer, "new", new Command.ReleaseAffiliate("zed", "USD", matured, "run-1"), "nothing_to_release");
        var topUp = await Post(writer, "new", new Command.TopUp("carl", 10_00, "USD"));
        Assert.Contains(topUp.Entries, entry => entry.Account.Code == Chart.FanDebt && entry.Amount == -2_00);
        await Post(writer, "new", new Command.SendTip("anna", "mia", 5_00, "USD", Funding.Tokens));
        await Post(writer, "new", new Command.RenewSubscription("s-month", Funding.Card));
        var charge = await ChargeOf(database, "s-year");
        await Post(writer, "new", new Command.RecogniseRevenue(charge, 1));
        // Sales from before have no record here: their old numbers are other records', or nobody's.
        await Post(writer, "new", new Command.RefundSale(4, "asked"), "not_refundable");
        await Post(writer, "new", new Command.RefundSale(10_000, "asked"), "transaction_unknown");
        var refund = await Post(writer, "new", new Command.RefundSale(charge, "left") { UnearnedOnly = true });
        Assert.Contains(refund.Entries, entry => entry.Account.Code == Chart.RefundPayable && entry.Amount == -110_00);
    }

    private static async Task<Receipt> Post(
        BookWriter writer, string platform, Command command, string? refused = null)
    {
        var reply = await writer.Post(new BookName("fanz", platform), command, Service, Guid.NewGuid().ToString());
        if (refused is null) return Assert.IsType<Reply.Posted>(reply).Receipt;
        Assert.Equal(refused, Assert.IsType<Reply.Refused>(reply).Refusal.Code);
        return null!;
    }

    private static async Task<long> ChargeOf(NpgsqlDataSource database, string subscription)
    {
        await using var query = database.CreateCommand(
            "select number from ledger.journal where type = 'charge_opened' and stream = $1");
        query.Parameters.Add(new() { Value = $"subscription/{subscription}" });
        return (long)(await query.ExecuteScalarAsync())!;
    }

    private static Files Many(int fans)
    {
        var files = new Files();
        files.Append("trial_balance", $"psp.receivable,USD,{fans}\nfan.wallet,USD,{-fans}\n");
        files.Append("balances", $"psp.receivable,,USD,{fans}\n");
        files.Append("balances", string.Concat(Enumerable.Range(0, fans).Select(i => $"fan.wallet,f{i},USD,-1\n")));
        return files;
    }

    private static async Task<long> Records(NpgsqlDataSource database, string platform)
    {
        await using var query = database.CreateCommand(
            """
            select coalesce(max(j.number), 0) from ledger.books b join ledger.journal j on j.book_id = b.id
            where b.tenant = 'fanz' and b.platform = $1
            """);
        query.Parameters.Add(new() { Value = platform });
        return (long)(await query.ExecuteScalarAsync())!;
    }

    private Task<Ended> Create(string platform) =>
        home.Run("book", "create", $"fanz/{platform}", "--time-zone", "UTC", "--currency", "USD");

    private Task<Ended> Import(string platform, Files files, params string[] more) =>
        home.Run(Words(platform, files, more));

    private static string[] Words(string platform, Files files, params string[] more) =>
    [
        "import", "--book", $"fanz/{platform}", "--import", "move", "--proposed-by", "olga", "--approved-by", "pete",
        files.Path, .. more,
    ];
}
