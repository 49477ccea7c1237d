using System.Numerics;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What remains of a sale, and from whom it is taken when it is given back.</summary>
internal sealed partial class NaiveLedger
{
    private static readonly string[] Earnings = ["revenue_recognised", "order_delivered"];

    /// <summary>What a record gave back of the one that it refers to.</summary>
    private sealed record NaiveReturn(
        BigInteger Amount, BigInteger Tokens, IReadOnlyList<(string Account, BigInteger Amount)> Parts)
    {
        /// <summary>The sale, where it is a refund.</summary>
        public Command.Sale? Refunded { get; init; }

        /// <summary>Which refunds a bank has paid in their place.</summary>
        public IReadOnlyList<(long Refund, BigInteger Amount)> Refunds { get; init; } = [];

        public string Told => $"amount {Amount} tokens {Tokens} parts " + string.Join(
            " ", Parts.Select(part => $"{part.Account}={part.Amount}").Order(StringComparer.Ordinal))
            + string.Concat(Refunds.Select(refund => $" refund {refund.Refund}={refund.Amount}"));
    }

    /// <summary>The sale that a record made, or null.</summary>
    private static Command.Sale? SaleOf(NaiveRecord record) => record.Draft.About switch
    {
        NaiveSale sale => sale.Command,
        NaiveCharge charge => charge.Sale.Command,
        _ => null,
    };

    /// <summary>
    /// The parts of a sale by account, expenses of the platform counted below zero: together they are what was paid.
    /// </summary>
    private sealed class NaiveRemains
    {
        private readonly string source;
        private readonly List<(string Account, BigInteger Amount)> parts = [];

        private NaiveRemains(string source) => this.source = source;

        public NaiveRemains(NaiveRecord sale)
            : this(sale.Legs[0].Account)
        {
            foreach (var leg in sale.Legs) Move(leg.Account, leg.Amount);
            foreach (var record in sale.Since)
            {
                if (Earnings.Contains(record.Type))
                    foreach (var leg in record.Legs) Move(leg.Account, leg.Amount);
                if (record.Draft.About is NaiveReturn back) Return(back);
                if (record.Type == "reversed") (Paid, Tokens, Affiliate, Discount) = (0, 0, 0, 0);
                if (record.Type == "reversed") parts.Clear();
            }
        }

        public BigInteger Paid { get; private set; }

        public BigInteger Tokens { get; private set; }

        public BigInteger Affiliate { get; private set; }

        public BigInteger Discount { get; private set; }

        public IReadOnlyList<(string Account, BigInteger Amount)> Parts => parts;

        public BigInteger Of(string account) => parts.Find(part => part.Account == account).Amount;

        /// <summary>What an affiliate has on top of the sale and the platform's expense for it shrink alike.</summary>
        public bool IsOnTop(string account) => Affiliate > 0 && Code(account) == "affiliate.pending";

        /// <summary>The most of an amount that is a whole number of tokens, tried as lots of tokens.</summary>
        public BigInteger InLots(BigInteger amount)
        {
            if (Tokens == 0) return amount;
            var tokensOfLot = Tokens / BigInteger.GreatestCommonDivisor(Tokens, Paid);
            var lots = amount * Tokens / Paid / tokensOfLot;
            return lots * tokensOfLot * Paid / Tokens;
        }

        public IReadOnlyList<(string Account, BigInteger Amount)> Split(BigInteger amount)
        {
            var (affiliate, discount) = (Affiliate * amount / Paid, Discount * amount / Paid);
            var weights = parts.Select(part => IsOnTop(part.Account) ? 0 : part.Amount).ToArray();
            var shares = weights.Any(weight => weight > 0) ? Share(amount + discount, weights) : weights;
            return
            [
                .. parts
                    .Select((part, i) => (part.Account, Amount: IsOnTop(part.Account) ? affiliate : shares[i]))
                    .Append((Account: Own("expense.affiliate"), Amount: affiliate))
                    .Append((Account: Own("expense.promo"), Amount: discount))
                    .Where(part => part.Amount > 0),
            ];
        }

        /// <summary>What is not earned yet, with as much of the taxes, the discount and what is on top.</summary>
        public NaiveRemains Unearned()
        {
            var unearned = Sum(parts.Where(part => IsUnearned(part.Account)).Select(part => part.Amount));
            var all = Sum(parts.Where(part => !IsTax(part.Account) && !IsOnTop(part.Account))
                .Select(part => part.Amount));
            var some = new NaiveRemains(source);
            if (unearned == 0) return some;
            foreach (var (account, amount) in parts)
            {
                var share = IsUnearned(account) ? amount
                    : IsTax(account) || IsOnTop(account) ? amount * unearned / all
                    : 0;
                if (share > 0) some.parts.Add((account, share));
                if (IsOnTop(account)) some.Affiliate += share;
                else some.Paid += share;
            }

            some.Discount = Discount * unearned / all;
            some.Paid -= some.Discount;
            return some;
        }

        private static bool IsUnearned(string account) => Code(account) is "creator.unearned" or "deferred.revenue";

        private static bool IsTax(string account) => Code(account) is "vat.payable" or "salestax.payable";

        private string Own(string code) => $"{code}/{source.Split('/')[1]}//";

