using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Nacha;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests.Rails;

internal static class RandomOrders
{
    public static readonly NachaSettings Nacha = new(
        "021000021", "FIRST BANK", "1234567890", "FANZ", "FANZ", "1234567890", "02100002", "PAYOUT",
        new LocalDate(2026, 2, 3), 'A', new LocalDateTime(2026, 2, 2, 9, 30));

    public static readonly PaymentInitiationSettings Pain = new(
        PaymentInitiationVersion.V09, "FANZ-20260202-1", new LocalDateTime(2026, 2, 2, 9, 30), "Fanz Media Ltd",
        new PostalAddress("IE", "Dublin", "Main Street", "1", "D01 AB12"),
        [
            new DebtorAccount(Currency.Of("EUR"), "DE89370400440532013000", "COBADEFF"),
            new DebtorAccount(Currency.Of("JPY"), "GB29NWBK60161331926819", null),
            new DebtorAccount(Currency.Of("BHD"), "GB29NWBK60161331926819", null),
        ],
        new LocalDate(2026, 2, 3)) { OrganisationId = "FANZ-1" };

    private static readonly Gen<string> Names = Gen.Elements(
        "Ann Lee", "Zoë Müller-Łuczak", "Émile de la Fontaine-Villeneuve d'Ascq", "O’Neil & Sons_Ltd", "Ng", "Ærø \"A\" <B>");

    private static readonly Gen<string> Digits7 = Gen.Choose(0, 9_999_999).Select(number => $"{number:0000000}");

    public static readonly Gen<PayeeAccount> UsBanks =
        from name in Names
        from district in Gen.Elements("01", "02", "12", "21", "32", "61", "72")
        from rest in Gen.Choose(0, 999_999)
        from account in Gen.Elements("1", "000123456789", "12345678901234567", "A-77")
        from isSavings in Gen.Elements(true, false)
        from isCompany in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        let first = $"{district}{rest:000000}"
        select (PayeeAccount)new PayeeAccount.UsBank(
            name, $"{first}{RoutingNumber.CheckDigit(first)}", account, isSavings, isCompany);

    public static readonly Gen<PayeeAccount> Ibans =
        from name in Names
        from country in Gen.Elements("DE", "BE", "NO", "SA")
        from first in Digits7
        from second in Digits7
        from third in Digits7
        from town in Gen.Elements(null, "Köln", "Oslo")
        from street in Gen.Elements(null, "Große Straße")
        let length = country switch { "DE" => 18, "BE" => 12, "NO" => 11, _ => 20 }
        select (PayeeAccount)new PayeeAccount.Iban(
            name, IbanNumber.Of(country, (first + second + third)[..length]), country == "SA" ? "NCBKSAJE" : null,
            new PostalAddress(country, town, town is null ? null : street));

    public static Gen<PaymentOrder[]> Of(Gen<PayeeAccount> payees, long largest, params string[] currencies) =>
        from count in Gen.Choose(1, 40)
        from accounts in payees.ArrayOf(count)
        from amounts in Properties.Amounts(largest - 1).ArrayOf(count)
        from words in Gen.Elements(currencies).ArrayOf(count)
        from first in Gen.Choose(1, 9_000_000)
        from step in Gen.Choose(1, 9)
        select Enumerable.Range(0, count).Select(i => new PaymentOrder(
            $"p-{first}-{i}", amounts[i] + 1, Currency.Of(words[i]), accounts[i], first + (i * step))).ToArray();
}
