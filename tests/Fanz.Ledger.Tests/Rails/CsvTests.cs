using System.Text;
using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Csv;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests.Rails;

public class CsvTests
{
    private static readonly Currency Euro = Currency.Of("EUR");

    private static readonly CsvStatementMapping Mapping = new("Day", "Amount")
    {
        Balance = "Balance", EndToEndId = "Ref", Reference = "Id", Text = "Text", Currency = "Ccy",
    };

    private const string Table = """
        Day,Amount,Ccy,Balance,Ref,Id,Text
        2026-02-03,-377.50,EUR,622.50,p-1,B-1,"one, ""two""
        three"
        2026-02-04,100,EUR,722.50,,B-2,
        """;

    [Fact]
    public void A_table_is_a_statement_by_its_mapping()
    {
        var lines = Read(Table, opening: 100_000, closing: 72_250).Lines.ToList();
        Assert.Equal(
            [(2L, -37_750L, "p-1", "B-1", "one, \"two\"\nthree"), (4L, 10_000L, null, "B-2", "")],
            lines.Select(line => (
                line.Line, line.Amount, line.References.EndToEndId, line.References.ServicerReference, line.Text)));
        var part = BankFile.Validate(Stream(Table), stream => CsvStatementReader.Read(stream, Mapping, "S", "A", Euro)).Summary!.Parts[0];
        Assert.Equal((100_000L, 72_250L, new LocalDate(2026, 2, 3), new LocalDate(2026, 2, 4)), (part.Opening!.Value, part.Closing!.Value, part.From!.Value, part.To!.Value));
    }

    [Theory]
    [InlineData("622.50", "622.49", BankFileReason.WrongBalance, 4)]
    [InlineData("-377.50", "-377.505", BankFileReason.WrongAmount, 2)]
    [InlineData("-377.50", "-1,377.50", BankFileReason.Corrupt, 2)]
    [InlineData("2026-02-04", "2026-02-29", BankFileReason.WrongDate, 4)]
    [InlineData("2026-02-04", "2026-02-02", BankFileReason.WrongOrder, 4)]
    [InlineData("EUR,722", "USD,722", BankFileReason.WrongCurrency, 4)]
    [InlineData("EUR,722", "EUX,722", BankFileReason.UnknownCurrency, 4)]
    [InlineData("B-2", "B-1", BankFileReason.Duplicate, 4)]
    [InlineData("Balance,", "Saldo,", BankFileReason.ForeignFormat, 1)]
    [InlineData("Ref,Id", "Ref,Ref", BankFileReason.Duplicate, 1)]
    [InlineData("three\"", "three", BankFileReason.Truncated, 4)]
    [InlineData("three\"", "three\"x", BankFileReason.Corrupt, 3)]
    public void What_is_wrong_is_told_with_its_line(string was, string becomes, string reason, long line)
    {
        var table = Table.Replace(was, becomes, StringComparison.Ordinal);
        var fault = BankFile.Validate(Stream(table), stream => CsvStatementReader.Read(stream, Mapping, "S", "A", Euro)).Fault;
        Assert.Equal((reason, line), (fault?.Reason, fault?.Line ?? 0));
    }

