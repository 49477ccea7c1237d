using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>
/// What one book says that it owes another, and what that one says that it is due from it. Both are debit positive, so
/// where both books know of the same transfers they sum to zero.
/// </summary>
/// <param name="Owes">due.to, in the book that owes.</param>
/// <param name="Due">due.from, in the other one.</param>
/// <param name="Eliminated">What both say, and what a consolidated report therefore leaves out.</param>
public sealed record BetweenTwo(
    BookName From, BookName To, Currency Currency, Int128 Owes, Int128 Due, Int128 Eliminated)
{
    /// <summary>
    /// What only one of them says. It stays in the report: a transfer is on one side of the day here and on the other
    /// there, one book was followed further than the other, or somebody posted to one side by hand.
    /// </summary>
    public Int128 Unmatched => Owes + Due;
}

/// <summary>
/// Books taken together: what they owe one another is left out as far as both sides say so. What is owed to a book that
/// is not among them stays, as it is owed to somebody else.
/// </summary>
public sealed record Consolidated(IReadOnlyList<ReportLine> Lines, IReadOnlyList<BetweenTwo> Between)
{
    public static Consolidated Of(IReadOnlyList<BookLines> books)
    {
        var names = books.ToDictionary(book => book.Book.Name.ToString(), book => book.Book.Name);
        var pairs = new Dictionary<(BookName From, BookName To, Currency Currency), (Int128 Owes, Int128 Due)>();
        var lines = new List<ReportLine>();
        foreach (var book in books)
        {
            foreach (var line in book.Lines)
            {
                var isBetween = line.Code == Chart.DueTo || line.Code == Chart.DueFrom;
                if (!isBetween || !names.TryGetValue(line.Owner, out var other))
                {
                    lines.Add(line);
                    continue;
                }

                var key = line.Code == Chart.DueTo
                    ? (book.Book.Name, other, line.Currency)
                    : (other, book.Book.Name, line.Currency);
                var (owes, due) = pairs.GetValueOrDefault(key);
                pairs[key] = line.Code == Chart.DueTo ? (owes + line.Balance, due) : (owes, due + line.Balance);
            }
        }

        var between = pairs
            .Select(pair => Match(pair.Key.From, pair.Key.To, pair.Key.Currency, pair.Value.Owes, pair.Value.Due))
            .OrderBy(pair => pair.Currency.Code, StringComparer.Ordinal)
            .ThenBy(pair => pair.From.ToString(), StringComparer.Ordinal)
            .ThenBy(pair => pair.To.ToString(), StringComparer.Ordinal)
            .ToArray();
        foreach (var pair in between)
        {
            // What is left on either side keeps its sign, so that everything still sums to zero.
            if (pair.Owes + pair.Eliminated is var owes && owes != 0)
                lines.Add(new ReportLine(Chart.DueTo, pair.To.ToString(), pair.Currency, owes));
            if (pair.Due - pair.Eliminated is var due && due != 0)
                lines.Add(new ReportLine(Chart.DueFrom, pair.From.ToString(), pair.Currency, due));
        }

        return new Consolidated(ReportLine.Sum(lines), between);
    }

    private static BetweenTwo Match(BookName from, BookName to, Currency currency, Int128 owes, Int128 due)
    {
        // Sides that do not face each other have nothing in common.
        var common = Int128.Sign(owes) * Int128.Sign(due) < 0 ? Int128.Min(Int128.Abs(owes), Int128.Abs(due)) : 0;
        return new BetweenTwo(from, to, currency, owes, due, due < 0 ? -common : common);
    }
}
