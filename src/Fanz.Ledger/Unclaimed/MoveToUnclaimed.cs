using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Unclaimed;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// The whole balance of a creator or a fan who has not been heard of for long is set apart as unclaimed
        /// property.
        /// </summary>
        public sealed record MoveToUnclaimed(
            string Currency, LocalDate LastActiveOn, string Reason, string? Creator = null,
            string? Fan = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                CreatorOrFanFault(Creator, Fan),
                Creator is null ? null : IdentifierFault("creator", Creator),
                Fan is null ? null : IdentifierFault("fan", Fan),
                MoneyCurrencyFault("currency", Currency),
                Fault.OfDate("last_active_on", LastActiveOn),
                ReasonFault(Reason));
        }

        /// <summary>Whose property it was has been heard of: all that a record had set apart is theirs again.</summary>
        public sealed record ReturnUnclaimed(long Transaction, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Transaction > 0 ? null : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."),
                ReasonFault(Reason));
        }
    }

    public abstract partial record Event
    {
        public sealed record MovedToUnclaimed(
            long Amount, string Currency, LocalDate LastActiveOn, string Reason, string? Creator = null,
            string? Fan = null) : Event;

        public sealed record UnclaimedReturned(
            long Transaction, long Amount, string Currency, long DebtRepaid, string Reason, string? Creator = null,
            string? Fan = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotDormant(AccountKey account, LocalDate lastActiveOn, LocalDate dormantOn) => Of(
            "not_dormant", $"{account} was used on {Told(lastActiveOn)} and is dormant from {Told(dormantOn)}.",
            ("account", account), ("last_active_on", lastActiveOn), ("dormant_on", dormantOn));

        public static Refusal NothingToMove(AccountKey account) =>
            Of("nothing_to_move", $"{account} holds nothing.", ("account", account));

        public static Refusal NotUnclaimed(long transaction) =>
            About("not_unclaimed", transaction, "moved nothing to unclaimed");

        public static Refusal AlreadyReturned(long transaction, long by) => Of(
            "already_returned", $"What transaction {transaction} set apart was returned by {by}.",
            ("transaction", transaction), ("returned_by", by));
    }
}

namespace Fanz.Ledger.Unclaimed
{
    internal static class UnclaimedProperty
    {
        internal static Decision Decide(Command.MoveToUnclaimed command, Book book, Moment now)
        {
            var currency = Currency.Of(command.Currency);
            var unclaimed = new AccountKey(Chart.Unclaimed, "", currency);
            book.Account(unclaimed);
            var account = book.Account(command.Creator is { } creator
                ? new AccountKey(Chart.CreatorAvailable, creator, currency)
                : new AccountKey(Chart.FanWallet, command.Fan!, currency));
            var dormantOn = command.LastActiveOn.PlusDays(Policy.Of(book, now.Today).DormantAfterDays);
            var payee = Payees.Objection(book, command.Creator, command.Fan);

            if (payee is not null) return payee;
            if (dormantOn > now.Today) return Refusal.NotDormant(account.Key, command.LastActiveOn, dormantOn);
            var amount = account.Key.Code.InWords(account.Balance);
            if (amount == 0) return Refusal.NothingToMove(account.Key);
            var posting = Posting.Draw().Debit(account.Key, amount).Credit(unclaimed, amount).Build();
            if (book.Objection(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.MovedToUnclaimed(
                    amount, command.Currency, command.LastActiveOn, command.Reason, command.Creator, command.Fan),
                posting));
        }

        internal static Decision Decide(Command.ReturnUnclaimed command, Book book)
        {
            var number = command.Transaction;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.MovedToUnclaimed moved) return Refusal.NotUnclaimed(number);
            if (past.Since.FirstOrDefault(since => since.Event is Event.UnclaimedReturned) is { } earlier)
                return Refusal.AlreadyReturned(number, earlier.Number);

            var currency = Currency.Of(moved.Currency);
            var proceeds = moved.Creator is { } creator
                ? Proceeds.OfCreator(book, creator, currency, moved.Amount)
                : Proceeds.OfFan(book, moved.Fan!, currency, moved.Amount);
            var posting = proceeds
                .Credit(Posting.Draw().Debit(new AccountKey(Chart.Unclaimed, "", currency), moved.Amount))
                .Build();
            var payee = Payees.Objection(book, moved.Creator, moved.Fan);
            var objection = book.ObjectionToConsequence(posting);
            if ((payee ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.UnclaimedReturned(
                    number, moved.Amount, moved.Currency, proceeds.DebtRepaid, command.Reason, moved.Creator,
                    moved.Fan),
                posting, RefersTo: number));
        }
    }
}
