using System.Numerics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

/// <summary>What an event says of amounts is what its record moves: who reads one need not read the other.</summary>
internal static class EventLaws
{
    private static readonly string[] Sellers =
    [
        "creator.pending", "creator.reserve", "creator.available", "creator.debt", "affiliate.pending",
        "affiliate.available",
    ];

    private static readonly string[] Freezable =
        ["creator.pending", "creator.reserve", "creator.available", "fan.wallet", "fan.tokens"];

    public static void Check(Event @event, IReadOnlyList<Entry> entries)
    {
        foreach (var (what, told, moved) in Claims(@event, entries))
            Assert.True(told == moved, $"{@event} says {what} {told} and moves {moved}");
    }

    private static IEnumerable<(string What, BigInteger Told, BigInteger Moved)> Claims(
        Event @event, IReadOnlyList<Entry> entries)
    {
        switch (@event)
        {
            case Event.HoldReleased e: 
                return Released("creator", "creator.pending", e.Amount, e.DebtRepaid, e.Available, e.Withheld);
            case Event.ReserveReleased e: 
                return Released("creator", "creator.reserve", e.Amount, e.DebtRepaid, e.Available, e.Withheld);
            case Event.AffiliateReleased e: 
                return Released("affiliate", "affiliate.pending", e.Amount, 0, e.Available, e.Withheld);
            case Event.AmountHeld e: return [("amount", e.Amount, Credit("creator.hold"))];
            case Event.HeldAmountReleased e:
                return [("amount", e.Amount, Debit("creator.hold")), ("repaid", e.DebtRepaid, Credit("creator.debt"))];
            case Event.PayoutFormed e:
                return
                [
                    ("amount", e.Amount, Debit("creator.available")), ("fee", e.Fee, Credit("revenue.payout_fee")),
                    ("sent", e.Sent, Credit("payout.transit")),
                ];
            case Event.PayoutAccepted e: return [("amount", e.Amount, Credit("payout.clearing"))];
            case Event.PayoutSettled e: return [("amount", e.Amount, Credit("cash.bank"))];
            case Event.PayoutReturned e: return [("amount", e.Amount, Debit("cash.bank"))];
            case Event.PayoutFailed e: return GivenBack(e.Amount, e.Fee, e.DebtRepaid);
            case Event.PayoutCancelled e: return GivenBack(e.Amount, e.Fee, e.DebtRepaid);
            case Event.PayoutRejected e: return GivenBack(e.Amount, e.Fee, e.DebtRepaid);
            case Event.TaxDeposited e: return [("amount", e.Amount, Credit("cash.bank"))];
            case Event.ProcessorSettled e:
                return
                [
                    ("net", e.Net, Debit("cash.bank")), ("fees", e.Fees, Debit("expense.psp_fee")),
                    ("kept", e.Kept, Debit("psp.reserve")), ("gross", e.Gross, Credit("psp.receivable")),
                ];
            case Event.CurrencyConverted e:
                return
                [
                    ("spread", e.Spread, Credit("revenue.fx_spread")), ("repaid", e.DebtRepaid, Credit("creator.debt")),
                    ("received", e.Received - e.DebtRepaid - e.Amount, Credit("creator.available")),
                    ("bought", e.Bought - e.Amount, Debit("fx.position")),
                ];
            case Event.GoodwillGranted e:
                return [("amount", e.Amount, Debit("expense.goodwill")), ("repaid", e.DebtRepaid, Debts())];
            case Event.ReceiptAssigned e:
                return [("amount", e.Amount, Debit("suspense")), ("repaid", RepaidBesides(e), Debts())];
            case Event.MovedToUnclaimed e: return [("amount", e.Amount, Credit("unclaimed"))];
            case Event.UnclaimedReturned e:
                return [("amount", e.Amount, Debit("unclaimed")), ("repaid", e.DebtRepaid, Debts())];
            case Event.SubscriptionCharge e:
                return
                [
                    ("fee", e.Fee, Credit("deferred.revenue")), .. Shared(e.Pending ?? 0, e.Reserve ?? 0, e.Shares),
                    ("unearned", e.Unearned ?? 0, Credit("creator.unearned")),
                    (
                        "unearned of shares", e.Shares?.Sum(share => share.Unearned ?? 0) ?? e.Unearned ?? 0,
                        e.Unearned ?? 0),
                ];
            case Event.RevenueRecognised e:
                return
                [
                    ("revenue", e.Revenue, Credit("revenue.subscription")),
                    .. Shared(e.Pending ?? 0, e.Reserve ?? 0, e.Shares),
                ];
            case Event.OrderPlaced e:
                var affiliate = e.Affiliate is { BorneBy: Bearer.Creator } paid ? paid.Amount : 0;
                return [("whole", e.Fee + e.Pending + e.Reserve + affiliate, Credit("order.escrow"))];
            case Event.OrderDelivered e:
                return
                [
                    ("fee", e.Fee, Credit("revenue.order")), .. Shared(e.Pending, e.Reserve, e.Shares),
                    ("affiliate", e.Affiliate?.Amount ?? 0, Credit("affiliate.pending")),
                ];
            case Event.DisputeOpening e:
                return
                [
                    ("amount", e.Amount, Debit("chargeback.receivable")),
                    ("fee", e.Fee, Debit("expense.chargeback_fee")),
                    .. Portions(e.Frozen, 1),
                ];
            case Event.DisputeWon e:
                return
                [
                    ("amount", e.Amount, Credit("chargeback.receivable")),
                    ("fee", e.FeeReturned ?? 0, Credit("expense.chargeback_fee")),
                    .. Portions(e.Returned, -1),
                ];
            case Event.DisputeLost e:
                return
                [
                    ("amount", e.Amount + PaidRefunds(e) + (e.Excess ?? 0), Credit("chargeback.receivable")),
                    ("refunds", PaidRefunds(e), Debit("refund.payable")),
                    ("fee", e.FeePassed ?? 0, Credit("expense.chargeback_fee")),
                    ("debt", e.FanDebt ?? 0, Debit("fan.debt")),
                    ("taken", e.Taken.Sum(one => one.Amount) - e.Returned.Sum(one => one.Amount), TakenFromOwners()),
                ];
            case Event.SaleRefunded e:
                return [("taken", e.Taken.Sum(one => one.Amount), TakenFromOwners())];
            case Event.SaleClawedBack e:
                return
                [
                    ("amount", e.Amount, Credit("fan.debt")),
                    ("taken", e.Taken.Sum(one => one.Amount), TakenFromOwners()),
                ];
            default: return [];
        }

        // What is assigned to a debt itself repays it too.
        static long RepaidBesides(Event.ReceiptAssigned receipt) =>
            receipt.To.Code is "creator.debt" or "fan.debt" ? receipt.Amount : receipt.DebtRepaid ?? 0;

        static long PaidRefunds(Event.DisputeLost lost) => (lost.RefundsPaid ?? []).Sum(refund => refund.Amount);

        BigInteger Debit(string code) => entries
            .Where(entry => entry.Account.Code.Name == code)
            .Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount);
        BigInteger Credit(string code) => -Debit(code);
        BigInteger Debts() => Credit("creator.debt") + Credit("fan.debt");
        BigInteger TakenFromOwners() =>
            Sellers.Aggregate(BigInteger.Zero, (sum, code) => sum + Debit(code));

