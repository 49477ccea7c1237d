using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Tests;

public class TransferTests
{
    private static readonly AccountName Suspense = new("suspense", "", "USD");
    private static readonly AccountName Bank = new("cash.bank", "main", "USD");

    [Fact]
    public void A_transfer_between_books_leaves_both_in_balance()
    {
        var treasury = new BookInMemory("acme/_", firstId: 2_000_000);
        var book = new BookInMemory().Posted(
            new Command.TransferToBook("_", Suspense, Bank, 100_00, "USD", "to the treasury"), treasury);
        book.ShouldRead("""
            transferred_to_book
              debit   suspense             100.00 USD   leaves -100.00 USD
              credit  due.to of acme/_     100.00 USD   leaves  100.00 USD
            """);
        treasury.ShouldRead("""
            transferred_from_book
              debit   due.from of acme/fans  100.00 USD   leaves 100.00 USD
              credit  cash.bank of main      100.00 USD   leaves -100.00 USD
            """);
    }

    [Fact]
    public void A_refusal_in_either_book_leaves_both_alone()
    {
        var treasury = new BookInMemory("acme/_", firstId: 2_000_000);
        var book = new BookInMemory();
        var wallet = new AccountName("fan.wallet", "ann", "USD");
        book.Posted(new Command.TopUp("ann", 5, "USD"));
        treasury.Posted(new Command.TopUp("ann", 5, "USD")).Posted(new Command.FreezeAccount(wallet, "why"));
        var before = (book.Snapshot(), treasury.Snapshot());
        Assert.Equal("insufficient_funds", book.Post(
            new Command.TransferToBook("_", wallet, Bank, 6, "USD", ""), treasury)?.Code);
        Assert.Equal("account_frozen", book.Post(
            new Command.TransferToBook("_", Bank, wallet, 6, "USD", ""), treasury)?.Code);
        Assert.Equal(before, (book.Snapshot(), treasury.Snapshot()));
    }

    [Fact]
    public void A_transfer_may_be_effective_on_another_day_than_it_is_recorded()
    {
        var legs = new NamedLeg[] { new(Bank, 5), new(Suspense, -5) };
        var book = new BookInMemory()
            .Posted(new Command.Transfer(legs, "last year's", new(2025, 12, 31)))
            .Posted(new Command.Transfer(legs, "today's"));
        Assert.Equal(new(2025, 12, 31), book.Journal[1].Record.EffectiveOn);
        Assert.Equal(new(2026, 1, 1), book.Journal[2].Record.EffectiveOn);
    }

    [Fact]
    public void Ten_thousand_legs_are_one_transaction()
    {
        var book = new BookInMemory().Posted(new Command.Transfer(Many(10_000), "many"));
        Assert.Equal(10_000, book.Journal[^1].Entries.Length);
        Assert.Equal(10_000, book.Book.LastPosition);
        Assert.Equal(0, book.Accounts.Sum(state => state.Balance));
    }

    [Fact]
    public void However_many_accounts_a_transfer_debits_they_are_asked_for_in_one_look()
    {
        var book = new BookInMemory();
        var legs = Enumerable.Range(0, 100)
            .Select(i => new NamedLeg(new AccountName("fan.wallet", $"fan-{i}", "USD"), 1))
            .Append(new NamedLeg(Bank, -100));
        Assert.Equal("insufficient_funds", book.Post(new Command.Transfer([.. legs], ""))?.Code);
        Assert.Equal(2, book.Rounds);
        Assert.Equal(101, book.Book.KnownAccounts);
    }

    [Fact]
    public void A_balance_that_64_bits_cannot_hold_is_a_refusal()
    {
        var book = new BookInMemory();
        book.Load(AccountState.Loaded(Key(Bank), 7, 1, long.MaxValue - 5, Life.Open));
        book.Load(AccountState.Loaded(Key(Suspense), 8, 1, -long.MaxValue + 5, Life.Open));
        var before = book.Snapshot();
        Assert.Equal("balance_overflow", book.Post(Move(6))?.Code);
        Assert.Equal(before, book.Snapshot());
        book.Posted(Move(5));
        Assert.Equal(long.MaxValue, book.State("cash.bank/USD//main").Balance);
        Assert.Equal(-long.MaxValue, book.State("suspense/USD//").Balance);
        Assert.Equal("balance_overflow", book.Post(Move(1))?.Code);
    }

