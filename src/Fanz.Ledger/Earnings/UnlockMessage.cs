using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A fan unlocks a message that a creator sent with a price.</summary>
        public sealed record UnlockMessage(
            string Fan, string Creator, long Amount, string Currency, Funding Funding, string? Reference = null)
            : Sale(Fan, Creator, Amount, Currency, Funding, Reference)
        {
            internal override SaleKind Kind => SaleKind.Message;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                base.Faults(book).Concat(Found(Required("message", Message)));
        }
    }

    public abstract partial record Event
    {
        public sealed record MessageUnlocked(
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
    internal static class MessageSales
    {
        internal static Decision Decide(Command.UnlockMessage command, Book book, Moment now) =>
            SalesEarnedAtOnce.Decide(command, book, now, static (sale, selling) => new Event.MessageUnlocked(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, selling.Sharing.Pending, selling.PendingUntil, selling.Sharing.Reserve,
                selling.ReserveUntil, sale.Reference));
    }
}
