using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The events and refusals of wallets, tokens, promotional credit and authorisations.</summary>
internal static class WalletGoldens
{
    private static readonly LocalDate Day = new(2026, 1, 31);
    private static readonly Currency Dollars = Currency.Of("USD");
    private static readonly Dictionary<string, string> Metadata = new() { ["campaign"] = "spring é" };

    public static readonly (string, Event)[] Events =
    [
        ("wallet_topped_up.full", new Event.WalletToppedUp("ann", 50_00, "USD", "card-1")
        {
            Repaid = 38_00, Processor = "acquirer", Metadata = Metadata,
        }),
        ("wallet_withdrawn", new Event.WalletWithdrawn("ann", 50_00, "USD", WayOut.Bank)),
        ("wallet_withdrawn.full", new Event.WalletWithdrawn("ann", 50_00, "USD", WayOut.Card, "w-1")
        {
            Processor = "acquirer",
        }),
        ("tokens_purchased", new Event.TokensPurchased("ann", 1_000, 0, 10_00, "USD", Funding.Wallet, 10_00)),
        ("tokens_purchased.full", new Event.TokensPurchased(
            "ann", 1_000, 100, 10_00, "USD", Funding.Card, 11_00, "pack-1")
            {
                Processor = "acquirer", Metadata = Metadata,
            }),
        ("promo_granted", new Event.PromoGranted("ann", 5_00, "USD", "spring")),
        ("promo_granted.full", new Event.PromoGranted("ann", 5_00, "USD", "spring", Day)),
        ("promo_expired", new Event.PromoExpired(7, "ann", 5_00, "USD")),
        ("promo_expired.full", new Event.PromoExpired(7, "ann", 5_00, "USD", "end of season")),
        ("authorised", new Event.Authorised("a-7", "ann", 20_00, "USD", Day)),
        ("authorisation_voided", new Event.AuthorisationVoided("a-7", "ann", 20_00, "USD")),
        ("authorisation_voided.full", new Event.AuthorisationVoided("a-7", "ann", 20_00, "USD", "order cancelled")),
        ("authorisation_expired", new Event.AuthorisationExpired("a-7", "ann", 20_00, "USD")),
    ];

    public static readonly Refusal[] Refusals =
    [
        Refusal.FanInDebt("ann", 38_00, Dollars),
        Refusal.WrongTokenCurrency(Currency.Of("JPY"), Dollars),
        Refusal.NotInWholeTokens(9_99, Dollars, 1, 5),
        Refusal.TokensNotInWholeMoney(7, Dollars, 3, 2),
        Refusal.TokensOverpriced(10_01, 10_00, Dollars),
        Refusal.TokenValueInUse(1_100),
        Refusal.TokenValueAhead(Day.PlusDays(1), Day),
        Refusal.TokenValueChanged(250, 2_50, Dollars),
        Refusal.ExpiresInPast(Day.PlusDays(-1), Day),
        Refusal.NotAPromoGrant(7),
        Refusal.PromoNeverExpires(7),
        Refusal.PromoNotExpiredYet(7, Day),
        Refusal.NothingLeftOfPromo(7),
        Refusal.AuthorisationExists("a-7"),
        Refusal.AuthorisationUnknown("a-7"),
        Refusal.AuthorisationOver("a-7", "voided"),
        Refusal.AuthorisationOfAnother("a-7", "bob"),
        Refusal.AuthorisationInOtherCurrency("a-7", "USD", "JPY"),
        Refusal.AuthorisationLapsed("a-7", Day),
        Refusal.AuthorisationExceeded("a-7", 8_00, 10_00),
        Refusal.AuthorisationUsedUp("a-7"),
        Refusal.AuthorisationNotExpiredYet("a-7", Day),
    ];
}
