using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;
using static Fanz.Ledger.Tests.MovingIn;

namespace Fanz.Ledger.Tests;

public class ImportTests
{
    private static readonly LocalDate Eve = new(2025, 12, 31);

    /// <summary>A fan with money, a creator with held money and a debt, and what stands against it.</summary>
    private static BookInMemory Begun() => new BookInMemory().Posted(Begin(
        2, Trial("cash.bank", 100_00), Trial("fan.wallet", -40_00), Trial("creator.pending", -72_00),
        Trial("creator.debt", 20_00), Trial("revenue.tip", -8_00)) with { EffectiveOn = Eve });

    private static Command.OpenBalances First() => Open(
        1, Line("cash.bank", "main", 100_00), Line("fan.wallet", "ann", -40_00), Line("revenue.tip", "", -8_00));

    private static Command.OpenBalances Second() => Open(
        2, Line("creator.pending", "bea", -72_00, cohort: new(2025, 12, 30)), Line("creator.debt", "bea", 20_00));

    [Fact]
    public void Balances_come_in_parts_against_suspense_and_leave_nothing_there()
    {
        var book = Begun().Posted(First()).Posted(Second()).Posted(Finish());
        book.ShouldRead("""
            import_begun
            balances_opened
              debit   cash.bank of main                        100.00 USD   leaves 100.00 USD
              credit  fan.wallet of ann                         40.00 USD   leaves  40.00 USD
              credit  revenue.tip                                8.00 USD   leaves   8.00 USD
              credit  suspense of import/move                   52.00 USD   leaves  52.00 USD
            balances_opened
              credit  creator.pending of bea until 2025-12-30   72.00 USD   leaves  72.00 USD
              debit   creator.debt of bea                       20.00 USD   leaves  20.00 USD
              debit   suspense of import/move                   52.00 USD   leaves   0.00 USD
            import_finished
            """);
        Assert.All(book.Journal.Skip(1), appended => Assert.Equal(
            appended.Record.Type == "import_begun" ? new LocalDate(2026, 1, 1) : Eve, appended.Record.EffectiveOn));
    }

    [Fact]
    public void A_cohort_keeps_its_day_and_a_debt_is_repaid_first()
    {
        var book = Begun().Posted(First()).Posted(Second()).Posted(Finish());
        book.Posted(new Command.ReleaseHold("bea", "USD", new LocalDate(2025, 12, 30), "run-1")).ShouldEndWith("""
            hold_released
              debit   creator.pending of bea until 2025-12-30   72.00 USD   leaves   0.00 USD
              credit  creator.debt of bea                       20.00 USD   leaves   0.00 USD
              credit  creator.available of bea                  52.00 USD   leaves  52.00 USD
            """);
    }

    [Fact]
    public void A_fan_who_came_with_a_debt_repays_it_by_the_next_top_up()
    {
        var book = new BookInMemory()
            .Posted(Begin(1, Trial("fan.debt", 5_00), Trial("expense.bad_debt", -5_00)))
            .Posted(Open(1, Line("fan.debt", "ann", 5_00), Line("expense.bad_debt", "", -5_00)))
            .Posted(Finish());
        book.Posted(new Command.TopUp("ann", 20_00, "USD")).ShouldEndWith("""
            wallet_topped_up
              debit   psp.receivable                            20.00 USD   leaves  20.00 USD
              credit  fan.debt of ann                            5.00 USD   leaves   0.00 USD
              credit  fan.wallet of ann                         15.00 USD   leaves  15.00 USD
            """);
    }

