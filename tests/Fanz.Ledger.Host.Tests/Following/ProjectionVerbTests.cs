using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Archiving;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Tests.Following;

/// <summary>What an operator does about what was made of the journal, with verbs alone.</summary>
public sealed class ProjectionVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task What_was_made_is_compared_a_changed_row_is_found_and_made_again()
    {
        await home.Run("book", "create", "fanz/site", "--time-zone", "UTC", "--currency", "USD");
        await using (var source = LedgerDatabase.Connect(home.Server.HostConnectionString()))
        await using (var writer = new BookWriter(source, new BookRegistry(source)))
        {
            for (var i = 0; i < 20; i++)
            {
                var reply = await writer.Post(
                    new("fanz", "site"), new Command.TopUp("anna", 100 + i, "USD", $"r-{i}"), new Actor("tests"), $"{i}");
                Assert.IsType<Reply.Posted>(reply);
            }
        }

        // No host serves: the verb makes what is missing before it looks.
        var first = await home.Run("verify", "--projections", "--book", "fanz/site", "--json");
        Assert.True(first.Code == 0, first.Output + first.Error);
        var tables = first.Json.GetProperty("tables").EnumerateArray().ToArray();
        Assert.Equal(
            Followers.All.SelectMany(follower => follower.Tables).Select(table => table.Name).Order(),
            tables.Select(table => table.GetProperty("table").GetString()!).Order());
        Assert.All(tables, table => Assert.Equal(21, table.GetProperty("number").GetInt64()));

        await home.Tamper("update projected.found_by set text = 'r-99' where text = 'r-7'");
        var changed = await home.Run("verify", "--projections");
        Assert.Equal(1, changed.Code);
        Assert.Contains("""DIFFERENT: fanz/site projected.found_by: missing: {"number":9,"kind":"reference","text":"r-7"}""",
            changed.Output, StringComparison.Ordinal);
        Assert.Contains("r-99", changed.Output, StringComparison.Ordinal);

        var rebuilt = await home.Run("rebuild", "references", "--book", "fanz/site", "--json");
        Assert.True(rebuilt.Code == 0, rebuilt.Error);
        Assert.Equal(21, rebuilt.Json.GetProperty("books")[0].GetProperty("number").GetInt64());
        Assert.Equal(0, (await home.Run("verify", "--projections")).Code);

        // While some of it is archived nobody can say what all of it comes to.
        await TakenOut.Seals(
            home.Server.SuperuserConnectionString(),
            "(select id from ledger.books where (tenant, platform) = ('fanz', 'site'))", 1, 5);
        var archived = await home.Run("verify", "--projections", "--book", "fanz/site", "--json");
        Assert.Equal((2, 0), (archived.Code, archived.Json.GetProperty("tables").GetArrayLength()));
        var why = archived.Json.GetProperty("not_made")[0];
        Assert.Equal("fanz/site", why.GetProperty("book").GetString());
        Assert.Contains("archived in 1-", why.GetProperty("why").GetString(), StringComparison.Ordinal);
        var refused = await home.Run("rebuild", "references", "--book", "fanz/site");
        Assert.Equal(2, refused.Code);
        Assert.Contains("archived in 1-", refused.Error, StringComparison.Ordinal);
        var check = await home.Run("check", "--book", "fanz/site", "--json");
        var projections = check.Json.GetProperty("books")[0].GetProperty("checks").EnumerateArray()
            .Single(one => one.GetProperty("check").GetString() == "projections");
        Assert.Equal("waiting", projections.GetProperty("is").GetString());
        Assert.Contains("are archived", projections.GetProperty("said").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_paused_is_told_and_goes_on_when_it_may()
    {
        await home.Run("book", "create", "fanz/paused", "--time-zone", "UTC", "--currency", "USD");
        Assert.Equal(0, (await home.Run("verify", "--projections", "--book", "fanz/paused")).Code);
        Assert.Equal(0, (await home.Run("follower", "pause", "references", "fanz/paused")).Code);
        await using (var source = LedgerDatabase.Connect(home.Server.HostConnectionString()))
        await using (var writer = new BookWriter(source, new BookRegistry(source)))
            await writer.Post(new("fanz", "paused"), new Command.TopUp("anna", 100, "USD"), new Actor("tests"), "1");
        var told = await home.Run("verify", "--projections", "--book", "fanz/paused");
        Assert.Equal(0, told.Code);
        Assert.Contains(
            "references of fanz/paused is only current to number 1: it is paused.", told.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await home.Run("follower", "resume", "references")).Code);
        Assert.DoesNotContain(
            "paused.", (await home.Run("verify", "--projections", "--book", "fanz/paused")).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rebuild", "nothing")]
    [InlineData("rebuild", "references", "--book", "fanz/nowhere")]
    [InlineData("verify", "--projections", "--from", "2", "--book", "fanz/site")]
    [InlineData("follower", "pause", "references", "fanz/nowhere")]
    public async Task What_is_not_there_is_told_in_a_line(params string[] words)
    {
        var ended = await home.Run(words);
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.NotEmpty(ended.ErrorLines);
    }
}
