using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Audit;

public sealed class AuditVerbTests(Home home) : IClassFixture<Home>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("audit").FullName;

    [Fact]
    public async Task A_book_is_taken_along_verified_and_read_and_a_changed_file_is_told()
    {
        await home.WriteSmallBooks();
        var file = Path.Combine(folder, "bestfans.jsonl.gz");
        var export = await home.Run("audit", "export", "--book", "fanz/bestfans", "--out", file, "--json");
        Assert.True(export.Code == 0, export.Output);
        Assert.True(export.Json.GetProperty("counts").GetProperty("records").GetInt64() > 0);
        Assert.True(export.Json.GetProperty("counts").GetProperty("totals").GetInt64() > 0);
        Assert.Equal([file], Directory.GetFiles(folder));
        Assert.Equal(2, (await home.Run("audit", "export", "--book", "fanz/bestfans", "--out", file)).Code);

        var whole = await home.Run("audit", "verify", file, "--json");
        Assert.True(whole.Code == 0, whole.Output);
        Assert.True(whole.Json.GetProperty("decided").GetInt64() > 0);
        Assert.True(whole.Json.GetProperty("as_requested").GetInt64() > 0);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, whole.Json.GetProperty("first_broken").ValueKind);
        var told = await home.Run("audit", "verify", file);
        Assert.Contains("Without --key nobody vouches", told.Output, StringComparison.Ordinal);

        var day = Path.Combine(folder, "day.jsonl.gz");
        Assert.Equal(0, (await home.Run("audit", "export", "--book", "fanz/bestfans", "--from", "4", "--out", day)).Code);
        Assert.Equal(0, (await home.Run("audit", "verify", day)).Code);

        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^20]);
        var cut = await home.Run("audit", "verify", file);
        Assert.Equal(1, cut.Code);
        Assert.Contains("BROKEN: fanz/bestfans package line=", cut.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await home.Run("audit", "verify", Path.Combine(folder, "none"))).Code);
        await Replayed();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task Replayed()
    {
        var whole = await home.Run("audit", "replay", "--book", "fanz/bestfans");
        Assert.Equal(0, whole.Code);
        Assert.Contains("rule: ", whole.Output, StringComparison.Ordinal);
        Assert.Contains("What it came to:", whole.Output, StringComparison.Ordinal);
        var part = await home.Run("audit", "replay", "--book", "fanz/bestfans", "--against", "3", "--at", "5");
        Assert.StartsWith("fanz/bestfans from record 3 to record 5", part.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("book_opened", part.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await home.Run(
            "audit", "replay", "--book", "fanz/bestfans", "--account", "fan.wallet/USD//nobody")).Code);
        Assert.Equal(2, (await home.Run(
            "audit", "replay", "--book", "fanz/bestfans", "--payout", "p", "--stream", "s")).Code);
    }
}
