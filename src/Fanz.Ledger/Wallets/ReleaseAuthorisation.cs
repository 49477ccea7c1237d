using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Gives what remains of an authorisation back to the wallet, at any time.</summary>
        public sealed record VoidAuthorisation(string Authorisation, string? Reason = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("authorisation", Authorisation), TextFault("reason", Reason));
        }

        /// <summary>Gives what remains of an authorisation back to the wallet once its last day is over.</summary>
        public sealed record ExpireAuthorisation(string Authorisation) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("authorisation", Authorisation));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Amount">What remained of it.</param>
        public sealed record AuthorisationVoided(
            string Authorisation, string Fan, long Amount, string Currency, string? Reason = null) : Event;

        /// <param name="Amount">What remained of it.</param>
        public sealed record AuthorisationExpired(string Authorisation, string Fan, long Amount, string Currency)
            : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal AuthorisationUsedUp(string authorisation) => Of(
            "authorisation_used_up", $"The authorisation {Identifier.Quote(authorisation)} was captured in full.",
            ("authorisation", authorisation));

        public static Refusal AuthorisationNotExpiredYet(string authorisation, LocalDate expiresOn) => Of(
            "authorisation_not_expired_yet",
            $"The authorisation {Identifier.Quote(authorisation)} is good up to {Told(expiresOn)}.",
            ("authorisation", authorisation), ("expires_on", expiresOn), ("lifts_on", expiresOn.PlusDays(1)));
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class AuthorisationReleases
    {
        internal static Decision Decide(Command.VoidAuthorisation command, Book book)
        {
            var (name, authorisation) = (command.Authorisation, Recall(command.Authorisation, book));
            return Authorisations.ObjectionToUse(name, authorisation) is { } objection
                ? objection
                : GiveBack(name, authorisation, book, new Event.AuthorisationVoided(
                    name, authorisation.Fan, authorisation.Remains, authorisation.Currency, command.Reason));
        }

        internal static Decision Decide(Command.ExpireAuthorisation command, Book book, Moment now)
        {
            var (name, authorisation) = (command.Authorisation, Recall(command.Authorisation, book));
            if (Authorisations.ObjectionToUse(name, authorisation) is { } objection) return objection;
            if (now.Today <= authorisation.ExpiresOn)
                return Refusal.AuthorisationNotExpiredYet(name, authorisation.ExpiresOn);
            return GiveBack(name, authorisation, book, new Event.AuthorisationExpired(
                name, authorisation.Fan, authorisation.Remains, authorisation.Currency));
        }

        private static Decision GiveBack(string name, Authorisation authorisation, Book book, Event @event)
        {
            if (authorisation.Remains == 0) return Refusal.AuthorisationUsedUp(name);
            var currency = Currency.Of(authorisation.Currency);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.FanReserved, authorisation.Fan, currency), authorisation.Remains)
                .Credit(new AccountKey(Chart.FanWallet, authorisation.Fan, currency), authorisation.Remains)
                .Build();
            return book.ObjectionToConsequence(posting) is { } objection
                ? objection
                : Decision.Of(book, new Draft(@event, posting, Aggregate: Authorisations.StreamOf(name)));
        }

        private static Authorisation Recall(string name, Book book) =>
            book.Recall<Authorisation>(Authorisations.StreamOf(name));
    }
}
