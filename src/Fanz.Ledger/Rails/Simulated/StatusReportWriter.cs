using System.Globalization;
using System.Xml;
using Fanz.Ledger.Rails.Iso20022;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Rails.Simulated;

public enum StatusReportVersion
{
    V03,
    V10,
}

/// <summary>What a simulated bank reports of a file.</summary>
public sealed record SimulatedReport(
    StatusReportVersion Version, string MessageId, LocalDateTime CreatedAt, string OriginalMessageId,
    string OriginalMessageName, string? GroupStatus, string? GroupReason,
    IReadOnlyList<SimulatedInformation> Informations);

/// <param name="Status">Of the payment information as a whole, where it has one.</param>
public sealed record SimulatedInformation(
    string PaymentInformationId, string? Status, IReadOnlyList<SimulatedStatus> Payments);

public sealed record SimulatedStatus(
    string EndToEndId, string Status, string? Reason = null, string Text = "", string? ServicerReference = null);

/// <summary>Writes status reports as banks do, for a simulated bank and for tests.</summary>
public static class StatusReportWriter
{
    public static void Write(SimulatedReport report, Stream stream)
    {
        using var xml = IsoXml.Writer(stream);
        xml.WriteStartDocument();
        xml.WriteStartElement(
            "Document",
            $"{BankFileFormat.Namespace}pain.002.001.{(report.Version == StatusReportVersion.V10 ? "10" : "03")}");
        xml.WriteStartElement("CstmrPmtStsRpt");
        xml.WriteStartElement("GrpHdr");
        xml.WriteElementString("MsgId", report.MessageId);
        xml.WriteElementString("CreDtTm", LocalDateTimePattern.GeneralIso.Format(report.CreatedAt));
        xml.WriteEndElement();
        xml.WriteStartElement("OrgnlGrpInfAndSts");
        xml.WriteElementString("OrgnlMsgId", report.OriginalMessageId);
        xml.WriteElementString("OrgnlMsgNmId", report.OriginalMessageName);
        if (report.GroupStatus is { } status) xml.WriteElementString("GrpSts", status);
        WriteReason(xml, report.GroupReason, "");
        xml.WriteEndElement();
        foreach (var information in report.Informations) Write(xml, information);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    private static void Write(XmlWriter xml, SimulatedInformation information)
    {
        xml.WriteStartElement("OrgnlPmtInfAndSts");
        xml.WriteElementString("OrgnlPmtInfId", information.PaymentInformationId);
        if (information.Status is { } status) xml.WriteElementString("PmtInfSts", status);
        foreach (var same in information.Payments.GroupBy(payment => payment.Status))
        {
            xml.WriteStartElement("NbOfTxsPerSts");
            xml.WriteElementString("DtldNbOfTxs", same.Count().ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("DtldSts", same.Key);
            xml.WriteEndElement();
        }

        foreach (var payment in information.Payments)
        {
            xml.WriteStartElement("TxInfAndSts");
            xml.WriteElementString("OrgnlInstrId", payment.EndToEndId);
            xml.WriteElementString("OrgnlEndToEndId", payment.EndToEndId);
            xml.WriteElementString("TxSts", payment.Status);
            WriteReason(xml, payment.Reason, payment.Text);
            if (payment.ServicerReference is { } reference) xml.WriteElementString("AcctSvcrRef", reference);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteReason(XmlWriter xml, string? code, string text)
    {
        if (code is null) return;
        xml.WriteStartElement("StsRsnInf");
        IsoXml.Nested(xml, code, "Rsn", "Cd");
        if (text.Length > 0) xml.WriteElementString("AddtlInf", text);
        xml.WriteEndElement();
    }
}
