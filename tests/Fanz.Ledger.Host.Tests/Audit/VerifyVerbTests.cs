using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Audit;

public sealed class VerifyVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task What_is_whole_verifies_and_a_changed_row_is_named_with_exit_code_1()
    {
        await home.WriteSmallBooks();
        var whole = await home.Run("verify", "--json");
        Assert.Equal(0, whole.Code);
        Assert.True(whole.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, whole.Json.GetProperty("first_broken").ValueKind);
        foreach (var count in new[] { "records", "entries", "seals", "answers", "entries_per_second" })
            Assert.True(whole.Json.GetProperty(count).GetInt64() > 0, count);
        var part = await home.Run("verify", "--book", "fanz/bestfans", "--from", "5");
        Assert.Equal(0, part.Code);
        Assert.Contains("as it was sealed", part.Output, StringComparison.Ordinal);
        var beyond = await home.Run("verify", "--book", "fanz/bestfans", "--from", "500");
        Assert.Equal(0, beyond.Code);
        Assert.Contains("nothing to verify", beyond.Output, StringComparison.Ordinal);

        await home.Tamper(
            """
            set session_replication_role = replica;
            alter table ledger.journal disable trigger append_only;
            update ledger.journal set actor = 'nobody'
            where number = 4 and book_id = (select id from ledger.books where platform = 'bestfans')
            """);
        var broken = await home.Run("verify", "--json");
        Assert.Equal(1, broken.Code);
        Assert.False(broken.Json.GetProperty("ok").GetBoolean());
        var first = broken.Json.GetProperty("first_broken");
        Assert.Equal("fanz/bestfans", first.GetProperty("book").GetString());
        Assert.Equal("journal", first.GetProperty("table").GetString());
        Assert.Equal("number=4", first.GetProperty("key").GetString());
        var told = await home.Run("verify");
        Assert.Equal(1, told.Code);
        Assert.Contains("BROKEN: fanz/bestfans journal number=4", told.Output, StringComparison.Ordinal);
    }
}
