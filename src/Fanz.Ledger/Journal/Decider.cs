using Fanz.Ledger.Accounts;
using Fanz.Ledger.Adjustments;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Periods;
using Fanz.Ledger.Settlement;
using Fanz.Ledger.Tax;
using Fanz.Ledger.Unclaimed;
using Fanz.Ledger.Orders;
using Fanz.Ledger.Subscriptions;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Proposals;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal;

/// <summary>
/// Every command, and the recipe that decides it. Pure: the same book and moment give the same decision.
/// </summary>
public static class Decider
{
    public static Decision Decide(Command command, Book book, Book? other, Moment now)
    {
        var decision = ByRecipe(command, book, other, now);
        return command is Command.IByTwoPeople two
            ? ApprovalLimits.Decide(two, CommandFormat.NameOf(command), decision, book)
            : decision;
    }

    private static Decision ByRecipe(Command command, Book book, Book? other, Moment now) => command switch
    {
        Command.SendTip tip => Tips.Decide(tip, book, now),
        Command.UnlockContent unlock => ContentSales.Decide(unlock, book, now),
        Command.UnlockMessage unlock => MessageSales.Decide(unlock, book, now),
        Command.EnterStream enter => StreamSales.Decide(enter, book, now),
        Command.SendGift gift => Gifts.Decide(gift, book, now),
        Command.TopUp topUp => TopUps.Decide(topUp, book),
        Command.Transfer transfer => Transfers.Decide(transfer, book),
        Command.TransferToBook transfer => TransfersBetweenBooks.Decide(transfer, book, other!),
        Command.SetRevenueRule set => SettingRevenueRules.Decide(set, book, now),
        Command.EndRevenueRule end => EndingRevenueRules.Decide(end, book, now),
        Command.SetLimits set => SettingLimits.Decide(set, book, now),
        Command.ReleaseHold release => Releases.Decide(release, book, now),
        Command.ReleaseReserve release => Releases.Decide(release, book, now),
        Command.ReleaseAffiliate release => Releases.Decide(release, book, now),
        Command.HoldAmount hold => HeldAmounts.Decide(hold, book),
        Command.ReleaseAmount release => HeldAmounts.Decide(release, book),
        Command.FormPayout form => FormingPayouts.Decide(form, book, now),
        Command.AcceptPayout accept => SettlingPayouts.Decide(accept, book),
        Command.SettlePayout settle => SettlingPayouts.Decide(settle, book),
        Command.FailPayout fail => ReturningPayouts.Decide(fail, book),
        Command.RejectPayout reject => ReturningPayouts.Decide(reject, book),
        Command.ReturnPayout returned => ReturningPayouts.Decide(returned, book),
        Command.CancelPayout cancel => ReturningPayouts.Decide(cancel, book),
        Command.SubmitPayout submit => SubmittingPayouts.Decide(submit, book, now),
        Command.DoubtPayout doubt => SubmittingPayouts.Decide(doubt, book),
        Command.SetPayoutTerms set => SettingPayoutTerms.Decide(set, book, now),
        Command.SetRail set => SettingRails.Decide(set, book),
        Command.SetApprover set => SettingApprovers.Decide(set, book),
        Command.OpenBatch open => FillingBatches.Decide(open, book, now),
        Command.CloseBatch close => FillingBatches.Decide(close, book),
        Command.ApproveBatch approve => ApprovingBatches.Decide(approve, book),
        Command.RejectBatch reject => ApprovingBatches.Decide(reject, book),
        Command.PreparePaymentFile prepare => WritingPaymentFiles.Decide(prepare, book),
        Command.ReleasePaymentFile release => WritingPaymentFiles.Decide(release, book),
        Command.DepositTax deposit => TaxDeposits.Decide(deposit, book),
        Command.SettleProcessor settle => ProcessorSettlements.Decide(settle, book),
        Command.ReleaseProcessorReserve release => ProcessorSettlements.Decide(release, book),
        Command.RecordReceipt record => Receipts.Decide(record, book),
        Command.AssignReceipt assign => Receipts.Decide(assign, book),
        Command.RecordPayment record => Payments.Decide(record, book),
        Command.AssignPayment assign => Payments.Decide(assign, book),
        Command.MatchBankLine match => MatchingBankLines.Decide(match, book),
        Command.BeginBankFile begin => ReadingBankFiles.Decide(begin, book),
        Command.RecordBankLines record => ReadingBankFiles.Decide(record, book),
        Command.FinishBankFile finish => ReadingBankFiles.Decide(finish, book),
        Command.RecordStatement record => RecordingStatements.Decide(record, book),
        Command.RecordProcessorReport record => RecordingReports.Decide(record, book),
        Command.ConvertCurrency convert => Conversions.Decide(convert, book),
        Command.CoverExchange cover => Covers.Decide(cover, book),
        Command.CloseExchangePosition close => Covers.Decide(close, book),
        Command.Adjust adjust => ManualAdjustments.Decide(adjust, book, now),
        Command.ClosePeriod close => ClosingPeriods.Decide(close, book, now),
        Command.SetRates set => SettingRates.Decide(set, book, now),
        Command.GrantGoodwill grant => Goodwill.Decide(grant, book),
        Command.MoveToUnclaimed move => UnclaimedProperty.Decide(move, book, now),
        Command.ReturnUnclaimed returned => UnclaimedProperty.Decide(returned, book),
        Command.PurchaseTokens purchase => TokenPurchases.Decide(purchase, book, now),
        Command.WithdrawFromWallet withdraw => Withdrawals.Decide(withdraw, book),
        Command.GrantPromo grant => PromoGranting.Decide(grant, book, now),
        Command.ExpirePromo expire => PromoExpiry.Decide(expire, book, now),
        Command.Authorise authorise => Authorising.Decide(authorise, book, now),
        Command.VoidAuthorisation release => AuthorisationReleases.Decide(release, book),
        Command.ExpireAuthorisation release => AuthorisationReleases.Decide(release, book, now),
        Command.StartSubscription start => SubscriptionStarts.Decide(start, book, now),
        Command.StartTrial start => Trials.Decide(start, book, now),
        Command.RenewSubscription renew => Renewals.Decide(renew, book, now),
        Command.RetrySubscription retry => Renewals.Decide(retry, book, now),
        Command.UpgradeSubscription upgrade => Upgrades.Decide(upgrade, book, now),
        Command.MarkPastDue mark => FailedRenewals.Decide(mark, book, now),
        Command.CancelSubscription cancel => SubscriptionEnds.Decide(cancel, book),
        Command.ResumeSubscription resume => SubscriptionEnds.Decide(resume, book, now),
        Command.ExpireSubscription expire => SubscriptionEnds.Decide(expire, book, now),
        Command.RecogniseRevenue recognise => Recognition.Decide(recognise, book, now),
        Command.PlaceOrder place => PlacedOrders.Decide(place, book, now),
        Command.DeliverOrder deliver => DeliveredOrders.Decide(deliver, book, now),
        Command.SetPolicy set => SettingPolicies.Decide(set, book, now),
        Command.SanctionParty sanction => Sanctions.Decide(sanction, book),
        Command.ClearParty clear => Sanctions.Decide(clear, book),
        Command.CloseParty close => Sanctions.Decide(close, book),
        Command.HoldCreator hold => CreatorHolds.Decide(hold, book),
        Command.UnholdCreator unhold => CreatorHolds.Decide(unhold, book),
        Command.RegisterFan register => KnownParties.Decide(register, book),
        Command.DescribeCreator describe => KnownParties.Decide(describe, book),
        Command.RecordVerification record => Verifications.Decide(record, book, now),
        Command.RecordScreening record => Screenings.Decide(record, book, now),
        Command.AddPayoutMethod add => AddingPayoutMethods.Decide(add, book),
        Command.VerifyPayoutMethod verify => VerifyingPayoutMethods.Decide(verify, book),
        Command.FailPayoutMethodVerification fail => VerifyingPayoutMethods.Decide(fail, book),
        Command.DisablePayoutMethod disable => DisablingPayoutMethods.Decide(disable, book),
        Command.EnablePayoutMethod enable => DisablingPayoutMethods.Decide(enable, book),
        Command.SetPayoutPreference set => PayoutPreferences.Decide(set, book),
        Command.RequestPayout request => PayoutRequests.Decide(request, book, now),
        Command.WithdrawPayoutRequest withdraw => PayoutRequests.Decide(withdraw, book),
        Command.RecordReading record => RecordingReadings.Decide(record, book),
        Command.RequestErasure request => ErasureRequests.Decide(request, book),
        Command.WithdrawErasure withdraw => ErasureRequests.Decide(withdraw, book),
        Command.PlaceLegalHold place => LegalHolds.Decide(place, book),
        Command.LiftLegalHold lift => LegalHolds.Decide(lift, book),
        Command.SetRetention set => SettingRetention.Decide(set, book, now),
        Command.ForgetPerson forget => Forgetting.Decide(forget, book, now),
        Command.RefundSale refund => Refunding.Decide(refund, book),
        Command.ExecuteRefund execute => RefundExecutions.Decide(execute, book),
        Command.WriteOffDebt writeOff => DebtWriteOffs.Decide(writeOff, book),
        Command.RepayDebt repay => DebtRepayments.Decide(repay, book),
        Command.OpenDispute open => DisputeOpenings.Decide(open, book),
        Command.WinDispute win => DisputesWon.Decide(win, book, now),
        Command.LoseDispute lose => DisputesLost.Decide(lose, book, now),
        Command.ReopenDispute reopen => DisputeReopenings.Decide(reopen, book),
        Command.ClawBackSale claw => ClawBacks.Decide(claw, book),
        Command.BeginImport begin => BeginningImports.Decide(begin, book),
        Command.OpenBalances open => OpeningBalances.Decide(open, book),
        Command.OpenSubscriptions open => OpeningSubscriptions.Decide(open, book),
        Command.FinishImport finish => EndingImports.Decide(finish, book),
        Command.AbandonImport abandon => EndingImports.Decide(abandon, book),
        Command.SetSchedule set => SettingSchedules.Decide(set, book, now),
        Command.SetHolidays set => SettingHolidays.Decide(set, book, now),
        Command.BeginRun begin => BeginningRuns.Decide(begin, book, now),
        Command.RecordSkipped record => RecordingSkipped.Decide(record, book),
        Command.FinishRun finish => FinishingRuns.Decide(finish, book),
        Command.FileTaxForm file => TaxForms.Decide(file, book, now),
        Command.EndTaxForm end => TaxForms.Decide(end, book),
        Command.RecordTinMatch record => TinChecks.Decide(record, book),
        Command.RecordTinNotice record => TinChecks.Decide(record, book, now),
        Command.SetTaxTerms set => SettingTaxTerms.Decide(set, book, now),
        Command.SetTreatyRates set => SettingTreatyRates.Decide(set, book),
        Command.CorrectWithholding correct => WithholdingCorrections.Decide(correct, book, now),
        Command.RecordTaxFiling record => TaxFiling.Decide(record, book),
        Command.Propose propose => Proposing.Decide(propose, book, now),
        Command.ApproveProposal approve => ApprovingProposals.Decide(approve, book, now),
        Command.RejectProposal reject => EndingProposals.Decide(reject, book),
        Command.WithdrawProposal withdraw => EndingProposals.Decide(withdraw, book),
        Command.ExpireProposal expire => EndingProposals.Decide(expire, book, now),
        Command.Reverse reverse => Reversals.Decide(reverse, book),
        Command.FreezeAccount freeze => AccountLife.Decide(freeze, book),
        Command.UnfreezeAccount unfreeze => AccountLife.Decide(unfreeze, book),
        Command.CloseAccount close => AccountLife.Decide(close, book),
        _ => throw new InvariantBroken($"Nothing decides {command.GetType().Name}."),
    };
}
