using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The events and refusals of payouts that the ledger makes, as they were written once.</summary>
internal static class PayingGoldens
{
    private const string Hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    private static readonly Currency Dollar = Currency.Of("USD");
    private static readonly LocalDate Day = new(2026, 1, 9);
    private static readonly PayoutRequirements Needs = new(2, 5, true, true);

    internal static readonly (string, Event)[] Events =
    [
        ("payout_formed.batch",
            new Event.PayoutFormed("p-7", "bea", "USD", 380_00, 2_50, 377_50, "ach", "weekly-20260109", "m-1")),
        ("payout_cancelled", new Event.PayoutCancelled("p-7", "bea", "USD", 380_00, 2_50, 1_00, "not this one")),
        ("payout_submitted", new Event.PayoutSubmitted("p-7", "bea", "USD", 377_50, "card")),
        ("payout_submitted.file", new Event.PayoutSubmitted(
            "p-7", "bea", "USD", 377_50, "ach", "weekly-20260109", "m-1", "weekly-20260109-1", 12)),
        ("payout_doubted", new Event.PayoutDoubted("p-7", "bea", "USD", 377_50, "no answer in a minute")),
        ("payout_settled.reference",
            new Event.PayoutSettled("p-7", "bea", "USD", 377_50, "main", "2026-01-12/0007")),
        ("payout_rejected.code", new Event.PayoutRejected(
            "p-7", "bea", "USD", 380_00, 2_50, 0, "no such account", "AC04")),
        ("payout_returned.code", new Event.PayoutReturned(
            "p-7", "bea", "USD", 377_50, "no such account", "main", "R03", "2026-01-14/0002")),
        ("payout_terms_set",
            new Event.PayoutTermsSet("USD", "ach", 20_00, 2_50, Needs, Day, "ida", "otto")),
        ("payout_terms_set.instant", new Event.PayoutTermsSet("USD", "ach", 20_00, 2_50, Needs, Day, "ida", "otto")
        {
            InstantFee = 5_00,
            InstantMost = 500_00,
            CombineInto = "bestfans",
        }),
        ("rail_set", new Event.RailSet(
            "ach", PaymentFormat.Nacha,
            new SortedDictionary<string, string> { ["company"] = "1234567890", ["routing"] = "021000021" }, "ida",
            "otto")),
        ("rail_set.bank", new Event.RailSet(
            "sepa", PaymentFormat.CreditTransfer09, new SortedDictionary<string, string>(), "ida", "otto", "main")),
        ("approver_set", new Event.ApproverSet("kim", "USD", 1_000_000_00, "ida", "otto")),
        ("approver_set.command", new Event.ApproverSet("kim", "USD", 500_00, "ida", "otto", "grant_goodwill")),
        ("batch_opened", new Event.BatchOpened("weekly-20260109", "USD", "ach", Day)),
        ("batch_closed", new Event.BatchClosed("weekly-20260109", "USD", 2, 755_00, Hash)),
        ("batch_approved",
            new Event.BatchApproved("weekly-20260109", "USD", 2, 755_00, "kim", 1_000_000_00, IsComplete: false)),
        ("batch_approved.complete",
            new Event.BatchApproved("weekly-20260109", "USD", 2, 755_00, "lee", 900_00, IsComplete: true)),
        ("batch_rejected", new Event.BatchRejected("weekly-20260109", "USD", "the wrong week")),
        ("payment_file_prepared", new Event.PaymentFilePrepared(
            "instant-1", "card", 7, "USD", "M-1", Instant.FromUtc(2026, 1, 9, 12, 0), Day, 1, 377_50, Hash)),
        ("payment_file_prepared.batch", new Event.PaymentFilePrepared(
            "weekly-20260109-1", "ach", 7, "USD", "M-2", Instant.FromUtc(2026, 1, 9, 12, 0, 1).PlusNanoseconds(1_000),
            Day, 2, 755_00, Hash, "weekly-20260109")),
        ("payment_file_released",
            new Event.PaymentFileReleased("weekly-20260109-1", "ach", "USD", 2, 755_00, Hash)),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.PayoutOutsideRails("p-7"),
        Refusal.PayoutAmountDiffers("p-7", 377_50, 377_51),
        Refusal.PayoutNeedsBatch(Dollar),
        Refusal.PayoutsCombined(Dollar, "bestfans"),
        Refusal.NoInstantPayouts(Dollar),
        Refusal.PayoutFeeDiffers(1_00, 2_50),
        Refusal.BelowPayoutMinimum(19_99, 20_00),
        Refusal.OverInstantMost(500_01, 500_00),
        Refusal.NoPayoutTerms(Dollar),
        Refusal.RailUnknown("ach"),
        Refusal.BatchExists("weekly-20260109"),
        Refusal.BatchUnknown("weekly-20260109"),
        Refusal.BatchNotInState("weekly-20260109", "open", "closed"),
        Refusal.BatchOfAnother("weekly-20260109", "USD", "ach"),
        Refusal.BatchDiffers("weekly-20260109", 2, 755_00),
        Refusal.ApprovedBySame("weekly-20260109", "kim"),
        Refusal.OverApprovalLimit("kim", 100_00, 755_00),
        Refusal.PaymentFileUnknown("weekly-20260109-1"),
        Refusal.PaymentFileNotInState("weekly-20260109-1", "released"),
        Refusal.PaymentFileDiffers("weekly-20260109-1", Hash),
        Refusal.PaymentFileOverBatch("weekly-20260109", 2, 755_00),
        Refusal.RailSetAgain("ach", 7),
    ];
}
