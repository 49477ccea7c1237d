using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tax;

/// <summary>What a payee certifies of themselves, by the forms of the United States.</summary>
[JsonConverter(typeof(WordJson<TaxFormKind>))]
public enum TaxFormKind
{
    /// <summary>A person of the United States, with their number.</summary>
    [JsonStringEnumMemberName("w9")]
    W9,

    /// <summary>An individual who is none.</summary>
    [JsonStringEnumMemberName("w8ben")]
    W8Ben,

    /// <summary>An entity that is none.</summary>
    [JsonStringEnumMemberName("w8ben_e")]
    W8BenE,

    /// <summary>A foreign person whose income belongs to a business of theirs in the United States.</summary>
    [JsonStringEnumMemberName("w8eci")]
    W8Eci,
}

/// <summary>Of which authority and for whom a taxpayer's number is.</summary>
[JsonConverter(typeof(WordJson<TaxNumberKind>))]
public enum TaxNumberKind
{
    [JsonStringEnumMemberName("ssn")]
    Ssn,
    [JsonStringEnumMemberName("ein")]
    Ein,
    [JsonStringEnumMemberName("itin")]
    Itin,

    /// <summary>A number that the payee's own country has given.</summary>
    [JsonStringEnumMemberName("foreign")]
    Foreign,
}

/// <summary>What income is, as treaties tell it apart.</summary>
[JsonConverter(typeof(WordJson<IncomeClass>))]
public enum IncomeClass
{
    [JsonStringEnumMemberName("royalties")]
    Royalties,
    [JsonStringEnumMemberName("services")]
    Services,
    [JsonStringEnumMemberName("business_profits")]
    BusinessProfits,
    [JsonStringEnumMemberName("other")]
    Other,
}

/// <summary>What came of comparing a name and a number with the authority's.</summary>
[JsonConverter(typeof(WordJson<TinResult>))]
public enum TinResult
{
    [JsonStringEnumMemberName("matched")]
    Matched,
    [JsonStringEnumMemberName("mismatched")]
    Mismatched,
    [JsonStringEnumMemberName("not_checked")]
    NotChecked,
}

/// <summary>Who compared them. After a second notice the authority's own letter alone counts.</summary>
[JsonConverter(typeof(WordJson<TinEvidence>))]
public enum TinEvidence
{
    [JsonStringEnumMemberName("tin_matching")]
    TinMatching,
    [JsonStringEnumMemberName("authority_letter")]
    AuthorityLetter,
}

/// <summary>How the days of grace after a notice are counted.</summary>
[JsonConverter(typeof(WordJson<GraceUnit>))]
public enum GraceUnit
{
    [JsonStringEnumMemberName("business_days")]
    BusinessDays,
    [JsonStringEnumMemberName("calendar_days")]
    CalendarDays,
}

/// <summary>On which form the platform reports what it pays to residents.</summary>
[JsonConverter(typeof(WordJson<InformationReturn>))]
public enum InformationReturn
{
    [JsonStringEnumMemberName("nec")]
    Nec,
    [JsonStringEnumMemberName("misc_royalties")]
    MiscRoyalties,
    [JsonStringEnumMemberName("misc_other")]
    MiscOther,
    [JsonStringEnumMemberName("k")]
    K,
}

/// <summary>Why tax was withheld, or why none was of what could have been.</summary>
[JsonConverter(typeof(WordJson<WithholdingRule>))]
public enum WithholdingRule
{
    /// <summary>Nobody knows who the payee is for taxes.</summary>
    [JsonStringEnumMemberName("no_form")]
    NoForm,

    /// <summary>The form was ended and no other has come.</summary>
    [JsonStringEnumMemberName("form_ended")]
    FormEnded,

    /// <summary>The form's last day is over.</summary>
    [JsonStringEnumMemberName("form_lapsed")]
    FormLapsed,

    /// <summary>The form states no number that would make it good.</summary>
    [JsonStringEnumMemberName("no_number")]
    NoNumber,

    /// <summary>The number is not the payee's by the authority's books.</summary>
    [JsonStringEnumMemberName("number_mismatched")]
    NumberMismatched,

    /// <summary>The authority gave notice, and the days of grace are over.</summary>
    [JsonStringEnumMemberName("tin_notice")]
    TinNotice,

    /// <summary>A non-resident who claims nothing for income of this class.</summary>
    [JsonStringEnumMemberName("non_resident")]
    NonResident,

    /// <summary>A non-resident who claims a treaty, at its rate.</summary>
    [JsonStringEnumMemberName("treaty")]
    Treaty,

    /// <summary>A treaty is claimed for which no rate holds today, so the rate without one does.</summary>
    [JsonStringEnumMemberName("treaty_rate_missing")]
    TreatyRateMissing,

    /// <summary>The payee pays taxes on it themselves, as a business in the payer's country.</summary>
    [JsonStringEnumMemberName("effectively_connected")]
    EffectivelyConnected,
}
