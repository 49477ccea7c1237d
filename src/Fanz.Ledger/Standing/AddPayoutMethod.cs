using System.Buffers;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Says where a creator is paid, or that it is elsewhere now. New details are a new version: to be verified
        /// again, and not used before they have cooled down, since whoever steals an account changes where its money
        /// goes. What was personal is sealed before it gets here.
        /// </summary>
        public sealed record AddPayoutMethod(
            string Creator, string Method, string Rail, string Currency, string Country, string Details,
            string Fingerprint, string Masked, string ProposedBy, string ApprovedBy) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                IdentifierFault("method", Method),
                IdentifierFault("rail", Rail),
                MoneyCurrencyFault("currency", Currency),
                Country is null
                    ? new Fault("country", "ill_formed", "country is missing")
                    : CountryFault("country", Country),
                SealedFault("details", Details),
                Fingerprint is { Length: 32 } && Fingerprint.All(char.IsAsciiHexDigitLower)
                    ? null
                    : new Fault("fingerprint", "ill_formed", "A fingerprint is 32 hexadecimal digits."),
                MaskedFault(Masked)).Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));

            // Nobody can put a whole number where everybody may see it.
            private static Fault? MaskedFault(string? masked) =>
                masked is { Length: >= 3 and <= 7 } && masked.StartsWith("···", StringComparison.Ordinal)
                    && Identifier.Problem(masked) is null
                    ? null
                    : new Fault("masked", "ill_formed", "It shows ··· and the last four letters at most.");
        }

        private static readonly SearchValues<char> SealedLetters =
            SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

        /// <summary>
        /// Clear text is no sealed text; what it was is not repeated. Whether a text opens, only a host with the keys
        /// can tell; one that does not is of no use to anybody.
        /// </summary>
        private static Fault? SealedFault(string field, string? text)
        {
            const string prefix = "v1.";
            const int longest = 16_000;
            return text is not null && text.StartsWith(prefix, StringComparison.Ordinal)
                && text.Length > prefix.Length && text.Length <= longest
                && !text.AsSpan(prefix.Length).ContainsAnyExcept(SealedLetters)
                ? null
                : new Fault(field, "not_sealed", $"{field} is sealed before it is sent: post it where it is sealed.");
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutMethodAdded(
            string Creator, string Method, int Version, string Rail, string Currency, string Country, string Details,
            string Fingerprint, string Masked, string ProposedBy, string ApprovedBy) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PayoutMethodUnchanged(string creator, string method) => AboutMethod(
            "payout_method_unchanged", creator, method, "is just that already");

        public static Refusal TooManyPayoutMethods(string creator, int most) => Of(
            "too_many_payout_methods",
            $"The creator {Identifier.Quote(creator)} has {most} payout methods, which is all there can be: "
                + "change one of them.",
            ("creator", creator), ("most", most));
    }
}

namespace Fanz.Ledger.Standing
{
    internal static class AddingPayoutMethods
    {
        private const int Most = 10;

        internal static Decision Decide(Command.AddPayoutMethod command, Book book)
        {
            var payee = PayeeStanding.Of(book, command.Creator);
            var known = payee.Method(command.Method);
            if (known is null && payee.Methods.Length >= Most)
                return Refusal.TooManyPayoutMethods(command.Creator, Most);
            // Once the attempts are used up, saying the same again is how to get new ones: two people stand for it.
            if (known is { IsOutOfAttempts: false } && known.Has(command))
                return Refusal.PayoutMethodUnchanged(command.Creator, command.Method);
            return PayeeStanding.Changed(book, command.Creator, new Event.PayoutMethodAdded(
                command.Creator, command.Method, (known?.Version ?? 0) + 1, command.Rail, command.Currency,
                command.Country, command.Details, command.Fingerprint, command.Masked, command.ProposedBy,
                command.ApprovedBy));
        }
    }
}
