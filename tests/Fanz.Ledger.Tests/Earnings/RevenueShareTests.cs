using Fanz.Ledger.Earnings;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class RevenueShareTests
{
    [Fact]
    public void The_shares_are_together_the_whole_and_none_is_negative() => Properties.Hold(
        from amount in Properties.Amounts(Money.Money.Limit)
        from fee in Gen.Choose(0, 10_000)
        from reserve in Gen.Choose(0, 10_000)
        select (Amount: amount, Rule: new RevenueShare(1, fee, reserve, HoldDays: 7, ReserveDays: 90)),
        c =>
        {
            var shares = c.Rule.Split(c.Amount);
            Assert.Equal(c.Amount, shares.Fee + shares.Pending + shares.Reserve);
            Assert.True(shares is { Fee: >= 0, Pending: >= 0, Reserve: >= 0 });
        });

    [Fact]
    public void The_odd_cent_is_the_creators_and_of_the_creators_part_it_is_paid_out_first()
    {
        var half = new RevenueShare(1, FeeBasisPoints: 5_000, ReserveBasisPoints: 5_000, HoldDays: 0, ReserveDays: 0);
        Assert.Equal(new Shares(Fee: 2, Pending: 2, Reserve: 1), half.Split(5));
    }

    [Theory]
    [InlineData(1, 0, 1, 0)]
    [InlineData(999, 200, 719, 80)]
    [InlineData(1_000, 200, 720, 80)]
    [InlineData(100_000_000_000_000_000, 20_000_000_000_000_000, 72_000_000_000_000_000, 8_000_000_000_000_000)]
    public void Where_nothing_else_was_agreed_it_is_80_to_20_with_a_tenth_in_reserve(
        long amount, long fee, long pending, long reserve) =>
        Assert.Equal(new Shares(fee, pending, reserve), RevenueShare.Default.Split(amount));
}
