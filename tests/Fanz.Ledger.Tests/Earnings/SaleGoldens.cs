using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The events of sales, as they are kept for ever.</summary>
internal static class SaleGoldens
{
    private static readonly LocalDate Day = new(2026, 1, 8);
    private static readonly LocalDate Later = new(2026, 4, 1);

    public static readonly (string, Event)[] Events =
    [
        ("tip_sent.full", WithEverything(new Event.TipSent(
            "ann", "bea", 1000, "USD", Funding.Card, 7, 200, 684, Day, 76, Later, "tip-1") { Anonymous = true })),
        ("content_unlocked", new Event.ContentUnlocked(
            "ann", "bea", 1000, "USD", Funding.Wallet, 0, 200, 720, Day, 80, Later) { Content = "clip-7" }),
        ("message_unlocked", new Event.MessageUnlocked(
            "ann", "bea", 1000, "USD", Funding.Promo, 0, 200, 720, Day, 80, Later) { Message = "m-7" }),
        ("stream_entered", new Event.StreamEntered(
            "ann", "bea", 1000, "USD", Funding.Tokens, 0, 200, 720, Day, 80, Later) { Stream = "s-7", Tokens = 1000 }),
        ("gift_sent", new Event.GiftSent(
            "ann", "bea", 1000, "JPY", Funding.Authorisation, 0, 200, 720, Day, 80, Later, "rose", 3)
            {
                Authorisation = "a-7",
            }),
    ];

    private static Event WithEverything(Event.Sale sale) => sale with
    {
        Processor = "acquirer",
        Country = "DE",
        Shares = [new CreatorShare("bea", 410, 46), new CreatorShare("cat", 274, 30)],
        Affiliate = new AffiliateShare("aff", 40, 500, AffiliateBasis.CreatorNet, Bearer.Creator, Day),
        Taxes = [new TaxLine(TaxKind.Vat, "DE", 190, 1_900), new TaxLine(TaxKind.SalesTax, "US-NY", 1)],
        Discount = new Discount("spring", 100, Bearer.Platform),
        Content = "c",
        Post = "p",
        Message = "m",
        Stream = "s",
        Order = "o",
        Metadata = new Dictionary<string, string> { ["campaign"] = "spring é" },
        Spent = new Spent(1000, 5000),
    };
}
