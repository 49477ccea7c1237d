using System.Text.RegularExpressions;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Writes a journal as finance people read one: what happened, then debits and credits, each with the balance that it
/// leaves (positive on the account's normal side).
/// </summary>
internal static partial class JournalText
{
    public static void ShouldRead(this BookInMemory book, string text)
    {
        // The first record only opens the book.
        var lines = book.Journal.Skip(1).SelectMany(Lines);
        Assert.Equal(string.Join('\n', text.Split('\n').Select(Tidy)), string.Join('\n', lines));
    }

    /// <summary>The same of the last record alone.</summary>
    public static void ShouldEndWith(this BookInMemory book, string text) =>
        Assert.Equal(string.Join('\n', text.Split('\n').Select(Tidy)), string.Join('\n', Lines(book.Journal[^1])));

    private static IEnumerable<string> Lines(Appended appended) =>
        appended.Entries.Select(Line).Prepend(appended.Record.Type);

    private static string Line(Entry entry)
    {
        var account = entry.Account;
        var side = entry.Amount > 0 ? "debit" : "credit";
        var owner = account.Owner.Length > 0 ? $" of {account.Owner}" : "";
        var cohort = account.Cohort is { } day ? $" until {day:uuuu-MM-dd}" : "";
        var leaves = Amount(account.Code.InWords(entry.Balance), account);
        return $"{side} {account.Code}{owner}{cohort} {Amount(Math.Abs(entry.Amount), account)} leaves {leaves}";
    }

    private static Money.Money Amount(long minor, AccountKey account) => new(minor, account.Currency);

    private static string Tidy(string line) => Spaces().Replace(line.Trim(), " ");

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
