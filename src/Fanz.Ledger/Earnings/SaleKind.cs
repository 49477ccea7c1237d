using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Earnings;

/// <summary>What is sold. Rules and limits may differ by it, and so does the platform's revenue account.</summary>
[JsonConverter(typeof(WordJson<SaleKind>))]
public enum SaleKind
{
    [JsonStringEnumMemberName("tip")]
    Tip,
    [JsonStringEnumMemberName("ppv")]
    Content,
    [JsonStringEnumMemberName("message")]
    Message,
    [JsonStringEnumMemberName("stream")]
    Stream,
    [JsonStringEnumMemberName("gift")]
    Gift,
    [JsonStringEnumMemberName("order")]
    Order,
    [JsonStringEnumMemberName("subscription")]
    Subscription,
}

internal static class SaleKinds
{
    /// <summary>The kind as it is written.</summary>
    public static string Word(this SaleKind kind) => WordJson<SaleKind>.WordOf(kind);

    /// <summary>Where the platform's share of such a sale is earned. A gift is a tip in another dress.</summary>
    public static AccountCode Revenue(this SaleKind kind) => kind switch
    {
        SaleKind.Tip or SaleKind.Gift => Chart.TipRevenue,
        SaleKind.Content => Chart.ContentRevenue,
        SaleKind.Message => Chart.MessageRevenue,
        SaleKind.Stream => Chart.StreamRevenue,
        SaleKind.Order => Chart.OrderRevenue,
        SaleKind.Subscription => Chart.SubscriptionRevenue,
        _ => throw new InvariantBroken($"{kind} is no kind of sale."),
    };
}
