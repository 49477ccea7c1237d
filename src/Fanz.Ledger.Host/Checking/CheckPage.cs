using System.Globalization;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Audit;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Checking;

/// <summary>All checks of all books on one page: how each stands, what is wrong, and what to do next.</summary>
internal static class CheckPage
{
    public static void AnswerJson(IReadOnlyList<CheckedBook> books, Broken? stray) => Answer.Json(new
    {
        Ok = stray is null && books.All(book => !book.Findings.Any() && !book.NotMade.Any()),
        Findings = books.Sum(book => book.Findings.Count()) + (stray is null ? 0 : 1),
        NotMade = books.Sum(book => book.NotMade.Count()),
        Stray = stray,
        Books = books.Select(book => new
        {
            Book = book.Book.ToString(),
            On = Day(book.On),
            book.Number,
            Checks = book.Lines.Select(line => new
            {
                line.Check,
                Is = Word(line.State),
                line.Said,
                Findings = line.Findings.Select(one => new
                {
                    one.Subject,
                    one.Currency,
                    one.Expected,
                    one.Found,
                    Since = one.Since is { } since ? Day(since) : null,
                    one.Record,
                    one.BankReference,
                    one.Why,
                }),
                Next = line.State == CheckState.Wrong ? CheckWords.Next(line.Check, book.Book) : null,
            }),
        }),
    });

    public static void AnswerText(IReadOnlyList<CheckedBook> books, Broken? stray)
    {
        foreach (var book in books)
        {
            Answer.Table(
                $"{book.Book} on {Day(book.On)}, as of record {Count(book.Number)}", ["check", "is", "what"],
                book.Lines.Select(line => (IReadOnlyList<string>)
                    [line.Check, line.State == CheckState.Wrong ? "WRONG" : Word(line.State), line.Said]));
        }

        foreach (var book in books)
        {
            foreach (var line in book.Lines.Where(line => line.Findings.Count > 0))
            {
                foreach (var one in line.Findings) Answer.Line($"WRONG: {book.Book} {line.Check}: {InWords(one)}");
                Answer.Line($"  next: {CheckWords.Next(line.Check, book.Book)}");
            }
        }

        if (stray is not null)
        {
            Answer.Line($"WRONG: {stray}");
            Answer.Line("  next: keep everything as it is; runbooks/verify-failed.md");
        }

        Answer.Line(Sum(books, stray));
    }

    private static string Sum(IReadOnlyList<CheckedBook> books, Broken? stray)
    {
        var findings = books.Sum(book => book.Findings.Count()) + (stray is null ? 0 : 1);
        var notMade = books.Sum(book => book.NotMade.Count());
        return (books.Count, findings, notMade) switch
        {
            (0, 0, _) => "There was no book to check.",
            (_, 0, 0) => "All is well.",
            (_, 0, _) => $"Nothing wrong was found, but {Count(notMade)} checks could not be made.",
            (_, 1, 0) => "1 finding.",
            (_, _, 0) => $"{Count(findings)} findings.",
            _ => $"{Count(findings)} findings, and {Count(notMade)} checks could not be made.",
        };
    }

    private static string InWords(CheckFinding one)
    {
        var amount = (one.Currency, one.Expected, one.Found) switch
        {
            ({ } currency, { } expected, { } found) =>
                $" {Amount(found, currency)} instead of {Amount(expected, currency)}",
            ({ } currency, null, { } found) => $" {Amount(found, currency)}",
            _ => "",
        };
        var place = (one.Record is { } record ? $" record {record}" : "")
            + (one.BankReference is { } reference ? $" line {reference}" : "")
            + (one.Since is { } since ? $" since {Day(since)}" : "");
        return $"{one.Subject}{amount}{place}. {one.Why}";
    }

    private static string Word(CheckState state) => state switch
    {
        CheckState.Well => "well",
        CheckState.Waiting => "waiting",
        CheckState.Wrong => "wrong",
        _ => "not_made",
    };

    private static string Amount(long amount, string currency) => $"{new Money.Money(amount, Currency.Of(currency))}";

    private static string Day(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
