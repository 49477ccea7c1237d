using System.Text;

namespace Fanz.Ledger.Rails;

/// <summary>What a file is, by how it begins.</summary>
public enum BankFileKind
{
    Unknown,

    /// <summary>Payments of the American clearing house, as we send them.</summary>
    Nacha,

    /// <summary>What came back through the American clearing house.</summary>
    NachaReturns,

    /// <summary>Payments in XML, as we send them.</summary>
    PaymentInitiation,

    /// <summary>What became of them.</summary>
    StatusReport,

    /// <summary>A statement with balances.</summary>
    Statement,

    /// <summary>A notification of bookings, without balances.</summary>
    Notification,

    /// <summary>An XML document of another kind or version.</summary>
    ForeignXml,

    /// <summary>Rows and columns; which ones, only a mapping can say.</summary>
    Csv,
}

public static class BankFileFormat
{
    /// <summary>How many bytes of the beginning are enough.</summary>
    public const int Beginning = 2_048;

    internal const string Namespace = "urn:iso:std:iso:20022:tech:xsd:";

    private const int RecordLength = 94;

    public static BankFileKind Detect(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith(Encoding.UTF8.Preamble)) beginning = beginning[Encoding.UTF8.Preamble.Length..];
        if (beginning.StartsWith("101"u8)) return NachaOf(beginning);
        var text = Encoding.Latin1.GetString(beginning[..Math.Min(beginning.Length, Beginning)]);
        var trimmed = text.TrimStart();
        if (trimmed.StartsWith('<')) return XmlOf(trimmed);
        return IsTable(trimmed) ? BankFileKind.Csv : BankFileKind.Unknown;
    }

    private static BankFileKind NachaOf(ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length < RecordLength) return BankFileKind.Unknown;
        // The first entry follows two headers; the codes of returned entries end in 1 and 6.
        var lineBreak = beginning[RecordLength..] switch
        {
            [(byte)'\r', (byte)'\n', ..] => 2,
            [(byte)'\n', ..] => 1,
            _ => 0,
        };
        var entry = 2 * (RecordLength + lineBreak);
        return beginning.Length > entry + 2 && beginning[entry] == '6' && beginning[entry + 2] is (byte)'1' or (byte)'6'
            ? BankFileKind.NachaReturns
            : BankFileKind.Nacha;
    }

    private static BankFileKind XmlOf(string text)
    {
        var start = text.IndexOf(Namespace, StringComparison.Ordinal);
        if (start < 0) return BankFileKind.ForeignXml;
        var name = text.AsSpan(start + Namespace.Length);
        return name switch
        {
            _ when name.StartsWith("camt.053.001.") => BankFileKind.Statement,
            _ when name.StartsWith("camt.054.001.") => BankFileKind.Notification,
            _ when name.StartsWith("pain.002.001.") => BankFileKind.StatusReport,
            _ when name.StartsWith("pain.001.001.") => BankFileKind.PaymentInitiation,
            _ => BankFileKind.ForeignXml,
        };
    }

    private static bool IsTable(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? text : text[..end];
        return first.AsSpan().IndexOfAny(",;\t|") >= 0 && !first.Any(
            letter => char.IsControl(letter) && letter is not ('\t' or '\r'));
    }
}
