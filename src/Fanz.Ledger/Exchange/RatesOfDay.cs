using System.Collections.Frozen;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Exchange;

/// <summary>
/// What a table says of one day, for those who report in one currency what is kept in several. Any two of its
/// currencies can be converted into each other: by way of the base, but rounded only once.
/// </summary>
public sealed class RatesOfDay
{
    private readonly FrozenDictionary<Currency, ExchangeRate> worth;

    private RatesOfDay(Currency @base, FrozenDictionary<Currency, ExchangeRate> worth) =>
        (Base, this.worth) = (@base, worth);

    public Currency Base { get; }

    public static RatesOfDay Of(Event.RatesSet set) => Of(set.BaseCurrency, set.Rates);

    public static RatesOfDay Of(string baseCurrency, IEnumerable<QuotedRate> rates)
    {
        var @base = Currency.Of(baseCurrency);
        var worth = rates.ToDictionary(
            rate => Currency.Of(rate.Currency),
            rate => ExchangeRate.TryParse(rate.Rate, out var parsed)
                ? parsed.Value
                : throw new ArgumentException($"'{rate.Rate}' is no rate."));
        worth.Add(@base, ExchangeRate.One);
        return new RatesOfDay(@base, worth.ToFrozenDictionary());
    }

    public bool Knows(Currency currency) => worth.ContainsKey(currency);

    /// <summary>
    /// An amount in the minor units of another currency, rounded half to even, or null where the table lacks one of the
    /// two. Of an amount in the same currency it is that amount, whatever the table has. It is exact for up to 10^21
    /// minor units, a hundred times what one account can hold; beyond, and where more than 128 bits come of it, it
    /// throws.
    /// </summary>
    public Int128? Convert(Int128 amount, Currency from, Currency to)
    {
        if (ReferenceEquals(from, to)) return amount;
        return worth.TryGetValue(from, out var given) && worth.TryGetValue(to, out var wanted)
            ? ExchangeRate.ConvertByBase(amount, from, given, to, wanted)
            : null;
    }
}
