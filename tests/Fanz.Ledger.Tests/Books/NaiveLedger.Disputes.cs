using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Card payments that a bank takes back: what is frozen, what comes back, who bears what is lost.</summary>
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
        if (SaleOf(record) is { Funding: Funding.Card } sale
            && (Code(record.Legs[0].Account) == "psp.receivable" || record.Type == "charge_opened"))
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

    /// <summary>The bank took it from the processor; what is found of it is frozen, and nobody owes anything.</summary>
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
            return [.. ByCreator(sale.Split(claim))
                .Where(own => TakesMore($"creator.hold/{payment.Currency}//{own.Key}"))
                .SelectMany(own => Waterfall(
                    "creator", own.Key, payment.Currency, [.. own], Sum(own.Select(part => part.Amount)),
                    "creator.pending", "creator.reserve"))];
        if (!TakesMore($"fan.reserved/{payment.Currency}//{payment.Fan}")) return [];
        if (payment.Tokens is not null)
        {
            var (tokens, worth) = TokensWorth(payment, claim);
            return tokens == 0
                ? []
                : [($"token.liability/{payment.Currency}//", worth), ($"fan.tokens/TKN//{payment.Fan}", tokens)];
        }

        var wallet = $"fan.wallet/{payment.Currency}//{payment.Fan}";
        var found = IsFrozen(wallet) ? 0 : BigInteger.Min(claim, Owed(wallet));
        return found > 0 ? [(wallet, found)] : [];
    }

    private bool TakesMore(string account) => Account(here, account).Life != "frozen";

    private static string KeeperOf(string account, string fan) => Code(account) switch
    {
        "fan.tokens" => "token.issued/TKN//",
        "fan.wallet" or "token.liability" => $"fan.reserved/{account.Split('/')[1]}//{fan}",
        _ => $"creator.hold/{account.Split('/')[1]}//{Owner(account)}",
    };

    /// <summary>A cohort that has matured, or is frozen, hands over to tomorrow's.</summary>
    private string HomeOf(string account)
    {
        var parts = account.Split('/', 4);
        if (parts[2] == "") return account;
        var isOver = string.CompareOrdinal(parts[2], Day(today)) <= 0
            || Account(here, account).Life == "frozen";
        return isOver ? $"{parts[0]}/{parts[1]}/{Day(today.PlusDays(1))}/{parts[3]}" : account;
    }

    /// <summary>What can be spent again repays a debt first, unless that is frozen.</summary>
    private (string, BigInteger)[] ComesHome(string account, BigInteger amount)
    {
        var (currency, owner) = (account.Split('/')[1], Owner(account));
        var role = Code(account) switch { "creator.available" => "creator", "fan.wallet" => "fan", _ => null };
        return role is null || !TakesMore($"{role}.debt/{currency}//{owner}")
            ? [(account, -amount)]
            : Proceeds(role, owner, currency, amount);
    }

    /// <summary>As many of a fan's tokens as are worth whole units today, up to an amount.</summary>
    private (BigInteger Tokens, BigInteger Worth) TokensWorth(NaivePayment payment, BigInteger most)
    {
        var (of, are) = TokenPriceNow;
        var common = BigInteger.GreatestCommonDivisor(of, are);
        var account = $"fan.tokens/TKN//{payment.Fan}";
        if (IsFrozen(account)) return (0, 0);
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
            .. back.SelectMany(one => ComesHome(HomeOf(one.Account), one.Amount)),
        ]))
        {
            RefersTo = dispute.Transaction,
        });
        if (answer.Refusal is not null) return answer;
        dispute.Stage = "won";
        dispute.Fees -= fee;
        return answer;
    }
}
