using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Invoicing;

/// <summary>
/// What one of the creators has of a sale, as it was frozen: when it is free of the two holds, or that it is owed and
/// earned later. On a credit note it is what went back.
/// </summary>
public sealed record InvoiceShare(string Creator, long Pending, long Reserve, long Unearned)
{
    public long Total => Pending + Reserve + Unearned;
}

/// <summary>
/// What a platform tells creators of a sale in their place: the gross, what is kept of it, and what is theirs. The
/// fan is not on it: a tip may be without a name. A credit note is the same for what came back.
/// </summary>
public sealed record CreatorInvoice
{
    public required long Number { get; init; }

    /// <summary>The event, as the journal names it.</summary>
    public required string Type { get; init; }

    public required LocalDate On { get; init; }

    /// <summary>Who sold it.</summary>
    public required string Creator { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>The price, before discounts and without taxes.</summary>
    public required long Gross { get; init; }

    public long Shipping { get; init; }

    /// <summary>What the creators gave away themselves, and for which promotion.</summary>
    public Discount? Discount { get; init; }

    public required long Fee { get; init; }

    /// <summary>Of which rule's version the shares are; none on a credit note.</summary>
    public long? RuleVersion { get; init; }

    /// <summary>An affiliate's part, where the creators bear it.</summary>
    public long Affiliate { get; init; }

    /// <summary>On a credit note: what came back of what is in escrow until the goods are delivered.</summary>
    public long Escrow { get; init; }

    /// <summary>On a credit note: what the platform bears in the creators' place, who lose nothing by it.</summary>
    public long BorneByPlatform { get; init; }

    public required IReadOnlyList<InvoiceShare> Shares { get; init; }

    /// <summary>Until when the two parts of a share are held, where that is known.</summary>
    public LocalDate? PendingUntil { get; init; }

    public LocalDate? ReserveUntil { get; init; }

    /// <summary>What the fan paid on top. The platform owes it to the jurisdictions: it is nobody's share.</summary>
    public IReadOnlyList<ReceiptLine> Taxes { get; init; } = [];

    public IReadOnlyList<Named> References { get; init; } = [];

    public IReadOnlyList<GivenBack> GivenBack { get; init; } = [];

    public (long Sale, ReturnKind Kind)? CreditOf { get; init; }

    /// <summary>What is the creators' together.</summary>
    public long Shared => Shares.Sum(share => share.Total);

    /// <summary>What others share of it, where only one creator's part is told.</summary>
    public long OfOthers { get; init; }

    /// <summary>Whether it is one of this creator's.</summary>
    public bool Concerns(string creator) => Creator == creator || Shares.Any(share => share.Creator == creator);

    /// <summary>As one of the creators sees it: the own part, and what others have as one sum.</summary>
    public CreatorInvoice For(string creator)
    {
        var own = Shares.Where(share => share.Creator == creator).ToArray();
        return this with { Shares = own, OfOthers = Shared - own.Sum(share => share.Total) };
    }

    /// <summary>The invoice of a sale; null where the record is no sale of this book.</summary>
    public static CreatorInvoice? Of(PastTransaction past)
    {
        if (past.Event is not Event.Sale sale || sale is Event.ChargeOpened) return null;
        var isByCreator = sale.Discount is { BorneBy: Bearer.Creator };
        var (pending, reserve) = HeldUntil(sale);
        return new CreatorInvoice
        {
            Number = past.Record.Number,
            Type = past.Type,
            On = past.Record.Recorded.EffectiveOn,
            Creator = sale.Creator,
            Currency = Currency.Of(sale.Currency),
            Gross = sale.Amount,
            Shipping = sale.ExtraPaid,
            Discount = isByCreator ? sale.Discount : null,
            Fee = sale.Fee,
            RuleVersion = sale.RuleVersion,
            Affiliate = sale.Affiliate is { BorneBy: Bearer.Creator } affiliate ? affiliate.Amount : 0,
            Shares = SharesOf(sale),
            PendingUntil = pending,
            ReserveUntil = reserve,
            Taxes = [.. ReceiptLine.Of(sale).Where(line => line.Kind == LineKind.Tax)],
            // How others call the payment is between them and the fan.
            References =
                [.. PaymentReceipt.NamesOf(sale).Where(name => name.Kind is not ("reference" or "authorisation"))],
            GivenBack = Invoicing.GivenBack.Of(past, sale.Paid, null),
        };
    }

    /// <summary>The credit note of a record that gave something of a sale back; null where it did not.</summary>
    public static CreatorInvoice? CreditNote(PastTransaction past, long number)
    {
        if (Of(past) is not { } sold) return null;
        if (sold.GivenBack.FirstOrDefault(one => one.Number == number) is not { } back) return null;
        var record = past.Since.First(one => one.Number == number);
        var note = sold with
        {
            Number = number, Type = record.Type, On = back.On, GivenBack = [], CreditOf = (sold.Number, back.Kind),
        };
        return record.Event is Event.SaleReturned returned ? note.With(returned, (Event.Sale)past.Event) : note;
    }

    /// <summary>Leg by leg what was given back, as the record has it frozen.</summary>
    private CreatorInvoice With(Event.SaleReturned returned, Event.Sale sale)
    {
        var taxes = ReceiptLine.Of(returned, sale).Where(line => line.Kind == LineKind.Tax).ToArray();
        var codes = returned.Parts.ToLookup(part => Chart.Find(part.Account.Code));
        var shares = codes.Where(code => code.Key.Holder == Holder.Creator).SelectMany(code => code)
            .GroupBy(part => part.Account.Owner, StringComparer.Ordinal)
            .Select(own => new InvoiceShare(
                own.Key, Of(own, Chart.CreatorPending), Of(own, Chart.CreatorReserve), Of(own, Chart.CreatorUnearned)))
            .ToArray();
        // By the word of the record nothing is taken from the creators where the platform bears it.
        var isByPlatform = returned is Event.DisputeLost { Bearer: Bearer.Platform };
        var lost = shares.Sum(share => share.Total);
        return this with
        {
            // What the platform had given away of the price comes back to it beside what the fan had paid.
            Gross = returned.Amount - taxes.Sum(line => line.Amount)
                + codes[Chart.PromotionExpense].Sum(part => part.Amount),
            Shipping = 0,
            Discount = null,
            Fee = returned.Parts.Where(part => IsFee(Chart.Find(part.Account.Code))).Sum(part => part.Amount),
            RuleVersion = null,
            Affiliate = sale.Affiliate is { BorneBy: Bearer.Creator }
                ? codes.Where(code => code.Key.Holder == Holder.Affiliate).SelectMany(code => code)
                    .Sum(part => part.Amount)
                : 0,
            Escrow = codes[Chart.OrderEscrow].Sum(part => part.Amount),
            BorneByPlatform = isByPlatform ? lost : 0,
            Shares = isByPlatform ? [] : shares,
            PendingUntil = null,
            ReserveUntil = null,
            Taxes = taxes,
        };

        static long Of(IEnumerable<Refunds.ReturnedPart> parts, AccountCode code) =>
            parts.Where(part => part.Account.Code == code.Name).Sum(part => part.Amount);
    }

    private static bool IsFee(AccountCode code) =>
        code == Chart.DeferredRevenue || code.Name.StartsWith("revenue.", StringComparison.Ordinal);

    private static IReadOnlyList<InvoiceShare> SharesOf(Event.Sale sale)
    {
        if (sale.Shares is { } shares)
        {
            return
                [
                    .. shares.Select(share => new InvoiceShare(
                        share.Creator, share.Pending, share.Reserve, share.Unearned ?? 0)),
                ];
        }

        return [sale switch
        {
            Event.Earned earned => new InvoiceShare(sale.Creator, earned.Pending, earned.Reserve, 0),
            Event.OrderPlaced order => new InvoiceShare(sale.Creator, order.Pending, order.Reserve, 0),
            Event.SubscriptionCharge charge => new InvoiceShare(
                sale.Creator, charge.Pending ?? 0, charge.Reserve ?? 0, charge.Unearned ?? 0),
            _ => throw new InvariantBroken($"{sale} says nothing of what the creator has."),
        }];
    }

    private static (LocalDate? Pending, LocalDate? Reserve) HeldUntil(Event.Sale sale) => sale switch
    {
        Event.Earned earned => (earned.PendingUntil, earned.ReserveUntil),
        Event.SubscriptionCharge charge => (charge.PendingUntil, charge.ReserveUntil),
        // An order is held from the day on which it is delivered.
        _ => (null, null),
    };
}
