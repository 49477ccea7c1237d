using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Nothing is made and nothing is lost: in every currency what came in is what went out, what is owed to others less
/// what they owe, and what was earned less what was spent. Every account of the chart is one of these.
/// </summary>
internal static class Conservation
{
    private enum Kind
    {
        /// <summary>Money that is there, or that a processor, a bank or another book holds.</summary>
        There,

        /// <summary>What is owed to fans, creators, affiliates, states and others; less what they owe.</summary>
        Owed,

        /// <summary>What the platform earned, less what it spent.</summary>
        Earned,

        /// <summary>What is held of one currency for another: it nets out at their rate.</summary>
        Position,
    }

    public static void Check(
        IEnumerable<AccountState> accounts, IReadOnlyDictionary<AccountKey, (BigInteger In, BigInteger Out)> moved)
    {
        var money = accounts.Where(state => !state.Key.Currency.IsToken);
        foreach (var currency in money.GroupBy(state => state.Key.Currency))
        {
            // All that ever went into and out of what is there, entry by entry, against the balances of all the rest.
            var there = moved
                .Where(one => one.Key.Currency == currency.Key && KindOf(one.Key.Code) == Kind.There).ToList();
            var cameIn = there.Aggregate(BigInteger.Zero, (sum, one) => sum + one.Value.In);
            var wentOut = there.Aggregate(BigInteger.Zero, (sum, one) => sum + one.Value.Out);
            Assert.Equal(
                cameIn - wentOut, Sum(currency, Kind.Owed) + Sum(currency, Kind.Earned) + Sum(currency, Kind.Position));
        }
    }

    /// <summary>
    /// Tokens: what fans hold is what was issued, and what the platform owes for it is its value to the last unit.
    /// </summary>
    public static void CheckTokens(BookInMemory book, (long Tokens, long Amount) price)
    {
        var held = book.Accounts.Where(state => state.Key.Code == Chart.FanTokens)
            .Aggregate(BigInteger.Zero, (sum, state) => sum - state.Balance);
        Assert.Equal(held, book.State("token.issued/TKN//").Balance);
        var owed = -(BigInteger)book.State("token.liability/USD//").Balance;
        Assert.Equal(held * price.Amount, owed * price.Tokens);
    }

    private static BigInteger Sum(IEnumerable<AccountState> accounts, Kind kind) => accounts
        .Where(state => KindOf(state.Key.Code) == kind)
        .Aggregate(BigInteger.Zero, (sum, state) => sum - state.Balance);

    private static Kind KindOf(AccountCode code) => code.Name.Split('.')[0] switch
    {
        "cash" or "psp" or "chargeback" or "due" => Kind.There,
        "fan" or "creator" or "affiliate" or "payout" or "refund" or "order" or "token" or "vat" or "salestax" or "wht"
            or "deferred" or "unclaimed" or "suspense" => Kind.Owed,
        "revenue" or "expense" or "rounding" => Kind.Earned,
        "fx" => code == Chart.ExchangePosition ? Kind.Position : Kind.Earned,
        var other => throw new ArgumentException($"Nobody said what {other} is."),
    };
}
