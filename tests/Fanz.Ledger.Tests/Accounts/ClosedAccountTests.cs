using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// A closed account begins nothing, and nothing is stuck because of it: what was under way comes in, and leaves again.
/// </summary>
public class ClosedAccountTests
{
    private static readonly Command.TopUp TopUp = new("ann", 10_00, "USD");
    private static readonly Command.FormPayout Payout = new("p-1", "bea", "USD", 7_20, Fee: 1_00);
    private static readonly Command.ReleaseHold Release = new("bea", "USD", new LocalDate(2026, 1, 8), "run");

    /// <summary>What was under way when all that was empty was closed, and what then has to come of it.</summary>
    public static TheoryData<string, Command[], Command[]> UnderWay => new()
    {
        { "a dispute that is won",
            [Sold.Tip, new Command.OpenDispute("d-1", 2, 15_00)], [new Command.WinDispute("d-1")] },
        { "a dispute that is lost",
            [Sold.Tip, new Command.OpenDispute("d-1", 2, 15_00)], [new Command.LoseDispute("d-1")] },
        { "a dispute that the platform bears",
            [Sold.Tip, new Command.OpenDispute("d-1", 2, 15_00)],
            [new Command.LoseDispute("d-1") { Bearer = Bearer.Platform }] },
        { "a dispute that is opened, won and opened again",
            [Sold.Tip, new Command.OpenDispute("d-1", 2, 0), new Command.WinDispute("d-1")],
            [new Command.ReopenDispute("d-1"), new Command.WinDispute("d-1"), new Command.OpenDispute("d-2", 2, 0)] },
        { "a dispute of a top-up",
            [TopUp, new Command.OpenDispute("d-1", 2, 0)],
            [new Command.WinDispute("d-1"), new Command.WithdrawFromWallet("ann", 10_00, "USD", WayOut.Card)] },
        { "a refund into the wallet",
            [TopUp, Sold.Tip with { Funding = Funding.Wallet }],
            [new Command.RefundSale(3, "why"), new Command.WithdrawFromWallet("ann", 10_00, "USD", WayOut.Card)] },
        { "a refund by card into the wallet",
            [Sold.Tip, new Command.RefundSale(2, "why")], [new Command.ExecuteRefund(3) { ToWallet = true }] },
        { "tokens that come back",
            [
                new Command.PurchaseTokens("ann", 100, 1_00, "USD", Funding.Card),
                Sold.Tip with { Amount = 1_00, Funding = Funding.Tokens },
            ],
            [new Command.RefundSale(3, "why")] },
        { "an authorisation",
            [TopUp, new Command.Authorise("a-1", "ann", 10_00, "USD", new LocalDate(2026, 2, 1))],
            [new Command.VoidAuthorisation("a-1")] },
        { "what is pending", [Sold.Tip], [Release, Payout, new Command.AcceptPayout("p-1")] },
        { "a payout that fails", [Sold.Tip, Release, Payout], [new Command.FailPayout("p-1", "why"), Payout2()] },
        { "a payout that is rejected",
            [Sold.Tip, Release, Payout, new Command.AcceptPayout("p-1")], [new Command.RejectPayout("p-1", "why")] },
        { "a payout that is accepted and settled",
            [Sold.Tip, Release, Payout], [new Command.AcceptPayout("p-1"), new Command.SettlePayout("p-1")] },
        { "a payout that comes back",
            [Sold.Tip, Release, Payout, new Command.AcceptPayout("p-1"), new Command.SettlePayout("p-1")],
            [
                new Command.ReturnPayout("p-1", "why"),
                new Command.ReleaseAmount("bea", 6_20, "USD", "checked", "p-1"),
                new Command.FormPayout("p-2", "bea", "USD", 6_20, 0),
            ] },
        { "what is held by hand",
            [Sold.Tip, Release, new Command.HoldAmount("bea", 7_20, "USD", "why")],
            [new Command.ReleaseAmount("bea", 7_20, "USD", "checked", ProposedBy: "pat", ApprovedBy: "sam")] },
        { "a refund after everything was paid out",
            [Sold.Tip, Release, Payout],
            [new Command.RefundSale(2, "why"), new Command.WriteOffDebt(6_40, "USD", "gone", "pat", "sam")
            {
                Creator = "bea",
            }] },
    };

