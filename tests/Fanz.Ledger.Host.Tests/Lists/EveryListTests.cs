using System.Globalization;
using System.Net;
using System.Text.Json;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Tests.Lists;

/// <summary>What is true of every list, and of everything that is made of the journal.</summary>
public sealed class EveryListTests(EveryOperation world) : IClassFixture<EveryOperation>
{
    public static TheoryData<string> Names => [.. Listings.All.Select(list => list.Name)];

    [Fact]
    public async Task Everything_that_was_made_of_every_operation_is_as_the_journal_says()
    {
        var check = new ProjectionCheck(world.Source);
        foreach (var book in world.Books)
        {
            foreach (var follower in Followers.All)
            {
                await foreach (var table in check.Check(follower, book))
                    Assert.True(table.Differences.Count == 0, $"{table.Table}: {string.Join('\n', table.Differences)}");
            }
        }
    }

    [Fact]
    public async Task What_is_made_again_is_the_same()
    {
        foreach (var book in world.Books)
        {
            foreach (var follower in Followers.All)
            {
                await new Rebuild(world.Source, recordsAPage: 11).Run(follower, book, null, CancellationToken.None);
                await foreach (var table in new ProjectionCheck(world.Source).Check(follower, book))
                    Assert.True(table.Differences.Count == 0, $"{table.Table}: {string.Join('\n', table.Differences)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_after_page_a_list_is_what_its_file_has_in_every_order(string name)
    {
        var list = Listings.All.Single(one => one.Name == name);
        var required = Required(list);
        foreach (var book in world.Books)
        {
            foreach (var order in list.Orders)
            {
                var address = $"/v1/{book.Name.Tenant}/{book.Name.Platform}/lists/{name}?order={order.Name}{required}";
                var lines = (await Text($"{address}&format=jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                foreach (var (limit, most) in new[] { (3, 30), (1_000, 100) })
                    Assert.Equal(lines.Take(limit * most), await Pages(address, limit, most));
                var csv = await Text($"{address}&format=csv");
                Assert.StartsWith(string.Join(',', list.Columns.Select(column => column.Name)) + "\r\n", csv,
                    StringComparison.Ordinal);
                Assert.Equal(lines.Length, Records(csv) - 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_filter_leaves_rows_of_the_list_and_a_cursor_is_of_one_list_alone(string name)
    {
        var list = Listings.All.Single(one => one.Name == name);
        var required = Required(list);
        var book = world.Books.Single(one => one.Name.Platform == "bestfans").Name;
        var address = $"/v1/{book.Tenant}/{book.Platform}/lists/{name}?limit=1000{required}";
        foreach (var wrong in new[] { "&order=sideways", "&limit=0", "&cursor=abc", "&format=pdf", "&nothing=1" })
        {
            using var refused = await world.Client.GetAsync(new Uri(address + wrong, UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        foreach (var filter in list.Filters.Where(filter => !filter.IsRequired))
        {
            using var refused = await world.Client.GetAsync(
                new Uri($"{address}&{filter.Name}=%00", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            var value = filter.Words?[0] ?? filter.Kind switch
            {
                ValueKind.Date => "2020-01-01",
                ValueKind.Time => "2020-01-01T00:00:00Z",
                ValueKind.Flag => "true",
                ValueKind.Whole or ValueKind.Minor => "1",
                _ => "USD",
            };
            using var answered = await world.Client.GetAsync(
                new Uri($"{address}&{filter.Name}={value}", UriKind.Relative));
            Assert.True(
                answered.IsSuccessStatusCode, $"{filter.Name}={value}: {await answered.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task Lists_of_another_tenant_are_not_there()
    {
        foreach (var list in Listings.All)
        {
            using var answer = await world.Client.GetAsync(
                new Uri($"/v1/rival/bestfans/lists/{list.Name}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private async Task<List<string>> Pages(string address, int limit, int most)
    {
        var (rows, cursor) = (new List<string>(), "");
        for (var page = 0; page < most; page++)
        {
            using var answer = JsonDocument.Parse(await Text($"{address}&limit={limit}{cursor}"));
            rows.AddRange(answer.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetRawText()));
            if (answer.RootElement.GetProperty("next").GetString() is not { } next) break;
            cursor = $"&cursor={next}";
        }

        return rows;
    }

    /// <summary>What a list cannot be read without.</summary>
    private static string Required(Listing list) => string.Concat(
        list.Filters.Where(filter => filter.IsRequired).Select(filter => $"&{filter.Name}=" + filter.Kind switch
        {
            ValueKind.Date => "2026-12-31",
            _ => filter.Words?[0] ?? "USD",
        }));

    private async Task<string> Text(string address)
    {
        using var answer = await world.Client.GetAsync(new Uri(address, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {text}");
        Assert.True(long.Parse(answer.Headers.GetValues("Ledger-Number").Single(), CultureInfo.InvariantCulture) > 0);
        return text;
    }

    /// <summary>Line breaks within quotes end no record.</summary>
    private static int Records(string csv)
    {
        var (records, isQuoted) = (0, false);
        foreach (var character in csv)
        {
            if (character == '"') isQuoted = !isQuoted;
            else if (character == '\n' && !isQuoted) records++;
        }

        return records;
    }
}
