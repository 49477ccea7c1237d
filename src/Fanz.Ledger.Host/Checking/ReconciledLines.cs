using System.Globalization;
using Fanz.Ledger.Postgres.Banking;

namespace Fanz.Ledger.Host.Checking;

/// <summary>
/// A reconciliation as lines of a page. Money that has only just moved is in suspense or not on a statement yet; that
/// is told and is no finding before its days are over. All else that differs is one at once.
/// </summary>
internal static class ReconciledLines
{
    private const string Banks = "banks", Processors = "processors", Payouts = "payouts",
        SuspenseAge = "suspense_age", SubLedgers = "sub_ledgers";

    private const string OfProcessor = "processor_";

    public static IReadOnlyList<string> Names { get; } = [Banks, Processors, Payouts, SuspenseAge, SubLedgers];

    public static IEnumerable<CheckLine> Of(Reconciliation found, int days)
    {
        foreach (var name in Names)
        {
            var differences = found.Differences.Where(one => PartOf(one.Check) == name).ToArray();
            var waiting = differences.Where(one => IsWaiting(one, found, days)).ToArray();
            var wrong = differences.Except(waiting).Select(one => Finding(name, one)).ToArray();
            var compared = found.Compared.Count(one => PartOf(one.Check) == name);
            yield return new CheckLine(
                name,
                wrong.Length > 0 ? CheckState.Wrong : waiting.Length > 0 ? CheckState.Waiting : CheckState.Well,
                Said(name, compared, wrong.Length, waiting, found))
            {
                Findings = wrong,
            };
        }
    }

    /// <summary>Which line of the page a difference belongs to.</summary>
    private static string PartOf(string check) => check switch
    {
        "payout" => Payouts,
        "suspense" => SuspenseAge,
        "control" => SubLedgers,
        _ when check.StartsWith(OfProcessor, StringComparison.Ordinal) => Processors,
        "bank" or "opening" or "gap" or "not_at_bank" or "not_in_ledger" or "line_differs" => Banks,
        _ => throw new InvalidOperationException($"No line of the page tells of {check}."),
    };

    private static bool IsWaiting(Difference one, Reconciliation found, int days) =>
        one.Check is "suspense" or "not_at_bank" && one.AgeOn(found.On) <= days;

    /// <summary>A processor has several figures: which of them it is belongs to the subject.</summary>
    private static CheckFinding Finding(string name, Difference one) => new(
        name, name == Processors ? $"{one.Subject} {one.Check[OfProcessor.Length..]}" : one.Subject, one.Text)
    {
        Currency = one.Currency,
        Found = one.Amount,
        Since = one.Since,
        Record = one.Record,
        BankReference = one.BankReference,
    };

    private static string Said(string name, int compared, int wrong, Difference[] waiting, Reconciliation found)
    {
        var parts = new List<string>();
        if (compared > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{compared:N0} compared"));
        if (wrong > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{wrong:N0} wrong"));
        if (waiting.Length > 0)
        {
            var oldest = waiting.Max(one => one.AgeOn(found.On) ?? 0);
            parts.Add(string.Create(
                CultureInfo.InvariantCulture, $"{waiting.Length:N0} waiting, the oldest for {oldest} days"));
        }

        return parts.Count == 0 ? CheckWords.Of(name) : string.Join("; ", parts);
    }
}
