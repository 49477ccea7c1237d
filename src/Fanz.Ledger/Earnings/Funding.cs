using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Earnings;

/// <summary>Where the fan's money comes from.</summary>
[JsonConverter(typeof(WordJson<Funding>))]
public enum Funding
{
    /// <summary>The fan's wallet.</summary>
    [JsonStringEnumMemberName("wallet")]
    Wallet,

    /// <summary>The processor, who owes it to the platform.</summary>
    [JsonStringEnumMemberName("card")]
    Card,

    /// <summary>Tokens that the fan bought before.</summary>
    [JsonStringEnumMemberName("tokens")]
    Tokens,

    /// <summary>What the platform granted the fan.</summary>
    [JsonStringEnumMemberName("promo")]
    Promo,

    /// <summary>What was set aside of the wallet by an authorisation.</summary>
    [JsonStringEnumMemberName("authorisation")]
    Authorisation,
}
