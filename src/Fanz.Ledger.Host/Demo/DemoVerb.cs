using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Demo.Year;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Host.Demo;

/// <summary>`ledger demo`: plays the demonstration, and shows what it came to.</summary>
internal static class DemoVerb
{
    private const int FewestFans = 50;
    private const int MostFans = 100_000;

    public static Command Words()
    {
        var fresh = Database.FreshOption();
        var seed = Whole("--seed", "What is left to chance follows from it.", Script.UsualSeed, 0, int.MaxValue);
        var fans = Whole("--fans", "How many fans there are.", Script.UsualFans, FewestFans, MostFans);
        var json = Answer.JsonOption();
        var year = new Option<bool>("--year")
        {
            Description = "Play a year of one platform instead, with all that pays creators and a bank of its own.",
        };
        var days = Whole(
            "--days", "With --year: how many days of it.", YearScript.WholeYear, YearScript.FewestDays,
            YearScript.WholeYear);
        var verb = new Command("demo", "Play a month of two platforms; playing it again writes nothing again.")
        {
            fresh, seed, fans, year, days, json,
        };
        verb.SetAction((words, token) =>
        {
            if (words.GetValue(year))
            {
                var whole = YearScript.Usual with { Seed = words.GetValue(seed), Days = words.GetValue(days) };
                return RunYear(words.GetValue(fresh), whole, words.GetValue(json), token);
            }

            var script = new Script(words.GetValue(seed), words.GetValue(fans));
            return Run(words.GetValue(fresh), script, words.GetValue(json), token);
        });
        return verb;
    }

    private static async Task<int> Run(bool isFresh, Script script, bool asJson, CancellationToken token)
    {
        var options = HostSettings.Writer();
        await using var database = await Database.OpenPrepared(isFresh, token);
        await using var source = database.Connect();
        if (!database.IsPrivate) await RequireNoOtherBooks(new BookRegistry(source), token);
        var clock = Stopwatch.StartNew();
        Played played;
        using (var progress = new ProgressLine())
            played = await Demonstration.Play(source, options, script, progress, token);
        CommandLine.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{played.Commands:N0} commands in {clock.Elapsed.TotalSeconds:N1} s."));
        var outcome = await Outcome.Of(source, script, played, token);
        if (asJson) outcome.AnswerJson();
        else outcome.AnswerTables();
        return outcome.Ties ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static async Task<int> RunYear(bool isFresh, YearScript script, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh, token);
        await using var source = database.Connect();
        if (!database.IsPrivate) await RequireNoOtherBooks(new BookRegistry(source), token);
        var (tools, clock) = (PayingTools.Of(source, await database.MasterKey(token)), Stopwatch.StartNew());
        var mail = Path.Combine(tools.Outbox.Folder, YearScript.Platform.Tenant, YearScript.Platform.Platform);
        // A year that begins anew has sent nothing yet: what is there is of one that was thrown away.
        var books = await new BookRegistry(source).List(token);
        if (books.All(book => book.Name != YearScript.Platform) && Directory.Exists(mail)) Directory.Delete(mail, true);
        var folder = Path.Combine(mail, "bank");
        YearOutcome outcome;
        using (var progress = new ProgressLine())
            outcome = await YearPlay.Play(source, HostSettings.Writer(), tools, script, folder, progress, token);
        CommandLine.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Played.Commands:N0} commands and {outcome.Runs.Sum(run => run.Value.Runs):N0} runs in "
            + $"{clock.Elapsed.TotalSeconds:N1} s."));
        if (asJson) outcome.AnswerJson();
        else outcome.AnswerTables();
        return outcome.Ties ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    /// <summary>A demonstration among the books of a real platform would be there for ever.</summary>
    private static async Task RequireNoOtherBooks(BookRegistry registry, CancellationToken token)
    {
        var names = Demonstration.Books.Select(book => book.Name).Append(YearScript.Platform).ToHashSet();
        var other = (await registry.List(token)).FirstOrDefault(book => !names.Contains(book.Name));
        if (other is not null)
        {
            throw new Mistake(
                $"The database has other books, such as {other.Name}: a demonstration does not belong there.");
        }
    }

    private static Option<int> Whole(string name, string description, int usual, int least, int most) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value < least || value > most)
                result.AddError($"`{text}` is not a whole number from {least} to {most}.");
            return value;
        },
    };
}
