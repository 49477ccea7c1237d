using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Invoicing;

/// <summary>How something that was paid came back.</summary>
public enum ReturnKind
{
    Refund,

    /// <summary>The bank took it back for the fan.</summary>
    Chargeback,

    /// <summary>What had paid for it was taken away by a lost dispute.</summary>
    ClawBack,

    /// <summary>It was undone as a whole, as a mistake.</summary>
    Reversal,
}

/// <summary>What came back of a payment by one record.</summary>
/// <param name="Number">The record.</param>
/// <param name="On">Its date in the accounts.</param>
/// <param name="Amount">How much of what the fan had paid.</param>
/// <param name="Tokens">How many of the tokens that were redeemed.</param>
public sealed record GivenBack(long Number, LocalDate On, ReturnKind Kind, long Amount, long? Tokens)
{
    /// <summary>All that came back of a payment, in order. What comes to nothing is left out.</summary>
    internal static IReadOnlyList<GivenBack> Of(PastTransaction payment, long paid, long? tokens) =>
        [
            .. payment.Since
                .Select(record => Of(record, paid, tokens))
                .OfType<GivenBack>()
                .Where(back => back.Amount > 0),
        ];

    private static GivenBack? Of(PastRecord record, long paid, long? tokens)
    {
        var on = record.Recorded.EffectiveOn;
        return record.Event switch
        {
            Event.Reversed => new GivenBack(record.Number, on, ReturnKind.Reversal, paid, tokens),
            Event.SaleReturned back => new GivenBack(record.Number, on, KindOf(back), back.Amount, back.Tokens),
            // Disputes that are not lost, deliveries and months that are earned give nothing back.
            _ => null,
        };
    }

    private static ReturnKind KindOf(Event.SaleReturned back) => back switch
    {
        Event.SaleRefunded => ReturnKind.Refund,
        Event.DisputeLost => ReturnKind.Chargeback,
        Event.SaleClawedBack => ReturnKind.ClawBack,
        _ => throw new InvariantBroken($"{back} gives back in no way that is known."),
    };
}
