using Fanz.Ledger.Accounts;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using NodaTime;
using static Fanz.Ledger.Host.Demo.Opening;
using static Fanz.Ledger.Host.Demo.Rare;

namespace Fanz.Ledger.Host.Demo;

/// <summary>
/// At the end of the month the treasury says by which rates its reports are made, and the first platform closes the
/// first ten days: what is found out of them afterwards is put right on a later day.
/// </summary>
internal static class RareClosing
{
    private const string Table = "month-end";

    private static readonly LocalDate Tenth = new(2026, 1, 10);

    public static readonly Rare[] Recipe =
        [
            // The treasury keeps the tables of all platforms. One rate was mistyped, so all of that day are said again.
            On(30, "rates-are-set", Rates("1.0580")) with { Book = Demonstration.Treasury },
            On(30, "rates-are-set-right", Rates("1.0850")) with { Book = Demonstration.Treasury },
            On(30, "rates-of-tomorrow", Rates("1.0850") with { On = Demonstration.End },
                "effective_in_future") with { Book = Demonstration.Treasury },
            On(30, "rates-are-not-set-here", Rates("1.0850"), "not_the_treasury"),

            On(31, "january-is-not-over", Close(Demonstration.End), "period_not_over"),
            On(31, "ten-days-are-closed", Close(Tenth)),
            On(31, "they-are-closed-once", Close(Tenth), "period_already_closed"),

            // A fee of the 5th turns up. Its day is closed, so it is booked on the first that is open.
            On(31, "a-fee-of-the-5th", Fee(new LocalDate(2026, 1, 5)), "period_closed"),
            On(31, "a-fee-of-the-11th", Fee(Tenth.PlusDays(1))),
            On(31, "a-fee-of-tomorrow", Fee(Demonstration.End.PlusDays(1)), "effective_in_future"),
            On(31, "a-slip-of-the-10th", new Command.Transfer(Legs, "the wrong bank", Tenth), "period_closed"),
        ];

    private static NamedLeg[] Legs =>
        [
            new(new AccountName("expense.psp_fee", "", "USD"), 1_50),
            new(new AccountName("cash.bank", "", "USD"), -1_50),
        ];

    private static Command.SetRates Rates(string dollar) => new(
        Table, Demonstration.End.PlusDays(-1), "EUR",
        [
            new QuotedRate("USD", dollar), new QuotedRate("GBP", "0.8640"), new QuotedRate("CHF", "0.9375"),
        ],
        "reference rates of the day");

    private static Command.ClosePeriod Close(LocalDate through) =>
        new(through, "everything was reconciled", Proposer, Approver);

    private static Command.Adjust Fee(LocalDate on) =>
        new(Legs, "a fee of the bank for the 5th of January", Proposer, Approver, on);
}
