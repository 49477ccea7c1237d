using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What is earned with the payment: tips, gifts, content, messages, streams.</summary>
internal sealed partial class NaiveLedger
{
    private Answer? OfSales(Command command) => command switch
    {
        Command.TopUp c => TopUp(c),
        Command.SendTip c => Tip(c),
        _ => null,
    };

    private Answer TopUp(Command.TopUp c)
    {
        var debt = BigInteger.Min(Held($"fan.debt/{c.Currency}//{c.Fan}"), c.Amount);
        return Move(new NaiveDraft(
            here, "wallet_topped_up", ($"psp.receivable/{c.Currency}//{c.Processor}", c.Amount),
            ($"fan.debt/{c.Currency}//{c.Fan}", -debt), ($"fan.wallet/{c.Currency}//{c.Fan}", -(c.Amount - debt)))
        {
            About = c,
        });
    }

    private Answer Tip(Command.SendTip tip)
    {
        if (tip.Fan == tip.Creator) return Refused("self_tip");
        BigInteger amount = tip.Amount;
        var creators = BasisPoints(amount, 8_000);
        var pending = BasisPoints(creators, 9_000);
        return Move(new NaiveDraft(
            here, "tip_sent",
            (tip.Funding == Funding.Wallet ? $"fan.wallet/{tip.Currency}//{tip.Fan}" : $"psp.receivable/{tip.Currency}//", amount),
            ($"creator.pending/{tip.Currency}/{Day(today.PlusDays(7))}/{tip.Creator}", -pending),
            ($"creator.reserve/{tip.Currency}/{Day(today.PlusDays(90))}/{tip.Creator}", -(creators - pending)),
            ($"revenue.tip/{tip.Currency}//", -(amount - creators)))
        {
            About = tip,
        });
    }
}
