using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class WalletFaultTests
{
    private static readonly LocalDate Day = new(2026, 1, 31);
    private static readonly Dictionary<string, string> TooMuch =
        Enumerable.Range(0, 17).ToDictionary(i => $"key {i}", _ => "");

    private static readonly Command.TopUp TopUp = new("ann", 1, "USD");
    private static readonly Command.PurchaseTokens Purchase = new("ann", 1, 1, "USD", Funding.Card);
    private static readonly Command.WithdrawFromWallet Withdraw = new("ann", 1, "USD", WayOut.Card);
    private static readonly Command.GrantPromo Grant = new("ann", 1, "USD", "spring");
    private static readonly Command.Authorise Authorise = new("a-7", "ann", 1, "USD", Day);

    public static TheoryData<Command, string> OfMoney => new()
    {
        { TopUp with { Processor = "acquirer", Metadata = new Dictionary<string, string> { ["a"] = "" } }, "" },
        { TopUp with { Processor = "" }, "processor ill_formed" },
        { TopUp with { Processor = "\0", Metadata = TooMuch }, "processor ill_formed; metadata too_many" },
        { Withdraw with { Processor = "acquirer", Reference = "w-1" }, "" },
        { Withdraw with { To = WayOut.Bank }, "" },
        { Withdraw with { To = WayOut.Bank, Processor = "acquirer" }, "processor not_by_card" },
        { Withdraw with { To = (WayOut)7 }, "to ill_formed" },
        { new Command.WithdrawFromWallet(null!, 0, "TKN", (WayOut)(-1), "\0") { Processor = "\0" },
            "fan ill_formed; amount amount_not_positive; currency wrong_currency; to ill_formed; reference ill_formed; "
            + "processor ill_formed; processor not_by_card" },
    };

    public static TheoryData<Command, string> OfTokensAndPromos => new()
    {
        { Purchase, "" },
        { Purchase with { Funding = Funding.Wallet, Bonus = 100_000_000_000_000_000 }, "" },
        { Purchase with { Bonus = -1 }, "bonus amount_not_positive" },
        { Purchase with { Bonus = 100_000_000_000_000_001 }, "bonus amount_over_limit" },
        { Purchase with { Tokens = 0 }, "tokens amount_not_positive" },
        { Purchase with { Tokens = long.MaxValue }, "tokens amount_over_limit" },
        { Purchase with { Amount = 0 }, "amount amount_not_positive" },
        { Purchase with { Funding = Funding.Tokens }, "funding ill_formed" },
        { Purchase with { Funding = Funding.Promo }, "funding ill_formed" },
        { Purchase with { Funding = Funding.Authorisation }, "funding ill_formed" },
        { Purchase with { Funding = Funding.Wallet, Processor = "acquirer" }, "processor not_by_card" },
        { new Command.PurchaseTokens(null!, -1, -1, null!, (Funding)7, -1, "\0") { Processor = "", Metadata = TooMuch },
            "fan ill_formed; tokens amount_not_positive; bonus amount_not_positive; amount amount_not_positive; "
            + "currency unknown_currency; funding ill_formed; reference ill_formed; processor ill_formed; "
            + "processor not_by_card; metadata too_many" },
        { Grant, "" },
        { Grant with { ExpiresOn = Day }, "" },
        { Grant with { ExpiresOn = new LocalDate(3000, 1, 1) }, "expires_on date_out_of_range" },
        { new Command.GrantPromo("", 0, "", null!),
            "fan ill_formed; amount amount_not_positive; currency unknown_currency; promotion ill_formed" },
        { new Command.ExpirePromo(1), "" },
        { new Command.ExpirePromo(0, "\0"), "grant ill_formed; reason ill_formed" },
    };

    public static TheoryData<Command, string> OfAuthorisations => new()
    {
        { Authorise, "" },
        { Authorise with { Authorisation = "a/7" }, "" },
        { Authorise with { ExpiresOn = default }, "expires_on date_out_of_range" },
        { new Command.Authorise(null!, null!, 0, "TKN", new LocalDate(2026, 1, 8, CalendarSystem.Julian)),
            "authorisation ill_formed; fan ill_formed; amount amount_not_positive; currency wrong_currency; "
            + "expires_on date_out_of_range" },
        { new Command.VoidAuthorisation("a-7", "cancelled"), "" },
        { new Command.VoidAuthorisation(null!, "\0"), "authorisation ill_formed; reason ill_formed" },
        { new Command.ExpireAuthorisation("a-7"), "" },
        { new Command.ExpireAuthorisation(new string('a', 129)), "authorisation ill_formed" },
    };

    [Theory]
    [MemberData(nameof(OfMoney))]
    [MemberData(nameof(OfTokensAndPromos))]
    [MemberData(nameof(OfAuthorisations))]
    public void Everything_that_is_wrong_with_a_command_of_a_wallet_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);
}
