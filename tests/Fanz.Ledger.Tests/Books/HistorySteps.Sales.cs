using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Sales that are earned with the payment, with all that can be said about one.</summary>
internal static partial class HistorySteps
{
    // Some fans are creators too, and some ids differ only for those who look closely.
    internal static readonly string[] Fans = ["ann", "аnn", "é", "bo"];
    internal static readonly string[] Creators = ["b/ea", "e\u0301", "cy", "ann"];
    internal static readonly string[] Affiliates = ["aff", "b/ea", "aff", "zed"];
    internal static readonly string[] Countries = ["DE", "US"];

    private static Family Sales() => new(
        "sales",
        [
            (6, (step, book, _) => Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.SendTip(fan, creator, amount, currency, funding))),
            (2, (step, book, _) => Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.UnlockContent(fan, creator, amount, currency, funding) { Content = "c-1" })),
            (1, (step, book, _) => Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.UnlockMessage(fan, creator, amount, currency, funding) { Message = "m-1" })),
            (1, (step, book, _) => Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.EnterStream(fan, creator, amount, currency, funding) { Stream = "s-1" })),
            (1, (step, book, _) => Sale(step, book, (fan, creator, amount, currency, funding) =>
                new Command.SendGift(fan, creator, amount, currency, funding, "rose", Quantity: 3))),
            (1, (step, book, _) => new Command.Reverse(
                Record(book, step.A, "tip_sent", "content_unlocked", "gift_sent", "wallet_topped_up"), "mistake")),
        ],
        [
            "tip_sent", "content_unlocked", "message_unlocked", "stream_entered", "gift_sent", "refused: self_tip",
            "refused: party_sanctioned", "refused: party_closed",
        ]);

    /// <summary>Half of the sales are plain; the others say something more, now and then all of it.</summary>
    internal static TSale Sale<TSale>(
        Step step, BookInMemory book, Func<string, string, long, string, Funding, TSale> make)
        where TSale : Command.Sale
    {
        var (fan, creator) = (Step.Pick(Fans, step.A), Step.Pick(Creators, step.B));
        var funding = FundingOf(step);
        // Tokens are worth something in one currency alone, and so most of what is bought with them costs.
        var currency = funding == Funding.Tokens && step.A % 8 != 0 ? "USD" : Step.Pick(Currencies, step.C);
        var sale = make(fan, creator, step.Amount, currency, funding);
        if (funding == Funding.Authorisation)
            sale = (TSale)(sale with { Authorisation = $"a-{step.B % 8}" });
        if (step.C % 2 == 0) return sale;
        var terms = step.C / 2;
        return (TSale)(sale with
        {
            Processor = funding == Funding.Card && terms % 3 == 0 ? "p-1" : null,
            Country = terms % 5 == 0 ? "DE" : null,
            Collaborators = (terms / 4) % 3 == 0 ? Sharing(step, creator) : null,
            Affiliate = terms % 2 == 0 ? Step.Pick(Affiliates, terms / 2) : null,
            Taxes = (terms / 8) % 3 == 0 ? TaxesOf(step) : null,
            Discount = (terms / 16) % 3 == 0 && step.Amount > 1 ? DiscountOf(step) : null,
            Metadata = terms % 7 == 0 ? new Dictionary<string, string> { ["campaign"] = "may" } : null,
        });
    }

    private static Funding FundingOf(Step step) => ((step.A / 8) % 10) switch
    {
        0 or 1 or 2 => Funding.Card,
        3 or 4 => Funding.Tokens,
        5 => Funding.Promo,
        6 => Funding.Authorisation,
        _ => Funding.Wallet,
    };

    private static Collaborator[] Sharing(Step step, string creator) =>
    [
        .. Creators.Where(other => other != creator).Take(1 + (step.A % 2))
            .Select((other, i) => new Collaborator(other, 1 + ((step.B + i) % 5))),
        new Collaborator(creator, 1 + (step.A % 7)),
    ];

    private static TaxLine[] TaxesOf(Step step) => step.A % 2 == 0
        ? [new(TaxKind.Vat, "DE", (step.Amount / 5) + 1, 2_000)]
        : [new(TaxKind.SalesTax, "US-CA", (step.Amount / 12) + 1), new(TaxKind.SalesTax, "US-LA", 7)];

    /// <summary>Now and then the platform gives all of it away.</summary>
    private static Discount DiscountOf(Step step) => (step.B % 4) switch
    {
        0 => new Discount("spring", step.Amount, Bearer.Platform),
        1 => new Discount("spring", (step.Amount / 3) + 1, Bearer.Platform),
        _ => new Discount("spring", Math.Max(1, step.Amount / 4), Bearer.Creator),
    };
}
