using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Earnings;

/// <summary>Who bears what is given away: a discount, an affiliate's share, a lost dispute.</summary>
[JsonConverter(typeof(WordJson<Bearer>))]
public enum Bearer
{
    [JsonStringEnumMemberName("platform")]
    Platform,
    [JsonStringEnumMemberName("creator")]
    Creator,
}

/// <summary>What an affiliate's rate is taken of.</summary>
[JsonConverter(typeof(WordJson<AffiliateBasis>))]
public enum AffiliateBasis
{
    [JsonStringEnumMemberName("gross")]
    Gross,
    [JsonStringEnumMemberName("platform_share")]
    PlatformShare,
    [JsonStringEnumMemberName("creator_net")]
    CreatorNet,
}

[JsonConverter(typeof(WordJson<TaxKind>))]
public enum TaxKind
{
    [JsonStringEnumMemberName("vat")]
    Vat,
    [JsonStringEnumMemberName("sales_tax")]
    SalesTax,
}

/// <summary>One of several creators who made something together, and share what it earns by weight.</summary>
public sealed record Collaborator(string Creator, int Weight)
{
    public const int Most = 20;
}

/// <summary>A tax that the fan pays on top and the platform owes to a jurisdiction.</summary>
public sealed record TaxLine(TaxKind Kind, string Jurisdiction, long Amount, int? RateBasisPoints = null)
{
    public const int Most = 10;
}

/// <summary>What the fan pays less, and at whose expense.</summary>
public sealed record Discount(string Promotion, long Amount, Bearer BorneBy);

/// <summary>What one of several creators earned of a sale.</summary>
public sealed record CreatorShare(string Creator, long Pending, long Reserve)
{
    /// <summary>What was paid for and is earned later, month by month.</summary>
    public long? Unearned { get; init; }
}

/// <summary>
/// What an affiliate earned of a sale, and by which terms. There is no date yet where it is earned only later.
/// </summary>
public sealed record AffiliateShare(
    string Affiliate, long Amount, int RateBasisPoints, AffiliateBasis Basis, Bearer BorneBy, LocalDate? Until = null);

/// <summary>What a fan has spent by limited purchases, this one included, on its day and in its week.</summary>
public sealed record Spent(long Day, long Week);
