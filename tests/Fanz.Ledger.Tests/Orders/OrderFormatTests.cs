using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Orders;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The events and refusals of orders as they are kept for ever, and what is wrong with bad input.</summary>
public class OrderFormatTests
{
    private static readonly LocalDate Day = new(2026, 1, 8);
    private static readonly LocalDate Later = new(2026, 4, 1);

    internal static readonly (string, Event)[] Events =
    [
        ("order_placed", new Event.OrderPlaced(
            "ann", "bea", 4000, "USD", Funding.Card, 7, 800, Pending: 2880, HoldDays: 7, Reserve: 320, ReserveDays: 90)
            {
                Order = "o-1",
            }),
        ("order_placed.full", new Event.OrderPlaced(
            "ann", "bea", 4000, "USD", Funding.Wallet, 7, 800, Pending: 3380, HoldDays: 7, Reserve: 320,
            ReserveDays: 90, "cart-1")
            {
                Order = "o-1",
                Shipping = 500,
                Lines = [new OrderLine("shirt", 2, 4000), new OrderLine("sticker", 1, 0)],
                Shares = [new CreatorShare("bea", 2228, 192), new CreatorShare("cat", 1152, 128)],
                Affiliate = new AffiliateShare("aff", 200, 500, AffiliateBasis.Gross, Bearer.Platform),
                Taxes = [new TaxLine(TaxKind.SalesTax, "US-NY", 360)],
            }),
        ("order_delivered", new Event.OrderDelivered(7, "o-1", 800, 3380, Day, 320, Later)),
        ("order_delivered.full", new Event.OrderDelivered(7, "o-1", 800, 3380, Day, 320, Later, "parcel-1")
        {
            Shares = [new CreatorShare("bea", 2228, 192), new CreatorShare("cat", 1152, 128)],
            Affiliate = new AffiliateShare("aff", 200, 500, AffiliateBasis.Gross, Bearer.Platform, Day),
        }),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.NotAnOrder(7),
        Refusal.AlreadyDelivered(7, 8),
        Refusal.NothingToDeliver(7),
    ];

    private static readonly Command.PlaceOrder Order = new("ann", "bea", 40_00, "USD", Funding.Card) { Order = "o-1" };
    private static readonly OrderLine Line = new("shirt", 1, 40_00);

    public static TheoryData<Command, string> Faults => new()
    {
        { Order, "" },
        { Order with { Order = null }, "order ill_formed" },
        { Order with { Order = "" }, "order ill_formed" },
        { Order with { Shipping = 5_00 }, "" },
        { Order with { Shipping = 0 }, "shipping amount_not_positive" },
        { Order with { Shipping = long.MaxValue }, "shipping amount_over_limit" },
        { Order with { Amount = 0, Order = null, Shipping = -1 },
            "amount amount_not_positive; order ill_formed; shipping amount_not_positive" },
        { Order with { Lines = [Line] }, "" },
        { Order with { Lines = [Line, new("sticker", 1, 0)] }, "" },
        { Order with { Lines = [] }, "lines ill_formed" },
        { Order with { Lines = [.. Enumerable.Repeat(Line, 51)] }, "lines ill_formed" },
        { Order with { Lines = [Line, null!] }, "lines[1] ill_formed" },
        { Order with { Lines = [Line, Line] }, "lines not_the_amount" },
        { Order with { Lines = [Line with { Amount = 39_99 }] }, "lines not_the_amount" },
        { Order with { Lines = [Line with { Item = "", Quantity = 0 }] },
            "lines[0].item ill_formed; lines[0].quantity ill_formed" },
        { Order with { Lines = [Line with { Quantity = 1_000_001 }] }, "lines[0].quantity ill_formed" },
        { Order with { Lines = [Line with { Amount = 40_01 }, Line with { Amount = -1 }] },
            "lines[1].amount amount_not_positive" },
        { Order with { Lines = [Line with { Amount = long.MaxValue }, Line with { Amount = long.MaxValue }] },
            "lines[0].amount amount_over_limit; lines[1].amount amount_over_limit; lines not_the_amount" },
        { new Command.DeliverOrder(1, "parcel-1"), "" },
        { new Command.DeliverOrder(0, "\0"), "transaction ill_formed; reference ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);
}
