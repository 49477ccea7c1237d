using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A fan pays to watch a live stream.</summary>
        public sealed record EnterStream(
            string Fan, string Creator, long Amount, string Currency, Funding Funding, string? Reference = null)
            : Sale(Fan, Creator, Amount, Currency, Funding, Reference)
        {
            internal override SaleKind Kind => SaleKind.Stream;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                base.Faults(book).Concat(Found(Required("stream", Stream)));
        }
    }

    public abstract partial record Event
    {
        public sealed record StreamEntered(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            long Pending,
            LocalDate PendingUntil,
            long Reserve,
            LocalDate ReserveUntil,
            string? Reference = null)
            : Earned(
                Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Pending, PendingUntil, Reserve, ReserveUntil,
                Reference);
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class StreamSales
    {
        internal static Decision Decide(Command.EnterStream command, Book book, Moment now) =>
            SalesEarnedAtOnce.Decide(command, book, now, static (sale, selling) => new Event.StreamEntered(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, selling.Sharing.Pending, selling.PendingUntil, selling.Sharing.Reserve,
                selling.ReserveUntil, sale.Reference));
    }
}
