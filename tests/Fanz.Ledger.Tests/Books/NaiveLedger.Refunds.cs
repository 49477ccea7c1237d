using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What is given back of a sale, and from whom; and what is owed for it.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, long Number), NaiveRemains> remains = [];

    /// <summary>What is left of a sale: what was paid, and what each leg has of it, in the order of its legs.</summary>
    private sealed class NaiveRemains
    {
        public BigInteger Paid { get; set; }

        public BigInteger Tokens { get; set; }

        /// <summary>What the platform paid an affiliate on top of the sale.</summary>
        public BigInteger OnTop { get; set; }

        /// <summary>What the platform paid in the fan's place.</summary>
        public BigInteger Discount { get; set; }

        public List<(string Account, BigInteger Amount)> Parts { get; init; } = [];

        public void Change(string account, BigInteger by)
        {
            var at = Parts.FindIndex(part => part.Account == account);
            if (at < 0) Parts.Add((account, by));
            else Parts[at] = (account, Parts[at].Amount + by);
            Parts.RemoveAll(part => part.Amount == 0);
        }

        public void Take(NaiveBack back)
        {
            (Paid, Tokens, OnTop, Discount) =
                (Paid - back.Amount, Tokens - back.Tokens, OnTop - back.OnTop, Discount - back.Discount);
            foreach (var (account, amount) in back.Parts) Change(account, -amount);
        }
    }

    /// <summary>What is given back of a sale at once.</summary>
    private sealed record NaiveBack(
        BigInteger Amount, BigInteger Tokens, BigInteger OnTop, BigInteger Discount,
        List<(string Account, BigInteger Amount)> Parts, string Currency)
    {
        public string Told => $"amount {Amount} tokens {Tokens} parts " + string.Join(
            " ", Parts
                .Append(($"expense.affiliate/{Currency}//", OnTop)).Append(($"expense.promo/{Currency}//", Discount))
                .Where(part => part.Item2 != 0)
                .Select(part => $"{part.Item1}={part.Item2}").Order(StringComparer.Ordinal));
    }

    private sealed record NaiveRefund(NaiveSale Sale, BigInteger Amount);

    private Answer? OfRefunds(Command command) => command switch
    {
        Command.RefundSale c => Refund(c),
        Command.ExecuteRefund c => Execute(c),
        Command.RepayDebt c => Repay(
            "debt_repaid", c.Amount, $"creator.available/{c.Currency}//{c.Creator}", $"creator.debt/{c.Currency}//{c.Creator}"),
        Command.WriteOffDebt c => Repay(
            "debt_written_off", c.Amount, $"expense.bad_debt/{c.Currency}//",
            c.Creator is null ? $"fan.debt/{c.Currency}//{c.Fan}" : $"creator.debt/{c.Currency}//{c.Creator}"),
        _ => null,
    };

    private Answer Repay(string type, BigInteger amount, string from, string debt) =>
        amount > Held(debt) ? Refused("amount_over_debt") : Move(type, (from, amount), (debt, -amount));

    private Answer Refund(Command.RefundSale c)
    {
        if (Past(c.Transaction) is not { } record) return Refused("transaction_unknown");
        if (record.Draft.About is not NaiveSale sale) return Refused("not_refundable");
        if (record.IsReversed) return Refused("already_reversed");
        if (IsDisputed(record)) return Refused("refund_during_dispute");
        var whole = RemainsOf(record);
        var left = c.UnearnedOnly ? Unearned(whole) : whole;
        if (left.Paid == 0) return Refused("nothing_to_give_back");
        var amount = c.Amount ?? left.Paid;
        if (amount > left.Paid) return Refused("refund_exceeds_sale");
        if (whole.Tokens * amount % whole.Paid != 0) return Refused("not_in_whole_tokens");
        var back = Split(left, amount, whole.Tokens * amount / whole.Paid, sale.Currency);
        // Tokens that were redeemed at another value do not come back.
        if (back.Tokens * TokenPriceNow.Amount != (back.Tokens > 0 ? amount * TokenPriceNow.Tokens : 0))
            return Refused("token_value_changed");

        var legs = new NaiveLegs();
        TakeBack(back, legs);
        legs.Add(
            sale.Command.Funding switch
            {
                Funding.Card => $"refund.payable/{sale.Currency}//",
                Funding.Promo => $"fan.promo/{sale.Currency}//{sale.Fan}",
                Funding.Tokens => $"token.liability/{sale.Currency}//",
                _ => $"fan.wallet/{sale.Currency}//{sale.Fan}",
            },
            -amount);
        legs.Add($"fan.tokens/TKN//{sale.Fan}", -back.Tokens);
        legs.Add("token.issued/TKN//", back.Tokens);
        var answer = Move(new NaiveDraft(here, "sale_refunded", legs.All)
        {
            RefersTo = c.Transaction,
            About = new NaiveRefund(sale, amount),
            Told = back.Told,
        });
        if (answer.Refusal is null) whole.Take(back);
        return answer;
    }

    /// <summary>While a bank disputes what was paid, nothing of it is given back.</summary>
    private static bool IsDisputed(NaiveRecord record) =>
        record.Since.FindLast(since => since.Type.StartsWith("dispute_", StringComparison.Ordinal))?.Type
            is "dispute_opened" or "dispute_reopened";

    private NaiveRemains RemainsOf(NaiveRecord record)
    {
        if (remains.TryGetValue((here, record.Number), out var known)) return known;
        var sale = (NaiveSale)record.Draft.About!;
        var credits = record.Legs.Where(leg => leg.Amount < 0 && leg.Account != "token.issued/TKN//");
        // Where an affiliate is paid for only when the sale is earned, the sale itself has no expense for it.
        var isPaidFor = record.Legs.Any(leg => leg.Account == $"expense.affiliate/{sale.Currency}//");
        return remains[(here, record.Number)] = new NaiveRemains
        {
            Paid = sale.Paid,
            Tokens = sale.Tokens,
            OnTop = isPaidFor ? sale.PaidToAffiliateOnTop : 0,
            Discount = sale.DiscountOfPlatform,
            Parts = [.. credits.Select(leg => (leg.Account, -leg.Amount))],
        };
    }

    /// <summary>
    /// An amount over what is left of every leg. What stands beside what was paid, an affiliate's part on top and a
    /// discount, shrinks with it, rounded down until the last amount takes all.
    /// </summary>
    private static NaiveBack Split(NaiveRemains left, BigInteger amount, BigInteger tokens, string currency)
    {
        var (onTop, discount) = (left.OnTop * amount / left.Paid, left.Discount * amount / left.Paid);
        var shared = left.Parts.Where(part => !IsOnTop(left, part.Account)).ToList();
        var shares = Share(amount + discount, [.. shared.Select(part => part.Amount)]);
        var parts = shared.Select((part, i) => (part.Account, shares[i])).ToList();
        if (onTop > 0) parts.Add((left.Parts.Single(part => IsOnTop(left, part.Account)).Account, onTop));
        return new NaiveBack(amount, tokens, onTop, discount, [.. parts.Where(part => part.Item2 > 0)], currency);
    }

    private static bool IsOnTop(NaiveRemains left, string account) =>
        left.OnTop > 0 && account.StartsWith("affiliate.pending/", StringComparison.Ordinal);

    private static bool IsUnearned(string account) =>
        account.StartsWith("creator.unearned/", StringComparison.Ordinal)
        || account.StartsWith("deferred.revenue/", StringComparison.Ordinal);

    private static bool IsTax(string account) =>
        account.StartsWith("vat.payable/", StringComparison.Ordinal)
        || account.StartsWith("salestax.payable/", StringComparison.Ordinal);

    /// <summary>What is not earned yet, and of the taxes, the discount and the affiliate's part as much as that is.</summary>
    private static NaiveRemains Unearned(NaiveRemains whole)
    {
        var unearned = Sum(whole.Parts.Where(part => IsUnearned(part.Account)).Select(part => part.Amount));
        if (unearned == 0) return new NaiveRemains();
        var all = Sum(whole.Parts
            .Where(part => !IsTax(part.Account) && !IsOnTop(whole, part.Account)).Select(part => part.Amount));
        var parts = whole.Parts
            .Select(part => (part.Account, Amount: IsUnearned(part.Account) ? part.Amount
                : IsTax(part.Account) || IsOnTop(whole, part.Account) ? part.Amount * unearned / all : 0))
            .Where(part => part.Amount > 0).ToList();
        var (onTop, discount) = (whole.OnTop * unearned / all, whole.Discount * unearned / all);
        return new NaiveRemains
        {
            Paid = Sum(parts.Where(part => !IsOnTop(whole, part.Account)).Select(part => part.Amount)) - discount,
            OnTop = onTop,
            Discount = discount,
            Parts = parts,
        };
    }

    /// <summary>Takes every part from whoever has it by now.</summary>
    private void TakeBack(NaiveBack back, NaiveLegs legs)
    {
        foreach (var owned in back.Parts.Where(part => IsOf(part.Account, "creator.pending", "creator.reserve"))
            .GroupBy(part => Owner(part.Account)))
        {
            var missing = Find(
                [.. owned], $"creator.available/{back.Currency}//{owned.Key}",
                ["creator.pending", "creator.reserve"], owned.Key, back.Currency, legs);
            legs.Add($"creator.debt/{back.Currency}//{owned.Key}", missing);
        }

        foreach (var owned in back.Parts.Where(part => IsOf(part.Account, "affiliate.pending"))
            .GroupBy(part => Owner(part.Account)))
        {
            var missing = Find(
                [.. owned], $"affiliate.available/{back.Currency}//{owned.Key}", ["affiliate.pending"], owned.Key,
                back.Currency, legs);
            // An affiliate is never in debt: what is missing stays an expense.
            legs.Add($"expense.affiliate/{back.Currency}//", missing);
        }

        foreach (var (account, amount) in back.Parts)
            if (!IsOf(account, "creator.pending", "creator.reserve", "affiliate.pending")) legs.Add(account, amount);
        legs.Add($"expense.affiliate/{back.Currency}//", -back.OnTop);
        legs.Add($"expense.promo/{back.Currency}//", -back.Discount);
    }

    /// <summary>
    /// What the sale itself brought, then what is available, then what else is held, the newest first. What is frozen or
    /// closed is passed over. The answer is what could not be found.
    /// </summary>
    private BigInteger Find(
        List<(string Account, BigInteger Amount)> own, string available, string[] codes, string owner, string currency,
        NaiveLegs legs)
    {
        var missing = Sum(own.Select(part => part.Amount));
        foreach (var (account, amount) in own) missing -= TakeFrom(account, BigInteger.Min(amount, missing), legs);
        missing -= TakeFrom(available, missing, legs);
        foreach (var code in codes)
        {
            var held = accounts.Keys.Where(key => key.Book == here && IsOf(key.Account, code))
                .Select(key => key.Account)
                .Where(account => Owner(account) == owner && account.Split('/')[1] == currency);
            foreach (var account in held.OrderByDescending(account => account.Split('/')[2], StringComparer.Ordinal).ToList())
                missing -= TakeFrom(account, missing, legs);
        }

        return missing;
    }

    private BigInteger TakeFrom(string account, BigInteger atMost, NaiveLegs legs)
    {
        if (Account(here, account).Life != "open") return 0;
        var amount = BigInteger.Min(atMost, Owed(account) - legs[account]);
        if (amount <= 0) return 0;
        legs.Add(account, amount);
        return amount;
    }

    private Answer Execute(Command.ExecuteRefund c)
    {
        if (Past(c.Refund) is not { } record) return Refused("transaction_unknown");
        if (record.Draft.About is not NaiveRefund { Sale.Command: { Funding: Funding.Card } sale } refund)
            return Refused("not_a_refund");
        if (record.Since.Exists(since => since.Type == "refund_executed")) return Refused("refund_already_executed");
        var to = c.ToWallet
            ? $"fan.wallet/{sale.Currency}//{sale.Fan}"
            : $"psp.receivable/{sale.Currency}//{c.Processor ?? sale.Processor}";
        return Move(new NaiveDraft(
            here, "refund_executed", ($"refund.payable/{sale.Currency}//", refund.Amount), (to, -refund.Amount))
        {
            RefersTo = c.Refund,
        });
    }

    private static bool IsOf(string account, params string[] codes) => codes.Contains(account.Split('/')[0]);

    private static string Owner(string account) => account.Split('/', 4)[3];

    /// <summary>Legs that may meet on one account, where they become one.</summary>
    private sealed class NaiveLegs
    {
        private readonly List<(string Account, BigInteger Amount)> legs = [];

        public (string Account, BigInteger Amount)[] All => [.. legs];

        public BigInteger this[string account] => legs.Find(leg => leg.Account == account).Amount;

        public void Add(string account, BigInteger amount)
        {
            var at = legs.FindIndex(leg => leg.Account == account);
            if (at < 0) legs.Add((account, amount));
            else legs[at] = (account, legs[at].Amount + amount);
        }
    }
}
