using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Sets part of a fan's wallet aside for sales to come; it can be captured up to and including its last day.
        /// </summary>
        /// <param name="Authorisation">Its name, never used again.</param>
        public sealed record Authorise(
            string Authorisation, string Fan, long Amount, string Currency, LocalDate ExpiresOn) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("authorisation", Authorisation),
                IdentifierFault("fan", Fan),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                Fault.OfDate("expires_on", ExpiresOn));
        }
    }

    public abstract partial record Event
    {
        public sealed record Authorised(
            string Authorisation, string Fan, long Amount, string Currency, LocalDate ExpiresOn) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal AuthorisationExists(string authorisation) => Of(
            "authorisation_exists",
            $"There was an authorisation {Identifier.Quote(authorisation)} before; a name is used once.",
            ("authorisation", authorisation));
    }
}

namespace Fanz.Ledger.Wallets
{
    /// <summary>
    /// Limits on spending hold, and count, what is authorised: its captures then need not ask again. What is given
    /// back stays counted until the day and the week are over, as a sale that is refunded does.
    /// </summary>
    internal static class Authorising
    {
        internal static Decision Decide(Command.Authorise command, Book book, Moment now)
        {
            var currency = Currency.Of(command.Currency);
            var standing = Standings.Objection(book, Role.Fan, command.Fan);
            var (limited, spent) = Guards.LookAtSpending(command.Fan, currency, command.Amount, kind: null, book, now);
            var stream = Authorisations.StreamOf(command.Authorisation);
            var earlier = book.Recall<Authorisation>(stream);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.FanWallet, command.Fan, currency), command.Amount)
                .Credit(new AccountKey(Chart.FanReserved, command.Fan, currency), command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if (standing is not null) return standing;
            if (earlier.Stage != AuthorisationStage.Unknown)
                return Refusal.AuthorisationExists(command.Authorisation);
            if (command.ExpiresOn < now.Today) return Refusal.ExpiresInPast(command.ExpiresOn, now.Today);
            if ((limited ?? objection) is { } refusal) return refusal;
            var draft = new Draft(
                new Event.Authorised(
                    command.Authorisation, command.Fan, command.Amount, command.Currency, command.ExpiresOn),
                posting, Aggregate: stream);
            return spent is null
                ? Decision.Of(book, draft)
                : new Decision.Accepted([(book, draft), (book, Guards.Count(command.Fan, currency, spent))]);
        }
    }
}
