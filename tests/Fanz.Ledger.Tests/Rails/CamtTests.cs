using System.Text;
using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Simulated;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests.Rails;

public class CamtTests
{
    private static readonly LocalDate Day = new(2026, 2, 3);

    private static readonly SimulatedStatement Statement = new(
        CamtVersion.V08, "M-1", "S-1", new LocalDateTime(2026, 2, 3, 23, 0), "DE89370400440532013000", Currency.Of(
            "EUR"),
        Day, Day, 100_000, 62_300,
        [
            new SimulatedEntry("E-1", "B-1", Day, Day, [new SimulatedPayment(-37_750, "p-1", "p-1", "B-1-1")]),
            new SimulatedEntry(
                "E-2", "B-2", Day, Day, [new SimulatedPayment(-100, "p-2"), new SimulatedPayment(-200, "p-3")])
            {
                PaymentInformationId = "FANZ-1-1",
            },
            new SimulatedEntry(
                "E-3", "B-3", Day, Day.PlusDays(1),
                [new SimulatedPayment(200, "p-3", ReturnCode: "AC04", ReturnReason: "closed")]),
            new SimulatedEntry(
                "E-4", "B-4", Day, Day, [new SimulatedPayment(50, null), new SimulatedPayment(100, null)])
            {
                TellsPayments = false, IsReversal = true, Text = "Reversal", PaymentInformationId = "FANZ-0-1",
            },
        ]);

    [Theory]
    [InlineData(CamtVersion.V02, "camt.053.001.02.xml")]
    [InlineData(CamtVersion.V08, "camt.053.001.08.xml")]
    public void A_statement_is_read_as_the_bank_writes_it(CamtVersion version, string golden)
    {
        var bytes = Written(Statement with { Version = version });
        BankGolden.Check(golden, bytes);
        Assert.Equal(BankFileKind.Statement, BankFileFormat.Detect(bytes));
        var statement = CamtReader.Read(new MemoryStream(bytes)).Single();
        Assert.Equal(
            ("S-1", "DE89370400440532013000", "EUR", Day, Day, 100_000L, 62_300L, "M-1"),
            (statement.Id, statement.Account, statement.Currency.Code, statement.From!.Value, statement.To!.Value,
                statement.Opening!.Value, statement.Closing!.Value, statement.MessageId));
    }

    [Theory]
    [InlineData(CamtVersion.V02)]
    [InlineData(CamtVersion.V08)]
    public void Each_payment_of_a_booking_is_a_line_where_the_bank_tells_them(CamtVersion version)
    {
        var lines = CamtReader.Read(new MemoryStream(Written(Statement with { Version = version })))
            .SelectMany(statement => statement.Lines).ToList();
        Assert.Equal(
            [
                (1L, -37_750L, "p-1", "B-1-1", null, null, false, null), (2L, -100L, "p-2", "B-2", "FANZ-1-1", null, false, null),
                (2L, -200L, "p-3", "B-2", "FANZ-1-1", null, false, null), (3L, 200L, "p-3", "B-3", null, "AC04", false, null),
                (4L, 150L, null, "B-4", "FANZ-0-1", null, true, (int?)2),
            ],
            lines.Select(line => (
                line.Entry, line.Amount, line.References.EndToEndId, line.References.ServicerReference,
                line.References.PaymentInformationId, line.References.ReturnCode, line.IsReversal, line.Payments)));
        Assert.Equal(Day.PlusDays(1), lines[3].ValueOn);
        Assert.Equal("Reversal", lines[4].Text);
        Assert.True(lines[0].Line < lines[1].Line);
    }

    [Fact]
    public void A_notification_has_no_balances()
    {
        var bytes = Written(Statement with { Opening = null, Closing = null });
        Assert.Equal(BankFileKind.Notification, BankFileFormat.Detect(bytes));
        var (summary, fault) = BankFile.Validate(BankFileKind.Notification, new MemoryStream(bytes));
        Assert.Null(fault);
        Assert.Equal((5L, 350L, 38_050L), (summary!.Parts[0].Lines, summary.Parts[0].Credits, summary.Parts[0].Debits));
    }

