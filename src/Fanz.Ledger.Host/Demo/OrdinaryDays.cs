using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Host.Demo;

/// <summary>
/// What fans do on any day, by chance: they tip, unlock, watch, give and order, subscribe, pay in and out. A few sales
/// are given back later, and of those by card a few are disputed.
/// </summary>
internal static class OrdinaryDays
{
    /// <summary>Of a hundred fans so many do something on a day.</summary>
    private const int Busy = 28;
    private const long ChargebackFee = 15_00;
    private static readonly string[] Gifts = ["rose", "crown", "fireworks"];
    private static readonly long[] Prices = [3_00, 4_99, 5_00, 9_99, 10_00, 15_00, 19_99, 25_00, 50_00];

    /// <summary>How many of a hundred times each thing is done.</summary>
    private static readonly (int Of100, Func<Stage, CastFan, Step?> What)[] Things =
        [
            (33, (stage, fan) => Sell(stage, fan, creator => new Command.SendTip(
                fan.Name, creator, Price(stage), stage.Currency, Funding.Wallet) { Anonymous = stage.Luck(100) })),
            (16, (stage, fan) => Sell(stage, fan, creator => new Command.UnlockContent(
                fan.Name, creator, Price(stage), stage.Currency, Funding.Wallet) { Content = stage.Name("video") })),
            (12, (stage, fan) => Sell(stage, fan, creator => new Command.UnlockMessage(
                fan.Name, creator, Price(stage), stage.Currency, Funding.Wallet) { Message = stage.Name("message") })),
            (5, (stage, fan) => Sell(stage, fan, creator => new Command.EnterStream(
                fan.Name, creator, Price(stage), stage.Currency, Funding.Wallet) { Stream = stage.Name("show") })),
            (4, (stage, fan) => Sell(stage, fan, creator => new Command.SendGift(
                fan.Name, creator, Price(stage), stage.Currency, Funding.Wallet,
                Gifts[stage.Random.Next(Gifts.Length)], stage.Random.Next(1, 4)))),
            (4, Order),
            (8, Subscribing.Start),
            (10, TopUp),
            (3, BuyTokens),
            (2, Reserve),
            (2, Receive),
            (1, Withdraw),
        ];

    public static IEnumerable<Step> Of(Stage stage)
    {
        for (var i = 0; i < stage.Cast.Fans.Count * Busy / 100; i++)
        {
            var luck = stage.Random.Next(100);
            var what = Things.First(thing => (luck -= thing.Of100) < 0).What;
            if (what(stage, stage.Cast.AnyFan(stage.Random)) is { } step) yield return step;
        }
    }

    public static Step BuyTokens(Stage stage, CastFan fan)
    {
        var tokens = stage.Random.Next(1, 6) * 1_000;
        // Whoever buys many is given some more.
        var bonus = tokens >= 3_000 ? tokens / 10 : 0;
        return new Step(new Command.PurchaseTokens(fan.Name, tokens, tokens, stage.Currency, Funding.Card, bonus)
        {
            Processor = Paying.Processor(stage),
        });
    }

    private static long Price(Stage stage) => Prices[stage.Random.Next(Prices.Length)];

    /// <summary>A sale with all that belongs to one: its tax, who brought the fan, and who made it together.</summary>
    private static Step Sell(Stage stage, CastFan fan, Func<string, Command.Sale> make)
    {
        var creator = stage.Cast.AnyCreator(stage.Random).Name;
        var other = stage.Cast.AnyCreator(stage.Random).Name;
        var sale = make(creator);
        var taxes = Paying.Taxes(stage, fan, sale.Amount);
        var (funding, processor) = Paying.Choose(stage, fan, sale.Amount + Paying.Sum(taxes), isSmall: true);
        sale = sale with
        {
            Funding = funding,
            Processor = processor,
            Country = fan.Country,
            Affiliate = fan.Affiliate,
            Taxes = taxes,
            Collaborators = stage.Luck(50) && other != creator
                ? [new Collaborator(creator, 60), new Collaborator(other, 40)]
                : null,
        };
        return new Step(sale, number => Regret(stage, sale, number));
    }

