using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Standing;

/// <summary>What a page says of one payout method: perhaps new details, and what came after them.</summary>
internal sealed class MethodChange
{
    /// <summary>New details, after which nothing counts that was said before.</summary>
    public (FollowedRecord Record, Event.PayoutMethodAdded Event)? Added { get; private init; }

    /// <summary>The day of the first details of the page, for a method that is new.</summary>
    public LocalDate? FirstOn { get; private init; }

    public MethodProof? VerifiedBy { get; set; }

    public int? FailedAttempts { get; set; }

    /// <summary>Whether it was disabled or enabled; and if disabled, for what.</summary>
    public bool IsSwitched { get; private set; }

    public string? DisabledFor { get; private set; }

    public MethodChange With(FollowedRecord record, Event.PayoutMethodAdded added) =>
        new() { Added = (record, added), FirstOn = FirstOn ?? record.Record.EffectiveOn };

    public void Switch(string? disabledFor) => (IsSwitched, DisabledFor) = (true, disabledFor);

    public string? ProofInWords => VerifiedBy switch
    {
        null => null,
        MethodProof.MicroDeposit => "micro_deposit",
        MethodProof.Provider => "provider",
        _ => throw new InvariantBroken($"{VerifiedBy} is no proof."),
    };
}
