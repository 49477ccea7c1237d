using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Records as a journal on paper has them: debits left, credits right, and each account's balance after, as its
/// owner would say it.
/// </summary>
internal static class ReplayedText
{
    public static string Of(Appended appended)
    {
        var record = appended.Record;
        var text = new StringBuilder(Head(record.Number, record.At, record.Type, record.Actor));
        if (record.Stream is { } stream) text.Append("  ").Append(stream);
        if (record.RefersTo is { } number) text.Append("  of ").Append(number);
        if (appended.Entries.IsEmpty) text.Append("  ").Append(Encoding.UTF8.GetString(record.Data.Span));
        foreach (var entry in appended.Entries)
            text.Append('\n').Append(' ', 10).Append($"{Name(entry.Account),-52}")
                .Append(Sides(entry.Account, entry.Amount, entry.Balance));
        return text.ToString();
    }

    public static string Of(AccountKey account, AccountEntry entry) =>
        $"{Head(entry.Number, entry.At, entry.Type, entry.Actor),-62}{Sides(account, entry.Amount, entry.Balance)}";

    private static string Head(long number, Instant at, string type, string actor) =>
        $"{number,8}  {InstantPattern.ExtendedIso.Format(at)}  {type}  {actor}";

    /// <summary>"creator.pending eve 2026-01-22": a name as people say it.</summary>
    private static string Name(AccountKey account)
    {
        var owner = account.Owner.Length > 0 ? $" {account.Owner}" : "";
        return $"{account.Code} {account.Currency}{owner}"
            + (account.Cohort is { } day ? $" {LocalDatePattern.Iso.Format(day)}" : "");
    }

    private static string Sides(AccountKey account, long amount, long balance)
    {
        var moved = new Money.Money(amount < 0 ? -amount : amount, account.Currency).ToString();
        var after = new Money.Money(account.Code.InWords(balance), account.Currency);
        return amount >= 0 ? $"{moved,18} {"",18} {after,20}" : $"{"",18} {moved,18} {after,20}";
    }
}
