using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Card payments that a bank takes back: what is frozen, what comes back, and who bears what is lost.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Dispute), NaiveDispute> disputes = [];

    private sealed class NaiveDispute
    {
        public required long Transaction { get; init; }

        public required string Processor { get; init; }

        public required BigInteger Amount { get; init; }

        public string Stage { get; set; } = "open";

        public BigInteger LastFee { get; set; }

        public BigInteger Fees { get; set; }

        public IReadOnlyList<(string Account, BigInteger Amount)> Frozen { get; set; } = [];

        public Dictionary<long, BigInteger> ToClawBack { get; } = [];

        public BigInteger FanDebt { get; set; }
    }

    /// <param name="Remains">What remains of it, where it is a sale.</param>
    /// <param name="Tokens">The purchase, where it is one of tokens.</param>
    private sealed record NaivePayment(
        NaiveRecord Record, string Fan, string Currency, string Processor, BigInteger Left, NaiveRemains? Remains,
        Command.PurchaseTokens? Tokens)
    {
        public BigInteger Lost => Sum(Record.Since
            .Where(record => record.Type == "dispute_lost")
            .Select(record => ((NaiveReturn)record.Draft.About!).Amount));

        public BigInteger Worth => -Record.Legs.Single(leg => Code(leg.Account) == "token.liability").Amount;
    }

    private Answer? OfDisputes(Command command) => command switch
    {
        Command.OpenDispute c => OpenDispute(c),
        Command.WinDispute c => InDispute(c.Dispute, "open", dispute => Win(c, dispute)),
        Command.LoseDispute c => InDispute(c.Dispute, "open", dispute => Lose(c, dispute)),
        Command.ReopenDispute c => InDispute(c.Dispute, "won", dispute => Reopen(c, dispute)),
        Command.ClawBackSale c => InDispute(c.Dispute, "lost", dispute => ClawBack(c, dispute)),
        _ => null,
    };

    private bool IsDisputed(long number) =>
        disputes.Any(one => one.Key.Book == here && one.Value.Transaction == number && one.Value.Stage == "open");

    private Answer InDispute(string id, string needed, Func<NaiveDispute, Answer> then) =>
        !disputes.TryGetValue((here, id), out var dispute) ? Refused("dispute_unknown")
        : dispute.Stage != needed ? Refused("dispute_not_in_state")
        : then(dispute);

    private static NaivePayment? Payment(NaiveRecord record)
    {
        // What a discount had made free was not paid by card, whatever was said.
        if (SaleOf(record) is { Funding: Funding.Card } sale && Code(record.Legs[0].Account) == "psp.receivable")
        {
            var remains = new NaiveRemains(record);
            return new NaivePayment(record, sale.Fan, sale.Currency, sale.Processor ?? "", remains.Paid, remains, null);
        }

        switch (record.Draft.About)
        {
            case Command.TopUp c:
                return Less(new NaivePayment(record, c.Fan, c.Currency, c.Processor ?? "", c.Amount, null, null));
            case Command.PurchaseTokens { Funding: Funding.Card } c:
                return Less(new NaivePayment(record, c.Fan, c.Currency, c.Processor ?? "", c.Amount, null, c));
            default:
                return null;
        }

        static NaivePayment Less(NaivePayment payment) => payment with { Left = payment.Left - payment.Lost };
    }

    private Answer OpenDispute(Command.OpenDispute c)
    {
        if (disputes.ContainsKey((here, c.Dispute))) return Refused("dispute_exists");
        if (Past(c.Transaction) is not { } past) return Refused("transaction_unknown");
        if (past.IsReversed) return Refused("already_reversed");
        if (Payment(past) is not { } payment) return Refused("not_disputable");
        if (IsDisputed(c.Transaction)) return Refused("dispute_already_open");
        var amount = c.Amount ?? payment.Left;
        if (amount == 0) return Refused("nothing_to_give_back");

        var dispute = new NaiveDispute
        {
            Transaction = c.Transaction, Processor = c.Processor ?? payment.Processor, Amount = amount,
        };
        var answer = Freeze("dispute_opened", payment, dispute, c.Fee);
        if (answer.Refusal is null) disputes[(here, c.Dispute)] = dispute;
        return answer;
    }

    private Answer Reopen(Command.ReopenDispute c, NaiveDispute dispute)
    {
        if (IsDisputed(dispute.Transaction)) return Refused("dispute_already_open");
        var answer = Freeze("dispute_reopened", Payment(Past(dispute.Transaction)!)!, dispute, c.Fee);
        if (answer.Refusal is null) dispute.Stage = "open";
        return answer;
    }

    /// <summary>The bank took it from the processor; what is found of it is frozen, and nobody owes anything yet.</summary>
    private Answer Freeze(string type, NaivePayment payment, NaiveDispute dispute, BigInteger fee)
    {
        var frozen = WhatCanBeFrozen(payment, BigInteger.Min(dispute.Amount, payment.Left));
        var answer = Move(new NaiveDraft(here, type, Tallied(
        [
            ($"chargeback.receivable/{payment.Currency}//", dispute.Amount),
            ($"expense.chargeback_fee/{payment.Currency}//", fee),
            ($"psp.receivable/{payment.Currency}//{dispute.Processor}", -dispute.Amount - fee),
            .. frozen.SelectMany(one => new[] { one, (KeeperOf(one.Account, payment.Fan), -one.Amount) }),
        ]))
        {
            RefersTo = dispute.Transaction,
        });
        if (answer.Refusal is not null) return answer;
        dispute.Frozen = frozen;
        dispute.LastFee = fee;
        dispute.Fees += fee;
        return answer;
    }

    private List<(string Account, BigInteger Amount)> WhatCanBeFrozen(NaivePayment payment, BigInteger claim)
    {
        if (claim == 0) return [];
        if (payment.Remains is { } sale)
            return [.. ByCreator(sale.Split(claim)).SelectMany(own => Waterfall(
                "creator", own.Key, payment.Currency, [.. own], Sum(own.Select(part => part.Amount)), "creator.pending",
                "creator.reserve"))];
        if (payment.Tokens is not null)
        {
            var (tokens, worth) = TokensWorth(payment, claim);
            return tokens == 0
                ? []
                : [($"token.liability/{payment.Currency}//", worth), ($"fan.tokens/TKN//{payment.Fan}", tokens)];
        }

        var wallet = $"fan.wallet/{payment.Currency}//{payment.Fan}";
        var found = Account(here, wallet).Life == "open" ? BigInteger.Min(claim, Owed(wallet)) : 0;
        return found > 0 ? [(wallet, found)] : [];
    }

    private static string KeeperOf(string account, string fan) => Code(account) switch
    {
        "fan.tokens" => "token.issued/TKN//",
        "fan.wallet" or "token.liability" => $"fan.reserved/{account.Split('/')[1]}//{fan}",
        _ => $"creator.hold/{account.Split('/')[1]}//{Owner(account)}",
    };

    /// <summary>A cohort that has matured, or takes nothing any more, hands over to tomorrow's.</summary>
    private string HomeOf(string account)
    {
        var parts = account.Split('/', 4);
        if (parts[2] == "") return account;
        var isOver = string.CompareOrdinal(parts[2], Day(today)) <= 0 || Account(here, account).Life is "frozen" or "closed";
        return isOver ? $"{parts[0]}/{parts[1]}/{Day(today.PlusDays(1))}/{parts[3]}" : account;
    }

    /// <summary>As many of a fan's tokens as are worth whole units today, up to an amount.</summary>
    private (BigInteger Tokens, BigInteger Worth) TokensWorth(NaivePayment payment, BigInteger most)
    {
        var (of, are) = TokenPriceNow;
        var common = BigInteger.GreatestCommonDivisor(of, are);
        var account = $"fan.tokens/TKN//{payment.Fan}";
        if (Account(here, account).Life != "open") return (0, 0);
        var lots = BigInteger.Min(Owed(account) / (of / common), most / (are / common));
        return (lots * of / common, lots * are / common);
    }

    /// <summary>Tokens that were frozen at another value are gone, and come back as their money.</summary>
    private IReadOnlyList<(string Account, BigInteger Amount)> WhatComesBack(NaivePayment payment, NaiveDispute dispute)
    {
        if (payment.Tokens is null || dispute.Frozen.Count == 0) return dispute.Frozen;
        var (worth, tokens) = (dispute.Frozen[0].Amount, dispute.Frozen[1].Amount);
        return tokens * TokenPriceNow.Amount == worth * TokenPriceNow.Tokens
            ? dispute.Frozen
            : [($"fan.wallet/{payment.Currency}//{payment.Fan}", worth)];
    }

    private Answer Win(Command.WinDispute c, NaiveDispute dispute)
    {
        var payment = Payment(Past(dispute.Transaction)!)!;
        var fee = c.FeeReturned ? dispute.LastFee : 0;
        var back = WhatComesBack(payment, dispute);
        var answer = Move(new NaiveDraft(here, "dispute_won", Tallied(
        [
            ($"psp.receivable/{payment.Currency}//{dispute.Processor}", dispute.Amount + fee),
            .. back.Select(one => (KeeperOf(one.Account, payment.Fan), one.Amount)),
            ($"chargeback.receivable/{payment.Currency}//", -dispute.Amount),
            ($"expense.chargeback_fee/{payment.Currency}//", -fee),
            .. back.Select(one => (HomeOf(one.Account), -one.Amount)),
        ]))
        {
            RefersTo = dispute.Transaction,
        });
        if (answer.Refusal is not null) return answer;
        dispute.Stage = "won";
        dispute.Fees -= fee;
        return answer;
    }

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

        var borne = bearer == Bearer.Platform ? Sum(parts.Where(part => IsCreators(part.Account)).Select(part => part.Amount)) : 0;
        lines.AddRange(TakeBackAllButCreators(parts, payment.Currency));
        lines.Add(($"expense.chargeback_loss/{payment.Currency}//", borne + dispute.Amount - claim));
        lines.Add(($"expense.chargeback_fee/{payment.Currency}//", -Sum(fees)));
        lines.Add(($"chargeback.receivable/{payment.Currency}//", -dispute.Amount));
        return Lost(dispute, new NaiveReturn(claim, 0, parts), lines);
    }

    /// <summary>What a creator owes comes out of what was frozen; the rest of that goes back, and is pending again.</summary>
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
            var pending = own.Exists(part => part.Account == account)
                ? own.Find(part => Code(part.Account) == "creator.pending").Account ?? account
                : account;
            lines.Add((HomeOf(pending), kept - amount));
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

    /// <summary>Of the tokens that were given on top, as many go as the lost part of the payment, where they are there.</summary>
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
            ? new[] { $"fan.wallet/{payment.Currency}//{payment.Fan}", $"fan.reserved/{payment.Currency}//{payment.Fan}" }
            : [$"fan.tokens/TKN//{payment.Fan}"];
        var found = new List<(long, BigInteger)>();
        for (var number = last[here]; number > payment.Record.Number && debt > 0; number--)
        {
            var record = Past(number)!;
            if (SaleOf(record) is null || !record.Legs.Any(leg => leg.Amount > 0 && sources.Contains(leg.Account))) continue;
            var amount = BigInteger.Min(debt, new NaiveRemains(record).Paid);
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
        var amount = new[] { most, dispute.FanDebt, Held(debt), remains.Paid }.Min();
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
