using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Demo;

/// <summary>`ledger demo`: plays the demonstration, and shows what it came to.</summary>
internal static class DemoVerb
{
    public static Command Words()
    {
        var fresh = Database.FreshOption();
        var json = Answer.JsonOption();
        var verb = new Command("demo", "Play a small demonstration; playing it again writes nothing again.")
        {
            fresh, json,
        };
        verb.SetAction((words, token) => Run(words.GetValue(fresh), words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(bool isFresh, bool asJson, CancellationToken token)
    {
        var options = HostSettings.Writer();
        await using var database = await Database.OpenPrepared(isFresh, token);
        await using var source = database.Connect();
        await using var writer = new BookWriter(source, new BookRegistry(source), options);
        if (!database.IsPrivate) await RequireNoOtherBooks(writer.Registry, token);
        var played = await Demonstration.Play(writer, token);
        var balances = new List<(BookName Book, IReadOnlyList<TrialBalanceLine> Lines)>();
        foreach (var book in Demonstration.Books)
            balances.Add((book.Name, await TrialBalances.Of(source, book.Name, token)));
        if (asJson) AnswerJson(played, balances);
        else AnswerTables(played, balances);
        return CommandLine.Done;
    }

    /// <summary>A demonstration among the books of a real platform would be there for ever.</summary>
    private static async Task RequireNoOtherBooks(BookRegistry registry, CancellationToken token)
    {
        var names = Demonstration.Books.Select(book => book.Name).ToHashSet();
        var other = (await registry.List(token)).FirstOrDefault(book => !names.Contains(book.Name));
        if (other is not null)
        {
            throw new Mistake(
                $"The database has other books, such as {other.Name}: a demonstration does not belong there.");
        }
    }

    private static void AnswerJson(
        Played played, List<(BookName Book, IReadOnlyList<TrialBalanceLine> Lines)> balances) =>
        Answer.Json(new
        {
            played.Posted,
            played.Refused,
            played.Replayed,
            Books = balances.Select(balance => new
            {
                Book = balance.Book.ToString(),
                TrialBalance = balance.Lines.Select(line =>
                    new { line.Code, Currency = line.Currency.Code, line.Accounts, Balance = line.Minor }),
            }),
        });

    private static void AnswerTables(
        Played played, List<(BookName Book, IReadOnlyList<TrialBalanceLine> Lines)> balances)
    {
        foreach (var (book, lines) in balances)
        {
            var sums = lines.GroupBy(line => line.Currency).Select(some => Row(
                "sum", some.Sum(line => line.Accounts), new(some.Sum(line => line.Minor), some.Key)));
            Answer.Table(
                $"{book}, trial balance (debits positive)",
                ["account", new("accounts", IsNumber: true), new("balance", IsNumber: true)],
                lines.Select(line => Row(line.Code, line.Accounts, new(line.Minor, line.Currency))).Concat(sums));
        }

        Answer.Line($"{played.Posted} posted, {played.Refused} refused, {played.Replayed} there already.");
    }

    private static IReadOnlyList<string> Row(string title, long accounts, Money.Money balance) =>
        [title, $"{accounts}", balance.ToString()];
}
