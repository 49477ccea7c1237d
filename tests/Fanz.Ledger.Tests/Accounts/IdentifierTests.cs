using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Tests;

public class IdentifierTests
{
    [Theory]
    [InlineData("ann")]
    [InlineData(" ")]
    [InlineData("a/b//c")]
    [InlineData("e\u0301")]
    [InlineData("名前")]
    [InlineData("😀")]
    [InlineData("a\u200bb")]
    [InlineData("\uffff")]
    public void Names_are_kept_as_they_are_given(string name) => Assert.Null(Identifier.Problem(name));

    [Fact]
    public void What_neither_JSON_nor_a_database_could_keep_is_refused()
    {
        Assert.Equal("is missing", Identifier.Problem(null));
        Assert.Equal("is missing", Identifier.Problem(""));
        Assert.Equal("has a NUL character", Identifier.Problem("a\0b"));
        Assert.Equal("has a NUL character", Identifier.Problem("a\0b", mayHaveControls: true));
        Assert.Equal("has a control character", Identifier.Problem("a\tb"));
        Assert.Equal("has a control character", Identifier.Problem("a\u007f"));
        Assert.Equal("has a control character", Identifier.Problem("a\u0085b"));
        Assert.Null(Identifier.Problem("a\tb\n", mayHaveControls: true));
        Assert.Equal("has half of a surrogate pair", Identifier.Problem("a\ud83d"));
        Assert.Equal("has half of a surrogate pair", Identifier.Problem("\ude00a"));
        Assert.Equal("has half of a surrogate pair", Identifier.Problem("\ude00\ud83d", mayHaveControls: true));
    }

    [Fact]
    public void A_name_has_at_most_128_characters()
    {
        Assert.Null(Identifier.Problem(new string('a', 128)));
        Assert.Equal("is longer than 128 characters", Identifier.Problem(new string('a', 129)));
    }

    [Fact]
    public void A_message_quotes_no_more_than_one_can_recognise()
    {
        Assert.Equal("nothing", Identifier.Quote(null));
        Assert.Equal("'USD'", Identifier.Quote("USD"));
        Assert.Equal(43, Identifier.Quote(new string('x', 1_000_000)).Length);
    }
}
