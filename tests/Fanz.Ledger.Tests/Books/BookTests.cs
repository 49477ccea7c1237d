using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class BookTests
{
    private static readonly AccountKey Bank = new(Chart.BankCash, "", Currency.Of("USD"));
    private static readonly AccountKey Wallet = new(Chart.FanWallet, "ann", Currency.Of("USD"));

    [Fact]
    public void The_first_record_says_what_the_book_was_opened_with()
    {
        var opened = new BookInMemory().Journal.Single();
        Assert.Equal("book_opened", opened.Record.Type);
        Assert.Equal(1, opened.Record.Number);
        Assert.Empty(opened.Entries);
        Assert.Equal(
            new Event.BookOpened("acme", "fans", "UTC", "none", "USD"),
            EventFormat.Read(opened.Record.Type, opened.Record.Data.Span));
    }

    [Fact]
    public void Today_is_the_books_own_day()
    {
        var (settings, _) = BookSettings.Read("acme", "fans", "Pacific/Auckland", "none", "NZD");
        var moment = new Book(1, settings!).At(Instant.FromUtc(2026, 1, 31, 23, 0));
        Assert.Equal(new LocalDate(2026, 2, 1), moment.Today);
    }

    [Fact]
    public void Nothing_is_appended_on_a_state_that_is_not_known()
    {
        var posting = Posting.Draw().Debit(Bank, 5).Credit(Wallet, 5).Build();
        Assert.Throws<InvariantBroken>(() => Append(new Draft(new Event.Transferred(""), posting)));
        Assert.Throws<InvariantBroken>(() => Append(new Draft(
            new Event.AccountFrozen(new("fan.wallet", "ann", "USD"), "why", DebitsOnly: false), Account: Wallet)));
        Assert.Throws<InvariantBroken>(() => Append(new Draft(
            new Event.Reversed(3, "why"), RefersTo: 3)));
    }

    [Fact]
    public void An_append_that_was_not_decided_on_this_state_throws_instead_of_overdrawing()
    {
        var book = Book();
        book.Learn(new AccountState(Bank));
        book.Learn(new AccountState(Wallet));
        var posting = Posting.Draw().Debit(Wallet, 5).Credit(Bank, 5).Build();
        Assert.Throws<InvariantBroken>(() => Append(new Draft(new Event.Transferred(""), posting), book));
    }

    [Fact]
    public void A_transaction_that_the_store_has_lost_is_not_taken_for_one_that_never_was()
    {
        var book = Book();
        Assert.Null(book.Transaction(0));
        Assert.Null(book.Transaction(11));
        Assert.False(book.Needs.Any);
        Assert.Null(book.Transaction(10));
        Assert.Equal([10L], book.Needs.Transactions);
        Assert.Throws<InvariantBroken>(() => book.Learn(10, null));
    }

    [Fact]
    public void What_is_learned_is_no_longer_needed_and_what_is_forgotten_is_needed_again()
    {
        var book = Book();
        Assert.False(book.Account(Wallet).IsOpened);
        Assert.Equal([Wallet], book.Needs.Accounts);
        book.Learn(AccountState.Loaded(Wallet, 5, 2, -70, Life.Open));
        Assert.False(book.Needs.Any);
        Assert.Equal(-70, book.Account(Wallet).Balance);
        book.Forget(Wallet);
        Assert.Equal(0, book.Account(Wallet).Balance);
        Assert.True(book.Needs.Any);
        book.Needs.Clear();
        Assert.False(book.Needs.Any);
    }

    private static Book Book()
    {
        var (settings, _) = BookSettings.Read("acme", "fans", "UTC", "none", "USD");
        var book = new Book(1, settings!);
        book.StartFrom(lastNumber: 10, lastPosition: 40);
        return book;
    }

    private static Appended Append(Draft draft, Book? book = null)
    {
        book ??= Book();
        var ids = new AccountIds();
        ids.Add(1, 10);
        return book.Append(draft, book.At(Instant.FromUtc(2026, 1, 1, 12, 0)), "tests", ids);
    }
}
