using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Terminal;
using Npgsql;

namespace Fanz.Ledger.Host.Demo;

/// <summary>What a demonstration came to: the trial balance of each book, and the statement of one creator.</summary>
internal sealed record Outcome(
    Script Script, Played Played, IReadOnlyList<(BookName Book, IReadOnlyList<TrialBalanceLine> Lines)> Balances,
    CreatorStatement Statement)
{
    /// <summary>Every book balances in every currency, and the statement agrees with its book.</summary>
    public bool Ties => Statement.Ties && Balances.All(balance =>
        balance.Lines.GroupBy(line => line.Currency).All(some => some.Sum(line => line.Minor) == 0));

    public static async Task<Outcome> Of(
        NpgsqlDataSource source, Script script, Played played, CancellationToken token)
    {
        var balances = new List<(BookName Book, IReadOnlyList<TrialBalanceLine> Lines)>();
        foreach (var book in Demonstration.Books)
            balances.Add((book.Name, await TrialBalances.Of(source, book.Name, token)));
        var (name, creator) = Demonstration.Shown;
        var settings = Demonstration.Books.Single(book => book.Name == name);
        var statement = await CreatorStatements.Of(
            source, name, creator, settings.ReportingCurrency, Demonstration.Eve.PlusDays(1), Demonstration.End,
            balances.Single(balance => balance.Book == name).Lines, token);
        return new Outcome(script, played, balances, statement);
    }

    public void AnswerJson() =>
        Answer.Json(new
        {
            Script.Seed,
            Script.Fans,
            Played.Posted,
            Played.Refused,
            Played.Replayed,
            Books = Balances.Select(balance => new
            {
                Book = balance.Book.ToString(),
                TrialBalance = balance.Lines.Select(line =>
                    new { line.Code, Currency = line.Currency.Code, line.Accounts, Balance = line.Minor }),
            }),
            Statement = new
            {
                Statement.Creator,
                From = Date(Statement.From),
                To = Date(Statement.To),
                Currency = Statement.Closing.Currency.Code,
                Opening = Statement.Opening.Minor,
                Entries = Statement.Lines.Select(line => new
                {
                    On = Date(line.On), line.Number, line.What, line.Account, Amount = line.Amount.Minor,
                    Balance = line.Balance.Minor,
                }),
                Closing = Statement.Closing.Minor,
                InLedger = Statement.InLedger.Minor,
                Statement.Creators,
                OfAll = Statement.OfAll.Minor,
                InTrialBalance = Statement.InTrialBalance.Minor,
                Statement.Ties,
            },
        });

    public void AnswerTables()
    {
        foreach (var (book, lines) in Balances)
        {
            var sums = lines.GroupBy(line => line.Currency).Select(some => Row(
                "sum", some.Sum(line => line.Accounts), new(some.Sum(line => line.Minor), some.Key)));
            Answer.Table(
                $"{book}, trial balance (debits positive)",
                ["account", new("accounts", IsNumber: true), new("balance", IsNumber: true)],
                lines.Select(line => Row(line.Code, line.Accounts, new(line.Minor, line.Currency))).Concat(sums));
        }

        AnswerStatement();
        Answer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Seed {Script.Seed}, {Script.Fans} fans: {Played.Posted:N0} posted, {Played.Refused:N0} refused, " +
            $"{Played.Replayed:N0} there already."));
    }

    private void AnswerStatement()
    {
        var (from, to) = (Date(Statement.From), Date(Statement.To));
        Answer.Table(
            $"{Demonstration.Shown.Book}, statement of {Statement.Creator}, {from} to {to} (owed to them positive)",
            ["date", new("number", IsNumber: true), "what", "account", new("amount", IsNumber: true),
                new("balance", IsNumber: true)],
            Statement.Lines
                .Select(line => (IReadOnlyList<string>)
                    [
                        Date(line.On), $"{line.Number}", line.What, line.Account, line.Amount.ToString(),
                        line.Balance.ToString(),
                    ])
                .Prepend([from, "", "opening", "", "", Statement.Opening.ToString()])
                .Append([to, "", "closing", "", "", Statement.Closing.ToString()]));
        Answer.Line(
            $"{Same(Statement.Closing, Statement.InLedger)}: the closing {Statement.Closing}, " +
            $"and {Statement.InLedger} on the creator's accounts in the ledger.");
        Answer.Line(
            $"{Same(Statement.OfAll, Statement.InTrialBalance)}: {Statement.OfAll} over all {Statement.Creators} " +
            $"creators, and {Statement.InTrialBalance} on their lines of the trial balance.");
    }

    private static string Same(Money.Money one, Money.Money other) => one == other ? "Equal" : "NOT EQUAL";

    private static string Date(NodaTime.LocalDate day) => NodaTime.Text.LocalDatePattern.Iso.Format(day);

    private static IReadOnlyList<string> Row(string title, long accounts, Money.Money balance) =>
        [title, $"{accounts}", balance.ToString()];
}
