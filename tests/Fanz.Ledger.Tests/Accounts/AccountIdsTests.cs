using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class AccountIdsTests
{
    [Fact]
    public void Ids_come_from_the_ranges_in_order_and_never_twice()
    {
        var ids = new AccountIds();
        ids.Add(10, 2);
        ids.Add(100, 1);
        Assert.Equal(3, ids.Left);
        Assert.Equal([10, 11, 100], new[] { ids.Next(), ids.Next(), ids.Next() });
        Assert.Equal(0, ids.Left);
        Assert.Throws<InvariantBroken>(() => ids.Next());
    }

    [Fact]
    public void What_is_discarded_is_never_handed_out()
    {
        var ids = new AccountIds();
        ids.Add(10, 5);
        ids.Next();
        ids.Discard();
        Assert.Equal(0, ids.Left);
        ids.Add(50, 1);
        Assert.Equal(50, ids.Next());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_range_is_not_empty(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccountIds().Add(10, count));
}
