using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Tests.Demo;

public sealed class DemonstrationTests(Home home) : IClassFixture<Home>
{
    /// <summary>Few people, to whom everything happens all the same.</summary>
    private static readonly string[] Small = ["demo", "--fans", "60", "--json"];

    [Fact]
    public async Task A_month_has_every_event_verifies_balances_ties_and_is_not_played_twice()
    {
        var first = (await home.Run(Small)).Json;
        Assert.Equal(0, Count(first, "replayed"));
        Assert.True(Count(first, "posted") > 1_000 && Count(first, "refused") > 30);
        // What pays creators is played in the demonstration of a year.
        Assert.Equal(
            EventFormat.Names.Where(name => EventFormat.VocabularyOf(name) < 5).Order(), (await Events()).Order());
        foreach (var book in first.GetProperty("books").EnumerateArray())
        {
            var lines = book.GetProperty("trial_balance").EnumerateArray().ToList();
            Assert.NotEmpty(lines);
            foreach (var some in lines.GroupBy(line => line.GetProperty("currency").GetString()))
                Assert.Equal(0, some.Sum(line => line.GetProperty("balance").GetInt64()));
        }

        ItTies(first.GetProperty("statement"));
        await TheStatementOfTheVerbIsTheSame(first.GetProperty("statement"));
        var verified = await home.Run("verify", "--json");
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Output);

        var again = (await home.Run(Small)).Json;
        Assert.Equal((0, 0), (Count(again, "posted"), Count(again, "refused")));
        Assert.Equal(Count(first, "posted") + Count(first, "refused"), Count(again, "replayed"));
        Assert.Equal(Shown(first), Shown(again));

        var told = await home.Run("demo", "--fans", "60");
        Assert.Equal(0, told.Code);
        Assert.Matches(@"sum +\d+ +0\.00 USD", told.Output);
        Assert.Contains("Equal: the closing", told.Output, StringComparison.Ordinal);
        Assert.Contains("Seed 2026, 60 fans", told.Output, StringComparison.Ordinal);

        var other = await home.Run("demo", "--fans", "60", "--seed", "7");
        Assert.Equal(2, other.Code);
        Assert.Contains("another seed", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_month_to_the_cent_and_another_seed_another()
    {
        var months = new List<string>();
        foreach (var (name, seed) in new[] { ("one", "1"), ("one_again", "1"), ("two", "2") })
        {
            var settings = await home.CreateDatabase(name);
            Assert.Equal(0, (await LedgerProgram.Run(settings, "migrate")).Code);
            var played = await LedgerProgram.Run(settings, [.. Small, "--seed", seed]);
            Assert.Equal(0, played.Code);
            months.Add(Shown(played.Json));
        }

        Assert.Equal(months[0], months[1]);
        Assert.NotEqual(months[0], months[2]);
    }

    [Fact]
    public async Task It_is_not_played_among_other_books_of_a_named_database()
    {
        var settings = await home.CreateDatabase("platform");
        Assert.Equal(0, (await LedgerProgram.Run(settings, "migrate")).Code);
        Assert.Equal(0, (await LedgerProgram.Run(
            settings, "book", "create", "fanz/real", "--time-zone", "UTC", "--currency", "USD")).Code);
        var demo = await LedgerProgram.Run(settings, "demo");
        Assert.Contains("fanz/real", demo.OneLine(), StringComparison.Ordinal);
    }

    /// <summary>The statement by its own figures: entry by entry from the opening to the closing.</summary>
    private static void ItTies(JsonElement statement)
    {
        var balance = statement.GetProperty("opening").GetInt64();
        var entries = statement.GetProperty("entries").EnumerateArray().ToList();
        Assert.NotEmpty(entries);
        foreach (var entry in entries)
        {
            balance += entry.GetProperty("amount").GetInt64();
            Assert.Equal(balance, entry.GetProperty("balance").GetInt64());
        }

        Assert.Equal(entries.Order(ByDate).ToList(), entries);
        Assert.Equal(balance, statement.GetProperty("closing").GetInt64());
        Assert.Equal(balance, statement.GetProperty("in_ledger").GetInt64());
        Assert.Equal(statement.GetProperty("of_all").GetInt64(), statement.GetProperty("in_trial_balance").GetInt64());
        Assert.True(statement.GetProperty("ties").GetBoolean());
    }

    /// <summary>What is made of days kept by a follower is what the demonstration makes of entries alone.</summary>
    private async Task TheStatementOfTheVerbIsTheSame(JsonElement own)
    {
        var (creator, from, to) = (Text(own, "creator"), Text(own, "from"), Text(own, "to"));
        var told = (await home.Run(
            "statement", $"creator:{creator}", "--book", "fanz/bestfans", "--from", from, "--to", to, "--json")).Json;
        foreach (var total in new[] { "opening", "closing" })
            Assert.Equal(own.GetProperty(total).GetInt64(), told.GetProperty(total).GetInt64());
        Assert.Equal(
            own.GetProperty("entries").EnumerateArray().Select(entry =>
                $"{Text(entry, "on")} {entry.GetProperty("number")} {Text(entry, "what")} {Text(entry, "account")} "
                + $"{entry.GetProperty("amount")} {entry.GetProperty("balance")}"),
            told.GetProperty("entries").EnumerateArray().Select(entry =>
                $"{Text(entry, "effective_on")} {entry.GetProperty("number")} "
                + $"{Text(entry, "type").Replace('_', ' ')} {Text(entry, "code")}"
                + (entry.GetProperty("cohort").GetString() is { } cohort ? $" until {cohort}" : "")
                + $" {entry.GetProperty("amount")} {entry.GetProperty("balance")}"));
        Assert.Equal(
            own.GetProperty("in_ledger").GetInt64(), told.GetProperty("check").GetProperty("in_ledger").GetInt64());

        static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
    }

    private static readonly Comparer<JsonElement> ByDate = Comparer<JsonElement>.Create((one, other) =>
        string.CompareOrdinal(one.GetProperty("on").GetString(), other.GetProperty("on").GetString()));

    private async Task<HashSet<string>> Events()
    {
        var events = new HashSet<string>();
        foreach (var book in new[] { "fanz/bestfans", "fanz/girlfanz", "fanz/_" })
        {
            var replayed = await home.Run("replay", "--book", book, "--json");
            foreach (var line in replayed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                events.Add(JsonDocument.Parse(line).RootElement.GetProperty("type").GetString()!);
        }

        return events;
    }

    /// <summary>What is shown of the books, without how often it was played.</summary>
    private static string Shown(JsonElement played) =>
        played.GetProperty("books").GetRawText() + played.GetProperty("statement").GetRawText();

    private static int Count(JsonElement played, string what) => played.GetProperty(what).GetInt32();
}
