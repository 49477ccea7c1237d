using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Disputes;

/// <summary>
/// A lost dispute of what a fan had paid in. What was left of it and frozen is gone; the rest the fan owes, until later
/// top-ups repay it or what was bought with it is taken back (see <see cref="ClawBacks"/>).
/// </summary>
internal static class LossOfFan
{
    public static (Returning Posting, Event.DisputeLost Lost) Post(
        Command.LoseDispute command, Policy policy, Dispute dispute, DisputedPayment payment, Book book)
    {
        var opening = dispute.Opening!;
        var claim = Math.Min(opening.Amount, payment.Remaining);
        var excess = opening.Amount - claim;
        var fee = command.PassFee ?? policy.PassChargebackFee ? dispute.Fees : 0;
        var frozen = opening.Frozen.Where(one => one.Account.Key.Code != Chart.FanTokens).Sum(one => one.Amount);
        var debt = claim - frozen + fee;
        var posting = new Returning(book, payment.Currency)
            .Debit(payment.OfFan(Chart.FanReserved), frozen)
            .Debit(payment.OfFan(Chart.FanDebt), debt)
            .Debit(Chart.ChargebackLoss, excess)
            .Credit(Chart.ChargebackReceivable, opening.Amount)
            .Credit(Chart.ChargebackFeeExpense, fee);
        if (payment.Tokens is { } tokens) CancelBonus(posting, payment, tokens, claim, book);

        var clawsBack = command.ClawBack ?? policy.ClawBackSpending;
        var found = clawsBack && debt > 0 ? ClawBacks.Find(book, payment, debt) : [];
        return (posting, new Event.DisputeLost(
            opening.Dispute, opening.Transaction, opening.Currency, posting.Taken, posting.Returned)
        {
            Amount = claim,
            Parts = [],
            Excess = excess > 0 ? excess : null,
            FeePassed = fee > 0 ? fee : null,
            FanDebt = debt > 0 ? debt : null,
            ToClawBack = found.Count > 0 ? found : null,
        });
    }

    /// <summary>
    /// Tokens that the platform had given on top are cancelled as far as the fan still has them, in the proportion in
    /// which the payment is lost.
    /// </summary>
    private static void CancelBonus(
        Returning posting, DisputedPayment payment, Event.TokensPurchased purchase, long claim, Book book)
    {
        // Over several disputes the shares of the bonus add up to it exactly.
        var before = DisputedPayment.Lost(payment.Past);
        var (given, paid) = ((Int128)(purchase.Worth - purchase.Amount), purchase.Amount);
        var share = (long)((given * (before + claim) / paid) - (given * before / paid));
        var (tokens, worth) = Freezing.TokensWorth(book, payment.Fan, share);
        posting
            .Debit(Chart.TokenLiability, worth)
            .Credit(Chart.PromotionExpense, worth)
            .Debit(new AccountKey(Chart.FanTokens, payment.Fan, Currency.Token), tokens)
            .Credit(TokenValue.Issued, tokens);
    }
}
