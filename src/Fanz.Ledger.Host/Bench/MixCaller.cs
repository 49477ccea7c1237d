using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// One caller of the mix: 60 % tips and unlocks, 25 % subscriptions, 10 % top-ups and tokens, 3 % refunds, 2 % the
/// rest. It renews, refunds and follows up only what it sold itself, so that callers are seldom in each other's way;
/// of what it has sold it remembers enough, and never has to search.
/// </summary>
internal sealed class MixCaller(int caller)
{
    private const int MostOldSales = 10_000;
    private const long ChargebackFee = 15_00;

    private readonly Random random = new(caller);
    private readonly List<Sold> freshSales = [];
    private readonly List<Sold> oldSales = [];
    private readonly Queue<(Command Command, Action<Receipt>? Then)> rest = new();
    private readonly Queue<string> toRelease = new();
    private Queue<Charged> due = new();
    private Queue<Charged> dueLater = new();
    private Queue<long> toRecognise = new();
    private Queue<long> toRecogniseLater = new();
    private LocalDate today;
    private int named;

    private readonly record struct Sold(long Number, bool IsByCard);

    private readonly record struct Charged(string Subscription, long Number);

    public int Number => caller;

    /// <summary>A month later: what was charged is due, what was earned has matured, what was sold is old.</summary>
    public void Begin(LocalDate day)
    {
        today = day;
        foreach (var left in due) dueLater.Enqueue(left);
        foreach (var left in toRecognise) toRecogniseLater.Enqueue(left);
        (due, dueLater) = (dueLater, new Queue<Charged>());
        (toRecognise, toRecogniseLater) = (toRecogniseLater, new Queue<long>());
        oldSales.AddRange(freshSales);
        freshSales.Clear();
        if (oldSales.Count > MostOldSales) oldSales.RemoveRange(0, oldSales.Count - MostOldSales);
        toRelease.Clear();
        for (var creator = caller; creator < TipLoad.Creators; creator += TipLoad.Callers)
            toRelease.Enqueue(TipLoad.CreatorName(creator));
    }

    public (Command Command, Action<Receipt>? Then) Next() => random.Next(1_000) switch
    {
        < 300 => Sell(Tip()),
        < 480 => Sell(new Command.UnlockContent(Fan(), Creator(), Price(), "USD", Funding.Wallet)
        {
            Content = Name("c"),
        }),
        < 600 => Sell(new Command.UnlockMessage(Fan(), Creator(), Price(), "USD", Funding.Wallet)
        {
            Message = Name("m"),
        }),
        < 720 => due.TryDequeue(out var charged) ? Renew(charged) : Subscribe(),
        < 780 => Subscribe(),
        < 840 => toRecognise.TryDequeue(out var number)
            ? (new Command.RecogniseRevenue(number, 1), null)
            : Subscribe(),
        < 850 => due.TryDequeue(out var charged)
            ? (new Command.CancelSubscription(charged.Subscription), null)
            : Subscribe(),
        < 900 => (new Command.TopUp(Fan(), Price(), "USD"), null),
        < 920 => (new Command.PurchaseTokens(Fan(), 1_000, 10_00, "USD", Funding.Card, Bonus: 50), null),
        < 950 => (Tip() with { Funding = Funding.Tokens }, null),
        < 980 => Refund(),
        _ => TheRest(),
    };

    /// <summary>A sale as most are, from the wallet or by card; some with what makes it longer.</summary>
    private (Command, Action<Receipt>?) Sell(Command.Sale sale)
    {
        var isByCard = random.Next(100) < 30;
        if (isByCard) sale = sale with { Funding = Funding.Card };
        if (random.Next(100) < 15)
            sale = sale with { Taxes = [new TaxLine(TaxKind.Vat, "DE", sale.Amount / 5, 2_000)], Country = "DE" };
        if (random.Next(100) < 10) sale = sale with { Affiliate = $"affiliate-{random.Next(50)}" };
        if (random.Next(100) < 5 && Creator() is var other && other != sale.Creator)
            sale = sale with { Collaborators = [new Collaborator(sale.Creator, 60), new Collaborator(other, 40)] };
        return (sale, receipt => freshSales.Add(new Sold(receipt.Number, isByCard)));
    }

    private (Command, Action<Receipt>?) Subscribe()
    {
        var id = Name("s");
        var period = random.Next(10) == 0 ? SubscriptionPeriod.Yearly : SubscriptionPeriod.Monthly;
        var funding = random.Next(2) == 0 ? Funding.Wallet : Funding.Card;
        return (new Command.StartSubscription(id, Fan(), Creator(), Price(), "USD", funding, period), receipt =>
        {
            toRecogniseLater.Enqueue(receipt.Number);
            if (period == SubscriptionPeriod.Monthly) dueLater.Enqueue(new Charged(id, receipt.Number));
        });
    }

