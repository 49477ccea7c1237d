using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Orders;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A fan orders goods of a creator. What was paid stays in escrow until they are delivered. The amount is that
        /// of the goods; shipping is paid on top of it and goes to the creator in full. An order of several creators
        /// is placed with each of them, under the same id.
        /// </summary>
        public sealed record PlaceOrder(
            string Fan, string Creator, long Amount, string Currency, Funding Funding, string? Reference = null)
            : Sale(Fan, Creator, Amount, Currency, Funding, Reference)
        {
            public long? Shipping { get; init; }

            /// <summary>The goods, where they are to be kept with the sale; together they are the amount.</summary>
            public IReadOnlyList<OrderLine>? Lines { get; init; }

            internal override SaleKind Kind => SaleKind.Order;

            internal override long ExtraPaid => Shipping ?? 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                base.Faults(book)
                    .Concat(Found(
                        Required("order", Order),
                        Shipping is { } shipping ? AmountFault("shipping", shipping) : null))
                    .Concat(FaultsOfLines());

            private IEnumerable<Fault> FaultsOfLines()
            {
                if (Lines is not { } all) yield break;
                if (all.Count is 0 or > OrderLine.Most)
                {
                    yield return new Fault("lines", "ill_formed", $"An order has 1 to {OrderLine.Most} lines.");
                    yield break;
                }

                Int128 sum = 0;
                for (var i = 0; i < all.Count; i++)
                {
                    if (all[i] is not { } one)
                    {
                        yield return new Fault($"lines[{i}]", "ill_formed", "is missing");
                        yield break;
                    }

                    sum += one.Amount;
                    if (IdentifierFault($"lines[{i}].item", one.Item) is { } item) yield return item;
                    if (one.Quantity is <= 0 or > OrderLine.MostOfAnItem)
                        yield return new Fault(
                            $"lines[{i}].quantity", "ill_formed", $"A quantity is 1 to {OrderLine.MostOfAnItem}.");
                    // What is added for nothing has a line of its own.
                    if (one.Amount != 0 && AmountFault($"lines[{i}].amount", one.Amount) is { } amount)
                        yield return amount;
                }

                if (sum != Amount)
                    yield return new Fault("lines", "not_the_amount", $"The lines are together {sum}, not {Amount}.");
            }
        }
    }

    public abstract partial record Event
    {
        /// <summary>
        /// An order as it will be shared when it is delivered, shipping included, and for how long it is held then.
        /// </summary>
        public sealed record OrderPlaced(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            [property: JsonPropertyOrder(-1)] long Pending,
            [property: JsonPropertyOrder(-1)] int HoldDays,
            [property: JsonPropertyOrder(-1)] long Reserve,
            [property: JsonPropertyOrder(-1)] int ReserveDays,
            string? Reference = null) : Sale(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference)
        {
            public long? Shipping { get; init; }

            public IReadOnlyList<OrderLine>? Lines { get; init; }

            internal override long ExtraPaid => Shipping ?? 0;
        }
    }
}

namespace Fanz.Ledger.Orders
{
    /// <summary>Some of one thing. A bundle is one line, or one for each of its parts.</summary>
    public sealed record OrderLine(string Item, int Quantity, long Amount)
    {
        public const int Most = 50;
        public const int MostOfAnItem = 1_000_000;
    }

    internal static class PlacedOrders
    {
        internal static Decision Decide(Command.PlaceOrder command, Book book, Moment now)
        {
            var selling = Selling.Of(command, book, now);
            var order = Share(selling.Describe(new Event.OrderPlaced(
                command.Fan, command.Creator, command.Amount, command.Currency, command.Funding, selling.Rule.Version,
                selling.Sharing.Fee, selling.Sharing.Pending + command.ExtraPaid, selling.Rule.HoldDays,
                selling.Sharing.Reserve, selling.Rule.ReserveDays, command.Reference)
                {
                    Shipping = command.Shipping,
                    Lines = command.Lines,
                }));
            var posting = selling.Pay(isEarned: false)
                .Credit(selling.Own(Chart.OrderEscrow), OrderShares.Of(order).Whole);
            selling.OweTaxes(posting);
            return selling.Decide(order, posting);
        }

        /// <summary>Shipping is the creator's who sends the goods; when an affiliate earns is not known yet.</summary>
        private static Event.OrderPlaced Share(Event.OrderPlaced order) => order with
        {
            Shares = order.Shares?
                .Select(share => share.Creator == order.Creator
                    ? share with { Pending = share.Pending + order.ExtraPaid }
                    : share)
                .ToArray(),
            Affiliate = order.Affiliate is { } affiliate ? affiliate with { Until = null } : null,
        };
    }
}