    [Fact]
    public void The_smallest_number_of_64_bits_is_no_balance_because_it_has_no_mirror()
    {
        var book = new BookInMemory();
        book.Load(AccountState.Loaded(Key(Suspense), 8, 1, -long.MaxValue, Life.Open));
        Assert.Equal("balance_overflow", book.Post(Move(1))?.Code);
    }

    [Fact]
    public void Frozen_for_debits_lets_money_in_but_not_out()
    {
        var book = Wallet(frozen: true, debitsOnly: true);
        Assert.Null(book.Post(new Command.TopUp("ann", 5, "USD")));
        Assert.Equal("account_frozen", book.Post(FromWallet(1))?.Code);
        book.Posted(new Command.UnfreezeAccount(WalletOfAnn, "cleared")).Posted(FromWallet(1));
    }

    [Fact]
    public void Frozen_lets_nothing_in_or_out()
    {
        var book = Wallet(frozen: true, debitsOnly: false);
        Assert.Equal("account_frozen", book.Post(new Command.TopUp("ann", 5, "USD"))?.Code);
        Assert.Equal("account_frozen", book.Post(FromWallet(1))?.Code);
        Assert.Equal("account_frozen", book.Post(new Command.CloseAccount(WalletOfAnn, "why"))?.Code);
    }

    [Fact]
    public void Only_an_empty_account_is_closed_and_then_for_good()
    {
        var book = Wallet(frozen: false);
        Assert.Equal("account_not_empty", book.Post(new Command.CloseAccount(WalletOfAnn, "why"))?.Code);
        book.Posted(FromWallet(10)).Posted(new Command.CloseAccount(WalletOfAnn, "why"));
        Assert.Equal("account_closed", book.Post(new Command.TopUp("ann", 5, "USD"))?.Code);
        Assert.Equal("account_closed", book.Post(new Command.FreezeAccount(WalletOfAnn, "why"))?.Code);
        Assert.Equal("account_closed", book.Post(new Command.UnfreezeAccount(WalletOfAnn, "why"))?.Code);
        Assert.Equal("account_closed", book.Post(new Command.CloseAccount(WalletOfAnn, "why"))?.Code);
        Assert.Equal("account/fan.wallet/USD//ann", book.Journal[^1].Record.Stream);
    }

    [Fact]
    public void An_account_that_was_never_used_has_no_life_to_change()
    {
        var book = new BookInMemory();
        Assert.Equal("account_unknown", book.Post(new Command.FreezeAccount(WalletOfAnn, "why"))?.Code);
        Assert.Equal("account_unknown", book.Post(new Command.UnfreezeAccount(WalletOfAnn, "why"))?.Code);
        Assert.Equal("account_unknown", book.Post(new Command.CloseAccount(WalletOfAnn, "why"))?.Code);
        Assert.Equal("account_not_frozen", Wallet(frozen: false)
            .Post(new Command.UnfreezeAccount(WalletOfAnn, "why"))?.Code);
    }

    internal static NamedLeg[] Many(int count) =>
        [.. Enumerable.Range(0, count - 1)
            .Select(i => new NamedLeg(new AccountName("creator.available", $"creator-{i}", "USD"), -1))
            .Append(new NamedLeg(Bank, count - 1))];

    private static AccountName WalletOfAnn => new("fan.wallet", "ann", "USD");

    private static BookInMemory Wallet(bool frozen, bool debitsOnly = false)
    {
        var book = new BookInMemory().Posted(new Command.TopUp("ann", 10, "USD"));
        return frozen ? book.Posted(new Command.FreezeAccount(WalletOfAnn, "court order", debitsOnly)) : book;
    }

    private static Command.Transfer FromWallet(long amount) =>
        new([new(WalletOfAnn, amount), new(Suspense, -amount)], "out");

    private static Command.Transfer Move(long amount) => new([new(Bank, amount), new(Suspense, -amount)], "more");

    private static AccountKey Key(AccountName name) => new(Chart.Find(name.Code), name.Owner, Currency.Of(name.Currency));
}
