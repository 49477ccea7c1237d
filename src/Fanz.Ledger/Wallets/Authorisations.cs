using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal AuthorisationUnknown(string authorisation) => Of(
            "authorisation_unknown",
            $"There is no authorisation {Identifier.Quote(authorisation)}.", ("authorisation", authorisation));

        public static Refusal AuthorisationOver(string authorisation, string end) => Of(
            "authorisation_over", $"The authorisation {Identifier.Quote(authorisation)} was {end}.",
            ("authorisation", authorisation), ("end", end));

        public static Refusal AuthorisationOfAnother(string authorisation, string fan) => Of(
            "authorisation_of_another",
            $"The authorisation {Identifier.Quote(authorisation)} does not belong to {Identifier.Quote(fan)}.",
            ("authorisation", authorisation), ("fan", fan));

        public static Refusal AuthorisationInOtherCurrency(string authorisation, string currency, string asked) => Of(
            "authorisation_in_other_currency",
            $"The authorisation {Identifier.Quote(authorisation)} is in {currency}, not in {asked}.",
            ("authorisation", authorisation), ("currency", currency), ("asked", asked));

        public static Refusal AuthorisationLapsed(string authorisation, LocalDate expiresOn) => Of(
            "authorisation_lapsed",
            $"The authorisation {Identifier.Quote(authorisation)} was good up to {Told(expiresOn)}.",
            ("authorisation", authorisation), ("expires_on", expiresOn));

        public static Refusal AuthorisationExceeded(string authorisation, long remains, long needed) => Of(
            "authorisation_exceeded",
            $"The authorisation {Identifier.Quote(authorisation)} has {remains} left, {needed} is needed.",
            ("authorisation", authorisation), ("remains", remains), ("needed", needed));
    }
}

namespace Fanz.Ledger.Wallets
{
    internal enum AuthorisationStage
    {
        Unknown,
        Open,
        Voided,
        Expired,
    }

    /// <summary>
    /// What a fan set aside, and what sales have captured of it. One that is captured in full stays open with nothing
    /// in it.
    /// </summary>
    internal sealed record Authorisation : Aggregate
    {
        internal AuthorisationStage Stage { get; private init; }

        internal string Fan { get; private init; } = "";

        internal string Currency { get; private init; } = "";

        internal LocalDate ExpiresOn { get; private init; }

        /// <summary>What was neither captured nor given back.</summary>
        internal long Remains { get; private init; }

        public override Authorisation After(Recorded recorded) => (Stage, recorded.Event) switch
        {
            (AuthorisationStage.Unknown, Event.Authorised authorised) => new Authorisation
            {
                Stage = AuthorisationStage.Open,
                Fan = authorised.Fan,
                Currency = authorised.Currency,
                ExpiresOn = authorised.ExpiresOn,
                Remains = authorised.Amount,
            },
            (AuthorisationStage.Open, Event.Sale sale)
                when sale.Paid <= Remains && sale.Fan == Fan && sale.Currency == Currency =>
                this with { Remains = Remains - sale.Paid },
            (AuthorisationStage.Open, Event.AuthorisationVoided { Amount: var left }) when left == Remains =>
                this with { Stage = AuthorisationStage.Voided, Remains = 0 },
            (AuthorisationStage.Open, Event.AuthorisationExpired { Amount: var left }) when left == Remains =>
                this with { Stage = AuthorisationStage.Expired, Remains = 0 },
            _ => throw Impossible(recorded),
        };
    }

    internal static class Authorisations
    {
        internal static string StreamOf(string authorisation) => $"authorisation/{authorisation}";

        /// <summary>Why an authorisation does not pay for a sale, or null.</summary>
        internal static Refusal? ObjectionToCapture(Book book, Command.Sale sale, long amount, Moment now)
        {
            var name = sale.Authorisation!;
            var authorisation = book.Recall<Authorisation>(StreamOf(name));
            if (ObjectionToUse(name, authorisation) is { } objection) return objection;
            if (sale.Fan != authorisation.Fan) return Refusal.AuthorisationOfAnother(name, sale.Fan);
            if (sale.Currency != authorisation.Currency)
                return Refusal.AuthorisationInOtherCurrency(name, authorisation.Currency, sale.Currency);
            if (now.Today > authorisation.ExpiresOn)
                return Refusal.AuthorisationLapsed(name, authorisation.ExpiresOn);
            return amount > authorisation.Remains
                ? Refusal.AuthorisationExceeded(name, authorisation.Remains, amount)
                : null;
        }

        /// <summary>Why there is nothing to be done with an authorisation, or null.</summary>
        internal static Refusal? ObjectionToUse(string name, Authorisation authorisation) => authorisation.Stage switch
        {
            AuthorisationStage.Unknown => Refusal.AuthorisationUnknown(name),
            AuthorisationStage.Voided => Refusal.AuthorisationOver(name, "voided"),
            AuthorisationStage.Expired => Refusal.AuthorisationOver(name, "expired"),
            _ => null,
        };
    }
}
