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
        /// <summary>What is unspent of a grant is taken back, once its date is over.</summary>
        /// <param name="Grant">The number of the transaction that granted it.</param>
        public sealed record ExpirePromo(long Grant, string? Reason = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Grant > 0 ? null : new Fault("grant", "ill_formed", "Transactions are numbered from 1."),
                TextFault("reason", Reason));
        }
    }

    public abstract partial record Event
    {
        public sealed record PromoExpired(long Grant, string Fan, long Amount, string Currency, string? Reason = null)
            : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotAPromoGrant(long transaction) =>
            About("not_a_promo_grant", transaction, "granted no promotional credit");

        public static Refusal PromoNeverExpires(long grant) =>
            About("promo_never_expires", grant, "granted promotional credit without an end");

        public static Refusal PromoNotExpiredYet(long grant, LocalDate expiresOn) => Of(
            "promo_not_expired_yet", $"What transaction {grant} granted is good up to {Told(expiresOn)}.",
            ("transaction", grant), ("expires_on", expiresOn), ("lifts_on", expiresOn.PlusDays(1)));

        public static Refusal NothingLeftOfPromo(long grant) =>
            About("nothing_left_of_promo", grant, "has nothing left to expire");
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class PromoExpiry
    {
        internal static Decision Decide(Command.ExpirePromo command, Book book, Moment now)
        {
            var number = command.Grant;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.PromoGranted grant) return Refusal.NotAPromoGrant(number);
            if (grant.ExpiresOn is not { } expiresOn) return Refusal.PromoNeverExpires(number);
            if (now.Today <= expiresOn) return Refusal.PromoNotExpiredYet(number, expiresOn);

            var currency = Currency.Of(grant.Currency);
            var promo = new AccountKey(Chart.FanPromo, grant.Fan, currency);
            var expense = new AccountKey(Chart.PromotionExpense, "", currency);
            var stream = PromoGrants.StreamOf(grant.Fan, currency);
            // Asked for now, so that the posting needs no other look.
            book.Account(expense);
            var balance = promo.Code.InWords(book.Account(promo).Balance);
            var unspent = book.Recall<PromoGrants>(stream).Unspent(number, expiresOn, balance);
            if (unspent == 0) return Refusal.NothingLeftOfPromo(number);

            // The grant was an expense before anything was earned with it. What nobody spent takes that expense back;
            // breakage is revenue from money that somebody paid, and nobody paid for this.
            var posting = Posting.Draw().Debit(promo, unspent).Credit(expense, unspent).Build();
            if (book.Objection(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.PromoExpired(number, grant.Fan, unspent, grant.Currency, command.Reason),
                posting, RefersTo: number, Aggregate: stream));
        }
    }
}
