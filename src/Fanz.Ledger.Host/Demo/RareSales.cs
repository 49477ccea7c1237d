using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Orders;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Subscriptions;
using Fanz.Ledger.Wallets;
using NodaTime;
using static Fanz.Ledger.Host.Demo.Rare;

namespace Fanz.Ledger.Host.Demo;

/// <summary>What fans pay, and what stands in their way.</summary>
internal static class RareSales
{
    private static readonly LocalDate LongAgo = new(2024, 5, 1);

    public static readonly Rare[] Recipe =
        [
            // Named people move in: limits are tighter for whom nobody registered.
            .. new[] { "anna", "bert", "carl", "dave", "gast", "hugo", "ivan", "otto" }.Select(fan =>
                On(0, $"{fan}-is-registered", new Command.RegisterFan(fan, LongAgo))),
            On(0, "anna-is-registered-again", new Command.RegisterFan("anna", LongAgo), "fan_registered"),
            On(0, "noa-is-described", new Command.DescribeCreator("noa", "standard", "US", Fan: "noa-privately")),

            // Fans pay in. Anna clicked twice, and the second payment is undone.
            On(1, "bert-tops-up", new Command.TopUp("bert", 50_00, "USD", "card 1881")),
            On(1, "carl-tops-up", new Command.TopUp("carl", 20_00, "USD")),
            On(1, "dave-tops-up", new Command.TopUp("dave", 60_00, "USD")),
            On(1, "otto-tops-up", new Command.TopUp("otto", 15_00, "USD")),
            On(1, "anna-tops-up", new Command.TopUp("anna", 80_00, "USD", "card 4242")),
            On(1, "anna-tops-up-again", new Command.TopUp("anna", 80_00, "USD", "card 4242")),
            On(1, "anna-has-it-back", facts =>
                new Command.Reverse(facts.Number("anna-tops-up-again"), "the button was pressed twice")),
            On(1, "it-goes-back-once", facts =>
                new Command.Reverse(facts.Number("anna-tops-up-again"), "the button was pressed twice"),
                "already_reversed"),

            // Anna tries everything: a tip with her name and one without, a video, a message, a show, a gift.
            On(1, "anna-tips-mia", Tip("anna", "mia", 9_99) with { Message = "message-7" }),
            On(1, "anna-tips-noa", Tip("anna", "noa", 12_00) with { Anonymous = true, Stream = "show-1" }),
            On(1, "anna-unlocks-a-video", new Command.UnlockContent("anna", "mia", 7_00, "USD", Funding.Wallet)
            {
                Content = "video-1", Metadata = new Dictionary<string, string> { ["quality"] = "4k" },
            }),
            On(1, "anna-unlocks-a-message", new Command.UnlockMessage("anna", "noa", 5_00, "USD", Funding.Wallet)
            {
                Message = "message-8",
            }),
            On(1, "anna-watches-a-show", new Command.EnterStream("anna", "noa", 6_00, "USD", Funding.Wallet)
            {
                Stream = "show-1",
            }),
            On(1, "anna-gives-roses", new Command.SendGift("anna", "mia", 3_00, "USD", Funding.Wallet, "rose", 3)),
            // Two made a video together, somebody brought the guest, and the platform gives a discount away.
            On(1, "gast-unlocks-a-video-of-two", Video("gast", "noa", 100_00) with
            {
                Affiliate = "affiliate-00",
                Collaborators = [new Collaborator("noa", 80), new Collaborator("kim", 20)],
                Discount = new Discount("new-year", 10_00, Bearer.Platform),
            }),
            On(1, "gast-unlocks-a-cheaper-video", Video("gast", "noa", 20_00) with
            {
                Discount = new Discount("friends", 5_00, Bearer.Creator),
            }),

            // Tokens: bought with some on top, redeemed at a cent each, and not more than one has.
            On(1, "anna-buys-tokens", new Command.PurchaseTokens(
                "anna", 1_000, 10_00, "USD", Funding.Card, Bonus: 100)),
            On(1, "anna-tips-tokens", Tip("anna", "noa", 2_50, Funding.Tokens)),
            On(1, "anna-has-not-so-many", Tip("anna", "noa", 90_00, Funding.Tokens), "insufficient_funds"),

            // Promotional credit is good up to its day. What is unspent then goes back.
            On(1, "anna-is-given-credit", new Command.GrantPromo(
                "anna", 5_00, "USD", "new-year", new LocalDate(2026, 1, 10))),
            On(2, "anna-spends-credit", Tip("anna", "noa", 3_00, Funding.Promo)),
            On(5, "credit-is-still-good", facts => new Command.ExpirePromo(facts.Number("anna-is-given-credit")),
                "promo_not_expired_yet"),
            On(11, "credit-expires", facts => new Command.ExpirePromo(facts.Number("anna-is-given-credit"))),

            // Dave sets money aside: it is captured in part, no more of it than there is, and the rest comes back.
            On(1, "dave-sets-aside", new Command.Authorise("dave-1", "dave", 30_00, "USD", new LocalDate(2026, 1, 5))),
            On(1, "dave-sets-more-aside", new Command.Authorise(
                "dave-2", "dave", 10_00, "USD", new LocalDate(2026, 1, 2))),
            On(2, "dave-tips-of-it", Tip("dave", "noa", 12_00, Funding.Authorisation) with
            {
                Authorisation = "dave-1",
            }),
            On(2, "dave-set-less-aside", Tip("dave", "noa", 25_00, Funding.Authorisation) with
            {
                Authorisation = "dave-1",
            }, "authorisation_exceeded"),
            On(2, "it-is-not-over-yet", new Command.ExpireAuthorisation("dave-2"), "authorisation_not_expired_yet"),
            On(3, "dave-has-the-rest-back", new Command.VoidAuthorisation("dave-1", "the show is over")),
            On(3, "dave-let-it-lapse", new Command.ExpireAuthorisation("dave-2")),

            // Subscriptions: a year and a lifetime, earned month by month.
            On(0, "anna-subscribes-for-a-year", new Command.StartSubscription(
                "anna-noa", "anna", "noa", 120_00, "USD", Funding.Card, SubscriptionPeriod.Yearly)),
            On(0, "bert-subscribes-for-good", new Command.StartSubscription(
                "bert-noa", "bert", "noa", 240_00, "USD", Funding.Card, SubscriptionPeriod.Lifetime)),
            On(15, "a-month-is-not-over-yet", facts =>
                new Command.RecogniseRevenue(facts.Number("anna-subscribes-for-a-year"), 1), "too_early"),
            On(31, "a-month-of-a-year-is-earned", facts =>
                new Command.RecogniseRevenue(facts.Number("anna-subscribes-for-a-year"), 1)),
            On(31, "a-month-of-a-lifetime-is-earned", facts =>
                new Command.RecogniseRevenue(facts.Number("bert-subscribes-for-good"), 1)),
            // Three try for three days. Bert's card is declined at first; then he wants more, leaves, and stays.
            .. new[] { "bert", "carl", "dave" }.Select(fan => On(1, $"{fan}-tries", new Command.StartTrial(
                $"{fan}-kim", fan, "kim", 9_99, "USD", SubscriptionPeriod.Monthly, TrialDays: 3))),
            On(2, "a-trial-is-not-over-yet", new Command.RenewSubscription("bert-kim", Funding.Card), "too_early"),
            On(2, "carl-cancels", new Command.CancelSubscription("carl-kim", "not for me")),
            On(4, "carl-is-out", new Command.ExpireSubscription("carl-kim")),
            On(4, "dave-stays", new Command.RenewSubscription("dave-kim", Funding.Card)),
            On(4, "bert-is-declined", new Command.MarkPastDue("bert-kim", "card expired")),
            On(5, "bert-has-a-new-card", new Command.RetrySubscription("bert-kim", Funding.Card)),
            On(6, "bert-wants-more", new Command.UpgradeSubscription("bert-kim", Funding.Card, 14_99)),
            On(7, "bert-leaves", new Command.CancelSubscription("bert-kim")),
            On(8, "bert-stays", new Command.ResumeSubscription("bert-kim")),

            // Goods with shipping and sales tax: in escrow until they are delivered, once.
            On(1, "anna-orders", new Command.PlaceOrder("anna", "noa", 40_00, "USD", Funding.Card)
            {
                Order = "order-noa-1", Shipping = 5_00, Taxes = [new TaxLine(TaxKind.SalesTax, "US-CA", 3_60, 800)],
                Lines = [new OrderLine("poster", 2, 30_00), new OrderLine("postcard", 1, 10_00)],
            }),
            On(3, "it-arrives", facts => new Command.DeliverOrder(facts.Number("anna-orders"), "parcel 99")),
            On(4, "it-arrives-once", facts => new Command.DeliverOrder(facts.Number("anna-orders")),
                "already_delivered"),

            // What stands in the way: nothing in the wallet, a frozen account, oneself, too little, and too much.
            On(1, "carl-tips-too-much", Tip("carl", "mia", 499_00), "insufficient_funds"),
            On(1, "carl-is-frozen", new Command.FreezeAccount(Wallet("carl"), "suspected card testing")),
            On(1, "carl-tips-frozen", Tip("carl", "mia", 5_00), "account_frozen"),
            On(2, "carl-is-free", new Command.UnfreezeAccount(Wallet("carl"), "it was him")),
            On(2, "noa-tips-herself", Tip("noa-privately", "noa", 5_00, Funding.Card), "self_tip"),
            On(2, "too-little", Tip("gast", "noa", 1_50, Funding.Card), "below_minimum"),
            On(2, "too-much-at-once", Tip("neo", "noa", 150_00, Funding.Card), "over_limit"),
            On(2, "neo-tips", Tip("neo", "noa", 90_00, Funding.Card)),
            On(2, "neo-tips-again", Tip("neo", "noa", 90_00, Funding.Card)),
            On(2, "too-much-on-a-day", Tip("neo", "noa", 90_00, Funding.Card), "over_limit"),

            // Erna leaves: she takes her money along, her account is closed, and then she is.
            On(1, "erna-tops-up", new Command.TopUp("erna", 5_00, "USD")),
            On(1, "erna-takes-it-out", new Command.WithdrawFromWallet("erna", 5_00, "USD", WayOut.Card)),
            On(1, "her-account-is-closed", new Command.CloseAccount(Wallet("erna"), "asked for by the owner")),
            On(1, "a-closed-account-takes-nothing", new Command.TopUp("erna", 5_00, "USD", "again"), "account_closed"),
            On(2, "erna-is-closed", new Command.CloseParty(Role.Fan, "erna", "left")),
            On(2, "erna-cannot-come-back", new Command.TopUp("erna", 5_00, "USD", "once more"), "party_closed"),

            // A name on a list: nothing goes until somebody has looked.
            On(9, "bert-is-sanctioned", new Command.SanctionParty(Role.Fan, "bert", "name on a list")),
            On(9, "bert-cannot-tip", Tip("bert", "noa", 5_00), "party_sanctioned"),
            On(10, "bert-is-cleared", new Command.ClearParty(Role.Fan, "bert", "another of that name")),

            // Currencies without decimals and with three.
            On(10, "a-guest-tips-yen", new Command.SendTip("gast", "lea", 1_000, "JPY", Funding.Card)) with
            {
                Book = Demonstration.GirlFanz,
            },
            On(10, "a-guest-tips-dinars", new Command.SendTip("gast", "lea", 5_250, "KWD", Funding.Card)) with
            {
                Book = Demonstration.GirlFanz,
            },
        ];

    public static Command.SendTip Tip(string fan, string creator, long amount, Funding funding = Funding.Wallet) =>
        new(fan, creator, amount, "USD", funding);

    public static Command.UnlockContent Video(string fan, string creator, long amount) =>
        new(fan, creator, amount, "USD", Funding.Card) { Content = $"video-of-{creator}" };

    public static AccountName Wallet(string fan) => new("fan.wallet", fan, "USD");
}