    /// <summary>One in sixty sales is given back, in full or in part; a few of those by card are disputed.</summary>
    private static void Regret(Stage stage, Command.Sale sale, long number)
    {
        var day = stage.Today.PlusDays(stage.Random.Next(1, 15));
        switch (stage.Random.Next(1_000))
        {
            case < 16:
                long? part = stage.Luck(400) ? sale.Amount / 2 : null;
                stage.Later(day, () => new Step(
                    new Command.RefundSale(number, "asked for by the fan", part),
                    refund => Execute(stage, sale, refund)));
                break;
            case < 20 when sale.Funding == Funding.Card:
                var dispute = stage.Name("dispute");
                stage.Later(day, () => new Step(
                    new Command.OpenDispute(dispute, number, ChargebackFee) { ReasonCode = "fraudulent" }));
                Command end = stage.Luck(400) ? new Command.WinDispute(dispute) : new Command.LoseDispute(dispute);
                stage.Later(day.PlusDays(7), () => new Step(end));
                break;
        }
    }

    /// <summary>What goes back to a card leaves on the day after.</summary>
    private static void Execute(Stage stage, Command.Sale sale, long refund)
    {
        if (sale.Funding == Funding.Card)
            stage.Later(stage.Today.PlusDays(1), () => new Step(new Command.ExecuteRefund(refund)));
    }

    /// <summary>Goods are paid first, and delivered within a week.</summary>
    private static Step Order(Stage stage, CastFan fan)
    {
        var (goods, shipping) = (stage.Random.Next(2, 9) * 10_00, 4_90);
        var taxes = Paying.Taxes(stage, fan, goods);
        var (funding, processor) = Paying.Choose(stage, fan, goods + shipping + Paying.Sum(taxes));
        var order = new Command.PlaceOrder(
            fan.Name, stage.Cast.AnyCreator(stage.Random).Name, goods, stage.Currency, funding)
        {
            Processor = processor, Country = fan.Country, Affiliate = fan.Affiliate, Taxes = taxes,
            Order = stage.Name("order"), Shipping = shipping,
        };
        return new Step(order, number => stage.Later(
            stage.Today.PlusDays(stage.Random.Next(2, 8)), () => new Step(new Command.DeliverOrder(number))));
    }

    private static Step TopUp(Stage stage, CastFan fan) =>
        new(new Command.TopUp(fan.Name, stage.Random.Next(1, 11) * 10_00, stage.Currency)
        {
            Processor = Paying.Processor(stage),
        });

    /// <summary>A fan sets money aside for a show, pays for it out of that, and has back what is left.</summary>
    private static Step? Reserve(Stage stage, CastFan fan)
    {
        const long aside = 20_00;
        if (!stage.TrySpend(stage.Account(Chart.FanWallet, fan.Name), aside)) return null;
        var (name, tomorrow) = (stage.Name("authorisation"), stage.Today.PlusDays(1));
        var creator = stage.Cast.AnyCreator(stage.Random).Name;
        return new Step(
            new Command.Authorise(name, fan.Name, aside, stage.Currency, tomorrow),
            _ =>
            {
                if (stage.Luck(700))
                {
                    stage.Later(tomorrow, () => new Step(
                        new Command.EnterStream(fan.Name, creator, 12_00, stage.Currency, Funding.Authorisation)
                        {
                            Authorisation = name, Stream = stage.Name("show"),
                        }));
                }

                if (stage.Luck(500)) stage.Later(tomorrow, () => new Step(new Command.VoidAuthorisation(name)));
                else stage.Later(tomorrow.PlusDays(1), () => new Step(new Command.ExpireAuthorisation(name)));
            });
    }

    /// <summary>A fan without promotional credit is given some, for a week.</summary>
    private static Step? Receive(Stage stage, CastFan fan)
    {
        var promo = stage.Account(Chart.FanPromo, fan.Name);
        if (!stage.TryGiveOnce(fan.Name)) return null;
        var until = stage.Today.PlusDays(7);
        return new Step(
            new Command.GrantPromo(fan.Name, 10_00, stage.Currency, "january", until),
            grant => stage.Later(until.PlusDays(1), () =>
                stage.Balance(promo) > 0 ? new Step(new Command.ExpirePromo(grant)) : null));
    }

    private static Step? Withdraw(Stage stage, CastFan fan)
    {
        const long amount = 25_00;
        if (!stage.TrySpend(stage.Account(Chart.FanWallet, fan.Name), amount)) return null;
        var toCard = stage.Luck(500);
        return new Step(
            new Command.WithdrawFromWallet(fan.Name, amount, stage.Currency, toCard ? WayOut.Card : WayOut.Bank)
            {
                Processor = toCard ? Paying.Processor(stage) : null,
            });
    }
}
