using System.Globalization;
using System.Numerics;
using System.Text;
using System.Xml.Linq;

namespace Fanz.Ledger.Tests.Rails;

/// <summary>
/// What a schema says of a file of payments (order and number of elements, lengths) and what it cannot say (sums, check
/// digits, decimals, letters), written from the rules alone; it shares no code with what writes such files.
/// </summary>
internal static class PaymentInitiationChecker
{
    private static readonly Dictionary<string, string> Orders = new()
    {
        ["Document"] = "CstmrCdtTrfInitn",
        ["CstmrCdtTrfInitn"] = "GrpHdr PmtInf+",
        ["GrpHdr"] = "MsgId CreDtTm NbOfTxs CtrlSum InitgPty",
        ["InitgPty"] = "Nm Id?",
        ["PmtInf"] = "PmtInfId PmtMtd BtchBookg NbOfTxs CtrlSum PmtTpInf ReqdExctnDt Dbtr DbtrAcct DbtrAgt ChrgBr CdtTrfTxInf+",
        ["PmtTpInf"] = "InstrPrty SvcLvl?",
        ["Dbtr"] = "Nm PstlAdr Id?",
        ["CdtTrfTxInf"] = "PmtId Amt CdtrAgt? Cdtr CdtrAcct RmtInf",
        ["PmtId"] = "InstrId EndToEndId",
        ["Cdtr"] = "Nm PstlAdr?",
        ["PstlAdr"] = "StrtNm? BldgNb? PstCd? TwnNm Ctry",
        ["DbtrAcct"] = "Id Ccy",
        ["CdtrAcct"] = "Id",
        ["RmtInf"] = "Ustrd",
    };

    private static readonly Dictionary<string, int> Lengths = new()
    {
        ["MsgId"] = 35, ["PmtInfId"] = 35, ["InstrId"] = 35, ["EndToEndId"] = 35, ["Nm"] = 70, ["Ustrd"] = 140, ["TwnNm"] = 35,
        ["StrtNm"] = 70, ["BldgNb"] = 16, ["PstCd"] = 16, ["Ctry"] = 2,
    };

    public static List<string> Check(byte[] file, string version)
    {
        var wrong = new List<string>();
        var document = XDocument.Parse(Encoding.UTF8.GetString(file)).Root!;
        XNamespace ns = $"urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}";
        Must(document.Name == ns + "Document", "namespace");
        foreach (var element in document.DescendantsAndSelf())
        {
            Must(element.Name.Namespace == ns, $"namespace of {element.Name.LocalName}");
            CheckOrder(element);
            if (element.HasElements) continue;
            Must(element.Value.Length > 0 && element.Value.Length <= Lengths.GetValueOrDefault(element.Name.LocalName, 140), $"length of {element.Name.LocalName}");
            Must(element.Value.All(letter => char.IsAsciiLetterOrDigit(letter) || "/-?:().,'+ ".Contains(letter)), $"letters of {element.Name.LocalName}");
            if (element.Name.LocalName == "IBAN") Must(IsIban(element.Value), "IBAN");
        }

        var header = document.Descendants(ns + "GrpHdr").Single();
        var payments = document.Descendants(ns + "CdtTrfTxInf").ToList();
        Must(int.Parse(header.Element(ns + "NbOfTxs")!.Value) == payments.Count, "number of payments");
        Must(Number(header.Element(ns + "CtrlSum")!) == payments.Sum(AmountOf), "control sum");
        var ids = document.Descendants(ns + "PmtInfId").Select(id => id.Value).ToList();
        Must(ids.Distinct().Count() == ids.Count, "ids of payment informations");
        Must(payments.Select(one => one.Descendants(ns + "EndToEndId").Single().Value).Distinct().Count() == payments.Count, "end-to-end ids");
        foreach (var group in document.Descendants(ns + "PmtInf")) CheckGroup(group);
        return wrong;

        void CheckGroup(XElement group)
        {
            var own = group.Elements(ns + "CdtTrfTxInf").ToList();
            Must(int.Parse(group.Element(ns + "NbOfTxs")!.Value) == own.Count, "number of payments of a group");
            Must(Number(group.Element(ns + "CtrlSum")!) == own.Sum(AmountOf), "control sum of a group");
            var currency = group.Element(ns + "DbtrAcct")!.Element(ns + "Ccy")!.Value;
            var isSepa = group.Descendants(ns + "SvcLvl").Any();
            Must(group.Element(ns + "ChrgBr")!.Value == (isSepa ? "SLEV" : "SHAR"), "charges");
            Must(!isSepa || currency == "EUR", "only euro is SEPA");
            var decimals = currency switch { "JPY" => 0, "BHD" => 3, _ => 2 };
            foreach (var payment in own)
            {
                var amount = payment.Descendants(ns + "InstdAmt").Single();
                Must(amount.Attribute("Ccy")!.Value == currency, "currency of a payment");
                var point = amount.Value.IndexOf('.');
                Must((point < 0 ? 0 : amount.Value.Length - point - 1) == decimals, "decimals");
                Must(AmountOf(payment) > 0, "a payment is more than nothing");
                Must(isSepa || payment.Element(ns + "CdtrAgt") is not null, "a bank outside is named");
            }

            var date = group.Element(ns + "ReqdExctnDt")!;
            Must(version == "09" == (date.Element(ns + "Dt") is not null), "shape of the execution date");
            Must(!group.Descendants(ns + (version == "09" ? "BIC" : "BICFI")).Any(), "name of BIC");
        }

        decimal AmountOf(XElement payment) => Number(payment.Descendants(ns + "InstdAmt").Single());

        void CheckOrder(XElement element)
        {
            if (!Orders.TryGetValue(element.Name.LocalName, out var order)) return;
            var left = new Queue<string>(element.Elements().Select(child => child.Name.LocalName));
            foreach (var part in order.Split(' '))
            {
                var name = part.TrimEnd('?', '+');
                var count = 0;
                while (left.TryPeek(out var next) && next == name && (count == 0 || part.EndsWith('+')))
                {
                    left.Dequeue();
                    count++;
                }

                Must(count > 0 || part.EndsWith('?'), $"{element.Name.LocalName} has no {name}");
            }

            Must(left.Count == 0, $"{element.Name.LocalName} has {string.Join(' ', left)} out of place");
        }

        void Must(bool holds, string what)
        {
            if (!holds) wrong.Add(what);
        }
    }

    private static decimal Number(XElement element) =>
        decimal.Parse(element.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static bool IsIban(string iban)
    {
        var digits = string.Concat(
            (iban[4..] + iban[..4]).Select(letter => char.IsAsciiDigit(letter) ? $"{letter}" : $"{letter - 'A' + 10}"));
        return BigInteger.Parse(digits, CultureInfo.InvariantCulture) % 97 == 1;
    }
}
