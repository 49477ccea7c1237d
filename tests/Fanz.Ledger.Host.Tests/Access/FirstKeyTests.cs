using System.Net;
using System.Text;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;

namespace Fanz.Ledger.Host.Tests.Access;

public sealed class FirstKeyTests : IDisposable
{
    private readonly HomeFolder home = new();

    [Fact]
    public async Task A_private_server_tells_a_key_at_its_first_start_and_never_again()
    {
        string key;
        await using (var first = await ServingLedger.Start(home.Settings))
        {
            key = (await first.Program.Says("  export LEDGER_KEY=")).Split('=')[1];
            Assert.Equal(HttpStatusCode.Created, await Tip(first, key));
            var stopped = await first.Program.Stop();
            Assert.Single(stopped.ErrorLines, line => line.Contains("fl_", StringComparison.Ordinal));
        }

        await using var again = await ServingLedger.Start(home.Settings);
        Assert.Equal(HttpStatusCode.Created, await Tip(again, key));
        var ended = await again.Program.Stop();
        Assert.DoesNotContain("fl_", ended.Error, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(home.Path, "*", SearchOption.AllDirectories))
        {
            var content = await File.ReadAllBytesAsync(file);
            Assert.False(content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(key[^64..])) >= 0, file);
        }
    }

    public void Dispose() => home.Dispose();

    private static async Task<HttpStatusCode> Tip(ServingLedger ledger, string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"{ledger.Address}/v1/fanz/bestfans/commands/send_tip"))
        {
            Content = new StringContent(
                """{"fan":"anna","creator":"mia","amount":1000,"currency":"USD","funding":"card"}""",
                Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Authorization", $"Bearer {key}");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