    [Fact]
    public void Statements_come_one_after_another_whether_their_lines_were_asked_for_or_not()
    {
        using var stream = new MemoryStream();
        CamtWriter.Write([Statement, Statement with { Id = "S-2" }], stream);
        Assert.Equal(["S-1", "S-2"], CamtReader.Read(new MemoryStream(stream.ToArray())).Select(one => one.Id));
        using var twice = new MemoryStream();
        CamtWriter.Write([Statement, Statement], twice);
        Assert.Equal(BankFileReason.Duplicate, FaultOf(twice.ToArray())!.Reason);
    }

    [Fact]
    public void Balances_of_any_history_tie() =>
        Properties.Hold(
            from amounts in Gen.Choose(-1_000_000, 1_000_000).Where(amount => amount != 0).ArrayOf(12)
            from slip in Gen.Choose(-1, 1)
            select (amounts, slip),
            history =>
            {
                var entries = history.amounts.Select((amount, i) => new SimulatedEntry(
                    $"E-{i}", $"B-{i}", Day, Day, [new SimulatedPayment(amount, $"p-{i}")]));
                var bytes = Written(Statement with
                {
                    Opening = -5, Closing = -5 + history.amounts.Sum() + history.slip, Entries = entries,
                });
                Assert.Equal(history.slip == 0 ? null : BankFileReason.WrongBalance, FaultOf(bytes)?.Reason);
            },
            times: 60);

    [Theory]
    [InlineData("<Amt Ccy=\"EUR\">2.00</Amt>\n            <CdtDbtInd>DBIT", "<Amt Ccy=\"EUR\">2.01</Amt>\n            <CdtDbtInd>DBIT", BankFileReason.WrongTotal)]
    [InlineData("Ccy=\"EUR\">377.50<", "Ccy=\"EUR\">377.505<", BankFileReason.WrongAmount)]
    [InlineData("Ccy=\"EUR\">377.50<", "Ccy=\"EUR\">-377.50<", BankFileReason.WrongAmount)]
    [InlineData("Ccy=\"EUR\">377.50<", "Ccy=\"EUR\">1e3<", BankFileReason.WrongAmount)]
    [InlineData("Ccy=\"EUR\">377.50<", "Ccy=\"EUX\">377.50<", BankFileReason.UnknownCurrency)]
    [InlineData("Ccy=\"EUR\">377.50<", "Ccy=\"USD\">377.50<", BankFileReason.WrongCurrency)]
    [InlineData("2026-02-04", "2026-02-29", BankFileReason.WrongDate)]
    [InlineData("<NtryRef>E-2<", "<NtryRef>E-1<", BankFileReason.Duplicate)]
    [InlineData("<NbOfTxs>2<", "<NbOfTxs>3<", BankFileReason.WrongCount)]
    [InlineData("DE89370400440532013000", "DE88370400440532013000", BankFileReason.WrongCheckDigit)]
    [InlineData("<CdtDbtInd>DBIT", "<CdtDbtInd>DEBIT", BankFileReason.Corrupt)]
    [InlineData("camt.053.001.08", "camt.052.001.08", BankFileReason.ForeignFormat)]
    [InlineData("camt.053.001.08", "camt.053.001.99", BankFileReason.ForeignFormat)]
    [InlineData("<Cd>CLBD<", "<Cd>OPBD<", BankFileReason.Duplicate)]
    [InlineData("<Cd>CLBD<", "<Cd>CLAV<", BankFileReason.Missing)]
    [InlineData("<Id>S-1</Id>", "", BankFileReason.Missing)]
    [InlineData("</Document>", "", BankFileReason.Truncated)]
    [InlineData("<Ntry>", "<Ntry>text", BankFileReason.Corrupt)]
    public void What_is_wrong_is_told_with_its_place(string was, string becomes, string reason)
    {
        var text = Encoding.UTF8.GetString(Written(Statement));
        var at = text.IndexOf(was, StringComparison.Ordinal);
        Assert.True(at >= 0, was);
        var fault = FaultOf(Encoding.UTF8.GetBytes($"{text[..at]}{becomes}{text[(at + was.Length)..]}"));
        Assert.Equal(reason, fault?.Reason);
        Assert.True(fault!.Line >= 1);
    }