    [Fact]
    public void Tokens_are_issued_as_ever_and_are_worth_what_is_owed_for_them()
    {
        var book = new BookInMemory()
            .Posted(Begin(
                1, Trial("token.issued", 700, "TKN"), Trial("fan.tokens", -700, "TKN"), Trial("token.liability", -7_00),
                Trial("psp.receivable", 7_00)))
            .Posted(Open(
                1, Line("fan.tokens", "ann", -500, "TKN"), Line("fan.tokens", "bob", -200, "TKN"),
                Line("token.liability", "", -7_00), Line("psp.receivable", "", 7_00)))
            .Posted(Finish());
        book.Posted(new Command.SendTip("ann", "bea", 2_50, "USD", Funding.Tokens)).ShouldRead("""
            import_begun
            balances_opened
              credit  fan.tokens of ann                            500 TKN   leaves    500 TKN
              credit  fan.tokens of bob                            200 TKN   leaves    200 TKN
              credit  token.liability                             7.00 USD   leaves   7.00 USD
              debit   psp.receivable                              7.00 USD   leaves   7.00 USD
              debit   token.issued                                 700 TKN   leaves    700 TKN
            import_finished
            tip_sent
              debit   token.liability                             2.50 USD   leaves   4.50 USD
              credit  creator.pending of bea until 2026-01-08     1.80 USD   leaves   1.80 USD
              credit  creator.reserve of bea until 2026-04-01     0.20 USD   leaves   0.20 USD
              credit  revenue.tip                                 0.50 USD   leaves   0.50 USD
              debit   fan.tokens of ann                            250 TKN   leaves    250 TKN
              credit  token.issued                                 250 TKN   leaves    450 TKN
            """);
    }

    [Fact]
    public void Currencies_are_balanced_each_by_itself()
    {
        var book = new BookInMemory()
            .Posted(Begin(
                1, Trial("psp.receivable", 500, "JPY"), Trial("fan.wallet", -500, "JPY"),
                Trial("psp.receivable", 1_500, "KWD"), Trial("fan.wallet", -1_500, "KWD")))
            .Posted(Open(
                1, Line("psp.receivable", "", 500, "JPY"), Line("fan.wallet", "ann", -500, "JPY"),
                Line("psp.receivable", "", 1_500, "KWD"), Line("fan.wallet", "ann", -1_500, "KWD")))
            .Posted(Finish());
        Assert.Equal(-500, book.State("fan.wallet/JPY//ann").Balance);
        Assert.Equal(-1_500, book.State("fan.wallet/KWD//ann").Balance);
        Assert.False(book.State("suspense/JPY//import/move").IsOpened);
    }

    [Fact]
    public void An_import_of_nothing_but_terms_has_no_trial_balance()
    {
        var book = new BookInMemory().Posted(Begin(1)).Posted(Open(1, Yearly with { Charge = null })).Posted(Finish());
        book.ShouldRead("""
            import_begun
            subscriptions_opened
            subscription_opened
            import_finished
            """);
    }

    [Fact]
    public void What_was_brought_by_mistake_can_be_taken_back_and_the_import_given_up()
    {
        var book = Begun().Posted(First());
        book.ShouldRefuse(new Command.AbandonImport("move", "wrong file"), "import_has_balances", ("import", "move"));
        book.Posted(First() with
        {
            Part = 2, Lines = [.. First().Lines.Select(line => line with { Amount = -line.Amount })],
        });
        book.Posted(new Command.AbandonImport("move", "wrong file"));
        Assert.Equal(0, book.State("cash.bank/USD//main").Balance);
        book.ShouldRefuse(Begin(0), "import_exists", ("state", "abandoned"));
        book.Posted(Begin(0) with { Import = "again" }).Posted(new Command.FinishImport("again"));
    }

    [Fact]
    public void The_next_import_may_begin_when_the_last_is_over()
    {
        var book = Begun();
        book.ShouldRefuse(Begin(0) with { Import = "second" }, "other_import_under_way", ("import", "move"));
        book.Posted(First()).Posted(Second()).Posted(Finish());
        book.ShouldRefuse(Begin(0), "import_exists", ("import", "move"), ("state", "finished"));
        book.Posted(Begin(0) with { Import = "second" });
    }

