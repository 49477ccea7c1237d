using System.Globalization;
using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Archiving;

public sealed class ArchiveVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task An_operator_takes_old_records_out_into_files_and_brings_them_back()
    {
        await home.WriteSmallBooks();
        var folder = Path.Combine(home.Folder, "archive");
        var tomorrow = DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var nothing = await home.Run("archive", "plan");
        Assert.Equal((0, "Nothing is old enough, sealed and under a checkpoint."), (nothing.Code, nothing.Output.Trim()));
        var early = await home.Run("archive", "plan", "--before", tomorrow);
        Assert.Equal(2, early.Code);
        Assert.Contains("--early archives them all the same", early.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await home.Run("audit", "checkpoint")).Code);
        string[] young = ["--book", "fanz/bestfans", "--before", tomorrow, "--early", "--folder", folder];
        var missing = await home.Run(["archive", "detach", .. young, "--leave-open"]);
        Assert.Equal(2, missing.Code);
        Assert.Contains("export it first", missing.Error, StringComparison.Ordinal);
        var exported = await home.Run(["archive", "export", .. young]);
        Assert.True(exported.Code == 0, exported.Error);
        Assert.Contains("everything as it was sealed and signed", exported.Output, StringComparison.Ordinal);
        var detached = await home.Run(["archive", "detach", .. young, "--leave-open", "--json"]);
        Assert.True(detached.Code == 0, detached.Error);
        var range = detached.Json.GetProperty("ranges")[0];
        var (id, last) = (range.GetProperty("id").GetRawText(), range.GetProperty("last_number").GetInt64());

        var verified = await home.Run("verify");
        Assert.Equal(0, verified.Code);
        Assert.Contains($"Records 1 to {last} of fanz/bestfans are archived", verified.Output, StringComparison.Ordinal);
        var file = Assert.Single(Directory.GetFiles(folder));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Equal((1, "changed"), State(await home.Run("archive", "list", "--folder", folder, "--json")));
        var damaged = await home.Run("archive", "attach", id, "--folder", folder);
        Assert.Equal(2, damaged.Code);
        var kept = await home.Run("archive", "drop", "--folder", folder);
        Assert.Equal(2, kept.Code);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Equal((0, "there"), State(await home.Run("archive", "list", "--folder", folder, "--json")));
        var dropped = await home.Run("archive", "drop", "--folder", folder, "--json");
        Assert.Equal((0, 2), (dropped.Code, dropped.Json.GetProperty("dropped").GetArrayLength()));

        var attached = await home.Run("archive", "attach", id, "--folder", folder);
        Assert.True(attached.Code == 0, attached.Error);
        Assert.Contains("are here again", attached.Output, StringComparison.Ordinal);
        var whole = await home.Run("verify", "--json");
        Assert.Equal((0, 0), (whole.Code, whole.Json.GetProperty("archived").GetArrayLength()));
        Assert.Equal(2, (await home.Run("archive", "attach", id, "--folder", folder)).Code);
        var trail = await home.Run("audit", "trail", "fanz", "--kind", "done", "--json");
        Assert.Equal(
            ["archive_attached", "archive_detached"],
            trail.Json.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("action").GetString()!)
                .Where(action => action.StartsWith("archive", StringComparison.Ordinal)));
    }

    private static (int Code, string? State) State(Terminal.Ended ended) =>
        (ended.Code, ended.Json.GetProperty("ranges")[0].GetProperty("state").GetString());
}
