using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class PostingTests
{
    private static readonly AccountKey Bank = Key("cash.bank/USD//main");
    private static readonly AccountKey Wallet = Key("fan.wallet/USD//ann");
    private static readonly AccountKey YenBank = Key("cash.bank/JPY//main");

    /// <summary>Legs over distinct accounts that sum to zero in each of their currencies.</summary>
    private static readonly Gen<Leg[]> Balanced =
        from accounts in Names.Account.ArrayOf().Where(keys => keys.Length > 0)
        from amounts in Properties.Amounts(Money.Money.Limit).ArrayOf(accounts.Length)
        from signs in Gen.Elements(1, -1).ArrayOf(accounts.Length)
        let legs = accounts.Select((key, i) => new Leg(key, (amounts[i] + 1) * signs[i])).DistinctBy(leg => leg.Account)
        select WithCounterLegs([.. legs]);

    [Fact]
    public void Legs_that_balance_are_a_posting_and_are_kept_as_they_are() => Properties.Hold(Balanced, legs =>
        Assert.Equal(legs, Posting.Of([.. legs]).Legs));

    [Fact]
    public void A_unit_more_or_less_on_any_leg_is_no_posting() => Properties.Hold(
        from legs in Balanced
        from at in Gen.Choose(0, legs.Length - 1)
        from slip in Gen.Elements(1, -1)
        select (Legs: legs, At: at, Slip: slip),
        c => Refused([.. c.Legs.Select((leg, i) => i == c.At ? leg with { Amount = leg.Amount + c.Slip } : leg)]));

    [Fact]
    public void A_leg_left_out_is_no_posting() => Properties.Hold(
        from legs in Balanced
        from at in Gen.Choose(0, legs.Length - 1)
        select legs.Where((_, i) => i != at).ToArray(),
        Refused);

    [Fact]
    public void An_account_named_twice_is_no_posting() => Properties.Hold(
        from legs in Balanced
        from at in Gen.Choose(0, legs.Length - 1)
        where Math.Abs(legs[at].Amount) > 1
        let half = legs[at].Amount > 0 ? 1 : -1
        select legs.Select((leg, i) => i == at ? leg with { Amount = leg.Amount - half } : leg)
            .Append(legs[at] with { Amount = half }).ToArray(),
        Refused);

    [Fact]
    public void A_leg_that_moves_nothing_is_no_posting() => Properties.Hold(Balanced, legs =>
        Refused([.. legs, new Leg(Key("cash.bank/GBP//other"), 0)]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fewer_than_two_legs_are_no_posting(int count) =>
        Refused([.. Enumerable.Repeat(new Leg(Bank, 5), count)]);

    [Fact]
    public void Currencies_do_not_balance_each_other() =>
        Refused([new Leg(YenBank, 5), new Leg(Wallet, -5)]);

    [Fact]
    public void A_sum_beyond_64_bits_does_not_wrap_to_zero()
    {
        // Four times 2^62 is 2^64, of which 64 bits keep a zero.
        var legs = Enumerable.Range(0, 4).Select(i => new Leg(Key($"cash.bank/USD//{i}"), 1L << 62));
        Refused([.. legs]);
    }

    [Fact]
    public void The_builder_leaves_out_lines_of_zero_and_says_the_side_by_the_word()
    {
        var posting = Posting.Draw().Debit(Bank, 5).Credit(Key("revenue.tip/USD//"), 0).Credit(Wallet, 5).Build();
        Assert.Equal(new[] { new Leg(Bank, 5), new Leg(Wallet, -5) }, posting.Legs.ToArray());
        Assert.Throws<InvariantBroken>(() => Posting.Draw().Debit(Bank, 5).Credit(Wallet, 4).Build());
        Assert.Throws<InvariantBroken>(() => Posting.Draw().Debit(Bank, 5).Credit(Bank, 5).Build());
        Assert.Throws<InvariantBroken>(() => Posting.Draw().Debit(Bank, 0).Credit(Wallet, 0).Build());
        Assert.Throws<ArgumentOutOfRangeException>(() => Posting.Draw().Debit(Bank, -5));
    }

    private static void Refused(Leg[] legs)
    {
        Assert.NotNull(Posting.Problem(legs));
        Assert.Throws<InvariantBroken>(() => Posting.Of([.. legs]));
    }

    private static Leg[] WithCounterLegs(Leg[] legs)
    {
        var counters = legs.GroupBy(leg => leg.Account.Currency)
            .Select(group => (group.Key, Sum: group.Sum(leg => leg.Amount)))
            .Where(group => group.Sum != 0)
            .Select(group => new Leg(Counter(group.Key), -group.Sum)).ToArray();
        // Legs that happen to cancel out still need company of their own.
        return [.. legs, .. counters, new Leg(Key("cash.bank/CHF//one"), 3), new Leg(Key("cash.bank/CHF//two"), -3)];
    }

    private static AccountKey Counter(Currency currency) =>
        new(currency.IsToken ? Chart.FanTokens : Chart.BankCash, "the counter leg", currency);

    private static AccountKey Key(string text) =>
        AccountKey.TryParse(text, out var key) ? key.Value : throw new ArgumentException(text);
}
