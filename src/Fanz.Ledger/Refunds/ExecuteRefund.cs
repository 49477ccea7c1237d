using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// What was refunded of a sale by card has left: through a processor, or into the fan's wallet.
        /// </summary>
        /// <param name="Refund">The number of the refund.</param>
        /// <param name="Processor">Who paid it out, where that is not the one that took the card.</param>
        public sealed record ExecuteRefund(long Refund, string? Processor = null) : Command
        {
            /// <summary>The card cannot be reached any more: the fan has it in the wallet.</summary>
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool ToWallet { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Refund > 0 ? null : new Fault("refund", "ill_formed", "Transactions are numbered from 1."),
                Processor is null ? null : IdentifierFault("processor", Processor),
                Processor is null || !ToWallet
                    ? null
                    : new Fault("processor", "not_by_card", "No processor pays into a wallet."));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Amount">All of the refund but what a bank has paid in its place.</param>
        public sealed record RefundExecuted(long Refund, string Fan, long Amount, string Currency) : Event
        {
            public string? Processor { get; init; }

            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool ToWallet { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotARefund(long transaction) =>
            About("not_a_refund", transaction, "is no refund of a sale by card");

        public static Refusal RefundAlreadyExecuted(long refund, long by) => Of(
            "refund_already_executed", $"The refund {refund} was executed by {by}.",
            ("transaction", refund), ("executed_by", by));
    }
}

namespace Fanz.Ledger.Refunds
{
    /// <summary>
    /// A refund is executed when the processor is to be told, so this is where a payment is kept from leaving twice:
    /// not while a bank disputes the sale, and never what a lost dispute has paid already.
    /// </summary>
    internal static class RefundExecutions
    {
        internal static Decision Decide(Command.ExecuteRefund command, Book book)
        {
            var number = command.Refund;
            if (book.Transaction(number) is not { } past) return book.Absent(number);
            if (past.Event is not Event.SaleRefunded { Funding: Funding.Card } refund)
                return Refusal.NotARefund(number);
            foreach (var record in past.Since)
                if (record.Event is Event.RefundExecuted) return Refusal.RefundAlreadyExecuted(number, record.Number);
            if (book.Transaction(refund.Transaction) is not { } sale)
                return book.Absent(refund.Transaction);
            if (Disputes.Disputes.OpenOf(sale) is { } dispute)
                return Refusal.RefundDuringDispute(refund.Transaction, dispute);
            var amount = RefundsToExecute.Remaining(sale, number, refund);
            if (amount == 0) return Refusal.RefundPaidByDispute(number, refund.Transaction);

            var currency = Currency.Of(refund.Currency);
            var processor = command.ToWallet ? null : command.Processor ?? refund.Processor;
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.RefundPayable, "", currency), amount)
                .Credit(
                    command.ToWallet
                        ? new AccountKey(Chart.FanWallet, refund.Fan, currency)
                        : new AccountKey(Chart.ProcessorReceivable, processor ?? "", currency),
                    amount)
                .Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.RefundExecuted(number, refund.Fan, amount, refund.Currency)
                {
                    Processor = processor,
                    ToWallet = command.ToWallet,
                },
                posting, RefersTo: number));
        }
    }
}
