using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using static Fanz.Ledger.Host.Demo.Opening;
using static Fanz.Ledger.Host.Demo.Rare;
using static Fanz.Ledger.Host.Demo.RareSales;

namespace Fanz.Ledger.Host.Demo;

/// <summary>What is given back: refunds, disputes, and the debts that they leave.</summary>
internal static class RareReturns
{
    public static readonly Rare[] Recipe =
        [
            // A tip that an affiliate earned of is given back in two parts, before anything of it was released.
            On(2, "gast-tips", Tip("gast", "noa", 10_00, Funding.Card) with { Affiliate = "affiliate-00" }),
            On(3, "a-part-is-refunded", facts => new Command.RefundSale(facts.Number("gast-tips"), "goodwill", 3_00)),
            On(3, "more-than-remains", facts => new Command.RefundSale(facts.Number("gast-tips"), "goodwill", 8_00),
                "refund_exceeds_sale"),
            On(4, "the-rest-is-refunded", facts => new Command.RefundSale(facts.Number("gast-tips"), "goodwill")),
            On(4, "nothing-remains", facts => new Command.RefundSale(facts.Number("gast-tips"), "goodwill"),
                "nothing_to_give_back"),
            On(4, "the-part-leaves", facts => new Command.ExecuteRefund(facts.Number("a-part-is-refunded"))),
            On(5, "the-part-leaves-once", facts => new Command.ExecuteRefund(facts.Number("a-part-is-refunded")),
                "refund_already_executed"),
            // The card is gone meanwhile: the rest goes to the wallet.
            On(5, "the-rest-goes-to-the-wallet", facts =>
                new Command.ExecuteRefund(facts.Number("the-rest-is-refunded")) { ToWallet = true }),

            // A bundle of two creators is given back before it was sent, and cannot be delivered then.
            On(2, "gast-orders-a-bundle", new Command.PlaceOrder("gast", "noa", 60_00, "USD", Funding.Card)
            {
                Order = "order-bundle", Shipping = 5_00,
                Collaborators = [new Collaborator("noa", 60), new Collaborator("kim", 40)],
            }),
            On(3, "the-bundle-is-sold-out", facts =>
                new Command.RefundSale(facts.Number("gast-orders-a-bundle"), "sold out")),
            On(4, "the-money-leaves", facts => new Command.ExecuteRefund(facts.Number("the-bundle-is-sold-out"))),
            On(5, "nothing-to-deliver", facts => new Command.DeliverOrder(facts.Number("gast-orders-a-bundle")),
                "nothing_to_deliver"),

            // Of a year only what is not earned yet is given back.
            On(0, "carl-subscribes-for-a-year", new Command.StartSubscription(
                "carl-noa", "carl", "noa", 96_00, "USD", Funding.Card, SubscriptionPeriod.Yearly)),
            On(12, "carl-has-enough", facts =>
                new Command.RefundSale(facts.Number("carl-subscribes-for-a-year"), "moved away")
                {
                    UnearnedOnly = true,
                }),

            // Vera has been paid when her sale is given back: it is found in what else she holds, and what is not is a
            // debt. What matures later repays it, and at last the platform gives up on the rest.
            On(1, "gast-unlocks-veras-video", Video("gast", "vera", 100_00)),
            On(9, "gast-tips-vera", Tip("gast", "vera", 30_00, Funding.Card)),
            On(12, "vera-is-paid", facts => new Command.FormPayout(
                "vera-1", "vera", "USD", facts.Balance(Chart.CreatorAvailable, "vera"), 2_50)),
            On(13, "the-bank-takes-it", new Command.AcceptPayout("vera-1")),
            On(14, "vera-has-it", new Command.SettlePayout("vera-1")),
            On(15, "veras-video-is-refunded", facts =>
                new Command.RefundSale(facts.Number("gast-unlocks-veras-video"), "not as described")),
            On(15, "vera-owes-something", new Command.FormPayout("vera-2", "vera", "USD", 10_00, 2_50),
                "creator_in_debt"),
            On(16, "it-leaves", facts => new Command.ExecuteRefund(facts.Number("veras-video-is-refunded"))),
            On(16, "gast-tips-vera-again", Tip("gast", "vera", 30_00, Funding.Card)),
            On(24, "veras-debt-is-written-off", facts => new Command.WriteOffDebt(
                facts.Balance(Chart.CreatorDebt, "vera"), "USD", "not worth a lawyer", Proposer, Approver)
            {
                Creator = "vera",
            }),

            // Uma's money is frozen by an order, so it stays where it is and she owes the refund. Later she repays it.
            On(1, "gast-unlocks-umas-video", Video("gast", "uma", 50_00)),
            On(9, "uma-is-frozen", new Command.FreezeAccount(Available("uma"), "order of a court", DebitsOnly: true)),
            On(9, "umas-video-is-refunded", facts =>
                new Command.RefundSale(facts.Number("gast-unlocks-umas-video"), "not as described")),
            On(10, "uma-is-free", new Command.UnfreezeAccount(Available("uma"), "the order was lifted")),
            On(10, "more-than-she-owes", new Command.RepayDebt("uma", 100_00, "USD"), "amount_over_debt"),
            On(10, "uma-repays", facts =>
                new Command.RepayDebt("uma", facts.Balance(Chart.CreatorDebt, "uma"), "USD")),
            On(10, "umas-refund-leaves", facts => new Command.ExecuteRefund(facts.Number("umas-video-is-refunded"))),

            // A dispute of a sale: nothing is refunded meanwhile. It is won, taken up again, and lost by the creator.
            On(3, "gast-tips-noa", Tip("gast", "noa", 20_00, Funding.Card)),
            On(5, "gast-disputes", facts => new Command.OpenDispute("case-1", facts.Number("gast-tips-noa"), 15_00)
            {
                ReasonCode = "10.4",
            }),
            On(5, "nothing-is-refunded-meanwhile", facts =>
                new Command.RefundSale(facts.Number("gast-tips-noa"), "asked for"), "refund_during_dispute"),
            On(9, "it-is-won", new Command.WinDispute("case-1") { FeeReturned = true }),
            On(11, "the-bank-goes-on", new Command.ReopenDispute("case-1", 15_00)),
            On(16, "it-is-lost", new Command.LoseDispute("case-1") { PassFee = true }),
            On(17, "it-is-over", new Command.WinDispute("case-1"), "dispute_not_in_state"),
            // The platform had promised to bear this one.
            On(3, "gast-unlocks-noas-video", Video("gast", "noa", 30_00)),
            On(6, "gast-disputes-that-too", facts =>
                new Command.OpenDispute("case-2", facts.Number("gast-unlocks-noas-video"), 15_00)),
            On(13, "the-platform-bears-it", new Command.LoseDispute("case-2") { Bearer = Bearer.Platform }),

            // Hugo's card was not his: of his top-up 12.00 is left and frozen, the rest he owes. What he bought is
            // taken back from the creators, newest first; what he pays in later repays the debt.
            On(3, "hugo-tops-up", new Command.TopUp("hugo", 50_00, "USD")),
            On(4, "hugo-tips-noa", Tip("hugo", "noa", 20_00)),
            On(4, "hugo-tips-kim", Tip("hugo", "kim", 18_00)),
            On(6, "hugos-bank-disputes", facts =>
                new Command.OpenDispute("case-3", facts.Number("hugo-tops-up"), 15_00)),
            On(12, "hugos-top-up-is-lost", new Command.LoseDispute("case-3")),
            On(12, "kim-gives-it-back", facts => new Command.ClawBackSale("case-3", facts.Number("hugo-tips-kim"))),
            On(12, "kim-gives-it-back-once", facts => new Command.ClawBackSale("case-3", facts.Number("hugo-tips-kim")),
                "not_to_be_clawed_back"),
            On(13, "hugo-tops-up-again", new Command.TopUp("hugo", 12_00, "USD")),
            On(14, "noa-gives-the-rest-back", facts =>
                new Command.ClawBackSale("case-3", facts.Number("hugo-tips-noa"))),

            // Ivan spent a part of the tokens that his bank takes back. Nothing is clawed back; what he owes is written
            // off.
            On(3, "ivan-buys-tokens", new Command.PurchaseTokens(
                "ivan", 2_000, 20_00, "USD", Funding.Card, Bonus: 200)),
            On(4, "ivan-tips-tokens", Tip("ivan", "noa", 5_00, Funding.Tokens)),
            On(6, "ivans-bank-disputes", facts =>
                new Command.OpenDispute("case-4", facts.Number("ivan-buys-tokens"), 15_00)),
            On(12, "ivans-tokens-are-lost", new Command.LoseDispute("case-4") { ClawBack = false }),
            On(20, "ivans-debt-is-written-off", facts => new Command.WriteOffDebt(
                facts.Balance(Chart.FanDebt, "ivan"), "USD", "gone", Proposer, Approver)
            {
                Fan = "ivan",
            }),

            // A top-up and tokens whose disputes are won; that of the tokens is taken up again and lost.
            On(5, "daves-bank-disputes", facts =>
                new Command.OpenDispute("case-5", facts.Number("dave-tops-up"), 15_00)),
            On(8, "daves-top-up-is-won", new Command.WinDispute("case-5")),
            On(6, "annas-bank-disputes", facts =>
                new Command.OpenDispute("case-6", facts.Number("anna-buys-tokens"), 15_00)),
            On(9, "annas-tokens-are-won", new Command.WinDispute("case-6")),
            On(10, "annas-bank-goes-on", new Command.ReopenDispute("case-6", 15_00)),
            On(17, "annas-tokens-are-lost", new Command.LoseDispute("case-6")),
        ];

    private static AccountName Available(string creator) => new("creator.available", creator, "USD");
}
