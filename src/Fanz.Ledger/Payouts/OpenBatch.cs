using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Begins a batch of payouts in a currency, by the rail that is set for it.</summary>
        /// <param name="On">The day that it is formed for.</param>
        public sealed record OpenBatch(string Batch, string Currency, LocalDate On) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("batch", Batch), MoneyCurrencyFault("currency", Currency), Fault.OfDate("on", On));
        }

        /// <summary>All that belongs to a batch is in it; what it comes to can be approved.</summary>
        /// <param name="Sent">What is to be sent in all.</param>
        /// <param name="Members">SHA-256 over the payouts in it, in hexadecimal.</param>
        public sealed record CloseBatch(string Batch, long Payouts, long Sent, string Members) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("batch", Batch)).Concat(ContentFaults(Payouts, Sent, Members));
        }

        private static IEnumerable<Fault> ContentFaults(long payouts, long sent, string? members) => Found(
            payouts < 0 || payouts == 0 != (sent == 0)
                ? new Fault("payouts", "ill_formed", "There are payouts where something is sent, and nowhere else.")
                : null,
            sent == 0 ? null : AmountFault("sent", sent),
            HashFault("members", members));

        private static Fault? HashFault(string field, string? hash) =>
            hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower)
                ? null
                : new Fault(field, "ill_formed", $"{field} is 64 lower-case hexadecimal digits.");
    }

    public abstract partial record Event
    {
        public sealed record BatchOpened(string Batch, string Currency, string Rail, LocalDate On) : Event;

        public sealed record BatchClosed(
            string Batch, string Currency, long Payouts, long Sent, string Members) : Event;
    }
}

namespace Fanz.Ledger.Payouts
{
    internal static class FillingBatches
    {
        internal static Decision Decide(Command.OpenBatch command, Book book, Moment now)
        {
            var currency = Currency.Of(command.Currency);
            var known = PayoutBatch.Of(book, command.Batch);
            var terms = PayoutTerms.Of(book, currency, now.Today);
            if (known.State != BatchState.None) return Refusal.BatchExists(command.Batch);
            if (terms is null) return Refusal.NoPayoutTerms(currency);
            return Recorded(book, command.Batch, new Event.BatchOpened(
                command.Batch, command.Currency, terms.Rail, command.On));
        }

        internal static Decision Decide(Command.CloseBatch command, Book book)
        {
            var batch = PayoutBatch.Of(book, command.Batch);
            if (batch.ObjectionUnless(command.Batch, BatchState.Open) is { } refusal) return refusal;
            return Recorded(book, command.Batch, new Event.BatchClosed(
                command.Batch, batch.Currency, command.Payouts, command.Sent, command.Members));
        }

        internal static Decision Recorded(Book book, string batch, Event @event) =>
            Decision.Of(book, new Draft(@event, Aggregate: PayoutBatch.StreamOf(batch)));
    }
}
