using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Subscriptions;
using Fanz.Ledger.Tests;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>
/// What chance alone seldom brings about. Payouts to a creator in a currency of their own, from what they have to what
/// their bank sends back: so much has to be in order before one leaves. And somebody who stays after all.
/// </summary>
internal static class RareStory
{
    private const string Currency = "GBP";
    private const string Creator = "una";
    private const string Rail = "fps";
    private const long Each = 100;
    private static readonly string Seen = new('a', 64);

    /// <summary>What comes first in a book, and is done once.</summary>
    public static Command[] Beginning =>
        [
            new Command.SetRail(Rail, PaymentFormat.Csv, new Dictionary<string, string>(), "pat", "sam"),
            new Command.SetPayoutTerms(
                Currency, Rail, 1, 0, new PayoutRequirements(0, 0, false, false), "pat", "sam"),
            new Command.SetApprover("ned", Currency, 1_000_000, "pat", "sam"),
            new Command.SetApprover("ola", Currency, 1_000_000, "pat", "sam"),
            new Command.AddPayoutMethod(
                Creator, "bank", Rail, Currency, "GB", "v1.b25l", "00112233445566778899aabbccddeeff", "···6789", "pat",
                "sam"),
            new Command.VerifyPayoutMethod(Creator, "bank", 1, MethodProof.Provider, "deposit"),
        ];

    /// <summary>A batch, of which each payout ends in another way, and a subscription.</summary>
    public static Command[] Of(string name, BookInMemory book)
    {
        string[] payouts = [.. "abcde".Select(letter => $"{name}-{letter}")];
        var (members, today) = (payouts.Length - 2, book.Now.Today);
        return
            [
                new Command.Transfer(
                    [
                        new(new("creator.available", Creator, Currency), -1_000),
                        new(new("cash.bank", "", Currency), 1_000),
                    ],
                    ""),
                new Command.OpenBatch(name, Currency, today),
                .. payouts.Select(payout => new Command.FormPayout(payout, Creator, Currency, Each, 0, name)),
                new Command.CancelPayout(payouts[^1], "a mistake"),
                new Command.FailPayout(payouts[^2], "never sent"),
                new Command.CloseBatch(name, members, members * Each, Seen),
                new Command.ApproveBatch(name, members, members * Each, Seen, "ned"),
                new Command.ApproveBatch(name, members, members * Each, Seen, "ola"),
                .. payouts.Take(members)
                    .Select((payout, i) => new Command.SubmitPayout(payout, name, i + 1)),
                new Command.PreparePaymentFile(
                    name, Rail, Currency, name, book.Now.At, today, members, members * Each, Seen, name),
                new Command.ReleasePaymentFile(name, Seen),
                new Command.DoubtPayout(payouts[0], "no answer"),
                new Command.AcceptPayout(payouts[0]),
                new Command.SettlePayout(payouts[0], null, $"{name}-out"),
                new Command.SettlePayout(payouts[1]),
                new Command.ReturnPayout(payouts[1], "closed", null, "R02", $"{name}-back"),
                new Command.RejectPayout(payouts[2], "no account", "AC04"),
                new Command.StartSubscription(
                    name, "fay", Creator, 12_00, Currency, Funding.Card, SubscriptionPeriod.Yearly),
                new Command.CancelSubscription(name),
                new Command.ResumeSubscription(name),
                new Command.StartTrial(
                    $"{name}-trial", "fay", Creator, 12_00, Currency, SubscriptionPeriod.Monthly, 1),
            ];
    }

    /// <summary>What the trial comes to, when it is over.</summary>
    public static Command[] AfterTrial(string name) =>
        [
            new Command.MarkPastDue($"{name}-trial", "card expired"),
            new Command.RetrySubscription($"{name}-trial", Funding.Card),
        ];
}
