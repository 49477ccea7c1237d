using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>What a record is to the sale that it is about.</summary>
internal enum Bearing
{
    /// <summary>It is about no sale.</summary>
    None,

    /// <summary>It is the sale.</summary>
    Sold,

    /// <summary>It undoes the sale as if there had never been one.</summary>
    Undone,

    /// <summary>Something of the sale is earned that was only owed before.</summary>
    Earned,

    /// <summary>The fan gets something back.</summary>
    Refunded,

    /// <summary>A bank has taken something back, or it was clawed back after that.</summary>
    ChargedBack,

    /// <summary>A bank disputes it, or does no longer: nothing is given back by that.</summary>
    Disputed,
}

/// <summary>The sale that a record is about, if it is about one, and what it is to it.</summary>
/// <param name="Kind">The word for what was sold or paid in; null where it was neither.</param>
/// <param name="Sale">The sale, as it was agreed.</param>
/// <param name="Bearing">What the record is to it.</param>
internal readonly record struct SaleRecord(string? Kind, Event.Sale? Sale, Bearing Bearing)
{
    /// <summary>How often the sale is to be counted: once, and once less where it is undone.</summary>
    public int Times => Bearing switch
    {
        // What was paid for elsewhere was not sold here; only what is still to be earned of it came.
        _ when Sale is Event.ChargeOpened => 0,
        Bearing.Sold => 1,
        Bearing.Undone => -1,
        _ => 0,
    };

    /// <summary>What the sale came to, where it is counted.</summary>
    public Agreed Agreed { get; private init; }

    public static SaleRecord Of(FollowedRecord followed, FollowedPage page)
    {
        var @event = followed.Event;
        if (KindOf(@event) is { } kind) return Of(kind, @event, Bearing.Sold);
        if (followed.Record.RefersTo is not { } number) return default;
        var earlier = page.Find(number).Event;
        return Of(KindOf(earlier), earlier, earlier is Event.Sale ? BearingOf(@event) : Bearing.None);
    }

    private static SaleRecord Of(string? kind, Event @event, Bearing bearing)
    {
        if (@event is not Event.Sale sale) return new SaleRecord(kind, null, Bearing.None);
        var about = new SaleRecord(kind, sale, bearing);
        return about.Times == 0 ? about : about with { Agreed = Agreed.Of(sale) };
    }

    private static string? KindOf(Event @event) => @event switch
    {
        Event.TipSent => "tip",
        Event.GiftSent => "gift",
        Event.ContentUnlocked => "ppv",
        Event.MessageUnlocked => "message",
        Event.StreamEntered => "stream",
        Event.OrderPlaced => "order",
        Event.SubscriptionCharge => "subscription",
        Event.Sale => throw new InvariantBroken($"Nobody knows what was sold by {EventFormat.NameOf(@event)}."),
        Event.TokensPurchased => "token_sale",
        Event.WalletToppedUp => "top_up",
        _ => null,
    };

    private static Bearing BearingOf(Event @event) => @event switch
    {
        Event.Reversed => Bearing.Undone,
        Event.SaleMoved => Bearing.Earned,
        Event.SaleRefunded => Bearing.Refunded,
        Event.DisputeLost or Event.SaleClawedBack => Bearing.ChargedBack,
        Event.DisputeOpening or Event.DisputeWon => Bearing.Disputed,
        _ => throw new InvariantBroken($"Nobody knows what {EventFormat.NameOf(@event)} is to a sale."),
    };
}

/// <summary>What a sale came to when it was agreed.</summary>
/// <param name="Gross">The price before discounts and taxes, with what is paid on top of it and is not shared.</param>
/// <param name="Creators">What each creator gets of it, sooner or later, also where that is nothing.</param>
internal readonly record struct Agreed(
    long Gross, long Discount, long Taxes, long Affiliate, IReadOnlyList<CreatorShare> Creators)
{
    public static Agreed Of(Event.Sale sale)
    {
        var taxes = sale.Taxes?.Sum(tax => tax.Amount) ?? 0;
        var discount = sale.Discount?.Amount ?? 0;
        return new Agreed(
            sale.Paid - taxes + discount, discount, taxes, sale.Affiliate?.Amount ?? 0, sale.Shares ?? SharesOf(sale));
    }

    public static long PartOf(CreatorShare share) => share.Pending + share.Reserve + (share.Unearned ?? 0);

    private static CreatorShare[] SharesOf(Event.Sale sale) => sale switch
    {
        Event.Earned earned => [new(sale.Creator, earned.Pending, earned.Reserve)],
        Event.OrderPlaced order => [new(sale.Creator, order.Pending, order.Reserve)],
        Event.SubscriptionCharge charge =>
            [new(sale.Creator, charge.Pending ?? 0, charge.Reserve ?? 0) { Unearned = charge.Unearned }],
        _ => throw new InvariantBroken($"Nobody knows who earns by {EventFormat.NameOf(sale)}."),
    };
}
