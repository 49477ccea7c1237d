using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal VerificationExpired(string creator, LocalDate expiresOn, LocalDate today) => Of(
            "verification_expired",
            $"The verification of {Identifier.Quote(creator)} counted until {Told(expiresOn)}: verify them again.",
            ("creator", creator), ("expires_on", expiresOn), ("today", today));

        public static Refusal NotScreened(string creator) => Of(
            "not_screened",
            $"The creator {Identifier.Quote(creator)} was never screened against sanctions lists: record a screening.",
            ("creator", creator));

        public static Refusal ScreeningHit(string creator, string outcome, LocalDate on) => Of(
            "screening_hit",
            $"The screening of {Identifier.Quote(creator)} of {Told(on)} found a {outcome}: record a clear one once it is "
                + "known that another is meant, or sanction the party.",
            ("creator", creator), ("outcome", outcome), ("on", on));

        public static Refusal NoTaxForm(string creator, LocalDate today) => Of(
            "no_tax_form",
            $"The creator {Identifier.Quote(creator)} has no tax form on file that holds on {Told(today)}: file one.",
            ("creator", creator), ("today", today));

        public static Refusal NoPayoutMethod(string creator, Currency currency, string rail) => Of(
            "no_payout_method",
            $"The creator {Identifier.Quote(creator)} has no payout method for {currency} by {rail}: add one.",
            ("creator", creator), ("currency", currency), ("rail", rail));

        public static Refusal PayoutMethodByOtherRail(string creator, string method, string kept, string rail) => Of(
            "payout_method_by_other_rail",
            $"The creator {Identifier.Quote(creator)} wants to be paid to {Identifier.Quote(method)} by {kept}, not by "
                + $"{rail}: pay by that rail, or set another preference.",
            ("creator", creator), ("method", method), ("kept", kept), ("rail", rail));

        public static Refusal PayoutMethodUnverified(string creator, string method) => AboutMethod(
            "payout_method_unverified", creator, method, "is not known to be theirs: verify it");

        public static Refusal PayoutMethodCoolingDown(string creator, string method, LocalDate until) => Of(
            "payout_method_cooling_down",
            $"The payout method {Identifier.Quote(method)} of {Identifier.Quote(creator)} was changed and is used from "
                + $"{Told(until)} on: wait until then.",
            ("creator", creator), ("method", method), ("until", until));
    }
}

namespace Fanz.Ledger.Standing
{
    /// <summary>Whether a creator can be paid. Every payout is asked twice: when it is formed and when it is sent.</summary>
    internal static class Payability
    {
        private const string AnyRail = "any rail";

        /// <summary>
        /// Why a creator cannot be paid now, each with what would cure it; or null, and the method to pay to. A method
        /// is told beside an objection too, where that is about the method. Whether the creator wants to be paid, by
        /// their preference and by what they asked for, is not judged here.
        /// </summary>
        /// <param name="rail">The rail, or null for whichever there is a method for.</param>
        internal static Refusal? Objection(
            Book book, string creator, Currency currency, string? rail, PayoutRequirements needs, LocalDate today,
            out PayoutMethod? method)
        {
            // All are asked for before any may object: one look finds all that is needed.
            var payee = PayeeStanding.Of(book, creator);
            var taxpayer = needs.TaxForm ? book.Recall<TaxStanding>(TaxStanding.StreamOf(creator)) : null;
            var party = Payees.Objection(book, Role.Creator, creator);
            method = Choose(payee, currency, rail, needs, today);
            return party
                ?? ObjectionToPerson(payee, creator, needs, today)
                ?? (taxpayer?.IsOnFile(today) == false ? Refusal.NoTaxForm(creator, today) : null)
                ?? ObjectionToMethod(payee, creator, currency, rail, needs, today, method);
        }

        private static Refusal? ObjectionToPerson(
            PayeeStanding payee, string creator, PayoutRequirements needs, LocalDate today)
        {
            // What nobody asks for stops nobody when it expires; a hit stops everybody.
            if (needs.VerificationLevel > payee.VerificationLevel)
                return Refusal.NotVerified(creator, payee.VerificationLevel, needs.VerificationLevel);
            if (needs.VerificationLevel > 0 && payee.Verification!.ExpiresOn is { } last && last < today)
                return Refusal.VerificationExpired(creator, last, today);
            return payee.Screening switch
            {
                null => needs.Screening ? Refusal.NotScreened(creator) : null,
                { Outcome: ScreeningOutcome.Clear } => null,
                { } hit => Refusal.ScreeningHit(creator, WordJson<ScreeningOutcome>.WordOf(hit.Outcome), hit.On),
            };
        }

        private static Refusal? ObjectionToMethod(
            PayeeStanding payee, string creator, Currency currency, string? rail, PayoutRequirements needs,
            LocalDate today, PayoutMethod? method) => method switch
            {
                null when rail is not null && Preferred(payee, currency) is { } preferred =>
                    Refusal.PayoutMethodByOtherRail(creator, preferred.Id, preferred.Rail, rail),
                null => Refusal.NoPayoutMethod(creator, currency, rail ?? AnyRail),
                { DisabledFor: { } reason } => Refusal.PayoutMethodDisabled(creator, method.Id, reason),
                { VerifiedBy: null } => Refusal.PayoutMethodUnverified(creator, method.Id),
                _ when method.UsableFrom(needs.CoolDownDays) is var until && until > today =>
                    Refusal.PayoutMethodCoolingDown(creator, method.Id, until),
                _ => null,
            };

        /// <summary>
        /// The one that the creator prefers; or of those that fit the one that is nearest to being usable, the first
        /// that was added of those: a second account does not take over from the first by being there.
        /// </summary>
        private static PayoutMethod? Choose(
            PayeeStanding payee, Currency currency, string? rail, PayoutRequirements needs, LocalDate today)
        {
            if (Preferred(payee, currency) is { } preferred)
                return rail is null || preferred.Rail == rail ? preferred : null;
            PayoutMethod? best = null;
            foreach (var method in payee.Methods)
            {
                if (method.Currency != currency.Code || (rail is not null && method.Rail != rail)) continue;
                if (best is null || InTheWay(method) < InTheWay(best)) best = method;
            }

            return best;

            int InTheWay(PayoutMethod method) => method switch
            {
                { State: PayoutMethodState.Disabled } => 3,
                { State: PayoutMethodState.Unverified } => 2,
                _ => method.UsableFrom(needs.CoolDownDays) > today ? 1 : 0,
            };
        }

        private static PayoutMethod? Preferred(PayeeStanding payee, Currency currency) =>
            payee.Preference(currency.Code).Method is { } id && payee.Method(id) is { } method
            && method.Currency == currency.Code
                ? method
                : null;
    }
}
