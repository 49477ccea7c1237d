using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;

namespace Fanz.Ledger.Host.Demo;

/// <summary>How fans pay: with what they were given, with tokens, from the wallet or by card; and which tax.</summary>
internal static class Paying
{
    private const string UsualProcessor = "northpay", OtherProcessor = "southpay";

    /// <summary>
    /// Whatever is chosen suffices. A subscription or an order is not paid with tokens or promotional credit here.
    /// </summary>
    public static (Funding Funding, string? Processor) Choose(
        Stage stage, CastFan fan, long paid, bool isSmall = false)
    {
        if (isSmall)
        {
            if (stage.TrySpend(stage.Account(Chart.FanPromo, fan.Name), paid)) return (Funding.Promo, null);
            // A token is worth a cent.
            if (stage.Luck(500) && stage.TrySpend(stage.Account(Chart.FanTokens, fan.Name, "TKN"), paid))
                return (Funding.Tokens, null);
        }

        return stage.Luck(750) && stage.TrySpend(stage.Account(Chart.FanWallet, fan.Name), paid)
            ? (Funding.Wallet, null)
            : (Funding.Card, Processor(stage));
    }

    public static string Processor(Stage stage) => stage.Luck(800) ? UsualProcessor : OtherProcessor;

    /// <summary>The tax of the fan's country on top of a price, or none.</summary>
    public static IReadOnlyList<TaxLine>? Taxes(Stage stage, CastFan fan, long price)
    {
        var rate = stage.Scenery.Countries.First(country => country.Country == fan.Country).VatBasisPoints;
        var tax = price * rate / 10_000;
        return tax == 0 ? null : [new TaxLine(TaxKind.Vat, fan.Country, tax, rate)];
    }

    public static long Sum(IReadOnlyList<TaxLine>? taxes) => taxes?.Sum(tax => tax.Amount) ?? 0;
}
