using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class TipTests
{
    [Fact]
    public void A_tip_by_card_is_shared_80_to_20_with_a_tenth_of_the_creators_part_in_reserve() =>
        new BookInMemory().Posted(Card(10_00)).ShouldRead("""
            tip_sent
              debit   psp.receivable                            10.00 USD   leaves 10.00 USD
              credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  revenue.tip                                2.00 USD   leaves  2.00 USD
            """);

    [Fact]
    public void A_tip_by_wallet_takes_the_wallet_in_place_of_the_processor() =>
        new BookInMemory().Posted(new Command.TopUp("ann", 12_00, "USD")).Posted(Wallet(10_00)).ShouldRead("""
            wallet_topped_up
              debit   psp.receivable                            12.00 USD   leaves 12.00 USD
              credit  fan.wallet of ann                         12.00 USD   leaves 12.00 USD
            tip_sent
              debit   fan.wallet of ann                         10.00 USD   leaves  2.00 USD
              credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  revenue.tip                                2.00 USD   leaves  2.00 USD
            """);

    [Fact]
    public void Of_odd_cents_nothing_is_lost_and_the_creator_has_the_better_of_it() =>
        new BookInMemory().Posted(Card(9_99)).Posted(Card(0_01)).ShouldRead("""
            tip_sent
              debit   psp.receivable                             9.99 USD   leaves  9.99 USD
              credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves  7.19 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  revenue.tip                                2.00 USD   leaves  2.00 USD
            tip_sent
              debit   psp.receivable                             0.01 USD   leaves 10.00 USD
              credit  creator.pending of bea until 2026-01-08    0.01 USD   leaves  7.20 USD
            """);

    [Fact]
    public void Yen_have_no_decimals() =>
        new BookInMemory().Posted(Card(999, "JPY")).ShouldRead("""
            tip_sent
              debit   psp.receivable                             999 JPY   leaves 999 JPY
              credit  creator.pending of bea until 2026-01-08    719 JPY   leaves 719 JPY
              credit  creator.reserve of bea until 2026-04-01     80 JPY   leaves  80 JPY
              credit  revenue.tip                                200 JPY   leaves 200 JPY
            """);

    [Fact]
    public void Kuwaiti_dinars_have_three_decimals() =>
        new BookInMemory().Posted(Card(1_005, "KWD")).ShouldRead("""
            tip_sent
              debit   psp.receivable                            1.005 KWD   leaves 1.005 KWD
              credit  creator.pending of bea until 2026-01-08   0.724 KWD   leaves 0.724 KWD
              credit  creator.reserve of bea until 2026-04-01   0.080 KWD   leaves 0.080 KWD
              credit  revenue.tip                               0.201 KWD   leaves 0.201 KWD
            """);

    [Fact]
    public void A_tip_states_for_ever_how_it_was_shared_then()
    {
        var book = new BookInMemory().Posted(Card(9_99));
        var record = book.Journal[^1].Record;
        var tip = Assert.IsType<Event.TipSent>(EventFormat.Read(record.Type, record.Data.Span));
        Assert.Equal(
            new Event.TipSent(
                "ann", "bea", 999, "USD", Funding.Card, RuleVersion: 0, Fee: 200, Pending: 719,
                PendingUntil: new(2026, 1, 8), Reserve: 80, ReserveUntil: new(2026, 4, 1)),
            tip);
    }

    [Fact]
    public void A_wallet_gives_no_more_than_it_has()
    {
        var book = new BookInMemory().Posted(new Command.TopUp("ann", 9_99, "USD"));
        var before = book.Snapshot();
        var refusal = book.Post(Wallet(10_00));
        Assert.Equal("insufficient_funds", refusal?.Code);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["account"] = "fan.wallet/USD//ann", ["available"] = "999", ["needed"] = "1000",
            },
            refusal?.Facts);
        Assert.Equal(before, book.Snapshot());
    }

    [Fact]
    public void The_wallet_of_a_look_alike_is_not_touched()
    {
        var book = new BookInMemory().Posted(new Command.TopUp("аnn", 50_00, "USD"));
        Assert.Equal("insufficient_funds", book.Post(Wallet(1))?.Code);
        Assert.Equal(-50_00, book.State("fan.wallet/USD//аnn").Balance);
    }

    [Fact]
    public void All_accounts_of_a_tip_are_asked_for_in_one_look()
    {
        var book = new BookInMemory().Posted(new Command.TopUp("ann", 50_00, "USD"));
        book.Book.LetGoOfAccounts();
        book.Book.LetGoOfAccounts();
        book.Posted(Wallet(10_00));
        Assert.Equal(2, book.Rounds);
    }

    private static Command.SendTip Card(long amount, string currency = "USD") =>
        new("ann", "bea", amount, currency, Funding.Card);

    private static Command.SendTip Wallet(long amount) => new("ann", "bea", amount, "USD", Funding.Wallet);
}
