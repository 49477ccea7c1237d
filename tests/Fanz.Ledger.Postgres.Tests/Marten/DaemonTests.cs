using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>What Marten's fetching and its daemon do, statement by statement, with a reader's rights alone.</summary>
public sealed class DaemonTests(MartenBook shown) : IClassFixture<MartenBook>
{
    private const string Mark = "select shown.mt_mark_event_progression($1, $2)";
    private const string Skip = "select shown.mt_mark_progression_with_skip($1, $2, $3)";
    private const string Progress = "select last_seq_id, last_updated from shown.mt_event_progression where name = $1";

    [Fact]
    public async Task The_sequence_and_the_events_go_on_with_the_book()
    {
        for (var seed = 2; seed < 5; seed++)
        {
            await shown.Post(seed, 10);
            var last = shown.Ledger[MartenBook.Name].LastPosition;
            var sequence = Assert.Single(await shown.Rows(MartenSql.Sequence));
            Assert.Equal((last, last), ((long)sequence[0]!, (long)sequence[1]!));
            Assert.Empty(await shown.Rows(MartenSql.Gap, 0L));
            Assert.Equal(last, Assert.Single(await shown.Rows(MartenSql.Highest, 0L))[0]);
            Assert.Equal(last, Assert.Single(await shown.Rows(MartenSql.Count))[0]);
        }
    }

    [Fact]
    public async Task A_projection_that_follows_comes_to_the_balances_of_the_ledger()
    {
        var floor = 0L;
        var balances = new Dictionary<string, (long Version, long Sum)>();
        while (floor < shown.Ledger[MartenBook.Name].LastPosition)
        {
            var page = await shown.Rows(
                MartenSql.Page.Replace("500", "7", StringComparison.Ordinal), floor, long.MaxValue);
            foreach (var row in page)
            {
                Assert.Equal(++floor, row[3]);
                using var data = System.Text.Json.JsonDocument.Parse((string)row[0]!);
                var before = balances.GetValueOrDefault((string)row[5]!);
                Assert.Equal(before.Version + 1, row[6]);
                var sum = before.Sum + data.RootElement.GetProperty("amount").GetInt64();
                Assert.Equal(sum, data.RootElement.GetProperty("balance").GetInt64());
                balances[(string)row[5]!] = ((long)row[6]!, sum);
            }

            await shown.Rows(Mark, "Balances:All", floor);
            Assert.Equal(floor, Assert.Single(await shown.Rows(Progress, "Balances:All"))[0]);
        }

        Assert.Equal(0, balances.Sum(balance => balance.Value.Sum));
        foreach (var (account, (version, sum)) in balances)
        {
            var state = Assert.Single(await shown.Rows(MartenSql.StreamState, account));
            Assert.Equal((account, version, null), (state[0], (long)state[1]!, state[2]));
            var stream = await shown.Rows(MartenSql.Stream, account);
            Assert.Equal(Enumerable.Range(1, (int)version).Select(v => (long)v), stream.Select(row => (long)row[6]!));
            Assert.All(stream, row => Assert.Equal(account, row[5]));
            Assert.Equal(
                stream.Take(2).Select(row => row[3]),
                (await shown.Rows(MartenSql.StreamUpTo, account, 2L)).Select(row => row[3]));
            Assert.Contains($"\"balance\": {sum}", (string)stream[^1][0]!, StringComparison.Ordinal);
        }

        Assert.Empty(await shown.Rows(MartenSql.Stream, "fan.wallet/USD//nobody"));
        Assert.Empty(await shown.Rows(MartenSql.StreamState, "fan.wallet/USD//nobody"));
    }

    [Fact]
    public async Task Events_of_one_type_are_found_with_and_without_their_streams()
    {
        var all = await shown.Rows(MartenSql.Raw, 0L, 100_000);
        Assert.True(all.Select(row => row[1]).Distinct().Count() > 3);
        foreach (var type in all.Select(row => (string)row[1]!).Distinct())
        {
            var expected = all.Where(row => (string)row[1]! == type).Select(row => (long)row[3]!).ToList();
            var found = await shown.Rows(MartenSql.PageOfTypes, 0L, long.MaxValue, new[] { type });
            Assert.Equal(expected, found.Select(row => (long)row[3]!));
            var next = Assert.Single(await shown.Rows(MartenSql.NextOfTypes, 0L, new[] { type }));
            Assert.Equal(expected[0], next[0]);
        }
    }

