using System.Globalization;
using System.Xml;
using Fanz.Ledger.Money;
using Fanz.Ledger.Rails.Iso20022;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Rails.Simulated;

public enum CamtVersion
{
    V02,
    V08,
}

/// <summary>
/// What a simulated bank states. Without balances it is a notification (camt.054), else a statement (camt.053).
/// </summary>
/// <param name="Entries">Each one booking; they are gone through once.</param>
public sealed record SimulatedStatement(
    CamtVersion Version, string MessageId, string Id, LocalDateTime CreatedAt, string Account, Currency Currency,
    LocalDate From, LocalDate To, long? Opening, long? Closing, IEnumerable<SimulatedEntry> Entries);

/// <summary>
/// A booking of one payment, or of many in bulk; the amount of a booking is what its payments sum to.
/// </summary>
public sealed record SimulatedEntry(
    string Reference, string ServicerReference, LocalDate BookedOn, LocalDate ValueOn,
    IReadOnlyList<SimulatedPayment> Payments)
{
    public bool IsReversal { get; init; }

    public string Text { get; init; } = "";

    /// <summary>Only the sum is told, not the payments: the payment information that they came in.</summary>
    public string? PaymentInformationId { get; init; }

    public bool TellsPayments { get; init; } = true;
}

/// <param name="Amount">What comes in is positive.</param>
public sealed record SimulatedPayment(
    long Amount, string? EndToEndId, string? InstructionId = null, string? ServicerReference = null,
    string? ReturnCode = null, string? ReturnReason = null, string Text = "");

/// <summary>Writes statements and notifications as banks do, for a simulated bank and for tests.</summary>
public static class CamtWriter
{
    public static void Write(SimulatedStatement statement, Stream stream) => Write([statement], stream);

