using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Tests;

public class BookNameTests
{
    [Theory]
    [InlineData("acme/fans")]
    [InlineData("acme/_")]
    [InlineData("a-b_c.d/0")]
    public void A_book_is_named_by_tenant_and_platform(string text)
    {
        Assert.True(BookName.TryParse(text, out var name));
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("acme")]
    [InlineData("acme/")]
    [InlineData("/fans")]
    [InlineData("acme/fans/x")]
    [InlineData("Acme/fans")]
    [InlineData("acme/fäns")]
    [InlineData("acme/..")]
    [InlineData("./fans")]
    [InlineData("acme/fa ns")]
    [InlineData("acme/fans\0")]
    public void Anything_else_is_no_name(string? text) => Assert.False(BookName.TryParse(text, out _));

    [Fact]
    public void The_longest_name_can_own_what_is_due_between_books()
    {
        var longest = new string('t', 63);
        Assert.True(BookName.TryParse($"{longest}/{longest}", out var name));
        Assert.False(BookName.TryParse($"{longest}t/{longest}", out _));
        var due = new AccountKey(Chart.DueTo, name.Value.ToString(), Currency.Of("USD"));
        Assert.True(AccountKey.TryParse(due.ToString(), out var read));
        Assert.Equal(due, read);
    }

    [Fact]
    public void A_book_is_opened_with_settings_that_exist_and_every_fault_is_told_at_once()
    {
        var (settings, none) = BookSettings.Read("acme", "fans", "Europe/Zurich", "none", "EUR");
        Assert.Empty(none);
        Assert.Equal("Europe/Zurich", settings?.TimeZone.Id);
        var (nothing, faults) = BookSettings.Read(null, "A", null, "..", "TKN");
        Assert.Null(nothing);
        Assert.Equal(
            ["tenant", "platform", "time_zone", "calendar", "reporting_currency"],
            faults.Select(fault => fault.Field));
        Assert.Equal(
            ["tenant", "platform", "time_zone", "calendar", "reporting_currency"],
            BookSettings.Read(null, null, "Mars/Olympus", null, null).Faults.Select(fault => fault.Field));
    }
}