    [Fact]
    public void Parts_come_once_each_in_their_order_and_only_into_an_import_that_is_under_way()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(First(), "import_not_under_way", ("import", "move"), ("state", "unknown"));
        book = Begun();
        book.ShouldRefuse(Second(), "not_next_part", ("part", "2"), ("next", "1"));
        book.Posted(First());
        book.ShouldRefuse(First(), "not_next_part", ("part", "1"), ("next", "2"));
        book.ShouldRefuse(Finish(), "import_incomplete", ("come", "1"), ("parts", "2"));
        book.Posted(Second()).Posted(Finish());
        book.ShouldRefuse(Second() with { Part = 3 }, "import_not_under_way", ("state", "finished"));
        book.ShouldRefuse(Finish(), "import_not_under_way", ("state", "finished"));
        book.ShouldRefuse(
            new Command.AbandonImport("move", "too late"), "import_not_under_way", ("state", "finished"));
    }

    [Fact]
    public void What_does_not_come_to_the_trial_balance_is_not_finished_before_a_further_part_puts_it_right()
    {
        var book = Begun().Posted(First()).Posted(Second() with
        {
            Lines = [Line("creator.pending", "bea", -52_00, cohort: new(2025, 12, 30))],
        });
        book.ShouldRefuse(
            Finish(), "import_differs", ("code", "creator.debt"), ("currency", "USD"), ("expected", "2000"),
            ("brought", "0"));
        book.Posted(Open(
            3, Line("creator.pending", "bea", -20_00, cohort: new(2025, 12, 30)), Line("creator.debt", "bea", 20_00)));
        book.Posted(Finish());
    }

    [Fact]
    public void What_others_posted_against_an_import_has_to_go_first()
    {
        var book = Begun().Posted(First()).Posted(Second())
            .Posted(new Command.Transfer([Line("suspense", "import/move", 5), Line("rounding", "", -5)], "slip"));
        book.ShouldRefuse(
            Finish(), "import_not_balanced", ("account", "suspense/USD//import/move"), ("balance", "-5"));
        book.Posted(new Command.Transfer([Line("suspense", "import/move", -5), Line("rounding", "", 5)], "put right"))
            .Posted(Finish());
    }

    [Fact]
    public void Tokens_that_are_not_worth_what_is_owed_for_them_are_refused()
    {
        TrialLineOf[] lines = [new("token.issued", 700, "TKN"), new("fan.tokens", -700, "TKN"),
            new("token.liability", -6_99, "USD"), new("psp.receivable", 6_99, "USD")];
        var begin = Begin(1, [.. lines.Select(line => Trial(line.Code, line.Amount, line.Currency))]);
        new BookInMemory().ShouldRefuse(
            begin, "token_liability_differs", ("tokens", "700"), ("liability", "699"), ("currency", "USD"));

        // Whoever changes their value in between has to change it back before the tokens can come.
        var right = Begin(
            1, Trial("token.issued", 700, "TKN"), Trial("fan.tokens", -700, "TKN"), Trial("token.liability", -7_00),
            Trial("psp.receivable", 7_00));
        var book = new BookInMemory().Posted(right)
            .Posted(new Command.SetPolicy("pat", "sam") { TokenValue = new(100, 2_00) });
        book.ShouldRefuse(Open(1, Line("fan.tokens", "ann", -700, "TKN")), "token_liability_differs");
    }

    [Fact]
    public void An_account_that_may_not_stand_so_or_is_frozen_takes_nothing()
    {
        var book = Begun().Posted(First());
        book.ShouldRefuse(
            Second() with { Lines = [Line("fan.wallet", "ann", 40_01)] }, "insufficient_funds", ("available", "4000"));
        book.Posted(new Command.FreezeAccount(new AccountName("fan.wallet", "ann", "USD"), "court order"));
        book.ShouldRefuse(Second() with { Lines = [Line("fan.wallet", "ann", -1)] }, "account_frozen");
    }

    private sealed record TrialLineOf(string Code, long Amount, string Currency);
}