    [Fact]
    public async Task A_mark_is_made_moved_and_moved_back()
    {
        foreach (var reached in new[] { 3L, 12L, 0L })
        {
            await shown.Rows(Mark, "Shard:All", reached);
            var row = Assert.Single(await shown.Rows(Progress, "Shard:All"));
            Assert.Equal(reached, row[0]);
            Assert.NotNull(row[1]);
        }

        await shown.Rows("delete from shown.mt_event_progression where name = 'Shard:All'");
        Assert.Empty(await shown.Rows(Progress, "Shard:All"));
    }

    [Fact]
    public async Task A_skip_is_noted_once_and_never_over_someone_who_went_on()
    {
        Assert.Equal(9L, Assert.Single(await shown.Rows(Skip, "Skipped", 9L, 4L))[0]);
        Assert.Equal(9L, Assert.Single(await shown.Rows(Skip, "Skipped", 20L, 4L))[0]);
        Assert.Equal(9L, Assert.Single(await shown.Rows(Progress, "Skipped"))[0]);
        Assert.Equal(30L, Assert.Single(await shown.Rows(Skip, "Skipped", 30L, 9L))[0]);
        await shown.Rows(Mark, "Skipped", 9L);
        Assert.Equal(30L, Assert.Single(await shown.Rows(Skip, "Skipped", 30L, 9L))[0]);
        Assert.Equal(9L, Assert.Single(await shown.Rows(Skip, "Skipped again", 9L, 4L))[0]);
        var skips = await shown.Rows(
            "select ending_sequence, starting_sequence, timestamp from shown.mt_high_water_skips order by 1 limit 10");
        Assert.Equal([(9L, 4L), (30L, 9L)], skips.Select(skip => ((long)skip[0]!, (long)skip[1]!)));
        Assert.All(skips, skip => Assert.NotNull(skip[2]));
    }

    [Fact]
    public async Task Of_two_that_skip_at_once_one_goes_on()
    {
        await shown.Rows(Mark, "Race", 5L);
        var skips = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => shown.Rows(Skip, "Race", 100L + i, 5L)));
        Assert.Single(skips.Select(rows => (long)rows[0][0]!).Distinct());
    }

    [Fact]
    public async Task A_book_without_entries_has_a_sequence_that_was_never_called()
    {
        var empty = new Fanz.Ledger.Books.BookName("acme", "empty");
        await shown.Ledger.Open(empty);
        await shown.Make("nothing", empty);
        var sequence = await shown.Rows("select last_value, is_called from nothing.mt_events_sequence");
        Assert.Equal([1L, false], Assert.Single(sequence));
        Assert.Empty(await shown.Rows("select * from nothing.mt_events"));
        Assert.Empty(await shown.Rows("select * from nothing.mt_streams"));
        Assert.Empty(await shown.Rows("select * from nothing.mt_event_progression"));
    }

    [Fact]
    public async Task The_columns_are_those_that_Marten_asks_for()
    {
        Assert.Equal(
            """
            seq_id bigint, id uuid, stream_id character varying, version bigint, data jsonb, bdata bytea,
            type character varying, timestamp timestamp with time zone, tenant_id character varying,
            mt_dotnet_type character varying, correlation_id character varying, causation_id character varying,
            headers jsonb, is_archived boolean
            """.ReplaceLineEndings(" "),
            await Columns("mt_events"));
        Assert.Equal(
            """
            tenant_id character varying, id character varying, type character varying, version bigint,
            timestamp timestamp with time zone, created timestamp with time zone, is_archived boolean
            """.ReplaceLineEndings(" "),
            await Columns("mt_streams"));
        Assert.Equal(
            "name character varying, last_seq_id bigint, last_updated timestamp with time zone",
            await Columns("mt_event_progression"));
        Assert.Equal("last_value bigint, is_called boolean", await Columns("mt_events_sequence"));
        Assert.Equal(
            "pk_mt_event_progression, pkey_mt_high_water_skips_ending_sequence",
            await TestDatabase.Scalar<string>(
                shown.Database.OwnerConnectionString,
                """
                select string_agg(conname, ', ' order by conname) from pg_constraint
                where connamespace = 'shown'::regnamespace and contype = 'p'
                """));
    }

    private Task<string> Columns(string relation) => TestDatabase.Scalar<string>(
        shown.Database.OwnerConnectionString,
        $"""
        select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
        from pg_attribute where attrelid = 'shown.{relation}'::regclass and attnum > 0
        """);
}
