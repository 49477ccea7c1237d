using Fanz.Ledger.Accounts;
using Fanz.Ledger.Adjustments;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The platform makes a creator or a fan a present, by two people.</summary>
        public sealed record GrantGoodwill(
            long Amount, string Currency, string Reason, string ProposedBy, string ApprovedBy, string? Creator = null,
            string? Fan = null) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    CreatorOrFanFault(Creator, Fan),
                    Creator is null ? null : IdentifierFault("creator", Creator),
                    Fan is null ? null : IdentifierFault("fan", Fan),
                    AmountFault("amount", Amount),
                    MoneyCurrencyFault("currency", Currency),
                    ReasonFault(Reason))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }

        private static Fault? CreatorOrFanFault(string? creator, string? fan) => (creator is null) != (fan is null)
            ? null
            : new Fault("creator", "creator_or_fan", "Either a creator is named or a fan.");
    }

    public abstract partial record Event
    {
        public sealed record GoodwillGranted(
            long Amount, string Currency, string Reason, string ProposedBy, string ApprovedBy, long DebtRepaid,
            string? Creator = null, string? Fan = null) : Event;
    }
}

namespace Fanz.Ledger.Adjustments
{
    internal static class Goodwill
    {
        internal static Decision Decide(Command.GrantGoodwill command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var proceeds = command.Creator is { } creator
                ? Proceeds.OfCreator(book, creator, currency, command.Amount)
                : Proceeds.OfFan(book, command.Fan!, currency, command.Amount);
            var posting = proceeds
                .Credit(Posting.Draw().Debit(new AccountKey(Chart.GoodwillExpense, "", currency), command.Amount))
                .Build();
            // A held creator may be given something: it is not paid out as long as they are held.
            var party = command.Creator is not null
                ? Standings.Objection(book, Role.Creator, command.Creator)
                : Standings.Objection(book, Role.Fan, command.Fan!);
            var objection = book.Objection(posting);
            if ((party ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.GoodwillGranted(
                    command.Amount, command.Currency, command.Reason, command.ProposedBy, command.ApprovedBy,
                    proceeds.DebtRepaid, command.Creator, command.Fan),
                posting));
        }
    }
}
