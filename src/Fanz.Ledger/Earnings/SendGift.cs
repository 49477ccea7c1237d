using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A fan gives a creator a virtual gift: some of one thing, at the platform's price.</summary>
        public sealed record SendGift(
            string Fan, string Creator, long Amount, string Currency, Funding Funding, string Gift, int Quantity = 1,
            string? Reference = null) : Sale(Fan, Creator, Amount, Currency, Funding, Reference)
        {
            private const int MostAtOnce = 1_000_000;

            internal override SaleKind Kind => SaleKind.Gift;

            internal override IEnumerable<Fault> Faults(BookName book) => base.Faults(book).Concat(Found(
                IdentifierFault("gift", Gift),
                Quantity is > 0 and <= MostAtOnce
                    ? null
                    : new Fault("quantity", "ill_formed", $"A quantity is 1 to {MostAtOnce}.")));
        }
    }

    public abstract partial record Event
    {
        public sealed record GiftSent(
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
            string Gift,
            int Quantity,
            string? Reference = null)
            : Earned(
                Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Pending, PendingUntil, Reserve, ReserveUntil,
                Reference);
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class Gifts
    {
        internal static Decision Decide(Command.SendGift command, Book book, Moment now) =>
            SalesEarnedAtOnce.Decide(command, book, now, static (sale, selling) => new Event.GiftSent(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, selling.Sharing.Pending, selling.PendingUntil, selling.Sharing.Reserve,
                selling.ReserveUntil, ((Command.SendGift)sale).Gift, ((Command.SendGift)sale).Quantity,
                sale.Reference));
    }
}
