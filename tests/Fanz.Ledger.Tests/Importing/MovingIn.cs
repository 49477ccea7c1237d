using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The words that the tests of imports share: a small platform moves in on 1 January 2026.</summary>
internal static class MovingIn
{
    public static readonly OpenedSubscription Yearly = new(
        "s-1", "ann", "bea", 120_00, "USD", SubscriptionPeriod.Yearly, OpenedState.Active,
        new LocalDate(2025, 10, 15), new LocalDate(2026, 10, 15))
    {
        Charge = new OpenedCharge(Funding.Card, 10, 20_00)
        {
            Unearned = [new("bea", 80_00)],
            ReserveBasisPoints = 1_000,
            HoldDays = 7,
            ReserveDays = 90,
        },
    };

    public static readonly OpenedSubscription Monthly = new(
        "s-2", "ann", "bea", 9_99, "USD", SubscriptionPeriod.Monthly, OpenedState.Active,
        new LocalDate(2025, 12, 4), new LocalDate(2026, 1, 4))
    {
        Charge = new OpenedCharge(Funding.Wallet, 1, 2_00),
    };

    public static Command.BeginImport Begin(int parts, params TrialLine[] trialBalance) =>
        new("move", trialBalance, parts, "pat", "sam");

    public static Command.OpenBalances Open(int part, params NamedLeg[] lines) =>
        new("move", part, lines, "pat", "sam");

    public static Command.OpenSubscriptions Open(int part, params OpenedSubscription[] subscriptions) =>
        new("move", part, subscriptions, "pat", "sam");

    public static Command.FinishImport Finish() => new("move");

    public static TrialLine Trial(string code, long amount, string currency = "USD") => new(code, currency, amount);

    public static NamedLeg Line(
        string code, string owner, long amount, string currency = "USD", LocalDate? cohort = null) =>
        new(new AccountName(code, owner, currency, cohort), amount);

    /// <summary>A book that one subscription was moved into, with what is left of its payment.</summary>
    public static BookInMemory With(OpenedSubscription one)
    {
        var (deferred, unearned) = (one.Charge?.Deferred ?? 0, one.Charge?.Unearned?.Sum(part => part.Amount) ?? 0);
        var lines = new[]
        {
            Trial("psp.receivable", deferred + unearned, one.Currency),
            Trial("deferred.revenue", -deferred, one.Currency),
            Trial("creator.unearned", -unearned, one.Currency),
        };
        var book = new BookInMemory().Posted(
            Begin(deferred + unearned > 0 ? 2 : 1, [.. lines.Where(line => line.Amount != 0)]));
        book.Posted(Open(1, one));
        if (deferred + unearned > 0)
            book.Posted(Open(2, Line("psp.receivable", "", deferred + unearned, one.Currency)));
        return book.Posted(Finish());
    }
}
