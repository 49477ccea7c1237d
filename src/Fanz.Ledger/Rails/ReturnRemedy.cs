using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Rails;

/// <summary>What is to be done about a payment that was rejected or came back.</summary>
[JsonConverter(typeof(WordJson<ReturnRemedy>))]
public enum ReturnRemedy
{
    /// <summary>The creator has the money again; the payout method is disabled until details are given anew.</summary>
    [JsonStringEnumMemberName("recredit_and_disable")]
    RecreditAndDisable,

    /// <summary>The money is held, and a case for those who watch over compliance is opened.</summary>
    [JsonStringEnumMemberName("hold_and_open_case")]
    HoldAndOpenCase,

    /// <summary>The money is held until the creator has said what to do.</summary>
    [JsonStringEnumMemberName("hold")]
    Hold,

    /// <summary>Nothing is done before a person has looked: to pay again could be to pay twice.</summary>
    [JsonStringEnumMemberName("person_looks")]
    PersonLooks,

    /// <summary>Our file was wrong, not the creator's details: it is paid again under a new trace.</summary>
    [JsonStringEnumMemberName("fix_and_reissue")]
    FixAndReissue,

    /// <summary>It cannot be about a payment of ours: the money waits in suspense, and somebody is alerted.</summary>
    [JsonStringEnumMemberName("suspense_and_alert")]
    SuspenseAndAlert,
}

/// <summary>A code by which banks say why, what it means, and what follows.</summary>
public sealed record ReturnCode(string Code, string Meaning, ReturnRemedy Remedy);
