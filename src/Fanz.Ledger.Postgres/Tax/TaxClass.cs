using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>
/// What a sale is to a tax office. Events do not say it, so it follows from the kind of the sale: what is made for one
/// fan is a service to them, what is made once and sold to many is not.
/// </summary>
internal static class TaxClass
{
    public const string Goods = "goods";
    public const string PersonalisedService = "personalised_service";
    public const string PreRecorded = "pre_recorded";

    public static readonly string[] All = [Goods, PersonalisedService, PreRecorded];

    public static string Of(Event.Sale sale) => sale switch
    {
        Event.OrderPlaced => Goods,
        Event.TipSent or Event.GiftSent or Event.MessageUnlocked or Event.StreamEntered => PersonalisedService,
        Event.ContentUnlocked or Event.SubscriptionCharge => PreRecorded,
        _ => throw new InvariantBroken($"{sale.GetType().Name} is of no class."),
    };
}

/// <summary>A quarter of a tax year, which is a calendar year.</summary>
internal readonly record struct TaxQuarter(int Year, int Quarter)
{
    public static TaxQuarter Of(LocalDate day) => new(day.Year, (day.Month + 2) / 3);
}
