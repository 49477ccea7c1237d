using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
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
        /// The platform gives a fan something to spend. With a date it is good up to and including that day.
        /// </summary>
        public sealed record GrantPromo(
            string Fan, long Amount, string Currency, string Promotion, LocalDate? ExpiresOn = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("fan", Fan),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                IdentifierFault("promotion", Promotion),
                Fault.OfDate("expires_on", ExpiresOn));
        }
    }

    public abstract partial record Event
    {
        public sealed record PromoGranted(
            string Fan, long Amount, string Currency, string Promotion, LocalDate? ExpiresOn = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal ExpiresInPast(LocalDate expiresOn, LocalDate today) => Of(
            "expires_in_past", $"What expires on {Told(expiresOn)} is over on {Told(today)}.",
            ("expires_on", expiresOn), ("today", today));
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class PromoGranting
    {
        internal static Decision Decide(Command.GrantPromo command, Book book, Moment now)
        {
            var currency = Currency.Of(command.Currency);
            var standing = Standings.Objection(book, Role.Fan, command.Fan);
            var stream = PromoGrants.StreamOf(command.Fan, currency);
            book.Recall<PromoGrants>(stream);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.PromotionExpense, "", currency), command.Amount)
                .Credit(new AccountKey(Chart.FanPromo, command.Fan, currency), command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if (standing is not null) return standing;
            if (command.ExpiresOn < now.Today)
                return Refusal.ExpiresInPast(command.ExpiresOn.Value, now.Today);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.PromoGranted(
                    command.Fan, command.Amount, command.Currency, command.Promotion, command.ExpiresOn),
                posting, Aggregate: stream));
        }
    }
}
