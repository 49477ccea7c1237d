using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Iso20022;
using NodaTime;

namespace Fanz.Ledger.Tests.Rails;

public class PaymentInitiationTests
{
    private static readonly Currency Euro = Currency.Of("EUR");

    private static readonly PaymentOrder[] Some =
    [
        new("p-1", 37_750, Euro, new PayeeAccount.Iban(
            "Zoë Müller", "BE68539007547034", null, new PostalAddress("BE", "Liège", "Rue Haute", "7", "4000")), 1),
        new("p-2", 1, Currency.Of("JPY"), new PayeeAccount.Iban(
            "A & B", "GB29NWBK60161331926819", "NWBKGB2L", new PostalAddress("GB")), 2),
        new("p-3", 12_345, Euro, new PayeeAccount.Iban(
            "Ann", "SA0380000000608010167519", "NCBKSAJE", new PostalAddress("SA", "Riyadh")), 3),
        new("p-4", 1_001, Currency.Of("BHD"), new PayeeAccount.Iban(
            "Ann", "NO9386011117947", "DNBANOKK", new PostalAddress("NO")), 4),
    ];

    [Theory]
    [InlineData(PaymentInitiationVersion.V09, "09")]
    [InlineData(PaymentInitiationVersion.V03, "03")]
    public void A_file_keeps_the_rules(PaymentInitiationVersion version, string name) =>
        Properties.Hold(
            RandomOrders.Of(RandomOrders.Ibans, 99_999_999_999, "EUR"),
            orders =>
            {
                var settings = RandomOrders.Pain with { Version = version };
                using var stream = new MemoryStream();
                var manifest = PaymentInitiationWriter.Write(settings, orders, stream);
                var bytes = stream.ToArray();
                Assert.Empty(PaymentInitiationChecker.Check(bytes, name));
                Assert.Equal(
                    Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), manifest.Sha256);
                Assert.Equal((orders.Length, orders.Sum(order => order.Amount)), (manifest.Count, manifest.Totals.Single().Amount));
                Assert.Equal(BankFileKind.PaymentInitiation, BankFileFormat.Detect(bytes));
            },
            times: 100);

    [Theory]
    [InlineData(PaymentInitiationVersion.V09, "09")]
    [InlineData(PaymentInitiationVersion.V03, "03")]
    public void The_bytes_of_a_file_are_kept(PaymentInitiationVersion version, string name)
    {
        using var stream = new MemoryStream();
        var manifest = PaymentInitiationWriter.Write(RandomOrders.Pain with { Version = version }, Some, stream);
        Assert.Empty(PaymentInitiationChecker.Check(stream.ToArray(), name));
        BankGolden.Check($"pain.001.001.{name}.xml", stream.ToArray());
        Assert.Equal(("502.951", 4), (manifest.ControlSum, manifest.Count));
        Assert.Equal(
            [("EUR", 2L, 50_095L), ("JPY", 1L, 1L), ("BHD", 1L, 1_001L)],
            manifest.Totals.Select(total => (total.Currency.Code, total.Count, total.Amount)));
    }

    [Fact]
    public void All_that_keeps_orders_from_a_file_is_told_at_once_and_nothing_is_written()
    {
        var payee = (PayeeAccount.Iban)Some[0].Payee;
        PaymentOrder[] orders =
        [
            Some[0] with { Amount = 100_000_000_000 },
            Some[0] with { Currency = Currency.Of("USD"), Payee = payee with { Bic = "NWBKGB2L" } },
            Some[2] with { Payee = ((PayeeAccount.Iban)Some[2].Payee) with { Bic = null } },
            Some[3] with { Payee = payee with { Number = "BE68539007547035" }, Amount = -1, Currency = Euro },
            Some[1] with { Payout = new string('x', 36) },
            Some[1] with { Payee = new PayeeAccount.UsBank("A", "021000021", "1", false, false) },
        ];
        using var stream = new MemoryStream();
        var refused = Assert.Throws<PaymentFileRefused>(
            () => PaymentInitiationWriter.Write(RandomOrders.Pain, orders, stream));
        Assert.Equal(0, stream.Length);
        Assert.Equal(
            [
                ("p-1", "amount_too_large"), ("p-1", "wrong_currency"), ("p-1", "duplicate"), ("p-3", "bic_missing"),
                ("p-4", "wrong_amount"), ("p-4", "ill_formed"), (new string('x', 36), "ill_formed"), ("p-2", "wrong_account"),
            ],
            refused.Faults.Select(fault => (fault.Payout, fault.Code)));
        Assert.Equal(["empty"], PaymentInitiationWriter.Check(RandomOrders.Pain, []).Select(fault => fault.Code));
    }

    [Fact]
    public void Settings_tell_their_faults()
    {
        var wrong = RandomOrders.Pain with
        {
            MessageId = new string('x', 32), Debtor = "Fänz", Address = new PostalAddress("IE"),
            Accounts = [new DebtorAccount(Euro, "DE88370400440532013000", "X"), new DebtorAccount(
                Euro, "BE68539007547034", null)],
            ExecuteOn = new LocalDate(2026, 2, 1),
        };
        Assert.Equal(
            ["message_id", "debtor", "address.town", "execute_on", "accounts[0].iban", "accounts[0].bic", "accounts"],
            wrong.Faults().Select(fault => fault.Field));
    }

    [Fact]
    public void A_file_is_written_in_pieces()
    {
        var orders = Enumerable.Range(1, 20_000).Select(i => Some[0] with { Payout = $"p-{i}", Sequence = i });
        using var sink = new SpillStream();
        Assert.Equal(20_000, PaymentInitiationWriter.Write(RandomOrders.Pain, orders, sink).Count);
        Assert.True(sink.LargestWrite < 65_536);
    }
}
