using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal;

/// <summary>
/// Every command, and the recipe that decides it. Pure: the same book and moment give the same decision.
/// </summary>
public static class Decider
{
    public static Decision Decide(Command command, Book book, Book? other, Moment now) => command switch
    {
        Command.SendTip tip => Tips.Decide(tip, book, now),
        Command.UnlockContent unlock => ContentSales.Decide(unlock, book, now),
        Command.UnlockMessage unlock => MessageSales.Decide(unlock, book, now),
        Command.EnterStream enter => StreamSales.Decide(enter, book, now),
        Command.SendGift gift => Gifts.Decide(gift, book, now),
        Command.TopUp topUp => TopUps.Decide(topUp, book),
        Command.Transfer transfer => Transfers.Decide(transfer, book),
        Command.TransferToBook transfer => TransfersBetweenBooks.Decide(transfer, book, other!),
        Command.PurchaseTokens purchase => TokenPurchases.Decide(purchase, book, now),
        Command.WithdrawFromWallet withdraw => Withdrawals.Decide(withdraw, book),
        Command.GrantPromo grant => PromoGranting.Decide(grant, book, now),
        Command.ExpirePromo expire => PromoExpiry.Decide(expire, book, now),
        Command.Authorise authorise => Authorising.Decide(authorise, book, now),
        Command.VoidAuthorisation release => AuthorisationReleases.Decide(release, book),
        Command.ExpireAuthorisation release => AuthorisationReleases.Decide(release, book, now),
        Command.SetPolicy set => SettingPolicies.Decide(set, book, now),
        Command.SanctionParty sanction => Sanctions.Decide(sanction, book),
        Command.ClearParty clear => Sanctions.Decide(clear, book),
        Command.CloseParty close => Sanctions.Decide(close, book),
        Command.HoldCreator hold => CreatorHolds.Decide(hold, book),
        Command.UnholdCreator unhold => CreatorHolds.Decide(unhold, book),
        Command.RegisterFan register => KnownParties.Decide(register, book),
        Command.DescribeCreator describe => KnownParties.Decide(describe, book),
        Command.RefundSale refund => Refunding.Decide(refund, book),
        Command.ExecuteRefund execute => RefundExecutions.Decide(execute, book),
        Command.WriteOffDebt writeOff => DebtWriteOffs.Decide(writeOff, book),
        Command.RepayDebt repay => DebtRepayments.Decide(repay, book),
        Command.OpenDispute open => DisputeOpenings.Decide(open, book),
        Command.WinDispute win => DisputesWon.Decide(win, book, now),
        Command.LoseDispute lose => DisputesLost.Decide(lose, book, now),
        Command.ReopenDispute reopen => DisputeReopenings.Decide(reopen, book),
        Command.ClawBackSale claw => ClawBacks.Decide(claw, book),
        Command.Reverse reverse => Reversals.Decide(reverse, book),
        Command.FreezeAccount freeze => AccountLife.Decide(freeze, book),
        Command.UnfreezeAccount unfreeze => AccountLife.Decide(unfreeze, book),
        Command.CloseAccount close => AccountLife.Decide(close, book),
        _ => throw new InvariantBroken($"Nothing decides {command.GetType().Name}."),
    };
}
