using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Gives a fan back what they paid for a sale, or some of it; as often as something remains.
        /// </summary>
        /// <param name="Amount">Without it, all that remains.</param>
        public sealed record RefundSale(long Transaction, string Reason, long? Amount = null) : Command
        {
            /// <summary>
            /// Nothing but what is not earned yet: the months of a subscription that are still to come.
            /// </summary>
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool UnearnedOnly { get; init; }

            /// <summary>A debt of each who shared it, and what the platform and the fan have of it.</summary>
            internal override int MostLegs => Collaborator.Most + 8;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Transaction > 0 ? null : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."),
                ReasonFault(Reason),
                Amount is { } amount ? AmountFault("amount", amount) : null);
        }
    }

    public abstract partial record Event
    {
        /// <param name="Funding">How the fan had paid: by card it is payable now, else the fan has it back.</param>
        /// <param name="Taken">
        /// Where the parts of creators and affiliates came from, a creator's new debt included.
        /// </param>
        public sealed record SaleRefunded(
            long Transaction, string Fan, string Currency, Funding Funding, string Reason, IReadOnlyList<Portion> Taken)
            : SaleReturned
        {
            /// <summary>The processor that took the card.</summary>
            public string? Processor { get; init; }

            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool UnearnedOnly { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotRefundable(long transaction) => About("not_refundable", transaction, "is no sale");

        public static Refusal NothingToGiveBack(long transaction) =>
            About("nothing_to_give_back", transaction, "has nothing left that could be given back");

        public static Refusal RefundExceedsSale(long transaction, long remaining, long asked) => Of(
            "refund_exceeds_sale", $"Of transaction {transaction} {remaining} can be refunded, not {asked}.",
            ("transaction", transaction), ("remaining", remaining), ("asked", asked));

        public static Refusal RefundDuringDispute(long transaction, string dispute) => Of(
            "refund_during_dispute", $"Transaction {transaction} cannot be refunded while {dispute} disputes it.",
            ("transaction", transaction), ("dispute", dispute));
    }
}

namespace Fanz.Ledger.Refunds
{
    /// <summary>
    /// What each leg gives back is read from the sale and from what was given back before, never from a rule of today.
    /// Tax that was withheld or deposited stays so: it is the tax office's to give back.
    /// </summary>
    internal static class Refunding
    {
        internal static Decision Decide(Command.RefundSale command, Book book)
        {
            var number = command.Transaction;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.Sale sale) return Refusal.NotRefundable(number);
            if (past.ReversedBy is { } by) return Refusal.AlreadyReversed(number, by);
            if (Disputes.Disputes.OpenOf(past) is { } dispute) return Refusal.RefundDuringDispute(number, dispute);

            var whole = SaleParts.Of(past);
            var remains = command.UnearnedOnly ? whole.Unearned() : whole;
            if (remains.Paid == 0) return Refusal.NothingToGiveBack(number);
            var amount = command.Amount ?? remains.Paid;
            if (amount > remains.Paid) return Refusal.RefundExceedsSale(number, remains.Paid, amount);
            var currency = Currency.Of(sale.Currency);
            if (whole.WholeTokens(amount) is not { } tokens)
                return Refusal.NotInWholeTokens(amount, currency, whole.Tokens, whole.Paid);

            var parts = remains.Split(amount);
            var returning = new Returning(book, currency).TakeBack(parts).Credit(Target(sale, currency), amount);
            returning
                .Credit(new AccountKey(Chart.FanTokens, sale.Fan, Currency.Token), tokens)
                .Debit(TokenValue.Issued, tokens);
            var posting = returning.Build();
            if (tokens > 0 && TokenValue.ObjectionToReturn(book, posting) is { } changed) return changed;
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.SaleRefunded(
                    number, sale.Fan, sale.Currency, sale.Funding, command.Reason, returning.Taken)
                {
                    Amount = amount,
                    Tokens = tokens > 0 ? tokens : null,
                    Parts = ReturnedPart.Of(parts),
                    Processor = sale.Processor,
                    UnearnedOnly = command.UnearnedOnly,
                },
                posting, RefersTo: number));
        }

        /// <summary>
        /// What a card paid leaves the platform later, through its processor. Everything else was paid within the
        /// ledger and is the fan's again at once; what had been set aside comes back free, for its purpose is gone.
        /// </summary>
        private static AccountKey Target(Event.Sale sale, Currency currency) => sale.Funding switch
        {
            Funding.Card => new AccountKey(Chart.RefundPayable, "", currency),
            Funding.Wallet or Funding.Authorisation => new AccountKey(Chart.FanWallet, sale.Fan, currency),
            Funding.Promo => new AccountKey(Chart.FanPromo, sale.Fan, currency),
            Funding.Tokens => new AccountKey(Chart.TokenLiability, "", currency),
            _ => throw new InvariantBroken($"{sale.Funding} is no funding."),
        };
    }
}
