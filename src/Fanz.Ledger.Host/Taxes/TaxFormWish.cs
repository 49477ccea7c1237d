using System.Text.Json.Serialization;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>A tax form as a creator has filled it in, in clear, as it is sent and nowhere kept.</summary>
internal sealed record TaxFormWish(
    string Form, string Kind, string Version, string SignedOn, string Country, IdentityWish Identity,
    string? ExpiresOn = null, IReadOnlyList<ClaimWish>? Claims = null)
{
    // What a record prints by itself would be the person.
    public override string ToString() => Form;

    /// <summary>The identity, and what is beside it; or everything that is wrong, in words that repeat nothing.</summary>
    public (TaxIdentity Identity, Command.FileTaxForm Command) Read(string creator)
    {
        var faults = new List<Fault>();
        var kind = Word<TaxFormKind>("kind", Kind, faults);
        var (signedOn, expiresOn) = (Day("signed_on", SignedOn, faults), Day("expires_on", ExpiresOn, faults));
        var claims = Claims?.Select((claim, i) => new TreatyClaim(
            Word<IncomeClass>($"claims[{i}].income", claim.Income, faults) ?? default, claim.Article)).ToArray();
        var identity = new TaxIdentity(Identity.Name)
        {
            Number = Identity.Number,
            NumberKind = Identity.NumberKind is null
                ? null
                : Word<TaxNumberKind>("identity.number_kind", Identity.NumberKind, faults),
            Street = Identity.Street,
            City = Identity.City,
            Region = Identity.Region,
            PostalCode = Identity.PostalCode,
            Country = Identity.Country ?? Country,
        }.Normalised();
        if (faults.Count == 0) faults.AddRange(identity.Faults(kind!.Value));
        return faults.Count > 0
            ? throw new ProblemFound(Problem.Of(faults))
            : (identity, new Command.FileTaxForm(creator, Form, kind!.Value, Version, signedOn!.Value, Country, expiresOn)
            {
                Masked = identity.Masked, NumberKind = identity.NumberKind, Claims = claims,
            });
    }

    private static T? Word<T>(string field, string word, List<Fault> faults)
        where T : struct, Enum
    {
        if (TaxWords.Of<T>(word) is { } choice) return choice;
        faults.Add(new Fault(field, "ill_formed", $"It is one of {TaxWords.All<T>()}."));
        return null;
    }

    private static LocalDate? Day(string field, string? text, List<Fault> faults)
    {
        if (text is null) return null;
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day)) return day;
        faults.Add(new Fault(field, "not_a_date", "A date is written as 2026-01-31."));
        return null;
    }
}

/// <summary>Who the creator is, in clear.</summary>
internal sealed record IdentityWish(
    string Name, string? Number = null, string? NumberKind = null, string? Street = null, string? City = null,
    string? Region = null, string? PostalCode = null, string? Country = null)
{
    public override string ToString() => "identity";
}

internal sealed record ClaimWish(string Income, string? Article = null);

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaxFormWish))]
[JsonSerializable(typeof(TaxRevealWish))]
internal sealed partial class TaxFormShape : JsonSerializerContext;

/// <summary>Why somebody wants to see it.</summary>
internal sealed record TaxRevealWish(string Reason);
