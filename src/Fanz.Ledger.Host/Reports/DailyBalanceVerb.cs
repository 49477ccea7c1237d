using System.CommandLine;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Reports;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Reports;

/// <summary>`ledger report daily-balances`: one account day by day.</summary>
internal static class DailyBalanceVerb
{
    private static readonly string[] Asked = [ReportWords.From, ReportWords.To, ReportWords.KnownOn];

    public static Command Words()
    {
        var account = new Argument<string>("ACCOUNT")
        {
            Description = "CODE/CURRENCY/COHORT/OWNER, such as fan.wallet/USD//anna.",
        };
        var book = BookWords.Option("The book.", isRequired: true);
        var json = Answer.JsonOption();
        var asked = Asked.Select(name => (name, Option: LinesVerb.Option(name))).ToArray();
        var verb = new Command("daily-balances", "The balance of an account day by day.") { account, book, json };
        foreach (var (_, option) in asked) verb.Options.Add(option);
        verb.SetAction((words, token) =>
        {
            var given = asked.ToDictionary(one => one.name, one => words.GetValue(one.Option));
            var text = words.GetValue(account);
            return AccountKey.TryParse(text!, out var key)
                ? Make(words.GetValue(book)!.Value, key.Value, given.GetValueOrDefault, words.GetValue(json), token)
                : throw new Mistake(
                    $"{Identifier.Quote(text)} is not an account: CODE/CURRENCY/COHORT/OWNER, such as "
                    + "fan.wallet/USD//anna.");
        });
        return verb;
    }

    private static async Task<int> Make(
        BookName name, AccountKey account, Func<string, string?> given, bool asJson, CancellationToken token)
    {
        ReportDays days;
        try
        {
            days = ReportWords.Period(given);
        }
        catch (ReportMistake mistake)
        {
            throw new Mistake($"--{mistake.Parameter.Replace('_', '-')}: {mistake.Message}");
        }

        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        await UpToDate.Bring(source, [book], token, BalanceFollower.FollowerName);
        var found = await new DayReader(source).Read(book, account, days, token)
            ?? throw new Mistake($"{account} was never used, as far as the balances of {name} are.");
        if (asJson) LinesVerb.PrintJson(json => DailyBalanceEndpoint.Write(json, account, days, found));
        else Print(name, account, found);
        return CommandLine.Done;
    }

    private static void Print(BookName book, AccountKey account, AccountDays found)
    {
        string Units(Int128 amount) => ReportTables.Units(amount, account.Currency);
        Answer.Table(
            $"{account} of {book} (number {found.Number}); debits are positive",
            [
                "day", new("debits", IsNumber: true), new("credits", IsNumber: true), new("closing", IsNumber: true),
                new("entries", IsNumber: true),
            ],
            [
                ["opening", "", "", Units(found.Opening), ""],
                .. found.Days.Select(day => (IReadOnlyList<string>)
                    [
                        ReportTables.Iso(day.EffectiveOn), Units(day.Debits), Units(day.Credits), Units(day.Closing),
                        $"{day.Entries}",
                    ]),
                ["closing", "", "", Units(found.Closing), ""],
            ]);
    }
}
