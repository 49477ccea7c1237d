using System.Text;
using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Rails.Simulated;
using NodaTime;

namespace Fanz.Ledger.Tests.Rails;

public class NachaTests
{
    private static readonly NachaSettings Settings = RandomOrders.Nacha;

    private static readonly Currency Dollars = Currency.Of("USD");

    private static readonly PaymentOrder[] Three =
    [
        new("p-1", 37_750, Dollars, new PayeeAccount.UsBank("Zoë Müller", "021000021", "000123456789", false, false), 11),
        new("p-2", 1, Dollars, new PayeeAccount.UsBank("Acme & Sons LLC", "091000019", "77-A", false, true), 12),
        new("p-3", 9_999_999_999, Dollars,
            new PayeeAccount.UsBank("Émile de la Fontaine-Villeneuve", "322271627", "12345678901234567", true, false), 13),
    ];

    [Fact]
    public void A_file_keeps_the_rules_and_is_read_as_it_was_meant() =>
        Properties.Hold(
            RandomOrders.Of(RandomOrders.UsBanks, 9_999_999_999, "USD"),
            orders =>
            {
                var (bytes, manifest) = Written(orders);
                Assert.Empty(NachaChecker.Check(bytes));
                Assert.Equal(
                    (orders.Length, orders.Sum(order => order.Amount)), (manifest.Count, manifest.Totals[0].Amount));
                Assert.Equal(bytes, Written(orders).Bytes);
                var read = NachaReader.Read(new MemoryStream(bytes)).Payments.ToList();
                var sent = orders.OrderBy(order => ((PayeeAccount.UsBank)order.Payee).IsCompany).ToList();
                Assert.Equal(
                    sent.Select(order => (order.Payout, order.Amount, $"{Settings.Odfi}{order.Sequence:0000000}", Account(order))),
                    read.Select(one => (
                        one.Identification, one.Amount, one.Trace, (one.Payee.Routing, one.Payee.Account, one.Payee.IsSavings, one.Payee.IsCompany))));
                var (summary, fault) = BankFile.Validate(BankFileFormat.Detect(bytes), new MemoryStream(bytes));
                Assert.Null(fault);
                Assert.Equal((manifest.Sha256, manifest.Length), (summary!.Sha256, summary.Length));
            },
            times: 150);

    [Fact]
    public void The_bytes_of_a_file_are_kept()
    {
        var (bytes, manifest) = Written(Three);
        Assert.Empty(NachaChecker.Check(bytes));
        BankGolden.Check("nacha.txt", bytes);
        Assert.Equal(
            new PaymentFileManifest("nacha", 3, [], "0043427165", null, "", bytes.Length),
            manifest with { Totals = [], Sha256 = "" });
    }

