using System.Text;
using System.Xml;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>How these documents are written: UTF-8, two spaces, line feeds, whatever machine writes them.</summary>
internal static class IsoXml
{
    public static XmlWriter Writer(Stream stream) => XmlWriter.Create(stream, new XmlWriterSettings
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        IndentChars = "  ",
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.None,
        CloseOutput = false,
    });

    /// <summary>Elements within one another, with a text in the innermost.</summary>
    public static void Nested(XmlWriter xml, string text, params ReadOnlySpan<string> elements)
    {
        foreach (var element in elements[..^1]) xml.WriteStartElement(element);
        xml.WriteElementString(elements[^1], text);
        for (var i = 1; i < elements.Length; i++) xml.WriteEndElement();
    }

    public static void Amount(XmlWriter xml, string element, long amount, Currency currency)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("Ccy", currency.Code);
        xml.WriteString(AmountText.Of(amount, currency));
        xml.WriteEndElement();
    }
}
