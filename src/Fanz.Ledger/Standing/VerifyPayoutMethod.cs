using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// The account is the creator's. The version says which details were looked at, so that others that came
        /// meanwhile are not taken for them.
        /// </summary>
        public sealed record VerifyPayoutMethod(
            string Creator, string Method, int Version, MethodProof By, string Reference) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => MethodFaults(Creator, Method).Concat(Found(
                VersionFault(Version),
                Enum.IsDefined(By)
                    ? null
                    : new Fault("by", "ill_formed", "A method is verified by micro_deposit or provider."),
                IdentifierFault("reference", Reference)));
        }

        /// <summary>
        /// The amounts of the micro-deposits were told wrongly. After the third time they prove nothing any more.
        /// </summary>
        public sealed record FailPayoutMethodVerification(
            string Creator, string Method, int Version, string Reference) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => MethodFaults(Creator, Method).Concat(Found(
                VersionFault(Version), IdentifierFault("reference", Reference)));
        }

        private static IEnumerable<Fault> MethodFaults(string? creator, string? method) =>
            Found(IdentifierFault("creator", creator), IdentifierFault("method", method));

        private static Fault? VersionFault(int version) =>
            version > 0 ? null : new Fault("version", "ill_formed", "Versions count from 1.");
    }

    public abstract partial record Event
    {
        public sealed record PayoutMethodVerified(
            string Creator, string Method, int Version, MethodProof By, string Reference) : Event;

        /// <param name="Attempts">How often it has failed by now.</param>
        public sealed record PayoutMethodVerificationFailed(
            string Creator, string Method, int Version, int Attempts, string Reference) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal VerificationAttemptsUsedUp(string creator, string method, int attempts) => Of(
            "verification_attempts_used_up",
            $"The amounts sent to {Identifier.Quote(method)} of {Identifier.Quote(creator)} were told wrongly {attempts} "
                + "times: verify it by a provider, or add it once more.",
            ("creator", creator), ("method", method), ("attempts", attempts));
    }
}

namespace Fanz.Ledger.Standing
{
    internal static class VerifyingPayoutMethods
    {
        internal static Decision Decide(Command.VerifyPayoutMethod command, Book book)
        {
            var (creator, method) = (command.Creator, command.Method);
            var known = PayeeStanding.Of(book, creator).Method(method);
            if (Objection(creator, method, command.Version, known) is { } objection) return objection;
            if (command.By == MethodProof.MicroDeposit && known!.IsOutOfAttempts)
                return Refusal.VerificationAttemptsUsedUp(creator, method, known.FailedAttempts);
            return PayeeStanding.Changed(book, creator, new Event.PayoutMethodVerified(
                creator, method, command.Version, command.By, command.Reference));
        }

        internal static Decision Decide(Command.FailPayoutMethodVerification command, Book book)
        {
            var (creator, method) = (command.Creator, command.Method);
            var known = PayeeStanding.Of(book, creator).Method(method);
            if (Objection(creator, method, command.Version, known) is { } objection) return objection;
            if (known!.IsOutOfAttempts)
                return Refusal.VerificationAttemptsUsedUp(creator, method, known.FailedAttempts);
            return PayeeStanding.Changed(book, creator, new Event.PayoutMethodVerificationFailed(
                creator, method, command.Version, known.FailedAttempts + 1, command.Reference));
        }

        private static Refusal? Objection(string creator, string method, int version, PayoutMethod? known) => known switch
        {
            null => Refusal.PayoutMethodUnknown(creator, method),
            _ when known.Version != version =>
                Refusal.PayoutMethodChanged(creator, method, version, known.Version),
            { DisabledFor: { } reason } => Refusal.PayoutMethodDisabled(creator, method, reason),
            { VerifiedBy: not null } => Refusal.PayoutMethodVerified(creator, method),
            _ => null,
        };
    }
}
