using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Invoicing;

/// <summary>What a line of a receipt is.</summary>
public enum LineKind
{
    Item,
    Shipping,
    Discount,
    Tax,

    /// <summary>What came back, without its taxes.</summary>
    GivenBack,
}

/// <summary>A line of a receipt. What is given away is below zero.</summary>
/// <param name="What">In words.</param>
/// <param name="Amount">In minor units of the receipt's currency.</param>
public sealed record ReceiptLine(LineKind Kind, string What, long Amount)
{
    /// <summary>What the platform calls the thing.</summary>
    public string? Item { get; init; }

    public long? Quantity { get; init; }

    /// <summary>The days that are paid for, both of them included.</summary>
    public (LocalDate From, LocalDate To)? Days { get; init; }

    public TaxKind? Tax { get; init; }

    public string? Jurisdiction { get; init; }

    public int? RateBasisPoints { get; init; }

    internal static IReadOnlyList<ReceiptLine> Of(Event.Sale sale)
    {
        var lines = new List<ReceiptLine>(Items(sale));
        if (sale.ExtraPaid != 0) lines.Add(new ReceiptLine(LineKind.Shipping, "Shipping", sale.ExtraPaid));
        if (sale.Discount is { } discount)
            lines.Add(new ReceiptLine(LineKind.Discount, "Discount", -discount.Amount) { Item = discount.Promotion });
        foreach (var tax in sale.Taxes ?? []) lines.Add(Of(tax, tax.Amount));
        return lines;
    }

    internal static IReadOnlyList<ReceiptLine> Of(Event.TokensPurchased paid)
    {
        var tokens = new ReceiptLine(LineKind.Item, "Tokens", paid.Amount) { Quantity = paid.Tokens };
        return paid.Bonus == 0
            ? [tokens]
            : [tokens, new ReceiptLine(LineKind.Item, "Bonus tokens", 0) { Quantity = paid.Bonus }];
    }

    /// <summary>What came back: its taxes by jurisdiction, and the rest.</summary>
    internal static IReadOnlyList<ReceiptLine> Of(Event.SaleReturned returned, Event.Sale? sale)
    {
        var taxes = returned.Parts
            .Where(part =>
                part.Account.Code == Chart.VatPayable.Name || part.Account.Code == Chart.SalesTaxPayable.Name)
            .Select(part => Of(TaxOf(part.Account, sale), part.Amount))
            .ToArray();
        var rest = returned.Amount - taxes.Sum(line => line.Amount);
        return [new ReceiptLine(LineKind.GivenBack, "Given back", rest), .. taxes];
    }

    private static ReceiptLine Of(TaxLine tax, long amount) =>
        new(LineKind.Tax, tax.Kind == TaxKind.Vat ? "VAT" : "Sales tax", amount)
        {
            Tax = tax.Kind,
            Jurisdiction = tax.Jurisdiction,
            RateBasisPoints = tax.RateBasisPoints,
        };

    /// <summary>The tax by its account, with the rate that the sale had said.</summary>
    private static TaxLine TaxOf(AccountName account, Event.Sale? sale)
    {
        var kind = account.Code == Chart.VatPayable.Name ? TaxKind.Vat : TaxKind.SalesTax;
        return sale?.Taxes?.FirstOrDefault(tax => tax.Kind == kind && tax.Jurisdiction == account.Owner)
            ?? new TaxLine(kind, account.Owner, 0);
    }

    private static IEnumerable<ReceiptLine> Items(Event.Sale sale)
    {
        if (sale is Event.OrderPlaced { Lines: { } lines })
        {
            return lines.Select(line => new ReceiptLine(LineKind.Item, "Goods", line.Amount)
            {
                Item = line.Item, Quantity = line.Quantity,
            });
        }

        var item = new ReceiptLine(LineKind.Item, WordsOf(sale), sale.Amount);
        return [sale switch
        {
            Event.ContentUnlocked => item with { Item = sale.Content },
            Event.MessageUnlocked => item with { Item = sale.Message },
            Event.StreamEntered => item with { Item = sale.Stream },
            Event.GiftSent gift => item with { Item = gift.Gift, Quantity = gift.Quantity },
            Event.OrderPlaced => item with { Item = sale.Order },
            Event.SubscriptionCharge charge => item with
            {
                Item = charge.Subscription, Days = (charge.PeriodStart, charge.PeriodEnd.PlusDays(-1)),
            },
            _ => item,
        }];
    }

    private static string WordsOf(Event.Sale sale) => sale switch
    {
        Event.TipSent => "Tip",
        Event.ContentUnlocked => "Content",
        Event.MessageUnlocked => "Message",
        Event.StreamEntered => "Stream",
        Event.GiftSent => "Gift",
        Event.OrderPlaced => "Order",
        Event.SubscriptionUpgraded => "Subscription, upgrade",
        Event.SubscriptionCharge { Period: SubscriptionPeriod.Monthly } => "Subscription, a month",
        Event.SubscriptionCharge { Period: SubscriptionPeriod.Yearly } => "Subscription, a year",
        Event.SubscriptionCharge { Period: SubscriptionPeriod.Lifetime } => "Subscription, for good",
        _ => throw new InvariantBroken($"{sale} is no sale that has a name."),
    };
}
