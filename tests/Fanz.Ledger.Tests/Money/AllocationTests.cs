using System.Numerics;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class AllocationTests
{
    private static readonly Gen<(long Amount, long[] Weights)> Cases =
        from amount in Properties.Amounts(long.MaxValue)
        from count in Gen.Choose(1, 12)
        from weights in Properties.Amounts(long.MaxValue).ArrayOf(count)
        from soundAt in Gen.Choose(0, count - 1)
        select (amount, weights.Select((w, i) => i == soundAt ? Math.Max(w, 1) : w).ToArray());

    [Fact]
    public void The_parts_sum_to_the_amount() => Properties.Hold(Cases, c =>
        Assert.Equal(c.Amount, Sum(Allocation.Split(c.Amount, c.Weights))));

    [Fact]
    public void Each_part_is_within_one_unit_of_its_exact_share() => Properties.Hold(Cases, c =>
    {
        var parts = Allocation.Split(c.Amount, c.Weights);
        var total = Sum(c.Weights);
        for (var i = 0; i < parts.Length; i++)
        {
            // |part - amount * weight / total| < 1, without dividing.
            var off = BigInteger.Abs((parts[i] * total) - ((BigInteger)c.Amount * c.Weights[i]));
            Assert.True(off < total, $"part {i} of {c.Amount} is {parts[i]}");
        }
    });

    [Fact]
    public void The_odd_units_go_to_the_largest_remainders_and_among_equals_to_the_first() => Properties.Hold(Cases, c =>
    {
        var parts = Allocation.Split(c.Amount, c.Weights);
        var total = Sum(c.Weights);
        var shares = c.Weights.Select(w => BigInteger.DivRem((BigInteger)c.Amount * w, total)).ToArray();
        var extra = c.Amount - shares.Aggregate(BigInteger.Zero, (sum, share) => sum + share.Quotient);
        var served = Enumerable.Range(0, parts.Length)
            .OrderByDescending(i => shares[i].Remainder).ThenBy(i => i).Take((int)extra).ToHashSet();
        for (var i = 0; i < parts.Length; i++)
            Assert.Equal(shares[i].Quotient + (served.Contains(i) ? 1 : 0), parts[i]);
    });

    [Fact]
    public void Of_equal_weights_no_later_part_is_larger() => Properties.Hold(Cases, c =>
    {
        var parts = Allocation.Split(c.Amount, [.. Enumerable.Repeat(c.Weights.Max(), c.Weights.Length)]);
        for (var i = 1; i < parts.Length; i++) Assert.True(parts[i] <= parts[i - 1]);
    });

    [Fact]
    public void A_weight_of_nothing_gets_nothing() => Properties.Hold(Cases, c =>
    {
        var parts = Allocation.Split(c.Amount, [.. c.Weights, 0]);
        Assert.Equal(0, parts[^1]);
    });

    [Fact]
    public void Giving_back_mirrors_giving() => Properties.Hold(Cases, c =>
        Assert.Equal(
            Allocation.Split(c.Amount, c.Weights).Select(part => -part),
            Allocation.Split(-c.Amount, c.Weights)));

    [Theory]
    [InlineData("999 at 8000 2000", "799 200")]
    [InlineData("799 at 9000 1000", "719 80")]
    [InlineData("100 at 1 1 1", "34 33 33")]
    [InlineData("2 at 1 1 1", "1 1 0")]
    [InlineData("-100 at 1 1 1", "-34 -33 -33")]
    [InlineData("5 at 0 1 0", "0 5 0")]
    [InlineData("9223372036854775807 at 9223372036854775807 9223372036854775807",
        "4611686018427387904 4611686018427387903")]
    public void Examples_that_a_person_can_check(string sum, string parts)
    {
        var words = sum.Split(" at ");
        var split = Allocation.Split(Number(words[0]), [.. words[1].Split(' ').Select(Number)]);
        Assert.Equal(parts, string.Join(' ', split));
    }

    [Fact]
    public void Weights_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Allocation.Split(1));
        Assert.Throws<ArgumentException>(() => Allocation.Split(1, 0, 0));
        Assert.Throws<ArgumentException>(() => Allocation.Split(1, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Share(1, 10_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Share(1, -1));
    }

    private static BigInteger Sum(IEnumerable<long> numbers) =>
        numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
