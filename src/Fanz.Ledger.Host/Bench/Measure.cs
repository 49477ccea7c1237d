using System.Text.Json.Serialization;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// One figure. Absolute figures hold for one machine on one day; what is judged is the ratio to another figure of the
/// same run, or the value itself where the design gives a bound.
/// </summary>
internal sealed record Measure(
    string Name,
    double Value,
    string Unit,
    string? Against = null,
    double? Ratio = null,
    double? Wanted = null,
    bool? Ok = null)
{
    public static Measure Plain(string name, double value, string unit) => new(name, Math.Round(value, 2), unit);

    public static Measure AtLeast(string name, double value, string unit, string against, double other, double wanted)
    {
        var ratio = Math.Round(value / other, 3);
        return new(name, Math.Round(value, 1), unit, against, ratio, wanted, ratio >= wanted);
    }

    public static Measure AtLeast(string name, double value, string unit, double wanted) =>
        new(name, Math.Round(value, 1), unit, Wanted: wanted, Ok: value >= wanted);

    public static Measure AtMost(string name, double value, string unit, double wanted) =>
        new(name, Math.Round(value, 2), unit, Wanted: wanted, Ok: value <= wanted);
}

internal sealed record Measures([property: JsonPropertyName("measures")] IReadOnlyList<Measure> All);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Measures))]
internal sealed partial class MeasureFormat : JsonSerializerContext;
