using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A processor pays out what it took for the platform, less its fees and what it keeps back as a reserve.
        /// After a day of refunds the gross itself may be below zero; whenever what is left is, the bank pays the
        /// processor.
        /// </summary>
        /// <param name="Reference">The processor's own name of the settlement; it is settled once.</param>
        public sealed record SettleProcessor(
            string Currency, long Gross, long Fees, long Kept, string? Processor = null, string? Bank = null,
            string? Reference = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                MoneyCurrencyFault("currency", Currency),
                Gross is > Money.Money.Limit or < -Money.Money.Limit
                    ? new Fault("gross", "amount_over_limit", $"The gross is over {Money.Money.Limit}.")
                    : null,
                PartFault("fees", Fees),
                PartFault("kept", Kept),
                (Gross, Fees, Kept) is (0, 0, 0) ? new Fault("gross", "amount_zero", "Nothing is settled.") : null,
                Processor is null ? null : IdentifierFault("processor", Processor),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Reference is null ? null : IdentifierFault("reference", Reference));

            private static Fault? PartFault(string field, long amount) =>
                amount == 0 ? null : AmountFault(field, amount);
        }

        /// <summary>A processor gives back what it had kept.</summary>
        public sealed record ReleaseProcessorReserve(
            long Amount, string Currency, string? Processor = null, string? Bank = null,
            string? Reference = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                Processor is null ? null : IdentifierFault("processor", Processor),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Reference is null ? null : IdentifierFault("reference", Reference));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Net">What reached the bank, or left it: the gross less fees and what was kept.</param>
        public sealed record ProcessorSettled(
            string Currency, long Gross, long Fees, long Kept, long Net, string? Processor = null, string? Bank = null,
            string? Reference = null) : Event;

        public sealed record ProcessorReserveReleased(
            long Amount, string Currency, string? Processor = null, string? Bank = null,
            string? Reference = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal MoreThanReserved(AccountKey reserve, long kept, long needed) => Of(
            "more_than_reserved", $"{reserve} keeps {kept}, {needed} cannot be given back.",
            ("account", reserve), ("kept", kept), ("needed", needed));
    }
}

namespace Fanz.Ledger.Settlement
{
    internal static class ProcessorSettlements
    {
        internal static Decision Decide(Command.SettleProcessor command, Book book)
        {
            var stream = StatementLine.StreamOf("settlement", command.Processor, command.Reference);
            var recorded = StatementLine.Objection(book, stream, command.Reference);
            var net = command.Gross - command.Fees - command.Kept;
            var currency = Currency.Of(command.Currency);
            var bank = Of(Chart.BankCash, command.Bank, currency);
            var receivable = Of(Chart.ProcessorReceivable, command.Processor, currency);
            var posting = Posting.Draw()
                .Debit(bank, Math.Max(net, 0))
                .Credit(bank, Math.Max(-net, 0))
                .Debit(Of(Chart.ProcessorFeeExpense, null, currency), command.Fees)
                .Debit(Of(Chart.ProcessorReserve, command.Processor, currency), command.Kept)
                .Credit(receivable, Math.Max(command.Gross, 0))
                .Debit(receivable, Math.Max(-command.Gross, 0))
                .Build();
            var objection = book.Objection(posting);
            if ((recorded ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.ProcessorSettled(
                    command.Currency, command.Gross, command.Fees, command.Kept, net, command.Processor, command.Bank,
                    command.Reference),
                posting, Aggregate: stream));
        }

        internal static Decision Decide(Command.ReleaseProcessorReserve command, Book book)
        {
            var stream = StatementLine.StreamOf("reserve_release", command.Processor, command.Reference);
            var recorded = StatementLine.Objection(book, stream, command.Reference);
            var currency = Currency.Of(command.Currency);
            var reserve = book.Account(Of(Chart.ProcessorReserve, command.Processor, currency));
            var posting = Posting.Draw()
                .Debit(Of(Chart.BankCash, command.Bank, currency), command.Amount)
                .Credit(reserve.Key, command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if (recorded is not null) return recorded;
            if (command.Amount > reserve.Balance)
                return Refusal.MoreThanReserved(reserve.Key, reserve.Balance, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.ProcessorReserveReleased(
                    command.Amount, command.Currency, command.Processor, command.Bank, command.Reference),
                posting, Aggregate: stream));
        }

        private static AccountKey Of(AccountCode code, string? owner, Currency currency) =>
            new(code, owner ?? "", currency);
    }
}