        private void Return(NaiveReturn back)
        {
            Paid -= back.Amount;
            Tokens -= back.Tokens;
            foreach (var (account, amount) in back.Parts)
            {
                if (Code(account) == "expense.affiliate") Affiliate -= amount;
                else if (Code(account) == "expense.promo") Discount -= amount;
                else Change(account, -amount);
            }
        }

        private void Move(string account, BigInteger amount)
        {
            switch (Code(account))
            {
                case "expense.affiliate":
                    Affiliate += amount;
                    break;
                case "expense.promo":
                    Discount += amount;
                    break;
                case "fan.tokens":
                    Tokens += amount;
                    break;
                case "token.issued":
                    break;
                case var _ when account == source:
                    Paid += amount;
                    break;
                default:
                    Change(account, -amount);
                    break;
            }
        }

        private void Change(string account, BigInteger amount)
        {
            var at = parts.FindIndex(part => part.Account == account);
            if (at < 0) parts.Add((account, amount));
            else parts[at] = (account, parts[at].Amount + amount);
            parts.RemoveAll(part => part.Amount == 0);
            Assert.DoesNotContain(parts, part => part.Amount < 0);
        }
    }

    private static string Code(string account) => account.Split('/')[0];

    private static string Owner(string account) => account.Split('/', 4)[3];

    private static bool IsCreators(string account) => Code(account) is "creator.pending" or "creator.reserve";

    private static IEnumerable<IGrouping<string, (string Account, BigInteger Amount)>> ByCreator(
        IEnumerable<(string Account, BigInteger Amount)> parts) =>
        parts.Where(part => IsCreators(part.Account)).GroupBy(part => Owner(part.Account));

    /// <summary>The legs that take parts of a sale back from whoever has them.</summary>
    private List<(string Account, BigInteger Amount)> TakeBack(
        IReadOnlyList<(string Account, BigInteger Amount)> parts, string currency)
    {
        var legs = new List<(string Account, BigInteger Amount)>();
        foreach (var own in ByCreator(parts))
            legs.AddRange(TakeFromCreator(own.Key, currency, [.. own], Sum(own.Select(part => part.Amount))));
        legs.AddRange(TakeBackAllButCreators(parts, currency));
        return legs;
    }

    private List<(string Account, BigInteger Amount)> TakeFromCreator(
        string creator, string currency, IReadOnlyList<(string Account, BigInteger Amount)> own, BigInteger amount)
    {
        var taken = Waterfall("creator", creator, currency, own, amount, "creator.pending", "creator.reserve");
        return [.. taken, ($"creator.debt/{currency}//{creator}", amount - Sum(taken.Select(leg => leg.Amount)))];
    }

    private List<(string Account, BigInteger Amount)> TakeBackAllButCreators(
        IReadOnlyList<(string Account, BigInteger Amount)> parts, string currency)
    {
        var legs = new List<(string Account, BigInteger Amount)>();
        foreach (var (account, amount) in parts.Where(part => Code(part.Account) == "affiliate.pending"))
        {
            var taken = Waterfall(
                "affiliate", Owner(account), currency, [(account, amount)], amount, "affiliate.pending");
            var missing = amount - Sum(taken.Select(leg => leg.Amount));
            legs.AddRange([.. taken, ($"expense.affiliate/{currency}//", missing)]);
        }

        foreach (var (account, amount) in parts)
        {
            if (IsCreators(account) || Code(account) == "affiliate.pending") continue;
            legs.Add((account, account.StartsWith("expense.", StringComparison.Ordinal) ? -amount : amount));
        }

        return legs;
    }

    /// <summary>
    /// The sale's own, what is available, then everything held, newest first; nothing that is frozen.
    /// </summary>
    private List<(string Account, BigInteger Amount)> Waterfall(
        string role, string owner, string currency, IReadOnlyList<(string Account, BigInteger Amount)> own,
        BigInteger amount, params string[] held)
    {
        var taken = new List<(string Account, BigInteger Amount)>();
        foreach (var (account, most) in own) Take(account, most);
        Take($"{role}.available/{currency}//{owner}", amount);
        foreach (var code in held)
            foreach (var account in Cohorts(code, currency, owner)) Take(account, amount);
        return taken;

        void Take(string account, BigInteger most)
        {
            if (IsFrozen(account)) return;
            var there = Owed(account) - Sum(taken.Where(leg => leg.Account == account).Select(leg => leg.Amount));
            var found = BigInteger.Min(BigInteger.Min(most, there), amount);
            if (found <= 0) return;
            amount -= found;
            taken.Add((account, found));
        }
    }

    private bool IsFrozen(string account) => Account(here, account).Life is "frozen" or "frozen for debits";

    private List<string> Cohorts(string code, string currency, string owner) =>
    [
        .. accounts.Keys
            .Where(key => key.Book == here)
            .Select(key => key.Account)
            .Where(account => account.StartsWith($"{code}/{currency}/", StringComparison.Ordinal))
            .Where(account => Owner(account) == owner)
            .OrderByDescending(account => account.Split('/')[2], StringComparer.Ordinal),
    ];

    /// <summary>Lines that meet on one account are one leg, where it was first met.</summary>
    private static (string Account, BigInteger Amount)[] Tallied(
        IEnumerable<(string Account, BigInteger Amount)> lines) =>
    [
        .. lines
            .Where(line => line.Amount != 0)
            .GroupBy(line => line.Account)
            .Select(group => (group.Key, Sum(group.Select(line => line.Amount)))),
    ];
}
