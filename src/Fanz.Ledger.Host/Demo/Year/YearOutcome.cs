using System.Globalization;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Payouts;
using static Fanz.Ledger.Host.Terminal.Answer;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>What the year came to: by the ledger, and by the bank's own books.</summary>
/// <param name="Runs">By job: how many runs, and what they did, skipped and found.</param>
/// <param name="Payouts">By state: how many, and what was sent.</param>
/// <param name="Differences">Days at whose end the two did not agree.</param>
internal sealed record YearOutcome(
    YearScript Script, Played Played,
    IReadOnlyDictionary<string, (long Runs, long Done, long Skipped, long Findings)> Runs,
    IReadOnlyList<StateCount> Payouts, long InLedger, long AtBank, long Paid, long CameBack,
    IReadOnlyList<string> Differences)
{
    public bool Ties => Differences.Count == 0 && InLedger == AtBank;

    public void AnswerJson() => Answer.Json(new
    {
        Script.Seed,
        Script.Days,
        Script.Creators,
        Script.Fans,
        Played.Posted,
        Played.Refused,
        Played.Replayed,
        Runs = Runs.Select(run => new
        {
            Job = run.Key, run.Value.Runs, run.Value.Done, run.Value.Skipped, run.Value.Findings,
        }),
        Payouts = Payouts.Select(some => new { some.State, some.Payouts, some.Sent }),
        InLedger,
        AtBank,
        Paid,
        CameBack,
        Differences,
        Ties,
    });

    public void AnswerTables()
    {
        Answer.Table(
            $"{YearScript.Platform}: what was done on schedule",
            ["job", Number("runs"), Number("done"), Number("skipped"), Number("findings")],
            Runs.Select(run => (IReadOnlyList<string>)
                [
                    run.Key, $"{run.Value.Runs}", $"{run.Value.Done}", $"{run.Value.Skipped}", $"{run.Value.Findings}",
                ]));
        Answer.Table(
            $"{YearScript.Platform}: payouts by what became of them",
            ["state", Number("payouts"), Number("sent")],
            Payouts.Select(some => (IReadOnlyList<string>) [some.State, $"{some.Payouts}", InWords(some.Sent)]));
        foreach (var difference in Differences) Answer.Line(difference);
        Answer.Line(
            $"{(Ties ? "Equal" : "NOT EQUAL")}: {InWords(InLedger)} at the bank by the ledger, {InWords(AtBank)} by the "
            + $"bank's own books, on each of {Script.Days} days. The bank paid {InWords(Paid)} to creators, of which "
            + $"{InWords(CameBack)} came back.");
        Answer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Seed {Script.Seed}: {Played.Posted:N0} posted, {Played.Refused:N0} refused, {Played.Replayed:N0} before."));
    }

    private static Column Number(string title) => new(title, IsNumber: true);

    private static string InWords(long amount) => new Money.Money(amount, Currency.Of("USD")).ToString();
}
