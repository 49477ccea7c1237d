using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What is given back of a sale, and from whom; and what is owed for it.</summary>
internal sealed partial class NaiveLedger
{
    private Answer? OfRefunds(Command command) => command switch
    {
        Command.RefundSale c => Refund(c),
        Command.ExecuteRefund c => Execute(c),
        Command.RepayDebt c => Repay(
            "debt_repaid", c.Amount, $"creator.available/{c.Currency}//{c.Creator}",
            $"creator.debt/{c.Currency}//{c.Creator}"),
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
        if (SaleOf(record) is not { } sale) return Refused("not_refundable");
        if (record.IsReversed) return Refused("already_reversed");
        if (IsDisputed(record)) return Refused("refund_during_dispute");
        var whole = new NaiveRemains(record);
        var left = c.UnearnedOnly ? whole.Unearned() : whole;
        if (left.Paid == 0) return Refused("nothing_to_give_back");
        var amount = c.Amount ?? left.Paid;
        if (amount > left.Paid) return Refused("refund_exceeds_sale");
        if (whole.Tokens * amount % whole.Paid != 0) return Refused("not_in_whole_tokens");
        var back = new NaiveReturn(amount, whole.Tokens * amount / whole.Paid, left.Split(amount)) { Refunded = sale };
        // Tokens that were redeemed at another value do not come back.
        if (back.Tokens * TokenPriceNow.Amount != (back.Tokens > 0 ? amount * TokenPriceNow.Tokens : 0))
            return Refused("token_value_changed");

        var target = sale.Funding switch
        {
            Funding.Card => $"refund.payable/{sale.Currency}//",
            Funding.Promo => $"fan.promo/{sale.Currency}//{sale.Fan}",
            Funding.Tokens => $"token.liability/{sale.Currency}//",
            _ => $"fan.wallet/{sale.Currency}//{sale.Fan}",
        };
        return Move(new NaiveDraft(here, "sale_refunded", Tallied(
        [
            .. TakeBack(back.Parts, sale.Currency),
            (target, -amount), ($"fan.tokens/TKN//{sale.Fan}", -back.Tokens), ("token.issued/TKN//", back.Tokens),
        ]))
        {
            RefersTo = c.Transaction,
            About = back,
            Told = back.Told,
        });
    }

    /// <summary>While a bank disputes what was paid, nothing of it is given back.</summary>
    private static bool IsDisputed(NaiveRecord record) =>
        record.Since.FindLast(since => since.Type.StartsWith("dispute_", StringComparison.Ordinal))?.Type
            is "dispute_opened" or "dispute_reopened";

    private Answer Execute(Command.ExecuteRefund c)
    {
        if (Past(c.Refund) is not { } record) return Refused("transaction_unknown");
        if (record.Draft.About is not NaiveReturn { Refunded: { Funding: Funding.Card } sale })
            return Refused("not_a_refund");
        if (record.Since.Exists(since => since.Type == "refund_executed")) return Refused("refund_already_executed");
        var sold = Past(record.Draft.RefersTo!.Value)!;
        if (IsDisputed(sold)) return Refused("refund_during_dispute");
        var left = StillToLeave(sold, record);
        if (left == 0) return Refused("refund_paid_by_dispute");
        var to = c.ToWallet
            ? $"fan.wallet/{sale.Currency}//{sale.Fan}"
            : $"psp.receivable/{sale.Currency}//{c.Processor ?? sale.Processor}";
        return Move(new NaiveDraft(
            here, "refund_executed", ($"refund.payable/{sale.Currency}//", left), (to, -left))
        {
            RefersTo = c.Refund,
        });
    }
}
