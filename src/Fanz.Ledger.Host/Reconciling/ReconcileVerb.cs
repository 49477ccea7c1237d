using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Settlement;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Reconciling;

/// <summary>`ledger reconcile`: the ledger against banks and processors, and its parts against one another.</summary>
internal static class ReconcileVerb
{
    /// <summary>For how many days a bank may be silent about a payout.</summary>
    public const int UsualDays = 5;

    public static readonly Follower[] Followed =
        [new BalanceFollower(), new PayoutFollower(), new ReceiptFollower(), new BankingFollower()];

    public static System.CommandLine.Command Words()
    {
        var book = BookWords.Option("The book.", isRequired: true);
        var on = new Option<LocalDate?>("--on")
        {
            HelpName = "DATE",
            Description = "As of this day, still in it, as 2026-01-31; otherwise today.",
            CustomParser = ReadDay,
        };
        var days = new Option<int>("--days")
        {
            HelpName = "N",
            Description = "For how many days a bank may be silent about a payout.",
            DefaultValueFactory = _ => UsualDays,
        };
        var json = Answer.JsonOption();
        var verb = new System.CommandLine.Command(
            "reconcile", "Hold the ledger against banks and processors; 1 when something differs.")
        {
            book, on, days, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, words.GetValue(on), words.GetValue(days), words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(BookName name, LocalDate? on, int days, bool asJson, CancellationToken token)
    {
        if (days is < 0 or > 1_000) throw new Mistake("--days is a number of days from 0 to 1000.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        var held = await CatchUp.With(
            source, Followed, [book],
            new FollowerOptions { PooledByTransaction = HostSettings.IsPooledByTransaction }, token);
        if (held is [var stopped, ..])
            throw new Mistake($"The follower {stopped.Follower} has stopped in this book: `ledger follower list` says why.");
        var day = on ?? SystemClock.Instance.GetCurrentInstant().InZone(book.Settings.TimeZone).Date;
        var found = await new ReconciliationReader(source, book).Read(day, days, token);
        if (asJson) Answer.Json(Json(book, found));
        else Tell(book, found);
        return found.IsClean ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    public static object Json(OpenedBook book, Reconciliation found) => new
    {
        Ok = found.IsClean,
        Book = book.Name.ToString(),
        On = LocalDatePattern.Iso.Format(found.On),
        found.Number,
        Compared = found.Compared.Select(one => new
        {
            one.Check,
            one.Subject,
            one.Currency,
            one.Ledger,
            one.Processor,
            one.Bank,
            BankOn = one.BankOn is { } day ? LocalDatePattern.Iso.Format(day) : null,
            Ties = one.IsExplained,
        }).ToArray(),
        Differences = found.Differences.Select(one => new
        {
            one.Check,
            one.Subject,
            one.Currency,
            one.Amount,
            Since = one.Since is { } since ? LocalDatePattern.Iso.Format(since) : null,
            AgeDays = one.AgeOn(found.On),
            one.BankReference,
            one.Record,
            one.Text,
        }).ToArray(),
    };

    private static void Tell(OpenedBook book, Reconciliation found)
    {
        Answer.Table(
            $"{book.Name} on {LocalDatePattern.Iso.Format(found.On)}, as of record {found.Number}",
            [
                "check", "of", new("ledger", IsNumber: true), new("processor", IsNumber: true),
                new("bank", IsNumber: true), "ties",
            ],
            found.Compared.Select(one => (IReadOnlyList<string>)
                [
                    one.Check, one.Subject, Said(one.Ledger, one.Currency), Said(one.Processor, one.Currency),
                    Said(one.Bank, one.Currency), one.IsExplained ? "yes" : "NO",
                ]));
        if (found.IsClean)
        {
            Answer.Line("Nothing differs.");
            return;
        }

        Answer.Table(
            "Differences",
            ["check", "of", new("amount", IsNumber: true), new("days", IsNumber: true), "reference", "what it is"],
            found.Differences.Select(one => (IReadOnlyList<string>)
                [
                    one.Check, one.Subject, Said(one.Amount, one.Currency),
                    one.AgeOn(found.On)?.ToString(CultureInfo.InvariantCulture) ?? "",
                    one.BankReference ?? one.Record?.ToString(CultureInfo.InvariantCulture) ?? "", one.Text,
                ]));
        Answer.Line($"{found.Differences.Count:N0} differences.");
    }

    private static string Said(long? minor, string currency) =>
        minor is { } amount ? new Money.Money(amount, Currency.Of(currency)).ToString() : "";

    private static LocalDate? ReadDay(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day)) return day;
        result.AddError($"`{text}` is not a date as 2026-01-31.");
        return null;
    }
}
