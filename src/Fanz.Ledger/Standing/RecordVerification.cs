using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Says what came of looking at who a creator is. Verified, it holds up to and including a day, if one is named,
        /// in place of what held before; failed, it leaves what held; revoked, nothing holds any more.
        /// </summary>
        public sealed record RecordVerification(
            string Creator, VerificationOutcome Outcome, int Level, string Provider, string Reference,
            LocalDate? ExpiresOn = null) : Command
        {
            private const int HighestLevel = 3;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                Enum.IsDefined(Outcome)
                    ? null
                    : new Fault("outcome", "ill_formed", "A verification is verified, failed or revoked."),
                LevelFault(),
                IdentifierFault("provider", Provider),
                IdentifierFault("reference", Reference),
                Fault.OfDate("expires_on", ExpiresOn),
                ExpiresOn is not null && Outcome != VerificationOutcome.Verified
                    ? new Fault("expires_on", "ill_formed", "Only what was verified expires.")
                    : null);

            private Fault? LevelFault() => Outcome == VerificationOutcome.Revoked
                ? Level == 0 ? null : new Fault("level", "ill_formed", "What is revoked leaves level 0.")
                : Level is >= 1 and <= HighestLevel
                    ? null
                    : new Fault("level", "ill_formed", $"The level that was looked at is 1 to {HighestLevel}.");
        }
    }

    public abstract partial record Event
    {
        public sealed record VerificationRecorded(
            string Creator, VerificationOutcome Outcome, int Level, string Provider, string Reference,
            LocalDate? ExpiresOn = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotVerified(string creator, int level, int needed) => Of(
            "not_verified",
            $"The creator {Identifier.Quote(creator)} is verified to level {level} and not {needed}: "
                + "record a verification of that level.",
            ("creator", creator), ("level", level), ("needed", needed));
    }
}

namespace Fanz.Ledger.Standing
{
    [JsonConverter(typeof(WordJson<VerificationOutcome>))]
    public enum VerificationOutcome
    {
        [JsonStringEnumMemberName("verified")]
        Verified,
        [JsonStringEnumMemberName("failed")]
        Failed,
        [JsonStringEnumMemberName("revoked")]
        Revoked,
    }

    internal static class Verifications
    {
        internal static Decision Decide(Command.RecordVerification command, Book book, Moment now)
        {
            var known = PayeeStanding.Of(book, command.Creator);
            if (command.Outcome == VerificationOutcome.Revoked && known.VerificationLevel == 0)
                return Refusal.NotVerified(command.Creator, 0, 1);
            if (command.ExpiresOn is { } last && last < now.Today) return Refusal.ExpiresInPast(last, now.Today);
            return PayeeStanding.Changed(book, command.Creator, new Event.VerificationRecorded(
                command.Creator, command.Outcome, command.Level, command.Provider, command.Reference,
                command.ExpiresOn));
        }
    }
}
