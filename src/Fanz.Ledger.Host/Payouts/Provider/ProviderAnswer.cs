namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>How far a provider says that a payout is.</summary>
internal enum ProviderStatus
{
    /// <summary>It has it, and will make it.</summary>
    Accepted,

    /// <summary>It made it: what is paid was taken from the platform's account.</summary>
    Settled,

    /// <summary>It did not make it, and never will.</summary>
    Rejected,

    /// <summary>It made it, and it came back.</summary>
    Returned,
}

/// <summary>
/// What is known after a provider was asked. Only its own word about this very payout is any news; everything else
/// leaves the payout where it is.
/// </summary>
internal abstract record ProviderAnswer
{
    private ProviderAnswer()
    {
    }

    /// <summary>Its word about the payout.</summary>
    /// <param name="Status">How far it is.</param>
    /// <param name="Code">The provider's code of why it was rejected or came back.</param>
    /// <param name="Reason">The same in words.</param>
    /// <param name="Reference">The provider's own name for the payment.</param>
    public sealed record Told(ProviderStatus Status, string? Code, string? Reason, string? Reference) : ProviderAnswer;

    /// <summary>It was asked, and knows of no such key.</summary>
    public sealed record NotFound : ProviderAnswer;

    /// <summary>The instruction is bad: the provider will never make it under this key.</summary>
    public sealed record Refused(string Code, string Reason) : ProviderAnswer;

    /// <summary>The key is known to it, for something else: somebody has to look.</summary>
    public sealed record Conflict(string Why) : ProviderAnswer;

    /// <summary>It speaks of something else than was asked about: somebody has to look.</summary>
    public sealed record Contradiction(string Why) : ProviderAnswer;

    /// <summary>No answer, or none that says anything about the payout: it may have been made or not.</summary>
    /// <param name="Why">In words that are kept.</param>
    /// <param name="IsWorthRetrying">Whether the same may go better in a moment.</param>
    public sealed record Unclear(string Why, bool IsWorthRetrying) : ProviderAnswer;
}
