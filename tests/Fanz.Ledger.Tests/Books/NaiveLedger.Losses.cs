using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Disputes that are lost: who bears a sale, what a fan owes, and what is taken back for it.</summary>
internal sealed partial class NaiveLedger
{
    private Answer Lose(Command.LoseDispute c, NaiveDispute dispute)
    {
        var payment = Payment(Past(dispute.Transaction)!)!;
        var claim = BigInteger.Min(dispute.Amount, payment.Left);
        return payment.Remains is { } sale
            ? LoseSale(c, dispute, payment, sale, claim)
            : LosePayment(c, dispute, payment, claim);
    }

    private Answer LoseSale(
        Command.LoseDispute c, NaiveDispute dispute, NaivePayment payment, NaiveRemains sale, BigInteger claim)
    {
        var bearer = c.Bearer ?? Policy(policy => policy.ChargebackBearer) ?? Bearer.Creator;
        var isPassed = c.PassFee ?? (bearer == Bearer.Creator && Policy(policy => policy.PassChargebackFee) == true);
        var parts = claim > 0 ? sale.Split(claim) : [];
        var creators = ByCreator(parts)
            .Select(own => (Creator: own.Key, Own: own.ToList(), Part: Sum(own.Select(part => part.Amount))))
            .ToList();
        // Nobody holds anything of it yet: the fee is the seller's.
        if (creators.Count == 0) creators.Add((SaleOf(payment.Record)!.Creator, [], 1));
        var fees = Share(isPassed ? dispute.Fees : 0, [.. creators.Select(one => one.Part)]);

        var lines = new List<(string, BigInteger)>();
        for (var i = 0; i < creators.Count; i++)
        {
            var (creator, own, part) = creators[i];
            var owes = (bearer == Bearer.Creator && own.Count > 0 ? part : 0) + fees[i];
            lines.AddRange(Settle(creator, own, owes, dispute, payment));
        }

        var ofCreators = Sum(parts.Where(part => IsCreators(part.Account)).Select(part => part.Amount));
        var borne = bearer == Bearer.Platform ? ofCreators : 0;
        lines.AddRange(TakeBackAllButCreators(parts, payment.Currency));
        var refunds = RefundsPaid(payment.Record, dispute.Amount - claim);
        var refunded = Sum(refunds.Select(refund => refund.Amount));
        lines.Add(($"refund.payable/{payment.Currency}//", refunded));
        lines.Add(($"expense.chargeback_loss/{payment.Currency}//", borne + dispute.Amount - claim - refunded));
        lines.Add(($"expense.chargeback_fee/{payment.Currency}//", -Sum(fees)));
        lines.Add(($"chargeback.receivable/{payment.Currency}//", -dispute.Amount));
        return Lost(dispute, new NaiveReturn(claim, 0, parts) { Refunds = refunds }, lines);
    }

    /// <summary>What the bank took beyond the rest of a sale pays refunds that have not left, as they came.</summary>
    private static List<(long Refund, BigInteger Amount)> RefundsPaid(NaiveRecord sale, BigInteger taken)
    {
        var paid = new List<(long, BigInteger)>();
        foreach (var refund in sale.Since.Where(since => since.Type == "sale_refunded"))
        {
            var amount = BigInteger.Min(taken, StillToLeave(sale, refund));
            if (amount > 0) paid.Add((refund.Number, amount));
            taken -= amount;
        }

        return paid;
    }

    private static BigInteger StillToLeave(NaiveRecord sale, NaiveRecord refund) =>
        refund.Since.Count > 0
            ? 0
            : ((NaiveReturn)refund.Draft.About!).Amount - Sum(sale.Since
                .Select(since => since.Draft.About).OfType<NaiveReturn>()
                .SelectMany(lost => lost.Refunds).Where(paid => paid.Refund == refund.Number)
                .Select(paid => paid.Amount));

    /// <summary>What a creator owes comes out of what was frozen; the rest of that goes back.</summary>
    private List<(string, BigInteger)> Settle(
        string creator, List<(string Account, BigInteger Amount)> own, BigInteger owes, NaiveDispute dispute,
        NaivePayment payment)
    {
        var lines = new List<(string, BigInteger)>();
        foreach (var (account, amount) in dispute.Frozen.Where(one => Owner(one.Account) == creator))
        {
            var kept = BigInteger.Min(amount, owes);
            owes -= kept;
            lines.Add((KeeperOf(account, payment.Fan), amount));
            // A reserve of this sale is needed no more: it joins what the sale had brought pending last.
            var isReserve = Code(account) == "creator.reserve" && own.Exists(part => part.Account == account);
            var days = own.Where(part => Code(part.Account) == "creator.pending")
                .Select(part => part.Account.Split('/')[2]);
            var home = isReserve
                ? $"creator.pending/{payment.Currency}/{days.Append(Day(today)).Max(StringComparer.Ordinal)}/{creator}"
                : account;
            lines.AddRange(ComesHome(HomeOf(home), amount - kept));
        }

        if (owes > 0) lines.AddRange(TakeFromCreator(creator, payment.Currency, own, owes));
        return lines;
    }