    [Fact]
    public void A_document_that_ends_anywhere_too_early_is_refused()
    {
        var bytes = Written(Statement);
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotNull(BankFile.Validate(BankFileKind.Statement, new MemoryStream(bytes, 0, length)).Fault);
    }

    [Fact]
    public void A_bit_that_flips_never_does_more_than_a_fault()
    {
        var bytes = Written(Statement);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 0x10;
            BankFile.Validate(BankFileKind.Statement, new MemoryStream(changed));
        }
    }

    [Theory]
    [InlineData("""<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>""")]
    [InlineData("""<!DOCTYPE a SYSTEM "file:///etc/passwd">""")]
    [InlineData("""<!DOCTYPE a [<!ENTITY a SYSTEM "http://127.0.0.1/a">]>""")]
    public void A_document_type_is_not_read(string markup)
    {
        var text = Encoding.UTF8.GetString(Written(Statement));
        var end = text.IndexOf("?>", StringComparison.Ordinal) + 2;
        Assert.Equal(
            BankFileReason.ForbiddenMarkup,
            FaultOf(Encoding.UTF8.GetBytes($"{text[..end]}{markup}{text[end..].Replace("S-1", "&c;", StringComparison.Ordinal)}"))!.Reason);
    }

    [Fact]
    public void What_is_too_deep_or_too_large_is_refused()
    {
        var text = Encoding.UTF8.GetString(Written(Statement));
        var deep = string.Concat(Enumerable.Repeat("<X>", 60)) + string.Concat(Enumerable.Repeat("</X>", 60));
        Assert.Equal(BankFileReason.TooDeep, FaultOf(Encoding.UTF8.GetBytes(text.Replace("<Ntry>", $"<Ntry>{deep}", StringComparison.Ordinal)))!.Reason);
        Assert.Equal(BankFileReason.TooLarge, FaultOf(Encoding.UTF8.GetBytes(text.Replace("S-1", new string('S', 5_000), StringComparison.Ordinal)))!.Reason);
        var name = $"<X a=\"{new string('a', 3_000_000)}\"/>";
        Assert.Equal(BankFileReason.TooLarge, FaultOf(Encoding.UTF8.GetBytes(text.Replace("<Ntry>", $"<Ntry>{name}", StringComparison.Ordinal)))!.Reason);
    }

    [Fact]
    public void Statements_larger_than_memory_are_read_line_by_line()
    {
        const int count = 20_000;
        var entries = Enumerable.Range(1, count).Select(i => new SimulatedEntry(
            $"E-{i}", $"B-{i}", Day, Day, [new SimulatedPayment(-1, $"p-{i}")]));
        using var sink = new SpillStream();
        CamtWriter.Write(Statement with { Opening = 0, Closing = -count, Entries = entries }, sink);
        Assert.True(sink.LargestWrite < 65_536);
        using var stream = sink.Reread();
        // The first line is there before much of the file was read.
        foreach (var statement in CamtReader.Read(stream))
        {
            Assert.Equal(-1, statement.Lines.First().Amount);
            break;
        }

        Assert.True(stream.Position < 100_000);
        Assert.Equal(count, BankFile.Validate(BankFileKind.Statement, sink.Reread()).Summary!.Parts[0].Lines);
    }

    private static BankFileFault? FaultOf(byte[] bytes) =>
        BankFile.Validate(BankFileKind.Statement, new MemoryStream(bytes)).Fault;

    private static byte[] Written(SimulatedStatement statement)
    {
        using var stream = new MemoryStream();
        CamtWriter.Write(statement, stream);
        return stream.ToArray();
    }
}
