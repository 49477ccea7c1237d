using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Refunds;
using NodaTime;

namespace Fanz.Ledger.Disputes;

/// <summary>
/// A lost dispute of a sale is given back as a refund is, only that the creators' part is frozen already. What was not
/// found then is looked for once more, by the whole waterfall, and is a debt where there is still nothing.
/// </summary>
internal sealed class LossOfSale
{
    private readonly Event.DisputeOpening opening;
    private readonly DisputedPayment payment;
    private readonly IReadOnlyCollection<SalePart> parts;
    private readonly Returning posting;
    private readonly Book book;
    private readonly Moment now;

    private LossOfSale(
        Event.DisputeOpening opening, DisputedPayment payment, IReadOnlyCollection<SalePart> parts, Book book,
        Moment now)
    {
        (this.opening, this.payment, this.parts, this.book, this.now) = (opening, payment, parts, book, now);
        posting = new Returning(book, payment.Currency);
    }

    public static (Returning Posting, Event.DisputeLost Lost) Post(
        Command.LoseDispute command, Policy policy, Dispute dispute, DisputedPayment payment, SaleParts sale, Book book,
        Moment now)
    {
        var opening = dispute.Opening!;
        // The bank takes the whole payment also where some of it was refunded. What had not left yet has left so, and
        // needs no paying any more; what is beyond even that (exchange rates may have moved) was never anybody's part.
        var claim = Math.Min(opening.Amount, sale.Paid);
        var beyond = opening.Amount - claim;
        var refunds = RefundsToExecute.PaidBy(book, payment.Past, beyond);
        var refunded = refunds.Sum(refund => refund.Amount);
        var excess = beyond - refunded;
        var bearer = command.Bearer ?? policy.ChargebackBearer;
        var isPassed = command.PassFee ?? (bearer == Bearer.Creator && policy.PassChargebackFee);
        var fee = isPassed ? dispute.Fees : 0;
        IReadOnlyCollection<SalePart> parts = claim > 0 ? sale.Split(claim) : [];

        var loss = new LossOfSale(opening, payment, parts, book, now);
        var borne = loss.TakeFromCreators(bearer, fee);
        loss.posting.TakeBackAllButCreators(parts)
            .Debit(Chart.RefundPayable, refunded)
            .Debit(Chart.ChargebackLoss, borne + excess)
            .Credit(Chart.ChargebackFeeExpense, fee)
            .Credit(Chart.ChargebackReceivable, opening.Amount);
        return (loss.posting, new Event.DisputeLost(
            opening.Dispute, opening.Transaction, opening.Currency, loss.posting.Taken, loss.posting.Returned)
        {
            Amount = claim,
            Parts = ReturnedPart.Of(parts),
            Bearer = bearer,
            Excess = excess > 0 ? excess : null,
            RefundsPaid = refunds.Count > 0 ? refunds : null,
            FeePassed = fee > 0 ? fee : null,
        });
    }

    /// <summary>Settles with each creator, and answers what of their parts the platform bears.</summary>
    private long TakeFromCreators(Bearer bearer, long fee)
    {
        var creators = Returning.ByCreator(parts)
            .Select(owned => (Creator: owned.Key, Own: owned.ToArray(), Part: owned.Sum(part => part.Remaining)))
            .ToArray();
        // Nothing of it may be earned yet, or be left: then the fee is the one's who sold it.
        if (creators.Length == 0) creators = [(((Event.Sale)payment.Past.Event).Creator, [], 0)];
        var fees = Allocation.Split(fee, [.. creators.Select(one => Math.Max(1, one.Part))]);
        for (var i = 0; i < creators.Length; i++)
        {
            var (creator, own, part) = creators[i];
            Settle(creator, own, (bearer == Bearer.Creator ? part : 0) + fees[i]);
        }

        return bearer == Bearer.Platform ? creators.Sum(one => one.Part) : 0;
    }

    /// <summary>What a creator owes comes first out of what was frozen; the rest of that goes back.</summary>
    private void Settle(string creator, IReadOnlyCollection<SalePart> own, long owed)
    {
        foreach (var frozen in opening.Frozen)
        {
            var account = frozen.Account.Key;
            if (account.Owner != creator) continue;
            posting.Debit(Freezing.KeeperOf(account, payment.Fan), frozen.Amount);
            var kept = Math.Min(frozen.Amount, owed);
            owed -= kept;
            if (frozen.Amount > kept) posting.Return(HomeOf(account, own), frozen.Amount - kept);
        }

        if (owed > 0) posting.TakeFromCreator(creator, own, owed);
    }

    /// <summary>
    /// A reserve against this dispute is needed no more: it joins what the sale had brought pending, so that it still
    /// leaves by a release and taxes are withheld from it. The rest goes where it came from.
    /// </summary>
    private AccountKey HomeOf(AccountKey account, IReadOnlyCollection<SalePart> own)
    {
        var isReserveOfSale = account.Code == Chart.CreatorReserve && own.Any(part => part.Account == account);
        var home = isReserveOfSale
            ? account with { Code = Chart.CreatorPending, Cohort = PendingUntil(own) ?? now.Today }
            : account;
        return Freezing.HomeOf(book, home, now.Today);
    }

    private static LocalDate? PendingUntil(IReadOnlyCollection<SalePart> own) => own
        .Where(part => part.Account.Code == Chart.CreatorPending)
        .Max(part => part.Account.Cohort);
}
