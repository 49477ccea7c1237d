using System.Globalization;
using System.Text;
using System.Xml;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime.Text;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>
/// Writes payments as pain.001: one payment information a currency, and in euro one more for accounts that the single
/// payments area does not reach. The orders are gone through once to check and add them all before the first byte, and
/// once for each payment information; they must be the same each time.
/// </summary>
public static class PaymentInitiationWriter
{
    private const long LargestSepa = 999_999_999_99;
    private const int MostDigits = 18;

    private static readonly Currency Euro = Currency.Of("EUR");

    /// <summary>Why the orders cannot go into one file: all there is to say, at once.</summary>
    public static IReadOnlyList<OrderFault> Check(
        PaymentInitiationSettings settings, IEnumerable<PaymentOrder> orders) =>
        Survey(settings, orders).Faults;

    /// <summary>Writes the file, or throws <see cref="PaymentFileRefused"/> before the first byte.</summary>
    public static PaymentFileManifest Write(
        PaymentInitiationSettings settings, IEnumerable<PaymentOrder> orders, Stream stream)
    {
        var (groups, faults) = Survey(settings, orders);
        if (faults.Count > 0) throw new PaymentFileRefused(faults);
        var sum = AmountText.Sum(groups.Select(group => group.Total));
        using var output = new HashingStream(stream);
        using (var xml = IsoXml.Writer(output))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("Document", BankFileFormat.Namespace + settings.Format);
            xml.WriteStartElement("CstmrCdtTrfInitn");
            WriteHeader(xml, settings, groups.Sum(group => group.Total.Count), sum);
            for (var i = 0; i < groups.Count; i++) WriteGroup(xml, settings, groups[i], i + 1, orders);
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndDocument();
        }