    private Answer LosePayment(Command.LoseDispute c, NaiveDispute dispute, NaivePayment payment, BigInteger claim)
    {
        var fee = c.PassFee ?? Policy(policy => policy.PassChargebackFee) ?? false ? dispute.Fees : 0;
        var frozen = Sum(dispute.Frozen.Where(one => Code(one.Account) != "fan.tokens").Select(one => one.Amount));
        var debt = claim - frozen + fee;
        var lines = new List<(string, BigInteger)>
        {
            ($"fan.reserved/{payment.Currency}//{payment.Fan}", frozen),
            ($"fan.debt/{payment.Currency}//{payment.Fan}", debt),
            ($"expense.chargeback_loss/{payment.Currency}//", dispute.Amount - claim),
            ($"chargeback.receivable/{payment.Currency}//", -dispute.Amount),
            ($"expense.chargeback_fee/{payment.Currency}//", -fee),
        };
        if (payment.Tokens is not null) lines.AddRange(CancelBonus(payment, claim));
        var toClawBack = c.ClawBack ?? Policy(policy => policy.ClawBackSpending) ?? false ? Spent(payment, debt) : [];
        var answer = Lost(dispute, new NaiveReturn(claim, 0, []), lines);
        if (answer.Refusal is not null) return answer;
        dispute.FanDebt = debt;
        foreach (var (number, amount) in toClawBack) dispute.ToClawBack[number] = amount;
        return answer;
    }

    private Answer Lost(NaiveDispute dispute, NaiveReturn back, IEnumerable<(string, BigInteger)> lines)
    {
        var answer = Move(new NaiveDraft(here, "dispute_lost", Tallied(lines))
        {
            RefersTo = dispute.Transaction, About = back, Told = back.Told,
        });
        if (answer.Refusal is null) dispute.Stage = "lost";
        return answer;
    }

    /// <summary>Of the tokens on top as many are cancelled as the payment is lost, where they are there.</summary>
    private (string, BigInteger)[] CancelBonus(NaivePayment payment, BigInteger claim)
    {
        BigInteger paid = payment.Tokens!.Amount;
        var given = payment.Worth - paid;
        var share = (given * (payment.Lost + claim) / paid) - (given * payment.Lost / paid);
        var (tokens, worth) = TokensWorth(payment, share);
        return
        [
            ($"token.liability/{payment.Currency}//", worth), ($"expense.promo/{payment.Currency}//", -worth),
            ($"fan.tokens/TKN//{payment.Fan}", tokens), ("token.issued/TKN//", -tokens),
        ];
    }

    /// <summary>What was paid out of the wallet, or in tokens, since the payment: newest first, up to a debt.</summary>
    private List<(long Number, BigInteger Amount)> Spent(NaivePayment payment, BigInteger debt)
    {
        var sources = payment.Tokens is null
            ? new[] { "fan.wallet", "fan.reserved" }.Select(code => $"{code}/{payment.Currency}//{payment.Fan}").ToArray()
            : [$"fan.tokens/TKN//{payment.Fan}"];
        var found = new List<(long, BigInteger)>();
        for (var number = last[here]; number > payment.Record.Number && debt > 0; number--)
        {
            var record = Past(number)!;
            var isPaidSo = record.Legs.Any(leg => leg.Amount > 0 && sources.Contains(leg.Account));
            if (SaleOf(record) is null || !isPaidSo) continue;
            var remains = new NaiveRemains(record);
            var amount = remains.InLots(BigInteger.Min(debt, remains.Paid));
            if (amount == 0) continue;
            found.Add((number, amount));
            debt -= amount;
        }

        return found;
    }

    private Answer ClawBack(Command.ClawBackSale c, NaiveDispute dispute)
    {
        if (!dispute.ToClawBack.TryGetValue(c.Transaction, out var most)) return Refused("not_to_be_clawed_back");
        var record = Past(c.Transaction)!;
        var (sale, remains) = (SaleOf(record)!, new NaiveRemains(record));
        var debt = $"fan.debt/{sale.Currency}//{sale.Fan}";
        var amount = remains.InLots(new[] { most, dispute.FanDebt, Held(debt), remains.Paid }.Min());
        if (amount == 0) return Refused("nothing_to_give_back");
        var parts = remains.Split(amount);
        var back = new NaiveReturn(amount, remains.Tokens * amount / remains.Paid, parts);
        var answer = Move(new NaiveDraft(
            here, "sale_clawed_back", Tallied([.. TakeBack(parts, sale.Currency), (debt, -amount)]))
        {
            RefersTo = c.Transaction, About = back, Told = back.Told,
        });
        if (answer.Refusal is not null) return answer;
        dispute.ToClawBack.Remove(c.Transaction);
        dispute.FanDebt -= amount;
        return answer;
    }
}
