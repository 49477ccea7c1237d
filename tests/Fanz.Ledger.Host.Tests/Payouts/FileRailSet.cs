using System.Globalization;
using System.Xml.Linq;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Rails;

namespace Fanz.Ledger.Host.Tests.Payouts;

/// <summary>
/// A rail that pays by files: what is set of it, whom it can pay, and which payments a file of it has, read as the rules
/// of its format say and not by the code that wrote it.
/// </summary>
internal sealed record FileRailSet(
    string Name, PaymentFormat Format, string Extension, IReadOnlyDictionary<string, string> Settings,
    Func<string, string, PayeeAccount> Account, Func<string, IEnumerable<Paid>> Payments)
{
    private static readonly Dictionary<string, string> Debtor = new()
    {
        ["debtor"] = "Fanz", ["iban"] = IbanNumber.Of("DE", "500105175407324931"), ["country"] = "DE",
        ["town"] = "Berlin", ["bic"] = "COBADEFFXXX",
    };

    public static FileRailSet Nacha { get; } = new(
        "nacha", PaymentFormat.Nacha, "ach",
        new Dictionary<string, string>
        {
            ["destination"] = "021000021", ["destination_name"] = "BANK", ["origin"] = "1234567890",
            ["origin_name"] = "FANZ", ["company_name"] = "FANZ", ["company_id"] = "1234567890", ["odfi"] = "02100002",
        },
        (person, account) => new PayeeAccount.UsBank(person, "021000021", account, IsSavings: false, IsCompany: false),
        file => File.ReadLines(file).Where(line => line[0] == '6').Select(line => new Paid(
            line[39..54].Trim(), Minor(line[29..39]), line[12..29].Trim())));

    public static FileRailSet CreditTransfer09 { get; } =
        new("credit", PaymentFormat.CreditTransfer09, "xml", Debtor, IbanOf, InXml);

    public static FileRailSet CreditTransfer03 { get; } =
        new("credit", PaymentFormat.CreditTransfer03, "xml", Debtor, IbanOf, InXml);

    /// <summary>To wallets, which have no bank and no IBAN.</summary>
    public static FileRailSet Table { get; } = new(
        "wallets", PaymentFormat.Csv, "csv",
        new Dictionary<string, string> { ["delimiter"] = "semicolon", ["field_columns"] = "wallet" },
        (person, account) => new PayeeAccount.Other(person, new Dictionary<string, string> { ["wallet"] = $"w-{account}" }),
        file => File.ReadLines(file).Skip(1).Select(line => line.Split(';')).Select(fields => new Paid(
            fields[0], Minor(fields[1].Replace(".", "", StringComparison.Ordinal)), fields[^1])));

    private static PayeeAccount.Iban IbanOf(string person, string account) => new(
        person, IbanNumber.Of("DE", account.PadLeft(18, '0')), "COBADEFFXXX", new PostalAddress("DE", "Berlin"));

    private static IEnumerable<Paid> InXml(string file) =>
        XDocument.Load(file).Descendants().Where(element => element.Name.LocalName == "CdtTrfTxInf")
            .Select(payment => new Paid(
                Text(payment, "EndToEndId"), Minor(Text(payment, "InstdAmt").Replace(".", "", StringComparison.Ordinal)),
                Text(payment.Descendants().Single(element => element.Name.LocalName == "CdtrAcct"), "IBAN")));

    private static string Text(XElement within, string name) =>
        within.Descendants().Single(element => element.Name.LocalName == name).Value;

    private static long Minor(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
