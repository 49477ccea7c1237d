using System.Buffers;
using System.Text;
using System.Xml;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>
/// Walks through a document that a bank sent, element by element. It never fetches or expands anything, and holds no
/// more than one element's text; what is nested too deep or is too long is refused where it stands.
/// </summary>
internal sealed class IsoReader : IDisposable
{
    public const int LongestText = 2_000;

    private const int Deepest = 40;
    private const long BytesWithoutProgress = 1 << 20;

    private static readonly SearchValues<char> ClockLetters = SearchValues.Create("0123456789:.+-Z");

    private readonly BudgetStream budget;
    private readonly XmlReader xml;
    private readonly char[] chunk = new char[512];
    private readonly Func<bool> read;
    private readonly Func<int> readChunk;
    private long steps;

    public IsoReader(Stream stream)
    {
        budget = new BudgetStream(stream, BytesWithoutProgress);
        xml = XmlReader.Create(budget, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CloseInput = false,
        });
        read = xml.Read;
        readChunk = () => xml.ReadValueChunk(chunk, 0, chunk.Length);
        while (xml.NodeType != XmlNodeType.Element)
            if (!Step()) throw Wrong(BankFileReason.Truncated, "There is no document.");
        if (xml.LocalName != "Document" || !xml.NamespaceURI.StartsWith(
            BankFileFormat.Namespace, StringComparison.Ordinal))
            throw Wrong(
                BankFileReason.ForeignFormat, $"{Identifier.Quote(xml.LocalName)} is no document of ISO 20022.");
        Namespace = xml.NamespaceURI;
    }

    /// <summary>Which says the kind of document and its version.</summary>
    public string Namespace { get; }

    public string Name => Namespace[BankFileFormat.Namespace.Length..];

    public long Line => ((IXmlLineInfo)xml).LineNumber;

    private int Column => ((IXmlLineInfo)xml).LinePosition;

    /// <summary>
    /// The elements within this one, by name. Whoever is given one reads it to its end by <see cref="Text"/> or by
    /// this, or leaves it alone; then it is passed over.
    /// </summary>
    public IEnumerable<string> Children()
    {
        var depth = xml.Depth;
        var isEmpty = xml.IsEmptyElement;
        MustStep();
        if (isEmpty) yield break;
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType != XmlNodeType.Element)
                throw Wrong(BankFileReason.Corrupt, "Text stands where only elements may.");
            var before = steps;
            // What banks add of their own has a namespace of its own, and is not for us.
            if (xml.NamespaceURI == Namespace) yield return xml.LocalName;
            if (steps == before) PassOver();
        }

        if (xml.Depth != depth) throw new InvalidOperationException("An element was not read to its end.");
        Step();
    }

    /// <summary>The text of this element, without the space around it.</summary>
    public string Text(int longest = LongestText)
    {
        var name = xml.LocalName;
        if (xml.IsEmptyElement)
        {
            Step();
            return "";
        }

        var text = new StringBuilder();
        MustStep();
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType == XmlNodeType.Element)
                throw Wrong(BankFileReason.Corrupt, $"{name} has a text, not elements.");
            foreach (var part in Chunks())
            {
                text.Append(part.Span);
                if (text.Length > longest)
                    throw Wrong(BankFileReason.TooLarge, $"{name} has at most {longest} characters.");
            }

            MustStep();
        }

        Step();
        return text.ToString().Trim();
    }

    public string Text35(string element)
    {
        var text = Text(longest: 140);
        return text.Length is > 0 and <= 140 ? text : throw Wrong(BankFileReason.Missing, $"{element} is empty.");
    }

    /// <summary>An amount with its currency.</summary>
    public Money.Money Amount()
    {
        var code = xml.GetAttribute("Ccy");
        if (!Currency.TryOf(code, out var currency) || currency.IsToken)
            throw Wrong(BankFileReason.UnknownCurrency, $"{Identifier.Quote(code)} is no currency.");
        return Parsed(Text(40), currency);
    }

    /// <summary>A number of minor units; it has no sign, since what it is for has one.</summary>
    public Money.Money Parsed(string text, Currency currency)
    {
        if (!Money.Money.TryParse(text, currency, out var money) || text.StartsWith('-'))
            throw Wrong(BankFileReason.WrongAmount, $"{Identifier.Quote(text)} is no amount in {currency}.");
        return money.Value.Minor <= Money.Money.Limit
            ? money.Value
            : throw Wrong(BankFileReason.WrongAmount, $"{Identifier.Quote(text)} is beyond any account.");
    }

    /// <summary>Whether it comes in: true for a credit.</summary>
    public bool IsCredit() => Text(10) switch
    {
        "CRDT" => true,
        "DBIT" => false,
        var other => throw Wrong(BankFileReason.Corrupt, $"{Identifier.Quote(other)} is neither CRDT nor DBIT."),
    };

    public bool Flag() => Text(10) switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw Wrong(BankFileReason.Corrupt, $"{Identifier.Quote(other)} is neither true nor false."),
    };

    public long Count()
    {
        var text = Text(20);
        return text.Length is > 0 and <= 15 && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : throw Wrong(BankFileReason.Corrupt, $"{Identifier.Quote(text)} is no count.");
    }

    /// <summary>A day, or the day of a point in time as the bank's own clock showed it.</summary>
    public LocalDate Day()
    {
        var text = Text(40);
        if (text.Length >= 10 && LocalDatePattern.Iso.Parse(text[..10]).TryGetValue(default, out var day)
            && day.Year > 1900 && IsRestOfDay(text.AsSpan(10)))
            return day;
        throw Wrong(BankFileReason.WrongDate, $"{Identifier.Quote(text)} is no day.");
    }

    /// <summary>The day within an element that has either a day or a point in time.</summary>
    public LocalDate DayWithin(string element)
    {
        LocalDate? day = null;
        foreach (var child in Children())
            if (child is "Dt" or "DtTm") day = Day();
        return day ?? throw Wrong(BankFileReason.Missing, $"{element} has no day.");
    }

    /// <summary>The document must end here; what follows it is not part of it.</summary>
    public void End()
    {
        while (!xml.EOF) Step();
    }

    public UnreadableBankFile Wrong(string reason, string message) =>
        new(reason, message, Math.Max(1, Line), Column > 0 ? Column : null);

    public void Dispose() => xml.Dispose();

    private static bool IsRestOfDay(ReadOnlySpan<char> rest)
    {
        if (rest is "" or "Z") return true;
        if (rest[0] is '+' or '-') return rest.Length == 6 && rest[3] == ':' && !rest.ContainsAnyExcept(ClockLetters);
        return rest[0] == 'T' && rest.Length >= 9 && !rest[1..].ContainsAnyExcept(ClockLetters);
    }

    private IEnumerable<ReadOnlyMemory<char>> Chunks()
    {
        if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace))
            yield break;
        while (Guarded(readChunk) is > 0 and var length)
        {
            budget.Progress();
            yield return chunk.AsMemory(0, length);
        }
    }

    private void PassOver()
    {
        var depth = xml.Depth;
        var isEmpty = xml.IsEmptyElement;
        MustStep();
        if (isEmpty) return;
        while (!(xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth)) MustStep();
        Step();
    }

    private void MustStep()
    {
        if (!Step()) throw Wrong(BankFileReason.Truncated, "The document ends before it is complete.");
    }

    private bool Step()
    {
        steps++;
        budget.Progress();
        var more = Guarded(read);
        if (xml.Depth > Deepest) throw Wrong(BankFileReason.TooDeep, $"Elements are nested deeper than {Deepest}.");
        return more;
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException fault)
        {
            // What the parser says quotes what it stumbled over, which may be anything.
            var (reason, message) = budget.Beginning.IndexOf("<!DOCTYPE"u8) >= 0
                ? (BankFileReason.ForbiddenMarkup, "A document type is not read, nor what it could declare.")
                : budget.EndsAt(fault.LineNumber, fault.LinePosition)
                    ? (BankFileReason.Truncated, "The document ends before it is complete.")
                    : (BankFileReason.Corrupt, "It is not well-formed XML.");
            throw new UnreadableBankFile(
                reason, message, Math.Max(1, fault.LineNumber), fault.LinePosition > 0 ? fault.LinePosition : null);
        }
        catch (IOException) when (budget.IsExhausted)
        {
            throw Wrong(BankFileReason.TooLarge, "A single name, attribute or comment is longer than a megabyte.");
        }
    }
}