    [Fact]
    public void A_file_that_ends_anywhere_too_early_is_refused()
    {
        var (bytes, _) = Written(Three);
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            var (_, fault) = BankFile.Validate(BankFileKind.Nacha, new MemoryStream(bytes, 0, length));
            Assert.True(fault is not null, $"{length} bytes");
        }
    }

    [Fact]
    public void A_digit_that_was_changed_is_found_wherever_numbers_are_checked()
    {
        var (bytes, _) = Written(Three);
        var found = new Dictionary<string, int>();
        for (var at = 0; at < bytes.Length; at++)
        {
            if (!char.IsAsciiDigit((char)bytes[at])) continue;
            var changed = (byte[])bytes.Clone();
            changed[at] = (byte)(changed[at] == '9' ? '8' : changed[at] + 1);
            var (_, fault) = BankFile.Validate(BankFileKind.Nacha, new MemoryStream(changed));
            var (record, column) = ((at / 95) + 1, (at % 95) + 1);
            if (fault is not null) found[fault.Reason] = found.GetValueOrDefault(fault.Reason) + 1;
            // What no sum covers: names and numbers of companies, accounts, dates, identifications.
            else Assert.True(IsUnchecked((char)bytes[at - at % 95], column), $"record {record}, column {column}");
        }

        Assert.Contains(BankFileReason.WrongCheckDigit, found.Keys);
        Assert.Contains(BankFileReason.WrongTotal, found.Keys);
        Assert.Contains(BankFileReason.WrongCount, found.Keys);
        Assert.Contains(BankFileReason.WrongHash, found.Keys);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("")]
    public void Line_breaks_are_a_matter_of_taste(string lineBreak)
    {
        var text = Encoding.ASCII.GetString(Written(Three).Bytes).Replace("\n", lineBreak, StringComparison.Ordinal);
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(BankFileKind.Nacha, BankFileFormat.Detect(bytes));
        Assert.Null(BankFile.Validate(BankFileKind.Nacha, new MemoryStream(bytes)).Fault);
    }

    [Theory]
    [InlineData(2, 4, BankFileReason.WrongCount)]
    [InlineData(3, 2, BankFileReason.WrongOrder)]
    public void Records_in_another_order_are_refused(int one, int other, string reason)
    {
        var lines = Encoding.ASCII.GetString(Written(Three).Bytes).Split('\n');
        (lines[one], lines[other]) = (lines[other], lines[one]);
        var (_, fault) = BankFile.Validate(
            BankFileKind.Nacha, new MemoryStream(Encoding.ASCII.GetBytes(string.Join('\n', lines))));
        Assert.Equal(reason, fault!.Reason);
    }

    [Fact]
    public void All_that_keeps_orders_from_a_file_is_told_at_once_and_nothing_is_written()
    {
        PaymentOrder[] orders =
        [
            Three[0] with { Amount = 0 },
            Three[0] with { Sequence = 12, Currency = Currency.Of("EUR") },
            Three[2] with { Sequence = 12, Amount = 10_000_000_000 },
            new("p-4", 1, Dollars, new PayeeAccount.UsBank("Ann", "021000022", "1", false, false), 14),
            new("p-5", 1, Dollars, new PayeeAccount.Other("Ann", new Dictionary<string, string> { ["a"] = "b" }), 10_000_000),
            new("p-5-that-is-too-long", 1, Dollars, Three[0].Payee, 9_999_999),
        ];
        using var stream = new MemoryStream();
        var refused = Assert.Throws<PaymentFileRefused>(() => NachaWriter.Write(Settings, orders, stream));
        Assert.Equal(0, stream.Length);
        Assert.Equal(
            [
                ("p-1", "wrong_amount"), ("p-1", "wrong_currency"), ("p-1", "duplicate"), ("p-3", "amount_too_large"),
                ("p-3", "wrong_order"), ("p-4", "ill_formed"), ("p-5", "wrong_sequence"), ("p-5", "wrong_account"),
                ("p-5-that-is-too-long", "ill_formed"), ("p-5-that-is-too-long", "wrong_order"),
            ],
            refused.Faults.Select(fault => (fault.Payout, fault.Code)));
        Assert.All(
            refused.Faults, fault => Assert.DoesNotContain("021000022", fault.Problem, StringComparison.Ordinal));
        Assert.Equal(["empty"], NachaWriter.Check(Settings, []).Select(fault => fault.Code));
    }

    [Fact]
    public void Limits_are_those_of_the_day_and_of_the_file()
    {
        var sameDay = Settings with { IsSameDay = true };
        Assert.Empty(NachaWriter.Check(sameDay, [Three[0] with { Amount = 100_000_000 }]));
        Assert.Equal(
            ["amount_too_large"],
            NachaWriter.Check(sameDay, [Three[0] with { Amount = 100_000_001 }]).Select(fault => fault.Code));
        var many = Enumerable.Range(1, 101)
            .Select(i => Three[0] with { Payout = $"p-{i}", Amount = 9_999_999_999, Sequence = i });
        Assert.Equal(["total_too_large"], NachaWriter.Check(Settings, many).Select(fault => fault.Code));
    }

    [Fact]
    public void Settings_tell_their_faults()
    {
        var wrong = Settings with
        {
            Destination = "021000022", OriginName = "", CompanyName = "A name of seventeen", Odfi = "123", Modifier = 'a',
            Description = "PÄYOUT", EffectiveOn = new LocalDate(2026, 2, 1),
        };
        Assert.Equal(
            ["destination", "origin_name", "company_name", "description", "odfi", "modifier", "effective_on"],
            wrong.Faults().Select(fault => fault.Field));
        Assert.Throws<PaymentFileRefused>(() => NachaWriter.Write(wrong, Three, new MemoryStream()));
    }

    [Fact]
    public void A_leap_day_is_a_day_in_leap_years_only()
    {
        var leap = Settings with { CreatedAt = new LocalDateTime(2028, 2, 29, 1, 0), EffectiveOn = new LocalDate(
            2028, 2, 29) };
        using var stream = new MemoryStream();
        NachaWriter.Write(leap, Three, stream);
        var text = Encoding.ASCII.GetString(stream.ToArray());
        Assert.Null(Validated(text, BankFileKind.Nacha));
        Assert.Equal(
            BankFileReason.WrongDate,
            Validated(text.Replace("280229", "270229", StringComparison.Ordinal), BankFileKind.Nacha)!.Reason);
    }

    [Fact]
    public void Files_larger_than_memory_are_written_and_read()
    {
        const int count = 60_000;
        var payee = Three[0].Payee;
        var orders = Enumerable.Range(1, count).Select(i => new PaymentOrder($"p-{i}", i, Dollars, payee, i));
        using var sink = new SpillStream();
        var manifest = NachaWriter.Write(Settings, orders, sink);
        Assert.Equal(count, manifest.Count);
        Assert.True(sink.LargestWrite <= 4_096, "A record at a time is written.");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (summary, fault) = BankFile.Validate(BankFileKind.Nacha, sink.Reread());
        Assert.Null(fault);
        Assert.Equal((count, manifest.Sha256), (summary!.Parts[0].Lines, summary.Sha256));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000L * count);
    }

    [Fact]
    public void What_came_back_is_read_as_the_clearing_house_writes_it()
    {
        var bytes = Returned();
        BankGolden.Check("nacha-returns.txt", bytes);
        Assert.Equal(BankFileKind.NachaReturns, BankFileFormat.Detect(bytes));
        var file = NachaReader.ReadReturns(new MemoryStream(bytes));
        Assert.Equal("021000021-202602051200-B", file.Id);
        var lines = file.Lines.ToList();
        Assert.Equal(
            [
                ("R02", "021000020000012", 1L, "p-2", false),
                ("C01", "021000020000013", 0L, "p-3", true),
                ("R15", "021000020000011", 37_750L, "p-1", false),
            ],
            lines.Select(line => (line.Code, line.OriginalTrace, line.Amount, line.Identification, line.IsChange)));
        Assert.Equal((new LocalDate(2026, 1, 9), "ESTATE"), (lines[2].DateOfDeath!.Value, lines[2].Information));
        Assert.Equal("98765", lines[1].Information);
        Assert.DoesNotContain("98765", $"{lines[1]}", StringComparison.Ordinal);
        Assert.Null(BankFile.Validate(BankFileKind.NachaReturns, new MemoryStream(bytes)).Fault);
        Assert.Equal(BankFileReason.ForeignFormat, Validated(Encoding.ASCII.GetString(Written(Three).Bytes), BankFileKind.NachaReturns)!.Reason);
    }

    [Fact]
    public void A_file_of_returns_that_is_damaged_is_refused()
    {
        var bytes = Returned();
        for (var length = 0; length < bytes.Length - 1; length++)
            Assert.NotNull(BankFile.Validate(BankFileKind.NachaReturns, new MemoryStream(bytes, 0, length)).Fault);
        var text = Encoding.ASCII.GetString(bytes);
        Assert.Equal(BankFileReason.WrongDate, Validated(text.Replace("260109", "260230", StringComparison.Ordinal), BankFileKind.NachaReturns)!.Reason);
        Assert.Equal(BankFileReason.Corrupt, Validated(text.Replace("799R02", "799X02", StringComparison.Ordinal), BankFileKind.NachaReturns)!.Reason);
        Assert.Equal(BankFileReason.ForeignFormat, Validated(text.Replace("799R02", "705R02", StringComparison.Ordinal), BankFileKind.NachaReturns)!.Reason);
        Assert.Equal(
            BankFileReason.Duplicate,
            Validated(text.Replace("R15021000020000011", "R15021000020000012", StringComparison.Ordinal), BankFileKind.NachaReturns)!.Reason);
    }

    [Theory]
    [InlineData("R02", ReturnRemedy.RecreditAndDisable)]
    [InlineData("R03", ReturnRemedy.RecreditAndDisable)]
    [InlineData("R04", ReturnRemedy.RecreditAndDisable)]
    [InlineData("R20", ReturnRemedy.RecreditAndDisable)]
    [InlineData("R28", ReturnRemedy.RecreditAndDisable)]
    [InlineData("R14", ReturnRemedy.HoldAndOpenCase)]
    [InlineData("R16", ReturnRemedy.HoldAndOpenCase)]
    [InlineData("R23", ReturnRemedy.Hold)]
    [InlineData("R06", ReturnRemedy.PersonLooks)]
    [InlineData("R24", ReturnRemedy.PersonLooks)]
    [InlineData("R17", ReturnRemedy.FixAndReissue)]
    [InlineData("R27", ReturnRemedy.FixAndReissue)]
    [InlineData("R01", ReturnRemedy.SuspenseAndAlert)]
    [InlineData("R10", ReturnRemedy.SuspenseAndAlert)]
    [InlineData("R99", ReturnRemedy.PersonLooks)]
    public void Each_reason_has_its_remedy(string code, ReturnRemedy remedy) =>
        Assert.Equal(remedy, NachaReturnCodes.Of(code).Remedy);

    private static (string, string, bool, bool) Account(PaymentOrder order) =>
        order.Payee is PayeeAccount.UsBank us ? (us.Routing, us.Account, us.IsSavings, us.IsCompany) : default;

    private static bool IsUnchecked(char record, int column) => (record, column) switch
    {
        ('1', _) => column is >= 4 and <= 34,
        ('5', _) => column is >= 41 and <= 50 or >= 70 and <= 75 or >= 79 and <= 87,
        ('6', _) => column is 2 or >= 13 and <= 29 or >= 40 and <= 76 or >= 80,
        ('8', _) => column is >= 45 and <= 54 or >= 80 and <= 87,
        _ => false,
    };

    private static BankFileFault? Validated(string text, BankFileKind kind) =>
        BankFile.Validate(kind, new MemoryStream(Encoding.ASCII.GetBytes(text))).Fault;

    private static byte[] Returned()
    {
        var payments = NachaReader.Read(new MemoryStream(Written(Three).Bytes)).Payments.ToDictionary(
            one => one.Identification);
        using var stream = new MemoryStream();
        NachaReturnWriter.Write(
            Settings with { Origin = "091000019" }, new LocalDateTime(2026, 2, 5, 12, 0), 'B', 500,
            [
                new SimulatedReturn(payments["p-1"], "R15", new LocalDate(2026, 1, 9), "ESTATE"),
                new SimulatedReturn(payments["p-2"], "R02"),
                new SimulatedReturn(payments["p-3"], "C01", Information: "98765"),
            ],
            stream);
        return stream.ToArray();
    }

    private static (byte[] Bytes, PaymentFileManifest Manifest) Written(IReadOnlyCollection<PaymentOrder> orders)
    {
        using var stream = new MemoryStream();
        var manifest = NachaWriter.Write(Settings, orders, stream);
        var bytes = stream.ToArray();
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), manifest.Sha256);
        return (bytes, manifest);
    }
}
