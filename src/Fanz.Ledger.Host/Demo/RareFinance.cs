using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;
using static Fanz.Ledger.Host.Demo.Opening;
using static Fanz.Ledger.Host.Demo.Rare;
using static Fanz.Ledger.Host.Demo.RareSales;

namespace Fanz.Ledger.Host.Demo;

/// <summary>What finance does by hand, and what banks do to it.</summary>
internal static class RareFinance
{
    private static readonly RuleScope TipsOfMia = new("mia", SaleKind.Tip);

    public static readonly Rare[] Recipe =
        [
            // Kim is held while somebody looks at her papers: nothing is released to her, and nothing is lost.
            On(1, "gast-tips-kim", Tip("gast", "kim", 25_00, Funding.Card)),
            On(6, "kim-is-held", new Command.HoldCreator("kim", "papers have expired")),
            On(9, "nothing-is-released-to-kim", new Command.ReleaseHold(
                "kim", "USD", new LocalDate(2026, 1, 8), "by-hand"), "creator_held"),
            On(10, "kim-is-not-held", new Command.UnholdCreator(
                "kim", "new papers", Proposer, Approver)),
            On(10, "what-matures-later", new Command.ReleaseHold("noa", "USD", new LocalDate(2026, 1, 20), "by-hand"),
                "not_matured"),

            // A part of what Noa has is set aside by hand, and given back.
            On(12, "noas-money-is-held", new Command.HoldAmount("noa", 5_00, "USD", "a letter of her bank")),
            On(14, "more-than-is-held", new Command.ReleaseAmount(
                "noa", 6_00, "USD", "settled", ProposedBy: Proposer, ApprovedBy: Approver), "more_than_held"),
            On(14, "noas-money-is-free", new Command.ReleaseAmount(
                "noa", 5_00, "USD", "settled", ProposedBy: Proposer, ApprovedBy: Approver)),

            // Payouts that go wrong in each of the three ways: never sent, not made by the bank, and come back later.
            On(13, "noa-is-paid", new Command.FormPayout("noa-1", "noa", "USD", 10_00, 2_50)),
            On(13, "noa-is-paid-once", new Command.FormPayout("noa-1", "noa", "USD", 10_00, 2_50), "payout_exists"),
            On(14, "it-was-never-sent", new Command.FailPayout("noa-1", "the file was too late")),
            On(14, "noa-is-paid-again", new Command.FormPayout("noa-2", "noa", "USD", 10_00, 2_50)),
            On(15, "the-bank-takes-noas", new Command.AcceptPayout("noa-2")),
            On(16, "the-bank-rejects-it", new Command.RejectPayout("noa-2", "AC04 closed account")),
            On(16, "noa-is-paid-a-third-time", new Command.FormPayout("noa-3", "noa", "USD", 10_00, 2_50)),
            On(17, "the-bank-takes-it-again", new Command.AcceptPayout("noa-3")),
            On(18, "noa-has-it", new Command.SettlePayout("noa-3")),
            On(19, "it-comes-back", new Command.ReturnPayout("noa-3", "R03 no account")),
            On(20, "noa-has-another-bank", new Command.ReleaseAmount("noa", 7_50, "USD", "new details", "noa-3")),

            // Noa wants euros. The bank buys them a little cheaper, and two people call that a gain.
            On(20, "noa-wants-euros", new Command.ConvertCurrency("noa", "USD", "EUR", 20_00, "0.9150", 100)),
            On(21, "the-bank-buys-euros", new Command.CoverExchange("USD", 20_00, "EUR", 18_32, Reference: "deal-1")),
            On(22, "more-than-the-position", new Command.CloseExchangePosition(
                "EUR", -3, "rates", Proposer, Approver), "more_than_position"),
            On(22, "the-gain-is-booked", facts => new Command.CloseExchangePosition(
                "EUR", facts.Balance(Chart.ExchangePosition, "", "EUR"), "rates", Proposer, Approver)),

            // A transfer without a name, from Bert as it turns out, and the bank tells of it twice.
            On(10, "money-comes-in", new Command.RecordReceipt(12_34, "USD", "statement-7-line-3")),
            On(10, "it-came-once", new Command.RecordReceipt(12_34, "USD", "statement-7-line-3"), "already_recorded"),
            On(11, "it-was-berts", facts => new Command.AssignReceipt(
                facts.Number("money-comes-in"), Wallet("bert"), 12_34, "he showed the slip")),

            // The platform says sorry, to a creator and to a fan.
            On(12, "sorry-noa", new Command.GrantGoodwill(
                25_00, "USD", "the release was late", Proposer, Approver, Creator: "noa")),
            On(12, "sorry-bert", new Command.GrantGoodwill(5_00, "USD", "wrong list", Proposer, Approver, Fan: "bert")),

            // Otto has not been heard of for long; then he writes.
            On(5, "anna-is-there", new Command.MoveToUnclaimed(
                "USD", new LocalDate(2026, 1, 1), "no sign of life", Fan: "anna"), "not_dormant"),
            On(5, "otto-is-not", new Command.MoveToUnclaimed(
                "USD", new LocalDate(2024, 6, 1), "no sign of life", Fan: "otto")),
            On(20, "otto-writes", facts => new Command.ReturnUnclaimed(facts.Number("otto-is-not"), "he wrote")),

            // Between banks, and by hand for what has no command of its own.
            On(7, "to-the-other-bank", new Command.Transfer(
                [Leg("cash.bank", "second", 100_00), Leg("cash.bank", "", -100_00)], "payouts are made from there")),
            On(21, "the-bank-charges", new Command.Adjust(
                [Leg("expense.psp_fee", "", 3_00), Leg("cash.bank", "", -3_00)], "charge for the payout that came back",
                Proposer, Approver, new LocalDate(2026, 1, 19))),
            On(25, "the-processor-gives-back", facts => new Command.ReleaseProcessorReserve(
                facts.Balance(Chart.ProcessorReserve), "USD", Reference: "reserve-1")),
            On(25, "it-keeps-no-more", new Command.ReleaseProcessorReserve(1_00, "USD", Reference: "reserve-2"),
                "more_than_reserved"),

            // What Mia was given for tips ends; of what is gone nothing can be ended again.
            On(20, "mias-rule-ends", new Command.EndRevenueRule(TipsOfMia, Proposer, Approver)),
            On(20, "it-ends-once", new Command.EndRevenueRule(TipsOfMia, Proposer, Approver), "no_revenue_rule"),

            // Anna takes money along to the other platform, and each Friday the treasury gets the fees of the tips.
            On(8, "anna-moves-on", new Command.TransferToBook(
                "girlfanz", Wallet("anna"), Wallet("anna"), 10_00, "USD", "asked for in the app")),
            .. new[] { 9, 16, 23, 30 }.Select(friday => On(friday, $"fees-to-treasury-{friday}", facts =>
                new Command.TransferToBook(
                    "_", Tips, Tips, facts.Balance(Chart.TipRevenue), "USD", "fees of the week"))),
        ];

    private static AccountName Tips => new("revenue.tip", "", "USD");

    private static NamedLeg Leg(string code, string owner, long amount) =>
        new(new AccountName(code, owner, "USD"), amount);
}
