using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Wallets;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class TokenValueTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);

    [Fact]
    public void What_is_no_whole_number_of_tokens_cannot_be_paid_with_them()
    {
        var book = new BookInMemory().Posted(Set(1, 5)).Posted(Buy(1_000, 50_00));
        book.ShouldRefuse(
            Tip(9_99), "not_in_whole_tokens", ("amount", "999"), ("tokens", "1"), ("worth", "5"), ("currency", "USD"));
        book.Posted(Tip(9_95));
        Assert.Equal(-801, book.State("fan.tokens/TKN//ann").Balance);
    }

    [Fact]
    public void Tokens_are_sold_only_in_numbers_that_are_worth_whole_cents()
    {
        var book = new BookInMemory().Posted(Set(3, 2));
        book.ShouldRefuse(Buy(7, 4), "tokens_not_in_whole_money", ("asked", "7"), ("tokens", "3"), ("worth", "2"));
        book.ShouldRefuse(Buy(6, 4) with { Bonus = 1 }, "tokens_not_in_whole_money", ("asked", "1"));
        book.Posted(Buy(6, 4) with { Bonus = 3 });
        Assert.Equal(-6, book.State("token.liability/USD//").Balance);
    }

    [Fact]
    public void The_value_does_not_change_while_fans_hold_tokens()
    {
        var book = new BookInMemory().Posted(Buy(1_000, 10_00));
        book.ShouldRefuse(Set(1, 5), "token_value_in_use", ("outstanding", "1000"));
        book.Posted(Set(7, 7)).Posted(Tip(10_00)).Posted(Set(1, 5)).Posted(Buy(1_000, 50_00));
        Assert.Equal(-50_00, book.State("token.liability/USD//").Balance);
    }

    [Fact]
    public void The_value_is_not_announced_ahead_because_fans_may_hold_tokens_by_then() =>
        new BookInMemory().ShouldRefuse(
            Set(1, 5) with { EffectiveOn = Today.PlusDays(1) }, "token_value_ahead",
            ("effective_on", "2026-01-02"), ("today", "2026-01-01"));

    [Fact]
    public void Other_policies_may_be_set_while_fans_hold_tokens() =>
        new BookInMemory().Posted(Buy(1_000, 10_00))
            .Posted(new Command.SetPolicy("pia", "quentin", Today.PlusDays(9)) { LifetimeMonths = 12 });

    [Fact]
    public void Tokens_that_were_redeemed_at_another_value_do_not_come_back()
    {
        var book = new BookInMemory().Posted(Buy(250, 2_50)).Posted(Tip(2_50));
        var tip = book.Book.LastNumber;
        book.Posted(Set(1, 5)).ShouldRefuse(
            new Command.Reverse(tip, "twice"), "token_value_changed", ("tokens", "250"), ("amount", "250"));
        book.Posted(Set(2, 2)).Posted(new Command.Reverse(tip, "twice"));
        Assert.Equal(-250, book.State("fan.tokens/TKN//ann").Balance);
    }

    [Fact]
    public void More_than_an_account_can_hold_is_refused_and_nothing_overflows()
    {
        var many = Money.Money.Limit;
        new BookInMemory().Posted(Set(1, many)).ShouldRefuse(Buy(2, 1), "balance_overflow");
        new BookInMemory().Posted(Set(many, 1)).ShouldRefuse(Tip(many), "balance_overflow");
    }

    [Fact]
    public void What_tokens_are_worth_is_what_redeems_them() => Properties.Hold(
        from asked in Properties.Amounts(Money.Money.Limit)
        from tokens in Gen.Choose(1, 12)
        from worth in Gen.Choose(1, 12)
        select (asked, tokens, worth),
        given =>
        {
            var book = new BookInMemory().Posted(Set(given.tokens, given.worth));
            var (amount, refusal) = book.Ask(known => TokenValue.InMoney(known, given.asked, Today));
            var exact = (Int128)given.asked * given.worth;
            if (refusal is not null)
            {
                Assert.True(exact % given.tokens != 0 || exact / given.tokens > Money.Money.Limit);
                return;
            }

            Assert.Equal(exact, (Int128)amount * given.tokens);
            var back = book.Ask(known => TokenValue.InTokens(known, amount, Currency.Of("USD"), Today));
            Assert.Equal((given.asked, null), back);
        },
        times: 200);

    internal static Command.SetPolicy Set(long tokens, long amount) =>
        new("pia", "quentin") { TokenValue = new TokenPrice(tokens, amount) };

    private static Command.PurchaseTokens Buy(long tokens, long amount) =>
        new("ann", tokens, amount, "USD", Funding.Card);

    private static Command.SendTip Tip(long amount) => new("ann", "bea", amount, "USD", Funding.Tokens);
}