    [Fact]
    public void Whatever_fields_hold_comes_back() =>
        Properties.Hold(
            Gen.Elements("", "a", "a,b", "\"", "\r\n", "=1", "ü😀", " x ").ArrayOf(6).Select(fields => fields.ToList()),
            fields =>
            {
                var text = string.Join(',', fields.Select(field => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\r\n";
                var rows = CsvRows.Of(Stream(text));
                Assert.Equal(fields, rows.Next()!);
                Assert.Null(rows.Next());
            },
            times: 100);

    [Fact]
    public void Debits_and_credits_may_have_columns_of_their_own_and_the_newest_may_come_first()
    {
        var mapping = new CsvStatementMapping("Day", null)
        {
            Delimiter = ';', DecimalPoint = ',', DayPattern = "dd.MM.uuuu", Debit = "Soll", Credit = "Haben", Balance = "Saldo",
            IsNewestFirst = true,
        };
        Assert.Empty(mapping.Faults());
        const string table = "Day;Soll;Haben;Saldo\r\n04.02.2026;;1,50;11,50\r\n04.02.2026;-2,00;;10,00\r\n";
        var part = BankFile.Validate(Stream(table), stream => CsvStatementReader.Read(stream, mapping, "S", "A", Euro)).Summary!.Parts[0];
        Assert.Equal(
            (1_200L, 1_150L, 150L, 200L), (part.Opening!.Value, part.Closing!.Value, part.Credits, part.Debits));
    }

    [Fact]
    public void A_processors_rows_are_checked_one_by_one()
    {
        var mapping = new ProcessorMapping(
            "day", "id", "type", "currency", "gross",
            new Dictionary<string, ProcessorLineKind> { ["charge"] = ProcessorLineKind.Charge, ["refund"] = ProcessorLineKind.Refund })
        {
            Fee = "fee", Net = "net",
        };
        const string table = "day,id,type,currency,gross,fee,net\n2026-02-03,c-1,charge,USD,10.00,0.59,9.41\n2026-02-03,c-1,refund,USD,-10.00,,-10.00\n";
        Assert.Equal(
            [(ProcessorLineKind.Charge, 1_000L, 59L, 941L), (ProcessorLineKind.Refund, -1_000L, 0L, -1_000L)],
            ProcessorReportReader.Read(Stream(table), mapping).Select(
                line => (line.Kind, line.Gross, line.Fee, line.Net)));
        foreach (var (was, becomes, reason) in new[]
        {
            ("9.41", "9.42", BankFileReason.WrongTotal), (",refund,", ",payout,", BankFileReason.ForeignFormat),
            (",refund,", ",charge,", BankFileReason.Duplicate),
        })
        {
            var wrong = Assert.Throws<UnreadableBankFile>(() =>
                ProcessorReportReader.Read(Stream(table.Replace(was, becomes, StringComparison.Ordinal)), mapping).ToList());
            Assert.Equal(reason, wrong.Fault.Reason);
        }
    }

    [Fact]
    public void Payments_are_written_as_a_table_and_its_bytes_are_kept()
    {
        PaymentOrder[] orders =
        [
            new("p-1", 37_750, Currency.Of("USD"), new PayeeAccount.UsBank("Ann, \"A\" Lee", "021000021", "000123", true, false), 1),
            new("p-2", 5, Euro, new PayeeAccount.Iban("Zoë", "BE68539007547034", null, new PostalAddress("BE", "Liège")), 2),
            new("p-3", 7, Currency.Of("JPY"), new PayeeAccount.Other("Ng", new Dictionary<string, string> { ["wallet"] = "w-1" }), 3),
        ];
        var settings = new MassPaymentSettings { FieldColumns = ["wallet"] };
        using var stream = new MemoryStream();
        var manifest = MassPaymentWriter.Write(settings, orders, stream);
        BankGolden.Check("payments.csv", stream.ToArray());
        Assert.Equal((3, 3), (manifest.Count, manifest.Totals.Count));
        var rows = CsvRows.Of(new MemoryStream(stream.ToArray()));
        Assert.Equal(MassPaymentWriter.Columns.Append("wallet"), rows.Next()!);
        Assert.Equal("Ann, \"A\" Lee", rows.Next()![3]);
        Assert.Equal(
            ["wrong_account", "ill_formed"],
            MassPaymentWriter.Check(new MassPaymentSettings(), [orders[2], orders[0] with { Payee = new PayeeAccount.UsBank("=A", "021000021", "1", false, false) }])
                .Select(fault => fault.Code));
    }

    private static BankStatement Read(string table, long? opening, long? closing) =>
        CsvStatementReader.Read(Stream(table), Mapping, "S", "A", Euro, opening, closing);

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