        var totals = groups.GroupBy(group => group.Total.Currency)
            .Select(same => new CurrencyTotal(
                same.Key, same.Sum(group => group.Total.Count), same.Sum(group => group.Total.Amount)))
            .ToList();
        return new PaymentFileManifest(
            settings.Format, totals.Sum(total => total.Count), totals, null, sum, output.Sha256(), output.Length);
    }

    private sealed record Group(bool IsSepa, CurrencyTotal Total);

    private static (List<Group> Groups, List<OrderFault> Faults) Survey(
        PaymentInitiationSettings settings, IEnumerable<PaymentOrder> orders)
    {
        var faults = settings.Faults().Select(fault => new OrderFault("", 0, fault.Code, fault.ToString())).ToList();
        var sums = new Dictionary<(Currency, bool), (long Count, Int128 Amount)>();
        var kinds = new List<(Currency Currency, bool IsSepa)>();
        var seen = new SeenOnce();
        foreach (var order in orders)
        {
            foreach (var (code, problem) in Problems(settings, order))
                faults.Add(new OrderFault(order.Payout, order.Sequence, code, problem));
            if (!seen.IsFirst(order.Payout))
                faults.Add(new OrderFault(order.Payout, order.Sequence, "duplicate", "The payout is there twice."));
            var kind = (order.Currency, IsSepa(order));
            if (!sums.TryGetValue(kind, out var sum)) kinds.Add(kind);
            sums[kind] = (sum.Count + 1, sum.Amount + order.Amount);
        }

        if (kinds.Count == 0) faults.Add(new OrderFault("", 0, "empty", "There is nothing to pay."));
        foreach (var kind in kinds.Where(
            kind => sums[kind].Amount.ToString(CultureInfo.InvariantCulture).Length > MostDigits))
            faults.Add(
                new OrderFault("", 0, "total_too_large", $"The sum in {kind.Currency} has over {MostDigits} digits."));
        return faults.Count > 0
            ? ([], faults)
            : (kinds.ConvertAll(kind => new Group(
                kind.IsSepa, new CurrencyTotal(kind.Currency, sums[kind].Count, (long)sums[kind].Amount))), faults);
    }

    private static bool IsSepa(PaymentOrder order) => ReferenceEquals(order.Currency, Euro)
        && order.Payee is PayeeAccount.Iban payee && Countries.IsInSepa(payee.Country);

    private static IEnumerable<(string Code, string Problem)> Problems(
        PaymentInitiationSettings settings, PaymentOrder order)
    {
        if (Identification.Problem(order.Payout) is { } id) yield return ("ill_formed", id);
        if (settings.Accounts?.Any(account => ReferenceEquals(account.Currency, order.Currency)) != true)
            yield return ("wrong_currency", $"There is no account in {order.Currency} to pay from.");
        var isSepa = IsSepa(order);
        if (order.Amount <= 0) yield return ("wrong_amount", "A payment is more than nothing.");
        else if (order.Amount > (isSepa ? LargestSepa : Money.Money.Limit))
            yield return ("amount_too_large", $"{order.Amount} is above the limit of one payment.");
        if (order.Payee is not PayeeAccount.Iban payee)
        {
            yield return ("wrong_account", "Payments in XML go to an IBAN.");
            yield break;
        }

        foreach (var fault in payee.Faults()) yield return (fault.Code, fault.ToString());
        if (!isSepa && payee.Bic is null)
            yield return ("bic_missing", "Outside the single euro payments area the payee's bank is named by its BIC.");
    }

    private static void WriteHeader(XmlWriter xml, PaymentInitiationSettings settings, long count, string sum)
    {
        xml.WriteStartElement("GrpHdr");
        xml.WriteElementString("MsgId", settings.MessageId);
        xml.WriteElementString("CreDtTm", LocalDateTimePattern.GeneralIso.Format(settings.CreatedAt));
        xml.WriteElementString("NbOfTxs", count.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("CtrlSum", sum);
        xml.WriteStartElement("InitgPty");
        WriteOurselves(xml, settings, withAddress: false);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteGroup(
        XmlWriter xml, PaymentInitiationSettings settings, Group group, int number, IEnumerable<PaymentOrder> orders)
    {
        var (currency, count, amount) = group.Total;
        var account = settings.Accounts.First(one => ReferenceEquals(one.Currency, currency));
        xml.WriteStartElement("PmtInf");
        xml.WriteElementString(
            "PmtInfId", string.Create(CultureInfo.InvariantCulture, $"{settings.MessageId}-{number}"));
        xml.WriteElementString("PmtMtd", "TRF");
        xml.WriteElementString("BtchBookg", settings.BatchBooking ? "true" : "false");
        xml.WriteElementString("NbOfTxs", count.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("CtrlSum", AmountText.Of(amount, currency));
        xml.WriteStartElement("PmtTpInf");
        xml.WriteElementString("InstrPrty", "NORM");
        if (group.IsSepa) IsoXml.Nested(xml, "SEPA", "SvcLvl", "Cd");
        xml.WriteEndElement();
        var day = LocalDatePattern.Iso.Format(settings.ExecuteOn);
        if (settings.Version == PaymentInitiationVersion.V09) IsoXml.Nested(xml, day, "ReqdExctnDt", "Dt");
        else xml.WriteElementString("ReqdExctnDt", day);
        xml.WriteStartElement("Dbtr");
        WriteOurselves(xml, settings, withAddress: true);
        xml.WriteEndElement();
        xml.WriteStartElement("DbtrAcct");
        IsoXml.Nested(xml, account.Iban, "Id", "IBAN");
        xml.WriteElementString("Ccy", currency.Code);
        xml.WriteEndElement();
        if (account.Bic is { } bic) IsoXml.Nested(xml, bic, "DbtrAgt", "FinInstnId", BicElement(settings));
        else IsoXml.Nested(xml, "NOTPROVIDED", "DbtrAgt", "FinInstnId", "Othr", "Id");
        xml.WriteElementString("ChrgBr", group.IsSepa ? "SLEV" : "SHAR");
        Int128 paid = 0;
        var written = 0L;
        foreach (var order in orders)
        {
            if (!ReferenceEquals(order.Currency, currency) || IsSepa(order) != group.IsSepa) continue;
            WritePayment(xml, settings, order, (PayeeAccount.Iban)order.Payee);
            paid += order.Amount;
            written++;
        }

        if (paid != amount || written != count)
            throw new InvariantBroken("The orders of a file were others when they were gone through again.");
        xml.WriteEndElement();
    }

    private static void WritePayment(
        XmlWriter xml, PaymentInitiationSettings settings, PaymentOrder order, PayeeAccount.Iban payee)
    {
        xml.WriteStartElement("CdtTrfTxInf");
        xml.WriteStartElement("PmtId");
        xml.WriteElementString("InstrId", order.Payout);
        xml.WriteElementString("EndToEndId", order.Payout);
        xml.WriteEndElement();
        xml.WriteStartElement("Amt");
        IsoXml.Amount(xml, "InstdAmt", order.Amount, order.Currency);
        xml.WriteEndElement();
        if (payee.Bic is { } bic) IsoXml.Nested(xml, bic, "CdtrAgt", "FinInstnId", BicElement(settings));
        xml.WriteStartElement("Cdtr");
        xml.WriteElementString("Nm", Letters(payee.Name));
        WriteAddress(xml, payee.Address);
        xml.WriteEndElement();
        IsoXml.Nested(xml, payee.Number, "CdtrAcct", "Id", "IBAN");
        IsoXml.Nested(xml, $"{settings.Remittance} {order.Payout}".TrimStart(), "RmtInf", "Ustrd");
        xml.WriteEndElement();
    }

    private static void WriteOurselves(XmlWriter xml, PaymentInitiationSettings settings, bool withAddress)
    {
        xml.WriteElementString("Nm", settings.Debtor);
        if (withAddress) WriteAddress(xml, settings.Address);
        if (settings.OrganisationId is { } id) IsoXml.Nested(xml, id, "Id", "OrgId", "Othr", "Id");
    }

    // A country without a town is no address to a bank.
    private static void WriteAddress(XmlWriter xml, PostalAddress address)
    {
        if (address.Town is null) return;
        xml.WriteStartElement("PstlAdr");
        foreach (var (element, text) in new[]
        {
            ("StrtNm", address.Street), ("BldgNb", address.Building), ("PstCd", address.PostCode),
            ("TwnNm", address.Town), ("Ctry", address.Country),
        })
        {
            if (text is not null) xml.WriteElementString(element, Letters(text));
        }

        xml.WriteEndElement();
    }

    private static string Letters(string text) =>
        BankText.TrySepa(text, out var letters) ? letters : throw new InvariantBroken("A text was checked before.");

    private static string BicElement(PaymentInitiationSettings settings) =>
        settings.Version == PaymentInitiationVersion.V09 ? "BICFI" : "BIC";
}
