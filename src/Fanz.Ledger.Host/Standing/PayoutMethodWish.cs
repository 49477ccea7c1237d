using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Rails;

namespace Fanz.Ledger.Host.Standing;

/// <summary>Where a creator wants to be paid, in clear, as it is sent and nowhere kept.</summary>
internal sealed record PayoutMethodWish(
    string Method, string Rail, string Currency, JsonElement Account, string ProposedBy, string? ApprovedBy = null,
    string? Country = null, string? Proposal = null, string? Reason = null)
{
    // What a record prints by itself would be the account.
    public override string ToString() => Method;

    /// <summary>The account, or everything that is wrong with it in words that repeat nothing of it.</summary>
    public PayeeAccount Read()
    {
        var (account, unreadable) = PayeeAccountFormat.Read(Account);
        if (account is null) throw new ProblemFound(Problem.Of([Within(unreadable!)]));
        var faults = account.Faults().Select(Within).ToList();
        if (KindFault(account) is { } kind) faults.Add(kind);
        if (CountryFault(account) is { } country) faults.Add(country);
        if (PeopleFault is { } people) faults.Add(people);
        return faults.Count == 0 ? account : throw new ProblemFound(Problem.Of(faults));
    }

    private static Fault Within(Fault fault) =>
        fault.Field == "account" ? fault : fault with { Field = $"account.{fault.Field}" };

    /// <summary>
    /// Posted by both, or proposed by one: then under a name and with a reason, and nobody has approved it.
    /// </summary>
    private Fault? PeopleFault => (ApprovedBy, Proposal, Reason) switch
    {
        (null, null, _) => new Fault("approved_by", "missing_field", "Say who approved it, or name a proposal."),
        (null, _, null) => new Fault("reason", "missing_field", "Say why it is proposed."),
        (not null, null, null) or (null, _, _) => null,
        _ => new Fault("proposal", "ill_formed", "What somebody has approved is not proposed."),
    };

    /// <summary>Two rails take one kind of account each; what others take, whoever runs them knows.</summary>
    private Fault? KindFault(PayeeAccount account) => (Rail, account) switch
    {
        ("nacha", not PayeeAccount.UsBank) => new Fault("account.kind", "ill_formed", "nacha pays to a us_bank."),
        ("sepa", not PayeeAccount.Iban) => new Fault("account.kind", "ill_formed", "sepa pays to an iban."),
        _ => null,
    };

    private Fault? CountryFault(PayeeAccount account) => (Country, account.Country) switch
    {
        (null, null) => new Fault("country", "missing_field", "This account does not say its country: say it beside."),
        ({ } said, { } has) when said != has => new Fault("country", "ill_formed", "The account is of another country."),
        _ => null,
    };
}

/// <summary>Why somebody wants to see it.</summary>
internal sealed record RevealWish(string Reason);

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PayoutMethodWish))]
[JsonSerializable(typeof(RevealWish))]
internal sealed partial class PayoutMethodShape : JsonSerializerContext;
