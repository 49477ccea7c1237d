using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>The platform gives up on what a creator or a fan owes it. Two people agree on that.</summary>
        public sealed record WriteOffDebt(
            long Amount, string Currency, string Reason, string ProposedBy, string ApprovedBy) : Command, IByTwoPeople
        {
            public string? Creator { get; init; }

            public string? Fan { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    (Creator is null) == (Fan is null)
                        ? new Fault("creator", "ill_formed", "The debt is a creator's or a fan's: name one of them.")
                        : null,
                    Creator is null ? null : IdentifierFault("creator", Creator),
                    Fan is null ? null : IdentifierFault("fan", Fan),
                    AmountFault("amount", Amount),
                    MoneyCurrencyFault("currency", Currency),
                    ReasonFault(Reason))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record DebtWrittenOff(
            long Amount, string Currency, string Reason, string ProposedBy, string ApprovedBy) : Event
        {
            public string? Creator { get; init; }

            public string? Fan { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal AmountOverDebt(AccountKey debt, long owed, long asked) => Of(
            "amount_over_debt", $"{debt} stands at {owed}, less than {asked}.",
            ("account", debt), ("owed", owed), ("asked", asked));
    }
}

namespace Fanz.Ledger.Refunds
{
    internal static class DebtWriteOffs
    {
        internal static Decision Decide(Command.WriteOffDebt command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var debt = command.Creator is { } creator
                ? new AccountKey(Chart.CreatorDebt, creator, currency)
                : new AccountKey(Chart.FanDebt, command.Fan!, currency);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.BadDebtExpense, "", currency), command.Amount)
                .Credit(debt, command.Amount)
                .Build();
            var objection = book.Objection(posting);
            var owed = book.Account(debt).Balance;
            if (command.Amount > owed) return Refusal.AmountOverDebt(debt, owed, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.DebtWrittenOff(
                    command.Amount, command.Currency, command.Reason, command.ProposedBy, command.ApprovedBy)
                {
                    Creator = command.Creator,
                    Fan = command.Fan,
                },
                posting));
        }
    }
}
