using System.Text.Json;
using Fanz.Ledger.Host.Demo.Year;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Host.Tests.Demo;

public sealed class YearTests(Home home, ITestOutputHelper output) : IClassFixture<Home>
{
    private static readonly byte[] MasterKey = [.. Enumerable.Range(1, 32).Select(one => (byte)one)];
    private static readonly YearScript Short =
        YearScript.Usual with { Days = 22, Creators = YearScript.FewestCreators, Fans = 24 };

    [Fact]
    public async Task Weeks_of_the_year_tie_with_the_bank_verify_and_have_every_event_of_paying_creators()
    {
        var played = (await home.Run("demo", "--year", "--days", "35", "--json")).Json;
        Assert.True(played.GetProperty("ties").GetBoolean(), played.ToString());
        Assert.Equal(played.GetProperty("at_bank").GetInt64(), played.GetProperty("in_ledger").GetInt64());
        Assert.True(played.GetProperty("paid").GetInt64() > 0);

        var replayed = await home.Run("replay", "--book", YearScript.Platform.ToString(), "--json");
        var events = replayed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("type").GetString()!).ToHashSet();
        Assert.Empty(EventFormat.Names.Where(name => EventFormat.VocabularyOf(name) == 5).Except(events));
        var last = YearScript.Usual.First.PlusDays(34);
        var found = await home.Run("check", "--whole", "--date", $"{last:uuuu-MM-dd}", "--json");
        Assert.True(found.Code == 0 && found.Json.GetProperty("ok").GetBoolean(), found.Output);

        var again = (await home.Run("demo", "--year", "--days", "35", "--json")).Json;
        Assert.Equal(0, again.GetProperty("posted").GetInt32());
        Assert.Equal(played.GetProperty("in_ledger").GetInt64(), again.GetProperty("in_ledger").GetInt64());
    }

    [Fact]
    public async Task However_often_it_is_broken_off_it_comes_to_the_same()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LEDGER_SEED"), out var set) ? set : 20_260;
        output.WriteLine($"LEDGER_SEED={seed}");
        var whole = await Play("whole", () => int.MaxValue);
        var random = new Random(seed);
        var (broken, times) = (default(string), 0);
        while (broken is null)
        {
            Assert.True(++times < 60, "It never comes to an end.");
            // Later attempts get further, so that there is an end.
            broken = await Play("broken", () => random.Next(times * 60));
        }

        output.WriteLine($"It was broken off {times - 1} times.");
        Assert.True(times > 3);
        Assert.Equal(whole, broken);
    }

    /// <summary>What it came to; null when it was broken off after so many writes.</summary>
    private async Task<string?> Play(string name, Func<int> writes)
    {
        if (!await Exists($"year_{name}"))
        {
            await home.CreateDatabase($"year_{name}");
            await Schema.Migrate(home.Server.OwnerConnectionString($"year_{name}"), null, CancellationToken.None);
        }

        await using var source = LedgerDatabase.Connect(home.Server.HostConnectionString($"year_{name}"));
        var folder = Path.Combine(home.Folder, name);
        var tools = new PayingTools(new PersonKeys(source, MasterKey), new Outbox(Path.Combine(folder, "out")));
        var left = writes();
        try
        {
            var outcome = await YearPlay.Play(
                source, new WriterOptions(), tools, Short, Path.Combine(folder, "bank"), progress: null,
                CancellationToken.None, _ =>
                {
                    if (Interlocked.Decrement(ref left) < 0) throw new BrokenOff();
                });
            Assert.True(outcome.Ties, string.Join('\n', outcome.Differences));
            return await Told(source);
        }
        catch (BrokenOff)
        {
            return null;
        }
    }

    /// <summary>Every account with its balance, and every payout with what became of it.</summary>
    private static async Task<string> Told(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(
            """
            select string_agg(line, chr(10) order by line)
            from (
                select concat_ws(' ', code, owner, currency, cohort, balance) as line from projected.balances b
                join ledger.builds on id = b.build and state = 'live'
                union all
                select concat_ws(' ', payout, creator, sent, p.state, file, sequence) from projected.payouts p
                join ledger.builds on id = p.build and ledger.builds.state = 'live') told
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<bool> Exists(string database)
    {
        await using var source = NpgsqlDataSource.Create(home.Server.SuperuserConnectionString("postgres"));
        await using var command = source.CreateCommand("select 1 from pg_database where datname = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = database });
        return await command.ExecuteScalarAsync() is not null;
    }

    private sealed class BrokenOff : Exception;
}
