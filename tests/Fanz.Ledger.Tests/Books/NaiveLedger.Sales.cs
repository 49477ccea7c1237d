using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Tests;

/// <summary>What is earned with the payment: tips, gifts, content, messages, streams.</summary>
internal sealed partial class NaiveLedger
{
    /// <summary>A sale as it was shared when it was made; nothing that is agreed later changes it.</summary>
    private sealed record NaiveSale(
        Command.Sale Command, NaiveTerms Terms, BigInteger Paid, BigInteger Fee, NaivePart[] Creators,
        BigInteger Affiliate, BigInteger Tokens)
    {
        public string Fan => Command.Fan;

        public string Currency => Command.Currency;

        public BigInteger PaidToAffiliateOnTop =>
            Terms.Affiliate?.BorneBy == Bearer.Platform ? Affiliate : 0;

        public BigInteger DiscountOfPlatform =>
            Command.Discount is { BorneBy: Bearer.Platform } discount ? discount.Amount : 0;
    }

    private sealed record NaivePart(string Creator, BigInteger Pending, BigInteger Reserve);

    private Answer? OfSales(Command command) => command switch
    {
        Command.SendTip c => Earn(c, "tip_sent", "revenue.tip"),
        Command.UnlockContent c => Earn(c, "content_unlocked", "revenue.ppv"),
        Command.UnlockMessage c => Earn(c, "message_unlocked", "revenue.message"),
        Command.EnterStream c => Earn(c, "stream_entered", "revenue.stream"),
        Command.SendGift c => Earn(c, "gift_sent", "revenue.tip"),
        _ => null,
    };

    private Answer Earn(Command.Sale c, string type, string revenue)
    {
        var sale = Shared(c);
        if (ObjectionToSale(sale) is { } refusal) return Refused(refusal);
        var (pendingUntil, reserveUntil) =
            (Day(today.PlusDays(sale.Terms.HoldDays)), Day(today.PlusDays(sale.Terms.ReserveDays)));
        var legs = new List<(string Account, BigInteger Amount)>(Paying(sale, isEarned: true));
        foreach (var part in sale.Creators)
        {
            legs.Add(($"creator.pending/{c.Currency}/{pendingUntil}/{part.Creator}", -part.Pending));
            legs.Add(($"creator.reserve/{c.Currency}/{reserveUntil}/{part.Creator}", -part.Reserve));
        }

        legs.Add(($"affiliate.pending/{c.Currency}/{pendingUntil}/{c.Affiliate}", -sale.Affiliate));
        legs.Add(($"{revenue}/{c.Currency}//", -sale.Fee));
        legs.AddRange(Taxes(sale));
        return Sell(sale, type, legs, $"rule {sale.Terms.Version} fee {sale.Fee} "
            + $"pending {Sum(sale.Creators.Select(part => part.Pending))} until {pendingUntil} "
            + $"reserve {Sum(sale.Creators.Select(part => part.Reserve))} until {reserveUntil} "
            + $"tokens {sale.Tokens} affiliate {sale.Affiliate}");
    }

    /// <summary>What the parts of a sale come to by the rule of today.</summary>
    private NaiveSale Shared(Command.Sale c)
    {
        var terms = TermsOf(c.Kind, c.Creator, c.Currency);
        BigInteger price = c.Amount;
        var given = c.Discount?.Amount ?? 0;
        var paid = price + c.ExtraPaid + Sum((c.Taxes ?? []).Select(tax => (BigInteger)tax.Amount)) - given;
        var shared = c.Discount?.BorneBy == Bearer.Creator ? price - given : price;

        var creators = BasisPoints(shared, 10_000 - terms.Fee);
        var fee = BigInteger.Max(shared - creators, BigInteger.Min(terms.MinimumFee, shared));
        creators = shared - fee;
        BigInteger affiliate = 0;
        if (c.Affiliate is not null && terms.Affiliate is { } agreed)
        {
            affiliate = BasisPoints(
                agreed.Basis switch
                {
                    AffiliateBasis.Gross => shared,
                    AffiliateBasis.PlatformShare => fee,
                    _ => creators,
                },
                agreed.BasisPoints);
            // Whoever bears it bears no more than they have of the sale.
            if (agreed.BorneBy == Bearer.Creator) affiliate = BigInteger.Min(affiliate, creators);
            if (agreed.BorneBy == Bearer.Creator) creators -= affiliate;
        }

        var who = c.Collaborators ?? [new Collaborator(c.Creator, 1)];
        var parts = Share(creators, [.. who.Select(one => (BigInteger)one.Weight)]);
        var split = who.Select((one, i) =>
        {
            var pending = BasisPoints(parts[i], 10_000 - terms.Reserve);
            return new NaivePart(one.Creator, pending, parts[i] - pending);
        });
        var (tokens, amount) = TokenPriceNow;
        return new NaiveSale(
            c, terms, paid, fee, [.. split], affiliate, c.Funding == Funding.Tokens ? paid * tokens / amount : 0);
    }