    /// <summary>Statements of one version and kind, in one document.</summary>
    public static void Write(IReadOnlyList<SimulatedStatement> statements, Stream stream)
    {
        var first = statements[0];
        var isStatement = first.Opening is not null;
        var version = first.Version == CamtVersion.V08 ? "08" : "02";
        using var xml = IsoXml.Writer(stream);
        xml.WriteStartDocument();
        xml.WriteStartElement(
            "Document", $"{BankFileFormat.Namespace}{(isStatement ? "camt.053" : "camt.054")}.001.{version}");
        xml.WriteStartElement(isStatement ? "BkToCstmrStmt" : "BkToCstmrDbtCdtNtfctn");
        xml.WriteStartElement("GrpHdr");
        xml.WriteElementString("MsgId", first.MessageId);
        xml.WriteElementString("CreDtTm", LocalDateTimePattern.GeneralIso.Format(first.CreatedAt));
        xml.WriteEndElement();
        foreach (var statement in statements) Write(xml, statement, isStatement);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    private static void Write(XmlWriter xml, SimulatedStatement statement, bool isStatement)
    {
        xml.WriteStartElement(isStatement ? "Stmt" : "Ntfctn");
        xml.WriteElementString("Id", statement.Id);
        xml.WriteElementString("CreDtTm", LocalDateTimePattern.GeneralIso.Format(statement.CreatedAt));
        xml.WriteStartElement("FrToDt");
        xml.WriteElementString("FrDtTm", $"{LocalDatePattern.Iso.Format(statement.From)}T00:00:00");
        xml.WriteElementString("ToDtTm", $"{LocalDatePattern.Iso.Format(statement.To)}T23:59:59");
        xml.WriteEndElement();
        xml.WriteStartElement("Acct");
        if (IbanNumber.Problem(statement.Account) is null) IsoXml.Nested(xml, statement.Account, "Id", "IBAN");
        else IsoXml.Nested(xml, statement.Account, "Id", "Othr", "Id");
        xml.WriteElementString("Ccy", statement.Currency.Code);
        xml.WriteEndElement();
        if (statement.Opening is { } opening) WriteBalance(xml, "OPBD", opening, statement.Currency, statement.From);
        if (statement.Closing is { } closing) WriteBalance(xml, "CLBD", closing, statement.Currency, statement.To);
        foreach (var entry in statement.Entries) WriteEntry(xml, statement, entry);
        xml.WriteEndElement();
    }

    private static void WriteBalance(XmlWriter xml, string kind, long amount, Currency currency, LocalDate day)
    {
        xml.WriteStartElement("Bal");
        IsoXml.Nested(xml, kind, "Tp", "CdOrPrtry", "Cd");
        WriteSigned(xml, amount, currency);
        IsoXml.Nested(xml, LocalDatePattern.Iso.Format(day), "Dt", "Dt");
        xml.WriteEndElement();
    }

    private static void WriteEntry(XmlWriter xml, SimulatedStatement statement, SimulatedEntry entry)
    {
        var isNew = statement.Version == CamtVersion.V08;
        var total = entry.Payments.Sum(payment => payment.Amount);
        xml.WriteStartElement("Ntry");
        xml.WriteElementString("NtryRef", entry.Reference);
        WriteSigned(xml, total, statement.Currency);
        if (entry.IsReversal) xml.WriteElementString("RvslInd", "true");
        if (isNew) IsoXml.Nested(xml, "BOOK", "Sts", "Cd");
        else xml.WriteElementString("Sts", "BOOK");
        IsoXml.Nested(xml, LocalDatePattern.Iso.Format(entry.BookedOn), "BookgDt", "Dt");
        IsoXml.Nested(xml, LocalDatePattern.Iso.Format(entry.ValueOn), "ValDt", "Dt");
        xml.WriteElementString("AcctSvcrRef", entry.ServicerReference);
        IsoXml.Nested(xml, "NTAV", "BkTxCd", "Prtry", "Cd");
        xml.WriteStartElement("NtryDtls");
        if (entry.Payments.Count > 1 || !entry.TellsPayments) WriteBatch(xml, statement, entry, total);
        if (entry.TellsPayments)
            foreach (var payment in entry.Payments) WriteDetail(xml, statement, payment, isNew);
        xml.WriteEndElement();
        if (entry.Text.Length > 0) xml.WriteElementString("AddtlNtryInf", entry.Text);
        xml.WriteEndElement();
    }

    private static void WriteBatch(XmlWriter xml, SimulatedStatement statement, SimulatedEntry entry, long total)
    {
        xml.WriteStartElement("Btch");
        if (entry.PaymentInformationId is { } information) xml.WriteElementString("PmtInfId", information);
        xml.WriteElementString("NbOfTxs", entry.Payments.Count.ToString(CultureInfo.InvariantCulture));
        IsoXml.Amount(xml, "TtlAmt", Math.Abs(total), statement.Currency);
        xml.WriteElementString("CdtDbtInd", total < 0 ? "DBIT" : "CRDT");
        xml.WriteEndElement();
    }

    private static void WriteDetail(XmlWriter xml, SimulatedStatement statement, SimulatedPayment payment, bool isNew)
    {
        xml.WriteStartElement("TxDtls");
        xml.WriteStartElement("Refs");
        foreach (var (element, text) in new[]
        {
            ("AcctSvcrRef", payment.ServicerReference), ("InstrId", payment.InstructionId),
            ("EndToEndId", payment.EndToEndId ?? "NOTPROVIDED"),
        })
        {
            if (text is not null) xml.WriteElementString(element, text);
        }

        xml.WriteEndElement();
        if (isNew) WriteSigned(xml, payment.Amount, statement.Currency);
        else
        {
            xml.WriteStartElement("AmtDtls");
            xml.WriteStartElement("TxAmt");
            IsoXml.Amount(xml, "Amt", Math.Abs(payment.Amount), statement.Currency);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        if (payment.Text.Length > 0) IsoXml.Nested(xml, payment.Text, "RmtInf", "Ustrd");
        if (payment.ReturnCode is { } code)
        {
            xml.WriteStartElement("RtrInf");
            IsoXml.Nested(xml, code, "Rsn", "Cd");
            if (payment.ReturnReason is { } reason) xml.WriteElementString("AddtlInf", reason);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteSigned(XmlWriter xml, long amount, Currency currency)
    {
        IsoXml.Amount(xml, "Amt", Math.Abs(amount), currency);
        xml.WriteElementString("CdtDbtInd", amount < 0 ? "DBIT" : "CRDT");
    }
}
