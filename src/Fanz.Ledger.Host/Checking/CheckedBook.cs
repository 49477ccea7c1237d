using Fanz.Ledger.Books;
using NodaTime;

namespace Fanz.Ledger.Host.Checking;

/// <summary>How a check has ended.</summary>
internal enum CheckState
{
    /// <summary>It was made, and all is as it should be.</summary>
    Well,

    /// <summary>Something is open that is not old enough to be wrong.</summary>
    Waiting,

    /// <summary>Something is not as it should be.</summary>
    Wrong,

    /// <summary>It could not be made now, so nothing is known.</summary>
    NotMade,
}

/// <summary>Something that should not be.</summary>
/// <param name="Check">One of <see cref="BookCheck.Names"/>.</param>
/// <param name="Subject">The account, the bank, the payout, the table or the row.</param>
/// <param name="Why">What it is, in words that name nobody.</param>
internal sealed record CheckFinding(string Check, string Subject, string Why)
{
    public string? Currency { get; init; }

    /// <summary>What it should be, in the currency's smallest unit.</summary>
    public long? Expected { get; init; }

    /// <summary>What it is, or by how much it is wrong.</summary>
    public long? Found { get; init; }

    public LocalDate? Since { get; init; }

    public long? Record { get; init; }

    public string? BankReference { get; init; }
}

/// <summary>One check of one book.</summary>
/// <param name="Said">The figure that it comes to, for one line of a page.</param>
internal sealed record CheckLine(string Check, CheckState State, string Said)
{
    public IReadOnlyList<CheckFinding> Findings { get; init; } = [];

    public static CheckLine Of(string check, string said, IReadOnlyList<CheckFinding> findings) =>
        new(check, findings.Count == 0 ? CheckState.Well : CheckState.Wrong, said) { Findings = findings };
}

/// <summary>All checks of one book.</summary>
/// <param name="Number">The book's last record when they began.</param>
internal sealed record CheckedBook(BookName Book, LocalDate On, long Number, IReadOnlyList<CheckLine> Lines)
{
    public IEnumerable<CheckFinding> Findings => Lines.SelectMany(line => line.Findings);

    public IEnumerable<CheckLine> NotMade => Lines.Where(line => line.State == CheckState.NotMade);
}
