using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Goods that are ordered, and delivered later.</summary>
internal static partial class HistorySteps
{
    private static Family Orders() => new(
        "orders",
        [
            (4, (step, book, _) => Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.PlaceOrder(fan, creator, amount, currency, funding)
                {
                    Order = $"o-{step.A % 50}",
                    Affiliate = step.C % 4 == 0 ? Step.Pick(Affiliates, step.A) : null,
                    Shipping = step.B % 3 == 0 ? (step.C % 300) + 1 : null,
                })),
            (2, (step, book, _) => new Command.RefundSale(
                Record(book, step.A, "order_placed"), "late", step.B % 4 == 0 ? null : step.Small)),
            (1, (step, _, _) => new Command.SetRevenueRule(
                new RuleScope(null, SaleKind.Order), step.A % 10_001, step.B % 10_001, ReserveDays: 90,
                HoldDays: 7, "pat", "sam")
            {
                Affiliate = new AffiliateTerms(
                    (step.C % 2_000) + 1, AffiliateBasis.Gross, step.C % 3 == 0 ? Bearer.Creator : Bearer.Platform),
            }),
            (3, (step, book, _) => new Command.DeliverOrder(
                step.B % 11 == 0 ? step.A + 1 : Record(book, step.A, "order_placed"))),
            (1, (step, book, _) => new Command.DeliverOrder(Record(book, step.A, "order_placed", "dispute_opened"))),
            (1, (step, book, _) => new Command.OpenDispute(
                Dispute(step, book, isNew: true), Record(book, step.A, "order_placed"), 0,
                step.B % 2 == 0 ? step.Small : null)),
            (1, (step, book, _) => step.B % 3 == 0
                ? new Command.WinDispute(Dispute(step, book))
                : new Command.LoseDispute(Dispute(step, book))),
        ],
        [
            "order_placed", "order_delivered", "refused: not_an_order", "refused: already_delivered",
            "refused: nothing_to_deliver", "refused: earning_during_dispute",
        ]);
}
