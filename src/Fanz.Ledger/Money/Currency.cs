using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Fanz.Ledger.Money;

/// <summary>
/// A currency of ISO 4217, or the platforms' token. There is one instance a code, so equality is identity.
/// </summary>
public sealed class Currency
{
    private const string WithTwoDecimals =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC " +
        "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR " +
        "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD " +
        "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN " +
        "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
    private const string WithoutDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    private const string WithThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
    private const string WithFourDecimals = "CLF UYW";

    private static readonly FrozenDictionary<string, Currency> All = Known().ToFrozenDictionary(c => c.Code);

    /// <summary>The currency of the tokens that fans buy.</summary>
    public static Currency Token { get; } = Of("TKN");

    private Currency(string code, int scale, bool isToken)
    {
        Code = code;
        Scale = scale;
        IsToken = isToken;
    }

    public string Code { get; }

    /// <summary>How many decimals the minor unit has: 2 for USD, 0 for JPY.</summary>
    public int Scale { get; }

    /// <summary>Tokens are counted beside the money that they stand for; no money account holds them.</summary>
    public bool IsToken { get; }

    public static bool TryOf(string? code, [NotNullWhen(true)] out Currency? currency)
    {
        currency = null;
        return code is not null && All.TryGetValue(code, out currency);
    }

    public static Currency Of(string code) =>
        TryOf(code, out var currency) ? currency : throw new ArgumentException($"'{code}' is not a known currency.");

    public override string ToString() => Code;

    private static IEnumerable<Currency> Known() =>
        [
            .. WithTwoDecimals.Split(' ').Select(code => new Currency(code, 2, isToken: false)),
            .. WithoutDecimals.Split(' ').Select(code => new Currency(code, 0, isToken: false)),
            .. WithThreeDecimals.Split(' ').Select(code => new Currency(code, 3, isToken: false)),
            .. WithFourDecimals.Split(' ').Select(code => new Currency(code, 4, isToken: false)),
            new Currency("TKN", 0, isToken: true),
        ];
}
