using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A fan thanks a creator; perhaps with a message, perhaps while a stream runs, perhaps unnamed.
        /// </summary>
        public sealed record SendTip(
            string Fan, string Creator, long Amount, string Currency, Funding Funding, string? Reference = null)
            : Sale(Fan, Creator, Amount, Currency, Funding, Reference)
        {
            /// <summary>The creator is not to be told who it was. The ledger knows.</summary>
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool Anonymous { get; init; }

            internal override SaleKind Kind => SaleKind.Tip;
        }
    }

    public abstract partial record Event
    {
        /// <summary>A tip as it was shared then: the rule's version, each part, and until when each is held.</summary>
        public sealed record TipSent(
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
                Reference)
        {
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
            public bool Anonymous { get; init; }
        }
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class Tips
    {
        internal static Decision Decide(Command.SendTip command, Book book, Moment now) =>
            SalesEarnedAtOnce.Decide(command, book, now, static (sale, selling) => new Event.TipSent(
                sale.Fan, sale.Creator, sale.Amount, sale.Currency, sale.Funding, selling.Rule.Version,
                selling.Sharing.Fee, selling.Sharing.Pending, selling.PendingUntil, selling.Sharing.Reserve,
                selling.ReserveUntil, sale.Reference)
            {
                Anonymous = ((Command.SendTip)sale).Anonymous,
            });
    }
}