    [Theory]
    [MemberData(nameof(UnderWay))]
    public void Whatever_is_under_way_when_accounts_are_closed_still_comes_and_goes(
        string what, Command[] before, Command[] after)
    {
        var book = new BookInMemory();
        foreach (var command in before)
        {
            if (command is Command.Release) book.Wait(Duration.FromDays(7));
            book.Posted(command);
        }

        foreach (var command in after)
        {
            CloseWhateverIsEmpty(book);
            if (command is Command.Release) book.Wait(Duration.FromDays(7));
            Assert.True(book.Post(command) is null, $"{what}: {command}");
        }
    }

    [Fact]
    public void What_is_chosen_is_refused_in_both_directions_unless_it_empties_the_account()
    {
        var book = new BookInMemory().Posted(TopUp).Posted(Sold.Tip with { Funding = Funding.Wallet });
        CloseWhateverIsEmpty(book);
        const string wallet = "fan.wallet/USD//ann";
        book.ShouldRefuse(TopUp, "account_closed", ("account", wallet));
        book.ShouldRefuse(Move(-1), "account_closed");
        book.ShouldRefuse(Move(1), "account_closed");
        book.Posted(new Command.RefundSale(3, "why"));
        book.ShouldRefuse(TopUp, "account_closed");
        book.ShouldRefuse(Move(-1), "account_closed");
        book.ShouldRefuse(Move(10_01), "account_closed");
        book.Posted(Move(10_00));
        book.ShouldRefuse(TopUp, "account_closed");
    }

    [Fact]
    public void What_came_back_to_a_closed_account_is_the_first_to_be_given_back()
    {
        var book = new BookInMemory().Posted(Sold.Tip);
        book.Wait(Duration.FromDays(7));
        book.Posted(Release).Posted(Payout);
        CloseWhateverIsEmpty(book);
        book.Posted(new Command.FailPayout("p-1", "why")).Posted(new Command.RefundSale(2, "why"));
        Assert.Equal(0, book.Holds("creator.available/USD//bea"));
        Assert.Equal(0, book.Holds("creator.debt/USD//bea"));
    }

    [Theory]
    [InlineData("revenue.tip", "", "USD", "account.code never_closed")]
    [InlineData("token.liability", "", "USD", "account.code never_closed")]
    [InlineData("token.issued", "", "TKN", "account.code never_closed")]
    [InlineData("suspense", "", "USD", "account.code never_closed")]
    [InlineData("cash.bank", "", "USD", "")]
    [InlineData("psp.receivable", "p-1", "USD", "")]
    [InlineData("vat.payable", "DE", "USD", "")]
    [InlineData("creator.available", "bea", "USD", "")]
    public void The_accounts_that_every_book_needs_are_never_closed(
        string code, string owner, string currency, string faults) =>
        new Command.CloseAccount(new AccountName(code, owner, currency), "gone").ShouldHave(faults);

    private static Command.FormPayout Payout2() => Payout with { Payout = "p-2" };

    private static Command.Transfer Move(long amount) => new(
        [
            new NamedLeg(new AccountName("fan.wallet", "ann", "USD"), amount),
            new NamedLeg(new AccountName("suspense", "", "USD"), -amount),
        ], "by hand");

    /// <summary>Also those that nobody has used yet, as somebody might have emptied and closed them before.</summary>
    private static void CloseWhateverIsEmpty(BookInMemory book)
    {
        foreach (var state in book.Accounts.ToList())
        {
            if (state.Key.Code.Holder is Holder.Platform or Holder.PlatformOrImport) continue;
            if (state.Balance != 0 || state.Life != Life.Open) continue;
            if (state.IsOpened) book.Posted(new Command.CloseAccount(Portion.NameOf(state.Key), "left"));
            else book.Load(AccountState.Loaded(state.Key, -1 - book.Accounts.Count(), 1, 0, Life.Closed));
        }
    }
}
