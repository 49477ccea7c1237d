using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// What follows from what a provider said: a command that brings the payout on, or something that somebody has to look
/// at, or both, or nothing. A payout only goes on: what is said late, twice or out of order leads to nothing.
/// </summary>
/// <param name="Word">What the command does, as part of its key.</param>
/// <param name="Command">The command, if there is one to post.</param>
/// <param name="Finding">What somebody has to look at, as a code.</param>
/// <param name="Why">The same in words.</param>
internal sealed record ProviderStep(string Word, Command? Command, string? Finding = null, string? Why = null)
{
    public const string Contradicts = "provider_contradicts";
    public const string Conflicts = "provider_conflicts";
    public const string DoesNotKnow = "provider_does_not_know";
    public const string SaidNothing = "provider_said_nothing";

    private static readonly ProviderStep None = new("", null);

    public static ProviderStep After(Errand errand, ProviderAnswer answer, Instant now) => answer switch
    {
        ProviderAnswer.Told told => After(errand, told),
        ProviderAnswer.Refused refused => errand.State switch
        {
            PayoutState.Submitted or PayoutState.Unknown => Rejected(errand, refused.Code, refused.Reason),
            PayoutState.Rejected => None,
            _ => Contradicted(errand, "refuses the instruction"),
        },
        ProviderAnswer.NotFound => AfterNotFound(errand, now),
        ProviderAnswer.Conflict conflict => Doubted(errand, Conflicts, conflict.Why),
        ProviderAnswer.Contradiction contradiction => Doubted(errand, Contradicts, contradiction.Why),
        ProviderAnswer.Unclear unclear => Doubted(errand, SaidNothing, unclear.Why),
        _ => throw new InvariantBroken($"{answer.GetType().Name} is no answer of a provider."),
    };

    private static ProviderStep After(Errand errand, ProviderAnswer.Told told) => (told.Status, errand.State) switch
    {
        (ProviderStatus.Accepted, PayoutState.Submitted or PayoutState.Unknown) =>
            new("accept", new Command.AcceptPayout(errand.Payout)),
        (ProviderStatus.Accepted, PayoutState.Accepted or PayoutState.Settled or PayoutState.Returned) => None,

        // A return says that it was made before: it is settled first.
        (ProviderStatus.Settled or ProviderStatus.Returned,
            PayoutState.Submitted or PayoutState.Unknown or PayoutState.Accepted) =>
            new("settle", new Command.SettlePayout(errand.Payout, errand.Rail.Bank, told.Reference)
            {
                Amount = errand.Now.Payout.Sent,
            }),
        (ProviderStatus.Settled, PayoutState.Settled) => None,
        (ProviderStatus.Returned, PayoutState.Settled) =>
            new("return", new Command.ReturnPayout(
                errand.Payout, told.Reason ?? "The provider says that it came back.", Code: told.Code,
                BankReference: told.Reference)
            {
                Amount = errand.Now.Payout.Sent,
            }),
        (ProviderStatus.Returned, PayoutState.Returned) => None,

        (ProviderStatus.Rejected, PayoutState.Submitted or PayoutState.Unknown or PayoutState.Accepted) =>
            Rejected(errand, told.Code, told.Reason),
        (ProviderStatus.Rejected, PayoutState.Rejected) => None,
        _ => Contradicted(errand, $"says that it is {Said(told.Status)}"),
    };

    private static ProviderStep AfterNotFound(Errand errand, Instant now) => errand.State switch
    {
        PayoutState.Submitted or PayoutState.Unknown when now >= errand.FinalAt =>
            Rejected(errand, "not_found", "The provider never had it, and takes it no more."),
        PayoutState.Submitted or PayoutState.Unknown =>
            Doubted(errand, DoesNotKnow, "The provider does not know it, and its time to be sent is over."),
        PayoutState.Rejected => None,
        _ => Contradicted(errand, "does not know it"),
    };

    private static ProviderStep Rejected(Errand errand, string? code, string? reason) => new(
        "reject",
        new Command.RejectPayout(errand.Payout, reason ?? "The provider did not make it.", code));

    private static ProviderStep Doubted(Errand errand, string finding, string why) => errand.State switch
    {
        PayoutState.Submitted => new("doubt", new Command.DoubtPayout(errand.Payout, why), finding, why),
        PayoutState.Rejected or PayoutState.Returned => None,
        // What was settled is only asked for in case it came back; no answer is no news then.
        PayoutState.Settled when finding == SaidNothing => None,
        _ => new("", null, finding, why),
    };

    private static ProviderStep Contradicted(Errand errand, string what) => new(
        "", null, Contradicts, $"The payout {errand.Payout} is {Said(errand.State)}, and the provider {what}.");

    private static string Said<T>(T word)
        where T : struct, Enum => word.ToString().ToLowerInvariant();
}
