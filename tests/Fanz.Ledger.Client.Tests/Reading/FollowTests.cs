using System.Globalization;
using Fanz.Ledger.Client.Tests.Sending;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client.Tests.Reading;

public class FollowTests
{
    [Fact]
    public async Task A_follower_goes_on_where_it_was_whatever_happens_on_the_way()
    {
        using var server = new ScriptedServer((_, number) => number switch
        {
            0 => Page(1, 2),
            1 => new Scene.Cuts(),
            2 => new Scene.Stammers(200, Page(3, 4).Body),
            3 => Script.Problem(503, "starting"),
            4 => new Scene.Says(502, "<html>Bad gateway"),
            5 => Page(3, 4),
            6 => new Scene.Says(200, """{"records":[],"cursor":"4-aa","more":false}"""),
            _ => Page(5, 5),
        });
        using var client = server.Client();
        var items = await Take(client.Follow(Script.Book, LedgerClient.FromTheStart), 5);

        Assert.Equal([1, 2, 3, 4, 5], items.Select(item => item.Number));
        Assert.Equal(["1-aa", "2-aa", "3-aa", "4-aa", "5-aa"], items.Select(item => item.Cursor));
        Assert.Equal(
            ["0", "2-aa", "2-aa", "2-aa", "2-aa", "2-aa", "4-aa", "4-aa"],
            server.Heard.Select(heard => heard.Target.Split("after=")[1].Split('&')[0]));
        Assert.All(server.Heard, heard => Assert.Contains("&wait=1", heard.Target, StringComparison.Ordinal));
        var tip = Assert.IsType<Event.TipSent>(items[0].ReadEvent());
        Assert.Equal(("anna", 500), (tip.Fan, tip.Amount));
        Assert.Equal(("shop", null, null), (items[0].Actor, items[0].Stream, items[0].RefersTo));
        Assert.Equal(Script.Wallet, Assert.Single(items[0].Entries).Account);
    }

    [Fact]
    public async Task A_record_of_a_newer_ledger_is_told_as_it_is()
    {
        using var server = new ScriptedServer(new Scene.Says(
            200, Page(1, 1).Body.Replace("tip_sent", "rocket_launched", StringComparison.Ordinal)));
        using var client = server.Client();
        var item = Assert.Single(await Take(client.Follow(Script.Book, "0"), 1));
        Assert.Equal("rocket_launched", item.Type);
        Assert.Null(item.ReadEvent());
        Assert.Equal("anna", item.Data.GetProperty("fan").GetString());
    }

    [Fact]
    public async Task A_lost_timeline_ends_it_with_the_last_number_in_common()
    {
        using var server = new ScriptedServer(
            Page(1, 2),
            new Scene.Says(
                409,
                """
                {"status":409,"code":"timeline_lost","detail":"Commits were lost.",
                "facts":{"number":"2","common_at_most":"1","head":"9"}}
                """));
        using var client = server.Client();
        var numbers = new List<long>();
        var lost = await Assert.ThrowsAsync<TimelineLost>(async () =>
        {
            await foreach (var item in client.Follow(Script.Book, "0")) numbers.Add(item.Number);
        });
        Assert.Equal([1, 2], numbers);
        Assert.Equal((1, 9), (lost.LastInCommon, lost.Head));
    }

    [Fact]
    public async Task What_is_archived_ends_it_with_the_records_and_their_file()
    {
        using var server = new ScriptedServer(
            Page(1, 2),
            new Scene.Says(
                410,
                """
                {"status":410,"code":"archived","detail":"Records 3 to 9 are archived.",
                "facts":{"first_number":"3","last_number":"9","file":"fanz-bestfans.3-9.jsonl.gz"}}
                """));
        using var client = server.Client();
        var numbers = new List<long>();
        var archived = await Assert.ThrowsAsync<RecordsArchived>(async () =>
        {
            await foreach (var item in client.Follow(Script.Book, "0")) numbers.Add(item.Number);
        });
        Assert.Equal([1, 2], numbers);
        Assert.Equal((3, 9, "fanz-bestfans.3-9.jsonl.gz"), (archived.FirstNumber, archived.LastNumber, archived.File));
    }

    [Fact]
    public async Task A_question_that_no_patience_helps_is_not_asked_again()
    {
        using var server = new ScriptedServer((heard, number) => number switch
        {
            0 => Script.Problem(404, "book_unknown"),
            1 => Script.Problem(401, "unauthenticated"),
            _ => Script.Problem(400, "cursor_ill_formed"),
        });
        using var client = server.Client();
        await Assert.ThrowsAsync<WrongQuestion>(() => Take(client.Follow(Script.Book, "0"), 1));
        await Assert.ThrowsAsync<LedgerDenied>(() => Take(client.Follow(Script.Book, "0"), 1));
        await Assert.ThrowsAsync<WrongQuestion>(() => Take(client.Follow(Script.Book, "0"), 1));
        Assert.Equal(3, server.Heard.Count);
        await Assert.ThrowsAsync<ArgumentException>(() => Take(client.Follow(Script.Book, "head"), 1));
        Assert.Equal(3, server.Heard.Count);
    }

    [Fact]
    public async Task A_follower_ends_when_it_is_cancelled()
    {
        using var server = new ScriptedServer(Page(1, 1), new Scene.Hangs());
        using var client = server.Client();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in client.Follow(Script.Book, "0", stop.Token)) stop.Cancel();
        });
    }

    [Fact]
    public async Task The_head_is_a_cursor()
    {
        using var server = new ScriptedServer(
            new Scene.Says(200, """{"records":[],"cursor":"41-00ff","more":false}"""));
        using var client = server.Client();
        Assert.Equal("41-00ff", await client.Head(Script.Book));
        Assert.EndsWith("/journal?after=head&limit=1", Assert.Single(server.Heard).Target, StringComparison.Ordinal);
    }

    private static Scene.Says Page(int from, int to)
    {
        var records = Enumerable.Range(from, to - from + 1).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"cursor":"{{number}}-aa","number":{{number}},"at":"2026-05-04T10:11:12Z","type":"tip_sent",
            "effective_on":"2026-05-04","actor":"shop","data":{"fan":"anna","creator":"mia","amount":500,
            "currency":"USD","funding":"wallet","rule_version":0,"fee":100,"pending":400,
            "pending_until":"2026-05-11","reserve":0,"reserve_until":"2026-11-01"},"entries":[{"position":{{number}},
            "account":"fan.wallet/USD//anna","version":{{number}},"amount":500,"currency":"USD","balance":-500}]}
            """));
        return new Scene.Says(
            200, $$"""{"records":[{{string.Join(',', records)}}],"cursor":"{{to}}-aa","more":false}""");
    }

    private static async Task<List<JournalItem>> Take(IAsyncEnumerable<JournalItem> followed, int count)
    {
        var items = new List<JournalItem>();
        await foreach (var item in followed)
        {
            items.Add(item);
            if (items.Count == count) break;
        }

        return items;
    }
}
