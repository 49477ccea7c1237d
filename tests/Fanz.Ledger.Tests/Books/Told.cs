using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

/// <summary>What an event says of the amounts that were frozen on it, in the words that the model predicts.</summary>
internal static class Told
{
    public static string Of(JournalRecord record) => EventFormat.Read(record.Type, record.Data.Span) switch
    {
        Event.Earned e => $"rule {e.RuleVersion} fee {e.Fee} pending {e.Pending} until {e.PendingUntil:uuuu-MM-dd} "
            + $"reserve {e.Reserve} until {e.ReserveUntil:uuuu-MM-dd} tokens {e.Tokens ?? 0} affiliate "
            + $"{e.Affiliate?.Amount ?? 0} spent {e.Spent?.Day ?? 0} {e.Spent?.Week ?? 0}",
        Event.OrderPlaced e => $"rule {e.RuleVersion} fee {e.Fee} pending {e.Pending} for {e.HoldDays} "
            + $"reserve {e.Reserve} for {e.ReserveDays} tokens {e.Tokens ?? 0} affiliate {e.Affiliate?.Amount ?? 0} "
            + $"spent {e.Spent?.Day ?? 0} {e.Spent?.Week ?? 0}",
        Event.DisputeLost r => Of((Event.SaleReturned)r) + string.Concat(
            (r.RefundsPaid ?? []).Select(refund => $" refund {refund.Refund}={refund.Amount}")),
        Event.SaleReturned r => Of(r),
        Event.HoldReleased e => Of(e.Withheld),
        Event.ReserveReleased e => Of(e.Withheld),
        Event.AffiliateReleased e => Of(e.Withheld),
        Event.ProposalApproved e => $"record {e.Record} proposed by {e.ProposedBy} approved by {e.ApprovedBy}",
        var other => throw new ArgumentException($"Nothing is predicted of {other}."),
    };

    private static string Of(IReadOnlyList<Withheld>? lines) => string.Join("; ", (lines ?? []).Select(line =>
        $"{line.Kind} {line.Base} at {line.RateBasisPoints} is {line.Amount} "
        + string.Join(" ", new[] { Word(line.Rule), line.Article, line.Income?.ToString() }.OfType<string>())))
        .Replace(" ;", ";", StringComparison.Ordinal).TrimEnd();

    private static string? Word(WithholdingRule? rule) => rule is { } word ? WordJson<WithholdingRule>.WordOf(word) : null;

    private static string Of(Event.SaleReturned returned) =>
        $"amount {returned.Amount} tokens {returned.Tokens ?? 0} parts " + string.Join(
            " ", returned.Parts.Select(part => $"{part.Account.Key}={part.Amount}").Order(StringComparer.Ordinal));
}
