using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Where a creator's part is looked for when the sale's own is gone.</summary>
public class WaterfallTests
{
    private static readonly Command.RefundSale InFull = new(2, "never delivered");

    [Fact]
    public void Other_pending_comes_newest_first_then_other_reserve_and_debt_last()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Released("bea")
            .PaidOut("creator.available/USD//bea", 7_00)
            .PaidOut("creator.reserve/USD/2026-04-01/bea", 80);
        foreach (var amount in new[] { 2_00, 3_00 })
        {
            book.Posted(Sold.Tip with { Amount = amount });
            book.Wait(Duration.FromDays(1));
        }

        book.Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.available of bea                    0.20 USD   leaves  0.00 USD
              debit   creator.pending of bea until 2026-01-16     2.16 USD   leaves  0.00 USD
              debit   creator.pending of bea until 2026-01-15     1.44 USD   leaves  0.00 USD
              debit   creator.reserve of bea until 2026-04-09     0.24 USD   leaves  0.00 USD
              debit   creator.reserve of bea until 2026-04-08     0.16 USD   leaves  0.00 USD
              debit   creator.debt of bea                         3.80 USD   leaves  3.80 USD
              debit   revenue.tip                                 2.00 USD   leaves  1.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);
    }

    [Fact]
    public void What_other_sales_of_the_same_day_brought_is_other_pending()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Sold.Tip)
            .PaidOut("creator.reserve/USD/2026-04-01/bea", 1_50);
        book.Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.pending of bea until 2026-01-08     7.90 USD   leaves  6.50 USD
              debit   creator.reserve of bea until 2026-04-01     0.10 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  2.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);
    }

    [Fact]
    public void An_account_that_is_frozen_is_passed_over()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Released("bea")
            .Posted(new Command.FreezeAccount(
                new AccountName("creator.available", "bea", "USD"), "order", DebitsOnly: true))
            .Posted(Sold.Tip);
        book.Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.00 USD
              debit   creator.pending of bea until 2026-01-15     7.20 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  2.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);
    }

    [Fact]
    public void A_debt_that_is_frozen_refuses_what_would_add_to_it()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Released("bea").PaidOut("creator.available/USD//bea", 7_20);
        book.Load(AccountState.Loaded(
            book.State("creator.debt/USD//bea").Key, id: -1, version: 1, balance: 0, Life.Frozen));
        book.ShouldRefuse(InFull, "account_frozen", ("account", "creator.debt/USD//bea"));
    }

    [Fact]
    public void An_affiliates_other_pending_comes_newest_first_too()
    {
        var book = Sold.ByAffiliate().Released("bea").PaidOut("affiliate.available/USD//aff", 40);
        book.Posted(Sold.Tip with { Amount = 5_00, Affiliate = "aff" });
        book.Posted(InFull with { Transaction = 3 }).ShouldEndWith("""
            sale_refunded
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.00 USD
              debit   creator.available of bea                    7.20 USD   leaves  0.00 USD
              debit   affiliate.available of aff                  0.10 USD   leaves  0.00 USD
              debit   affiliate.pending of aff until 2026-01-15   0.25 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.35 USD   leaves  0.40 USD
              debit   revenue.tip                                 2.00 USD   leaves  1.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);
    }

    [Fact]
    public void The_sale_and_then_its_accounts_are_asked_for_and_nothing_else_where_that_suffices()
    {
        var book = WithCohorts(1_500);
        Unlearn(book);
        book.Posted(InFull with { Amount = 1_00 });
        Assert.Equal(3, book.Rounds);
        Assert.InRange(book.Book.KnownAccounts, 1, 8);
    }

    [Fact]
    public void The_newest_of_1500_cohorts_are_found_without_looking_at_the_others()
    {
        var book = WithCohorts(1_500).PaidOut("creator.pending/USD/2026-01-08/bea", 7_20)
            .PaidOut("creator.reserve/USD/2026-04-01/bea", 80);
        Unlearn(book);
        book.Posted(InFull with { Amount = 30 });
        Assert.Equal(5, book.Rounds);
        Assert.InRange(book.Book.KnownAccounts, 1, 40);
    }

    [Fact]
    public void All_of_1500_cohorts_are_emptied_in_few_rounds()
    {
        var book = WithCohorts(1_500).PaidOut("creator.pending/USD/2026-01-08/bea", 7_20)
            .PaidOut("creator.reserve/USD/2026-04-01/bea", 80);
        Unlearn(book);
        // 1,500 cohorts hold a cent each, and 20.00 were earned.
        book.Posted(Sold.Tip with { Amount = 25_00, Creator = "bea" });
        book.PaidOut($"creator.pending/USD/2026-01-08/bea", 18_00).PaidOut("creator.reserve/USD/2026-04-01/bea", 2_00);
        Unlearn(book);
        book.Posted(InFull with { Transaction = book.Book.LastNumber - 2 });
        Assert.Equal(10, book.Rounds);
        Assert.Equal(5_00, book.Holds("creator.debt/USD//bea"));
    }

    /// <summary>A tip, and a cent in each of many cohorts of pending money besides.</summary>
    private static BookInMemory WithCohorts(int count)
    {
        var book = new BookInMemory().Posted(Sold.Tip);
        var first = new LocalDate(2026, 1, 9);
        var legs = Enumerable.Range(0, count)
            .Select(i => new NamedLeg(new AccountName("creator.pending", "bea", "USD", first.PlusDays(i)), -1))
            .Append(new NamedLeg(new AccountName("cash.bank", "", "USD"), count));
        return book.Posted(new Command.Transfer([.. legs], "earned long ago"));
    }

    private static void Unlearn(BookInMemory book)
    {
        book.Book.LetGoOfAccounts();
        book.Book.LetGoOfAccounts();
        book.Book.ForgetHistory();
    }
}
