using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Invoicing;

/// <summary>By what another system knows it.</summary>
public sealed record Named(string Kind, string Text);

/// <summary>
/// What a fan is shown of a payment: what it was for, what it came to, and what came back of it since. A credit note is
/// the same for what came back, and names the payment. Everything in it was frozen when it was posted.
/// </summary>
public sealed record PaymentReceipt
{
    public required long Number { get; init; }

    /// <summary>The event, as the journal names it.</summary>
    public required string Type { get; init; }

    public required LocalDate On { get; init; }

    public required string Fan { get; init; }

    /// <summary>Who sold it; nobody but the platform where money or tokens were bought.</summary>
    public string? Creator { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>How the fan paid.</summary>
    public required Funding Funding { get; init; }

    /// <summary>How many tokens were redeemed for it, or came back.</summary>
    public long? Tokens { get; init; }

    /// <summary>Together they are the total.</summary>
    public required IReadOnlyList<ReceiptLine> Lines { get; init; }

    /// <summary>What was paid; on a credit note, what came back.</summary>
    public required long Total { get; init; }

    /// <summary>What of a top-up went to what the fan owed.</summary>
    public long? Repaid { get; init; }

    public IReadOnlyList<Named> References { get; init; } = [];

    /// <summary>What came back of it so far.</summary>
    public IReadOnlyList<GivenBack> GivenBack { get; init; } = [];

    /// <summary>On a credit note: the payment that it is of, and how it came back.</summary>
    public (long Payment, ReturnKind Kind)? CreditOf { get; init; }

    /// <summary>What of the total has not come back.</summary>
    public long Kept => Total - GivenBack.Sum(back => back.Amount);

    /// <summary>The receipt of a payment; null where the record is none that a fan has made in this book.</summary>
    public static PaymentReceipt? Of(PastTransaction payment)
    {
        var (record, on) = (payment.Record, payment.Record.Recorded.EffectiveOn);
        return payment.Event switch
        {
            // It was charged elsewhere, and only a rest of it was brought along.
            Event.ChargeOpened => null,
            Event.Sale sale => OfSale(payment, sale),
            Event.WalletToppedUp paid => new PaymentReceipt
            {
                Number = record.Number,
                Type = record.Type,
                On = on,
                Fan = paid.Fan,
                Currency = Currency.Of(paid.Currency),
                Funding = Funding.Card,
                Lines = [new ReceiptLine(LineKind.Item, "Wallet top-up", paid.Amount)],
                Total = paid.Amount,
                Repaid = paid.Repaid,
                References = NamesOf(("reference", paid.Reference)),
                GivenBack = Invoicing.GivenBack.Of(payment, paid.Amount, null),
            },
            Event.TokensPurchased paid => new PaymentReceipt
            {
                Number = record.Number,
                Type = record.Type,
                On = on,
                Fan = paid.Fan,
                Currency = Currency.Of(paid.Currency),
                Funding = paid.Funding,
                Lines = ReceiptLine.Of(paid),
                Total = paid.Amount,
                References = NamesOf(("reference", paid.Reference)),
                GivenBack = Invoicing.GivenBack.Of(payment, paid.Amount, null),
            },
            _ => null,
        };
    }

    /// <summary>The credit note of a record that gave something of a payment back; null where it did not.</summary>
    public static PaymentReceipt? CreditNote(PastTransaction payment, long number)
    {
        if (Of(payment) is not { } paid) return null;
        if (paid.GivenBack.FirstOrDefault(one => one.Number == number) is not { } back) return null;
        var record = payment.Since.First(one => one.Number == number);
        return paid with
        {
            Number = number,
            Type = record.Type,
            On = back.On,
            Lines = record.Event is Event.SaleReturned returned
                ? ReceiptLine.Of(returned, payment.Event as Event.Sale)
                : paid.Lines,
            Total = back.Amount,
            Tokens = back.Tokens,
            Repaid = null,
            GivenBack = [],
            CreditOf = (paid.Number, back.Kind),
        };
    }

    private static PaymentReceipt OfSale(PastTransaction payment, Event.Sale sale) => new()
    {
        Number = payment.Record.Number,
        Type = payment.Type,
        On = payment.Record.Recorded.EffectiveOn,
        Fan = sale.Fan,
        Creator = sale.Creator,
        Currency = Currency.Of(sale.Currency),
        Funding = sale.Funding,
        Tokens = sale.Tokens,
        Lines = ReceiptLine.Of(sale),
        Total = sale.Paid,
        References = NamesOf(sale),
        GivenBack = Invoicing.GivenBack.Of(payment, sale.Paid, sale.Tokens),
    };

    internal static IReadOnlyList<Named> NamesOf(Event.Sale sale) => NamesOf(
        ("reference", sale.Reference),
        ("authorisation", sale.Authorisation),
        ("subscription", (sale as Event.SubscriptionCharge)?.Subscription),
        ("content", sale.Content),
        ("post", sale.Post),
        ("message", sale.Message),
        ("stream", sale.Stream),
        ("order", sale.Order));

    private static Named[] NamesOf(params ReadOnlySpan<(string Kind, string? Text)> names)
    {
        var told = new List<Named>();
        foreach (var (kind, text) in names)
            if (!string.IsNullOrEmpty(text)) told.Add(new Named(kind, text));
        return [.. told];
    }
}