    /// <summary>Who is asked first is who takes part, then how much it is, and then by what it is paid.</summary>
    private string? ObjectionToSale(NaiveSale sale)
    {
        var c = sale.Command;
        var objection = Standing(Role.Fan, c.Fan).Objection
            ?? (c.Affiliate is null ? null : Standing(Role.Affiliate, c.Affiliate).Objection)
            ?? sale.Creators.Select(part => ObjectionToCreator(part.Creator, c.Fan))
                .FirstOrDefault(no => no is not null);
        // What was authorised was counted then; the bounds of a single purchase of its kind hold all the same.
        objection ??= c.Funding == Funding.Authorisation
            ? ObjectionToPurchase(c.Fan, c.Currency, c.Kind, sale.Paid)
            : ObjectionToSpending(c.Fan, c.Currency, c.Kind, sale.Paid);
        return objection ?? c.Funding switch
        {
            Funding.Tokens => ObjectionToTokens(sale.Paid, c.Currency),
            Funding.Authorisation => ObjectionToCapture(c, sale.Paid),
            _ => null,
        };
    }

    private string? ObjectionToCreator(string creator, string fan) =>
        creator == fan || Standing(Role.Creator, creator).Description?.Fan == fan
            ? "self_tip"
            : Standing(Role.Creator, creator).Objection;

    private static (string Account, BigInteger Amount)[] Paying(NaiveSale sale, bool isEarned)
    {
        var (c, currency) = (sale.Command, sale.Currency);
        var source = c.Funding switch
        {
            Funding.Wallet => $"fan.wallet/{currency}//{c.Fan}",
            Funding.Card => $"psp.receivable/{currency}//{c.Processor}",
            Funding.Tokens => $"token.liability/{currency}//",
            Funding.Promo => $"fan.promo/{currency}//{c.Fan}",
            _ => $"fan.reserved/{currency}//{c.Fan}",
        };
        return
        [
            (source, sale.Paid),
            ($"expense.affiliate/{currency}//", isEarned ? sale.PaidToAffiliateOnTop : 0),
            ($"expense.promo/{currency}//", sale.DiscountOfPlatform),
        ];
    }

    private static IEnumerable<(string Account, BigInteger Amount)> Taxes(NaiveSale sale)
    {
        foreach (var tax in sale.Command.Taxes ?? [])
        {
            var payable = tax.Kind == TaxKind.Vat ? "vat.payable" : "salestax.payable";
            yield return ($"{payable}/{sale.Currency}//{tax.Jurisdiction}", -tax.Amount);
        }

        yield return ($"fan.tokens/TKN//{sale.Fan}", sale.Tokens);
        yield return ("token.issued/TKN//", -sale.Tokens);
    }

    /// <summary>Makes a sale that nobody objects to but an account, and counts what it captures and spends.</summary>
    private Answer Sell(NaiveSale sale, string type, IEnumerable<(string Account, BigInteger Amount)> legs, string told)
    {
        var c = sale.Command;
        var draft = new NaiveDraft(here, type, [.. legs]) { About = sale };
        if (Objection(draft) is { } objection) return Refused(objection);
        (BigInteger Day, BigInteger Week) spent = (0, 0);
        if (c.Authorisation is { } name)
        {
            authorisations[(here, name)].Remains -= sale.Paid;
            draft = draft with { Stream = $"authorisation/{name}" };
        }
        else if (IsCounted(c.Fan, c.Currency, c.Kind))
        {
            spent = Count(c.Fan, c.Currency, sale.Paid);
            draft = draft with { Stream = $"spending/{c.Currency}/{c.Fan}" };
        }

        return Move(draft with { Told = $"{told} spent {spent.Day} {spent.Week}" });
    }

    private static BigInteger Sum(IEnumerable<BigInteger> amounts) =>
        amounts.Aggregate(BigInteger.Zero, BigInteger.Add);
}