        IEnumerable<(string, BigInteger, BigInteger)> Released(
            string role, string from, long amount, long repaid, long available, IReadOnlyList<Withheld>? withheld) =>
        [
            ("amount", amount, Debit(from)), ("repaid", repaid, Credit("creator.debt")),
            ("available", available, Credit($"{role}.available")),
            ("withheld", withheld?.Sum(tax => tax.Amount) ?? 0, Credit("wht.backup") + Credit("wht.nra")),
        ];

        IEnumerable<(string, BigInteger, BigInteger)> GivenBack(long amount, long fee, long repaid) =>
        [
            ("amount", amount, Credit("creator.available") + Credit("creator.debt")),
            ("fee", fee, Debit("revenue.payout_fee")), ("repaid", repaid, Credit("creator.debt")),
        ];

        IEnumerable<(string, BigInteger, BigInteger)> Shared(
            long pending, long reserve, IReadOnlyList<CreatorShare>? shares) =>
        [
            ("pending", pending, Credit("creator.pending")), ("reserve", reserve, Credit("creator.reserve")),
            ("pending of shares", shares?.Sum(share => share.Pending) ?? pending, pending),
            ("reserve of shares", shares?.Sum(share => share.Reserve) ?? reserve, reserve),
        ];

        // Account by account, for whoever undoes it reads them so.
        IEnumerable<(string, BigInteger, BigInteger)> Portions(
            IReadOnlyList<Portion> portions, int side)
        {
            foreach (var entry in entries.Where(entry => Freezable.Contains(entry.Account.Code.Name)))
            {
                var told = portions.Where(one => one.Account.Key == entry.Account).Sum(one => one.Amount);
                yield return (entry.Account.ToString(), told, side * (BigInteger)entry.Amount);
            }

            foreach (var portion in portions.Where(one => one.Account.Code != "token.liability"))
                yield return (
                    portion.Account.ToString(), 1, entries.Count(entry => entry.Account == portion.Account.Key));
        }
    }
}
