using System.Net;
using System.Text.Json;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

[Collection(ReadingCollection.Name)]
public sealed class ParameterTests(ReadingBooks books)
{
    private const string Wallet = "account=fan.wallet/USD//anna";

    [Theory]
    [InlineData("accounts/balance", "parameter_missing", "account")]
    [InlineData($"accounts/balance?{Wallet}&limit=5", "parameter_unknown", "limit")]
    [InlineData($"accounts/balance?{Wallet}&{Wallet}", "parameter_repeated", "account")]
    [InlineData($"accounts/balance?{Wallet}&ACCOUNT=x", "parameter_unknown", "ACCOUNT")]
    [InlineData("accounts/balance?Account=fan.wallet/USD//anna", "parameter_unknown", "Account")]
    [InlineData("accounts", "parameter_missing", "owner")]
    [InlineData("accounts?owner=an%00na", "ill_formed", "owner")]
    [InlineData("accounts?owner=anna&limit=0", "ill_formed", "limit")]
    [InlineData("accounts?owner=anna&order=newest", "parameter_unknown", "order")]
    [InlineData("accounts?owner=anna&cursor=x", "cursor_ill_formed", "cursor")]
    [InlineData($"entries?{Wallet}&limit=abc", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&limit=1001", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&limit=-1", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&limit=1e2", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&limit=", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&limit=%D9%A1", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&limit=99999999999999999999", "ill_formed", "limit")]
    [InlineData($"entries?{Wallet}&order=OLDEST", "ill_formed", "order")]
    [InlineData($"entries?{Wallet}&at_least=x", "ill_formed", "at_least")]
    [InlineData($"entries?{Wallet}&at_least=1&at_least=2", "parameter_repeated", "at_least")]
    [InlineData("transactions/5?limit=1", "parameter_unknown", "limit")]
    [InlineData("streams", "parameter_missing", "stream")]
    [InlineData("journal?wait=31", "ill_formed", "wait")]
    [InlineData("journal?wait=0.5", "ill_formed", "wait")]
    [InlineData("journal?limit=0", "ill_formed", "limit")]
    [InlineData("journal?after=5", "cursor_ill_formed", "after")]
    [InlineData("journal?after=", "cursor_ill_formed", "after")]
    [InlineData("journal?after=5-xyz", "cursor_ill_formed", "after")]
    [InlineData("journal?after=9223372036854775807-0123456789abcdef", "cursor_ill_formed", "after")]
    [InlineData("journal?since=5", "parameter_unknown", "since")]
    [InlineData("journal/stream?wait=5", "parameter_unknown", "wait")]
    [InlineData("journal/stream?after=x", "cursor_ill_formed", "after")]
    public async Task What_is_asked_for_wrongly_is_said_with_its_field(string path, string code, string field) =>
        (await books.Host.Get($"{ReadingBooks.BestFans}/{path}")).Is(HttpStatusCode.BadRequest, code, field);

    [Theory]
    [InlineData("/v1/fanz/nowhere/journal")]
    [InlineData("/v1/other/bestfans/journal")]
    [InlineData("/v1/FANZ/bestfans/journal")]
    [InlineData("/v1/fanz/best%2Ffans/journal")]
    [InlineData("/v1/fanz/%2e%2e%2f/journal")]
    public async Task A_book_that_is_not_there_is_answered_as_one_that_is_anothers(string path)
    {
        var told = (await books.Host.Get(path)).Is(HttpStatusCode.NotFound, "book_unknown");
        Assert.Equal((await books.Host.Get("/v1/fanz/nothing/journal")).Problem, told.Problem);
    }

    [Theory]
    [InlineData("accounts/balance/../../journal/x")]
    [InlineData("transactions/../../../../etc/passwd")]
    [InlineData("transactions/5%2F..%2F6")]
    [InlineData("accounts/fan.wallet/USD//anna")]
    public async Task Tricks_with_paths_lead_nowhere(string path)
    {
        // The client must not tidy the path up before it is sent.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
            $"{books.Host.Address.ToString().TrimEnd('/')}{ReadingBooks.BestFans}/{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using var response = await books.Host.Http.SendAsync(request);
        Assert.InRange((int)response.StatusCode, 400, 404);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.NotNull(problem.RootElement.GetProperty("code").GetString());
    }
}
