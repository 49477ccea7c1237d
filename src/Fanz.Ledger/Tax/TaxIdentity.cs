using System.Buffers;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tax;

/// <summary>
/// What a tax form says of a creator in person: name, address and number, as it is sealed. It is in no command and no
/// event; what says something about it never repeats it.
/// </summary>
public sealed record TaxIdentity(string Name)
{
    private const int LongestName = 80;
    private const int LongestLine = 60;
    private const int LongestForeign = 30;

    public string? Number { get; init; }

    public TaxNumberKind? NumberKind { get; init; }

    public string? Street { get; init; }

    public string? City { get; init; }

    /// <summary>The state or province.</summary>
    public string? Region { get; init; }

    public string? PostalCode { get; init; }

    /// <summary>The country of the address, ISO 3166.</summary>
    public string? Country { get; init; }

    /// <summary>As much of the number as anyone may see.</summary>
    public string? Masked => Number is null ? null : $"···{Number[^Math.Min(TreatyClaim.MostShown, Number.Length)..]}";

    /// <summary>By which the same number of two people is found, however each of them wrote it.</summary>
    public string? Sameness => Number is null ? null
        : NumberKind == TaxNumberKind.Foreign ? $"{Country}:{Number}" : $"US:{Number}";

    /// <summary>A number without what people put between its digits.</summary>
    public TaxIdentity Normalised() => this with
    {
        Number = Number is null ? null : string.Concat(Number.Where(letter => letter is not (' ' or '-' or '.' or '/')))
            .ToUpperInvariant(),
    };

    /// <summary>Everything that is wrong, in words that repeat nothing of it. Of a normalised one.</summary>
    public IEnumerable<Fault> Faults(TaxFormKind form)
    {
        if (Identifier.Problem(Name, LongestName) is { } name)
            yield return new Fault("identity.name", "ill_formed", $"name {name}");
        foreach (var (field, text, most) in new[]
        {
            ("street", Street, LongestLine), ("city", City, LongestLine), ("region", Region, LongestLine),
            ("postal_code", PostalCode, 12),
        })
            if (text is not null && Identifier.Problem(text, most) is { } problem)
                yield return new Fault($"identity.{field}", "ill_formed", $"{field} {problem}");
        if (Country is not (null or [>= 'A' and <= 'Z', >= 'A' and <= 'Z']))
            yield return new Fault("identity.country", "ill_formed", "A country is two capital letters of ISO 3166.");
        if (Number is null != NumberKind is null)
            yield return new Fault("identity.number", "ill_formed", "A number has a number_kind, and none has none.");
        else if (Number is not null && NumberProblem() is { } problem)
            yield return new Fault("identity.number", "ill_formed", problem);
        if (form is TaxFormKind.W9 or TaxFormKind.W8Eci && NumberKind == TaxNumberKind.Foreign)
            yield return new Fault(
                "identity.number_kind", "not_of_this_form", "This form states a number of the payer's country.");
    }

    private string? NumberProblem() => NumberKind switch
    {
        TaxNumberKind.Ssn => IsSocialSecurity ? null : "It is no social security number.",
        TaxNumberKind.Itin => IsIndividual ? null : "It is no individual taxpayer's number.",
        TaxNumberKind.Ein => IsNineDigits && Number![..2] != "00" ? null : "It is no employer's number.",
        TaxNumberKind.Foreign => Number!.Length is > 0 and <= LongestForeign && Number.All(char.IsAsciiLetterOrDigit)
            ? null
            : $"A foreign number is up to {LongestForeign} letters and digits.",
        _ => "A number is ssn, ein, itin or foreign.",
    };

    private bool IsNineDigits => Number is { Length: 9 } && Number.All(char.IsAsciiDigit);

    /// <summary>Areas 000, 666 and from 900 on were never given, nor groups of 00 and serials of 0000.</summary>
    private bool IsSocialSecurity => IsNineDigits && Number![0] != '9' && Number[..3] is not ("000" or "666")
        && Number[3..5] != "00" && Number[5..] != "0000";

    /// <summary>They begin with 9, and their fourth and fifth digits are in ranges that were set aside.</summary>
    private bool IsIndividual => IsNineDigits && Number![0] == '9'
        && int.Parse(Number.AsSpan(3, 2), System.Globalization.CultureInfo.InvariantCulture)
            is (>= 50 and <= 65) or (>= 70 and <= 88) or (>= 90 and <= 92) or (>= 94 and <= 99);
}

/// <summary>The JSON in which an identity is sealed: a format for ever, the same bytes for the same one.</summary>
public static class TaxIdentityFormat
{
    public static byte[] Write(TaxIdentity identity)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("name", identity.Name);
            foreach (var (name, value) in new[]
            {
                ("number", identity.Number), ("number_kind", WordOf(identity.NumberKind)), ("street", identity.Street),
                ("city", identity.City), ("region", identity.Region), ("postal_code", identity.PostalCode),
                ("country", identity.Country),
            })
                if (value is not null) json.WriteString(name, value);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>What this program sealed. Anything else throws, without saying what it was.</summary>
    public static TaxIdentity Read(ReadOnlySpan<byte> sealedJson)
    {
        try
        {
            var reader = new Utf8JsonReader(sealedJson);
            using var document = JsonDocument.ParseValue(ref reader);
            string? Text(string name) =>
                document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
            return new TaxIdentity(Text("name") ?? throw new JsonException())
            {
                Number = Text("number"),
                NumberKind = Text("number_kind") is { } word
                    ? Enum.GetValues<TaxNumberKind>().First(kind => WordOf(kind) == word)
                    : null,
                Street = Text("street"),
                City = Text("city"),
                Region = Text("region"),
                PostalCode = Text("postal_code"),
                Country = Text("country"),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvariantBroken("What was sealed is no identity.");
        }
    }

    private static string? WordOf(TaxNumberKind? kind) =>
        kind is { } word ? WordJson<TaxNumberKind>.WordOf(word) : null;
}
