using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class SaleFaultTests
{
    private static readonly Command.SendTip Tip = Sales.Tip;
    private static readonly Discount Spring = new("spring", 2_00, Bearer.Platform);

    public static TheoryData<Command, string> OfFunding => new()
    {
        { Tip with { Processor = "acquirer" }, "" },
        { Tip with { Processor = "" }, "processor ill_formed" },
        { Tip with { Processor = "acquirer", Funding = Funding.Wallet }, "processor not_by_card" },
        { Tip with { Funding = Funding.Tokens }, "" },
        { Tip with { Funding = Funding.Promo }, "" },
        { Tip with { Funding = Funding.Authorisation, Authorisation = "a-7" }, "" },
        { Tip with { Funding = Funding.Authorisation }, "authorisation ill_formed" },
        { Tip with { Authorisation = "a-7" }, "authorisation ill_formed" },
        { Tip with { Funding = Funding.Authorisation, Authorisation = "a\n" }, "authorisation ill_formed" },
        { Tip with { Country = "DE" }, "" },
        { Tip with { Country = "de" }, "country ill_formed" },
        { Tip with { Country = "DEU" }, "country ill_formed" },
        { Tip with { Country = "" }, "country ill_formed" },
        { Tip with { Affiliate = "aff" }, "" },
        { Tip with { Affiliate = "" }, "affiliate ill_formed" },
    };

    public static TheoryData<Command, string> OfCollaborators => new()
    {
        { Tip with { Collaborators = [new("cat", int.MaxValue), new("bea", int.MaxValue)] }, "" },
        { Tip with { Collaborators = [] }, "collaborators ill_formed" },
        { Tip with { Collaborators = [new("bea", 1)] }, "collaborators ill_formed" },
        { Tip with { Collaborators = [.. Many(20)] }, "" },
        { Tip with { Collaborators = [.. Many(21)] }, "collaborators ill_formed" },
        { Tip with { Collaborators = [new("bea", 1), null!] }, "collaborators[1] ill_formed" },
        { Tip with { Collaborators = [new("bea", 0), new("", -1)] },
            "collaborators[0].weight ill_formed; collaborators[1].creator ill_formed; "
            + "collaborators[1].weight ill_formed" },
        { Tip with { Collaborators = [new("bea", 1), new("bea", 1)] }, "collaborators repeated" },
        { Tip with { Collaborators = [new("cat", 1), new("dea", 1)] }, "collaborators ill_formed" },
    };

    public static TheoryData<Command, string> OfTaxesAndDiscounts => new()
    {
        { Tip with { Taxes = [new(TaxKind.Vat, "DE", 1_90), new(TaxKind.SalesTax, "DE", 1, 100_000)] }, "" },
        { Tip with { Taxes = [] }, "taxes ill_formed" },
        { Tip with { Taxes = [.. Enumerable.Range(0, 11).Select(i => new TaxLine(TaxKind.Vat, $"{i}", 1))] },
            "taxes ill_formed" },
        { Tip with { Taxes = [null!] }, "taxes[0] ill_formed" },
        { Tip with { Taxes = [new((TaxKind)7, "", 0, -1)] },
            "taxes[0].kind ill_formed; taxes[0].jurisdiction ill_formed; taxes[0].amount amount_not_positive; "
            + "taxes[0].rate_basis_points ill_formed" },
        { Tip with { Taxes = [new(TaxKind.Vat, "DE", 1, 100_001)] }, "taxes[0].rate_basis_points ill_formed" },
        { Tip with { Taxes = [new(TaxKind.Vat, "DE", 1), new(TaxKind.Vat, "DE", 2)] }, "taxes repeated" },
        { Tip with { Discount = Spring }, "" },
        { Tip with { Discount = Spring with { Amount = 10_00 } }, "" },
        { Tip with { Discount = Spring with { Amount = 10_01 } }, "discount.amount over_amount" },
        { Tip with { Discount = Spring with { Amount = 9_99, BorneBy = Bearer.Creator } }, "" },
        { Tip with { Discount = Spring with { Amount = 10_00, BorneBy = Bearer.Creator } },
            "discount.amount over_amount" },
        { Tip with { Amount = long.MinValue, Discount = Spring with { BorneBy = Bearer.Creator } },
            "amount amount_not_positive" },
        { Tip with { Discount = new("", 0, (Bearer)7) },
            "discount.promotion ill_formed; discount.amount amount_not_positive; discount.borne_by ill_formed" },
    };

    public static TheoryData<Command, string> OfReferences => new()
    {
        { Tip with { Content = "c", Post = "p", Message = "m", Stream = "s", Order = "o" }, "" },
        { Tip with { Content = "", Post = "", Message = "", Stream = "", Order = "" },
            "content ill_formed; post ill_formed; message ill_formed; stream ill_formed; order ill_formed" },
        { Tip with { Metadata = Words(16) }, "" },
        { Tip with { Metadata = Words(17) }, "metadata too_many" },
        { Tip with { Metadata = new Dictionary<string, string> { ["k"] = "", ["l"] = "two\nlines" } }, "" },
        { Tip with { Metadata = new Dictionary<string, string> { [""] = "v" } }, "metadata ill_formed" },
        { Tip with { Metadata = new Dictionary<string, string> { [new string('k', 41)] = "v" } },
            "metadata ill_formed" },
        { Tip with { Metadata = new Dictionary<string, string> { ["k"] = new string('v', 201) } },
            "metadata.k ill_formed" },
        { Tip with { Metadata = new Dictionary<string, string> { ["k"] = null! } }, "metadata.k ill_formed" },
        { new Command.UnlockContent("ann", "bea", 1, "USD", Funding.Card), "content ill_formed" },
        { new Command.UnlockContent("ann", "bea", 1, "USD", Funding.Card) { Content = "c" }, "" },
        { new Command.UnlockMessage("ann", "bea", 1, "USD", Funding.Card), "message ill_formed" },
        { new Command.UnlockMessage("ann", "bea", 1, "USD", Funding.Card) { Message = "m" }, "" },
        { new Command.EnterStream("ann", "bea", 1, "USD", Funding.Card), "stream ill_formed" },
        { new Command.EnterStream("ann", "bea", 1, "USD", Funding.Card) { Stream = "s" }, "" },
        { new Command.SendGift("ann", "bea", 1, "USD", Funding.Card, "rose", 1_000_000), "" },
        { new Command.SendGift("ann", "bea", 1, "USD", Funding.Card, "", 0), "gift ill_formed; quantity ill_formed" },
        { new Command.SendGift("", "", 0, "usd", (Funding)9, null!, 1_000_001),
            "fan ill_formed; creator ill_formed; amount amount_not_positive; currency unknown_currency; "
            + "funding ill_formed; gift ill_formed; quantity ill_formed" },
    };

    [Theory]
    [MemberData(nameof(OfFunding))]
    [MemberData(nameof(OfCollaborators))]
    [MemberData(nameof(OfTaxesAndDiscounts))]
    [MemberData(nameof(OfReferences))]
    public void Everything_that_is_wrong_with_a_sale_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Faults_of_every_part_of_a_sale_are_told_together() =>
        (Tip with
        {
            Fan = "", Country = "x", Collaborators = [], Taxes = [], Discount = Spring with { Amount = 0 }, Post = "",
        }).ShouldHave(
            "fan ill_formed; country ill_formed; collaborators ill_formed; taxes ill_formed; "
            + "discount.amount amount_not_positive; post ill_formed");

    private static IEnumerable<Collaborator> Many(int count) =>
        Enumerable.Range(0, count).Select(i => new Collaborator(i == 0 ? "bea" : $"c{i}", i + 1));

    private static Dictionary<string, string> Words(int count) =>
        Enumerable.Range(0, count).ToDictionary(i => $"k{i}", i => $"v{i}");
}
