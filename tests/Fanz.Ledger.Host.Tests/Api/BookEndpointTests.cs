using System.Net;
using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Api;

/// <summary>Books are opened by those who administer their tenant, once, and are never there by first use.</summary>
public sealed class BookEndpointTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string Vienna = """{"time_zone":"Europe/Vienna","reporting_currency":"EUR"}""";

    [Fact]
    public async Task A_book_is_opened_once_and_is_then_as_it_was_opened_on_every_host()
    {
        var admin = await ledger.Bearer(Scopes.Admin, Scopes.Wallets);
        var before = await ledger.TopUp(admin, "acme/opened");
        Assert.Equal((HttpStatusCode.NotFound, "book_unknown"), (before.Status, before.Code));

        var opened = await Put("acme/opened", admin, Vienna);
        Assert.Equal(HttpStatusCode.Created, opened.Status);
        const string told =
            """
            {"tenant":"acme","platform":"opened","time_zone":"Europe/Vienna","calendar":"none","reporting_currency":"EUR","number":1}
            """;
        Assert.Equal(told.Trim(), opened.Text);
        var again = await Put("acme/opened", admin, Vienna, host: 1);
        Assert.Equal((HttpStatusCode.OK, opened.Text), (again.Status, again.Text));
        var other = await Put("acme/opened", admin, Vienna.Replace("EUR", "CHF", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.Conflict, "book_settings_differ"), (other.Status, other.Code));
        Assert.Equal(opened.Text, (await ledger.Get("/v1/acme/opened", admin, host: 1)).Text);

        Assert.Equal(HttpStatusCode.Created, (await ledger.TopUp(admin, "acme/opened", host: 1)).Status);
        Assert.Equal(2, (await ledger.Get("/v1/acme/opened", admin)).Json.GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task Many_at_once_open_one_book()
    {
        var admin = await ledger.Bearer(Scopes.Admin);
        var said = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Put("acme/rushed", admin, Vienna, i % 2)));
        Assert.All(said, one => Assert.True(one.Status is HttpStatusCode.Created or HttpStatusCode.OK, one.Text));
        Assert.Single(said.Select(one => one.Text).Distinct());
    }

    [Fact]
    public async Task The_books_of_a_tenant_are_listed_for_whom_they_are()
    {
        var reader = await ledger.Bearer(Scopes.ReadLedger);
        var books = (await ledger.Get("/v1/acme/books", reader)).Json.GetProperty("books").EnumerateArray()
            .Select(book => $"{book.GetProperty("tenant")}/{book.GetProperty("platform")}").ToList();
        Assert.Contains("acme/main", books);
        Assert.Contains("acme/side", books);
        Assert.All(books, book => Assert.StartsWith("acme/", book, StringComparison.Ordinal));

        var side = (await ledger.Key(grant => grant with { Platforms = ["side"] }, Scopes.ReadLedger)).Text;
        var seen = (await ledger.Get("/v1/acme/books", $"Bearer {side}")).Json.GetProperty("books");
        Assert.Equal("side", Assert.Single(seen.EnumerateArray()).GetProperty("platform").GetString());
    }

    [Fact]
    public async Task Who_may_not_learns_nothing()
    {
        var admin = await ledger.Bearer(Scopes.Admin);
        foreach (var book in new[] { "rival/main", "rival/nowhere" })
        {
            Assert.Equal("book_unknown", (await Put(book, admin, Vienna)).Code);
            Assert.Equal("book_unknown", (await ledger.Get($"/v1/{book}", admin)).Code);
        }

        Assert.Equal("tenant_unknown", (await ledger.Get("/v1/rival/books", admin)).Code);
        var tips = await ledger.Bearer(Scopes.Tips);
        Assert.Equal("scope_missing", (await Put("acme/mine", tips, Vienna)).Code);
        Assert.Equal("scope_missing", (await ledger.Get("/v1/acme/main", tips)).Code);
        Assert.Equal("scope_missing", (await ledger.Get("/v1/acme/books", tips)).Code);
        Assert.Equal("unauthenticated", (await Put("acme/mine", null, Vienna)).Code);
        var bound = (await ledger.Key(grant => grant with { Platforms = ["main"] }, Scopes.Admin)).Text;
        Assert.Equal("book_unknown", (await Put("acme/mine", $"Bearer {bound}", Vienna)).Code);
        Assert.Equal("book_unknown", (await ledger.Get("/v1/acme/mine", admin)).Code);
    }

    [Fact]
    public async Task The_house_opens_books_for_every_tenant()
    {
        var house = $"Bearer {(await ledger.Key(grant => grant with { Tenant = "*" }, Scopes.Admin)).Text}";
        Assert.Equal(HttpStatusCode.Created, (await Put("newcomer/first", house, Vienna)).Status);
        Assert.Single((await ledger.Get("/v1/newcomer/books", house)).Json.GetProperty("books").EnumerateArray());
    }

    [Theory]
    [InlineData("bad", "", "body")]
    [InlineData("bad", "null", "body")]
    [InlineData("bad", "[]", "body")]
    [InlineData("bad", "{}", "body")]
    [InlineData("bad", """{"time_zone":"UTC"}""", "body")]
    [InlineData("bad", """{"time_zone":"UTC","reporting_currency":null}""", "reporting_currency")]
    [InlineData("bad", """{"time_zone":5,"reporting_currency":"EUR"}""", "time_zone")]
    [InlineData("bad", """{"time_zone":"UTC","reporting_currency":"EUR","color":"red"}""", "color")]
    [InlineData("bad", """{"time_zone":"UTC","time_zone":"UTC","reporting_currency":"EUR"}""", "time_zone")]
    [InlineData("bad", """{"time_zone":"Mars/Olympus","reporting_currency":"EUR"}""", "time_zone")]
    [InlineData("bad", """{"time_zone":"UTC","reporting_currency":"TKN"}""", "reporting_currency")]
    [InlineData("bad", """{"time_zone":"UTC","reporting_currency":"EUR","calendar":"A B"}""", "calendar")]
    [InlineData("Bad", """{"time_zone":"UTC","reporting_currency":"EUR"}""", "platform")]
    [InlineData("books", """{"time_zone":"UTC","reporting_currency":"EUR"}""", "platform")]
    [InlineData("keys", """{"time_zone":"UTC","reporting_currency":"EUR"}""", "platform")]
    public async Task A_book_that_is_asked_for_wrongly_is_not_opened(string platform, string body, string field)
    {
        var said = await Put($"acme/{platform}", await ledger.Bearer(Scopes.Admin), body);
        Assert.Equal(HttpStatusCode.BadRequest, said.Status);
        Assert.Equal(field, said.Json.GetProperty("field").GetString());
        Assert.DoesNotContain("System.", said.Text, StringComparison.Ordinal);
    }

    private Task<Said> Put(string book, string? bearer, string body, int host = 0) =>
        ledger.Send(HttpMethod.Put, $"/v1/{book}", bearer, body, host: host);
}