    private (Command, Action<Receipt>?) Renew(Charged charged) => (
        new Command.RenewSubscription(charged.Subscription, Funding.Card), receipt =>
        {
            toRecogniseLater.Enqueue(receipt.Number);
            dueLater.Enqueue(charged with { Number = receipt.Number });
        });

    /// <summary>Half of what is given back was sold today, half long ago; a third is given back in part.</summary>
    private (Command, Action<Receipt>?) Refund()
    {
        if (Take(random.Next(2) == 0 ? oldSales : freshSales) is not { } sold) return Sell(Tip());
        long? part = random.Next(3) == 0 ? 1_00 : null;
        return (new Command.RefundSale(sold.Number, "asked for", part), receipt =>
        {
            if (sold.IsByCard) rest.Enqueue((new Command.ExecuteRefund(receipt.Number), null));
        });
    }

    /// <summary>What was begun is gone on with; else something is begun.</summary>
    private (Command, Action<Receipt>?) TheRest()
    {
        if (rest.TryDequeue(out var next)) return next;
        switch (random.Next(5))
        {
            case 0 when toRelease.TryDequeue(out var creator): return Release(creator);
            case 1: return Order();
            case 2 when Take(freshSales, onlyByCard: true) is { } sold: return Dispute(sold);
            case 3: return Authorise();
            default: return Give();
        }
    }

    /// <summary>What was sold a month ago becomes available, and a part of it is paid out.</summary>
    private (Command, Action<Receipt>?) Release(string creator)
    {
        var cohort = today.PlusMonths(-1).PlusDays(7);
        return (new Command.ReleaseHold(creator, "USD", cohort, $"run-{today:yyyy-MM-dd}"), receipt =>
        {
            var available = -receipt.Entries
                .FirstOrDefault(entry => entry.Account.Code == Chart.CreatorAvailable).Balance;
            if (available < 50_00) return;
            var payout = Name("p");
            rest.Enqueue((new Command.FormPayout(payout, creator, "USD", available / 2, 2_50), _ =>
            {
                rest.Enqueue((new Command.AcceptPayout(payout), null));
                rest.Enqueue((new Command.SettlePayout(payout), null));
            }));
        });
    }

    private (Command, Action<Receipt>?) Order() => (
        new Command.PlaceOrder(Fan(), Creator(), Price(), "USD", Funding.Card) { Order = Name("o"), Shipping = 5_00 },
        receipt => rest.Enqueue((new Command.DeliverOrder(receipt.Number), null)));

    private (Command, Action<Receipt>?) Dispute(Sold sold)
    {
        var dispute = Name("d");
        return (new Command.OpenDispute(dispute, sold.Number, ChargebackFee), _ => rest.Enqueue((
            random.Next(2) == 0 ? new Command.WinDispute(dispute) : new Command.LoseDispute(dispute), null)));
    }

    private (Command, Action<Receipt>?) Authorise()
    {
        var (name, fan) = (Name("a"), Fan());
        // What was begun may be gone on with in the next turn, a month later.
        return (new Command.Authorise(name, fan, 50_00, "USD", today.PlusMonths(12)), _ =>
        {
            var tip = new Command.SendTip(fan, Creator(), 20_00, "USD", Funding.Authorisation);
            rest.Enqueue((tip with { Authorisation = name }, null));
            rest.Enqueue((new Command.VoidAuthorisation(name), null));
        });
    }

    private (Command, Action<Receipt>?) Give()
    {
        var fan = Fan();
        return (new Command.GrantPromo(fan, 10_00, "USD", "bench", today.PlusDays(30)), _ => rest.Enqueue((
            new Command.SendTip(fan, Creator(), 10_00, "USD", Funding.Promo), null)));
    }

    private Command.SendTip Tip() => new(Fan(), Creator(), Price(), "USD", Funding.Wallet);

    /// <summary>Takes a sale out of some, so that nothing happens to it twice.</summary>
    private Sold? Take(List<Sold> sales, bool onlyByCard = false)
    {
        if (sales.Count == 0) return null;
        var at = random.Next(sales.Count);
        var sold = sales[at];
        if (onlyByCard && !sold.IsByCard) return null;
        sales[at] = sales[^1];
        sales.RemoveAt(sales.Count - 1);
        return sold;
    }

    private string Name(string kind) => $"{kind}-{caller}-{++named}";

    private string Fan() => TipLoad.FanName(random.Next(TipLoad.Fans));

    private string Creator() => TipLoad.CreatorName(random.Next(TipLoad.Creators));

    private long Price() => random.Next(3_00, 100_00);
}
