using System.Text;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Simulated;
using NodaTime;

namespace Fanz.Ledger.Tests.Rails;

public class StatusReportTests
{
    private static readonly SimulatedReport Report = new(
        StatusReportVersion.V10, "R-1", new LocalDateTime(2026, 2, 3, 8, 0), "FANZ-1", "pain.001.001.09", "PART", null,
        [
            new SimulatedInformation("FANZ-1-1", "PART",
            [
                new SimulatedStatus("p-1", "RJCT", "AC04", "closed"), new SimulatedStatus(
                    "p-2", "ACSC", ServicerReference: "B-2"),
                new SimulatedStatus("p-3", "RJCT", "AM05"),
            ]),
            new SimulatedInformation("FANZ-1-2", "ACSC", []),
        ]);

    [Theory]
    [InlineData(StatusReportVersion.V03, "pain.002.001.03.xml")]
    [InlineData(StatusReportVersion.V10, "pain.002.001.10.xml")]
    public void A_report_is_read_as_the_bank_writes_it(StatusReportVersion version, string golden)
    {
        var bytes = Written(Report with { Version = version });
        BankGolden.Check(golden, bytes);
        Assert.Equal(BankFileKind.StatusReport, BankFileFormat.Detect(bytes));
        var report = StatusReportReader.Read(new MemoryStream(bytes));
        Assert.Equal(("R-1", "FANZ-1", "pain.001.001.09", "PART"), (report.Id, report.OriginalMessageId, report.OriginalMessageName, report.GroupStatus));
        var lines = report.Lines.ToList();
        Assert.Equal(
            [
                ("FANZ-1-1", null, "PART", null), ("FANZ-1-1", "p-1", "RJCT", "AC04"), ("FANZ-1-1", "p-2", "ACSC", null),
                ("FANZ-1-1", "p-3", "RJCT", "AM05"), ("FANZ-1-2", null, "ACSC", null),
            ],
            lines.Select(line => (line.PaymentInformationId, line.EndToEndId, line.Status, line.Reasons.Select(reason => reason.Code).SingleOrDefault())));
        Assert.Equal((true, "closed", "B-2"), (lines[0].IsOfAll, lines[1].Reasons[0].Text, lines[2].ServicerReference));
        Assert.Equal(ReturnRemedy.PersonLooks, IsoReasonCodes.Of("AM05").Remedy);
        Assert.Equal(5, BankFile.Validate(BankFileKind.StatusReport, new MemoryStream(bytes)).Summary!.Parts[0].Lines);
    }

    [Theory]
    [InlineData(">p-3<", ">p-1<", BankFileReason.Duplicate)]
    [InlineData("<DtldNbOfTxs>2<", "<DtldNbOfTxs>3<", BankFileReason.WrongCount)]
    [InlineData("<OrgnlMsgId>FANZ-1</OrgnlMsgId>", "", BankFileReason.Missing)]
    [InlineData("pain.002.001.10\"", "pain.002.001.77\"", BankFileReason.ForeignFormat)]
    [InlineData("</CstmrPmtStsRpt>", "", BankFileReason.Corrupt)]
    public void What_is_wrong_is_told(string was, string becomes, string reason)
    {
        var text = Encoding.UTF8.GetString(Written(Report));
        Assert.Contains(was, text, StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(text.Replace(was, becomes, StringComparison.Ordinal));
        Assert.Equal(reason, BankFile.Validate(BankFileKind.StatusReport, new MemoryStream(bytes)).Fault?.Reason);
    }

    [Fact]
    public void A_report_that_ends_anywhere_too_early_is_refused()
    {
        var bytes = Written(Report);
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotNull(BankFile.Validate(BankFileKind.StatusReport, new MemoryStream(bytes, 0, length)).Fault);
    }

    private static byte[] Written(SimulatedReport report)
    {
        using var stream = new MemoryStream();
        StatusReportWriter.Write(report, stream);
        return stream.ToArray();
    }
}
