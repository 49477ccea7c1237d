using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fanz.Ledger.Journal;

/// <summary>
/// How events are kept. Each has an explicit name and a JSON shape that a golden file holds; what was written once
/// loads for ever. <see cref="Vocabulary"/> grows by one when an event is added: a seal states the vocabulary of its
/// records, so that an older host stops at a book in which it could misread something.
/// </summary>
public static class EventFormat
{
    /// <summary>The newest vocabulary this program knows.</summary>
    public const int Vocabulary = 6;

    private sealed record Kind(string Name, Type Type, int Since)
    {
        /// <summary>Made when it is first needed: all of them together take longer than most verbs run.</summary>
        public JsonTypeInfo Json => field ??= Shape.Default.Options.GetTypeInfo(Type);
    }

    private static readonly Kind[] Kinds =
        [
            Of<Event.BookOpened>("book_opened", 1),
            Of<Event.AccountFrozen>("account_frozen", 1),
            Of<Event.AccountUnfrozen>("account_unfrozen", 1),
            Of<Event.AccountClosed>("account_closed", 1),
            Of<Event.Transferred>("transferred", 1),
            Of<Event.TransferredToBook>("transferred_to_book", 1),
            Of<Event.TransferredFromBook>("transferred_from_book", 1),
            Of<Event.WalletToppedUp>("wallet_topped_up", 1),
            Of<Event.TipSent>("tip_sent", 1),
            Of<Event.ContentUnlocked>("content_unlocked", 2),
            Of<Event.MessageUnlocked>("message_unlocked", 2),
            Of<Event.StreamEntered>("stream_entered", 2),
            Of<Event.GiftSent>("gift_sent", 2),
            Of<Event.RevenueRuleSet>("revenue_rule_set", 2),
            Of<Event.RevenueRuleEnded>("revenue_rule_ended", 2),
            Of<Event.LimitsSet>("limits_set", 2),
            Of<Event.SpendingCounted>("spending_counted", 2),
            Of<Event.HoldReleased>("hold_released", 2),
            Of<Event.ReserveReleased>("reserve_released", 2),
            Of<Event.AffiliateReleased>("affiliate_released", 2),
            Of<Event.AmountHeld>("amount_held", 2),
            Of<Event.HeldAmountReleased>("held_amount_released", 2),
            Of<Event.PayoutFormed>("payout_formed", 2),
            Of<Event.PayoutAccepted>("payout_accepted", 2),
            Of<Event.PayoutSettled>("payout_settled", 2),
            Of<Event.PayoutFailed>("payout_failed", 2),
            Of<Event.PayoutRejected>("payout_rejected", 2),
            Of<Event.PayoutReturned>("payout_returned", 2),
            Of<Event.TaxDeposited>("tax_deposited", 2),
            Of<Event.ProcessorSettled>("processor_settled", 2),
            Of<Event.ProcessorReserveReleased>("processor_reserve_released", 2),
            Of<Event.ReceiptRecorded>("receipt_recorded", 2),
            Of<Event.ReceiptAssigned>("receipt_assigned", 2),
            Of<Event.CurrencyConverted>("currency_converted", 2),
            Of<Event.ExchangeCovered>("exchange_covered", 2),
            Of<Event.ExchangePositionClosed>("exchange_position_closed", 2),
            Of<Event.Adjusted>("adjusted", 2),
            Of<Event.GoodwillGranted>("goodwill_granted", 2),
            Of<Event.MovedToUnclaimed>("moved_to_unclaimed", 2),
            Of<Event.UnclaimedReturned>("unclaimed_returned", 2),
            Of<Event.TokensPurchased>("tokens_purchased", 2),
            Of<Event.WalletWithdrawn>("wallet_withdrawn", 2),
            Of<Event.PromoGranted>("promo_granted", 2),
            Of<Event.PromoExpired>("promo_expired", 2),
            Of<Event.Authorised>("authorised", 2),
            Of<Event.AuthorisationVoided>("authorisation_voided", 2),
            Of<Event.AuthorisationExpired>("authorisation_expired", 2),
            Of<Event.SubscriptionStarted>("subscription_started", 2),
            Of<Event.TrialStarted>("trial_started", 2),
            Of<Event.SubscriptionRenewed>("subscription_renewed", 2),
            Of<Event.SubscriptionRecovered>("subscription_recovered", 2),
            Of<Event.SubscriptionUpgraded>("subscription_upgraded", 2),
            Of<Event.SubscriptionPastDue>("subscription_past_due", 2),
            Of<Event.SubscriptionCancelled>("subscription_cancelled", 2),
            Of<Event.SubscriptionResumed>("subscription_resumed", 2),
            Of<Event.SubscriptionExpired>("subscription_expired", 2),
            Of<Event.RevenueRecognised>("revenue_recognised", 2),
            Of<Event.OrderPlaced>("order_placed", 2),
            Of<Event.OrderDelivered>("order_delivered", 2),
            Of<Event.PolicySet>("policy_set", 2),
            Of<Event.PartySanctioned>("party_sanctioned", 2),
            Of<Event.PartyCleared>("party_cleared", 2),
            Of<Event.PartyClosed>("party_closed", 2),
            Of<Event.CreatorHeld>("creator_held", 2),
            Of<Event.CreatorUnheld>("creator_unheld", 2),
            Of<Event.FanRegistered>("fan_registered", 2),
            Of<Event.CreatorDescribed>("creator_described", 2),
            Of<Event.SaleRefunded>("sale_refunded", 2),
            Of<Event.RefundExecuted>("refund_executed", 2),
            Of<Event.DebtWrittenOff>("debt_written_off", 2),
            Of<Event.CreatorDebtRepaid>("debt_repaid", 2),
            Of<Event.DisputeOpened>("dispute_opened", 2),
            Of<Event.DisputeWon>("dispute_won", 2),
            Of<Event.DisputeLost>("dispute_lost", 2),
            Of<Event.DisputeReopened>("dispute_reopened", 2),
            Of<Event.SaleClawedBack>("sale_clawed_back", 2),
            Of<Event.ImportBegun>("import_begun", 3),
            Of<Event.BalancesOpened>("balances_opened", 3),
            Of<Event.SubscriptionsOpened>("subscriptions_opened", 3),
            Of<Event.SubscriptionOpened>("subscription_opened", 3),
            Of<Event.ChargeOpened>("charge_opened", 3),
            Of<Event.ImportFinished>("import_finished", 3),
            Of<Event.ImportAbandoned>("import_abandoned", 3),
            Of<Event.PeriodClosed>("period_closed", 4),
            Of<Event.RatesSet>("rates_set", 4),
            Of<Event.ScheduleSet>("schedule_set", 5),
            Of<Event.HolidaysSet>("holidays_set", 5),
            Of<Event.RunBegun>("run_begun", 5),
            Of<Event.RunSkipped>("run_skipped", 5),
            Of<Event.RunFinished>("run_finished", 5),
            Of<Event.TaxFormFiled>("tax_form_filed", 5),
            Of<Event.TaxFormEnded>("tax_form_ended", 5),
            Of<Event.TinMatchRecorded>("tin_match_recorded", 5),
            Of<Event.TinNoticeRecorded>("tin_notice_recorded", 5),
            Of<Event.TaxTermsSet>("tax_terms_set", 5),
            Of<Event.TreatyRatesSet>("treaty_rates_set", 5),
            Of<Event.WithholdingCorrected>("withholding_corrected", 5),
            Of<Event.TaxFiled>("tax_filed", 5),
            Of<Event.VerificationRecorded>("verification_recorded", 5),
            Of<Event.ScreeningRecorded>("screening_recorded", 5),
            Of<Event.PayoutMethodAdded>("payout_method_added", 5),
            Of<Event.PayoutMethodVerified>("payout_method_verified", 5),
            Of<Event.PayoutMethodVerificationFailed>("payout_method_verification_failed", 5),
            Of<Event.PayoutMethodDisabled>("payout_method_disabled", 5),
            Of<Event.PayoutMethodEnabled>("payout_method_enabled", 5),
            Of<Event.PayoutPreferenceSet>("payout_preference_set", 5),
            Of<Event.PayoutRequested>("payout_requested", 5),
            Of<Event.PayoutRequestWithdrawn>("payout_request_withdrawn", 5),
            Of<Event.PayoutRequestTaken>("payout_request_taken", 5),
            Of<Event.SecretRead>("secret_read", 5),
            Of<Event.ErasureRequested>("erasure_requested", 6),
            Of<Event.ErasureWithdrawn>("erasure_withdrawn", 6),
            Of<Event.LegalHoldPlaced>("legal_hold_placed", 6),
            Of<Event.LegalHoldLifted>("legal_hold_lifted", 6),
            Of<Event.RetentionSet>("retention_set", 6),
            Of<Event.PersonForgotten>("person_forgotten", 6),
            Of<Event.Reversed>("reversed", 1),
            Of<Event.PayoutCancelled>("payout_cancelled", 5),
            Of<Event.PayoutSubmitted>("payout_submitted", 5),
            Of<Event.PayoutDoubted>("payout_doubted", 5),
            Of<Event.PayoutTermsSet>("payout_terms_set", 5),
            Of<Event.RailSet>("rail_set", 5),
            Of<Event.ApproverSet>("approver_set", 5),
            Of<Event.BatchOpened>("batch_opened", 5),
            Of<Event.BatchClosed>("batch_closed", 5),
            Of<Event.BatchApproved>("batch_approved", 5),
            Of<Event.BatchRejected>("batch_rejected", 5),
            Of<Event.PaymentFilePrepared>("payment_file_prepared", 5),
            Of<Event.PaymentFileReleased>("payment_file_released", 5),
            Of<Event.PaymentRecorded>("payment_recorded", 5),
            Of<Event.PaymentAssigned>("payment_assigned", 5),
            Of<Event.BankLineMatched>("bank_line_matched", 5),
            Of<Event.BankFileBegun>("bank_file_begun", 5),
            Of<Event.BankLinesRecorded>("bank_lines_recorded", 5),
            Of<Event.BankFileFinished>("bank_file_finished", 5),
            Of<Event.BankStatementRecorded>("bank_statement_recorded", 5),
            Of<Event.ProcessorReported>("processor_reported", 5),
            Of<Event.Proposed>("proposed", 6),
            Of<Event.ProposalApproved>("proposal_approved", 6),
            Of<Event.ProposalRejected>("proposal_rejected", 6),
            Of<Event.ProposalWithdrawn>("proposal_withdrawn", 6),
            Of<Event.ProposalExpired>("proposal_expired", 6),
        ];

    private static readonly FrozenDictionary<Type, Kind> ByType = Kinds.ToFrozenDictionary(kind => kind.Type);
    private static readonly FrozenDictionary<string, Kind> ByName = Kinds.ToFrozenDictionary(kind => kind.Name);

    public static IEnumerable<string> Names => Kinds.Select(kind => kind.Name);

    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    public static string NameOf(Event @event) => ByType[@event.GetType()].Name;

    /// <summary>The vocabulary that a reader of this event must know.</summary>
    public static int VocabularyOf(string name) => ByName[name].Since;

    public static byte[] Write(Event @event) =>
        JsonSerializer.SerializeToUtf8Bytes(@event, ByType[@event.GetType()].Json);

    /// <summary>
    /// Reads an event; a name that this program does not know throws, for it must never be guessed at.
    /// </summary>
    public static Event Read(string name, ReadOnlySpan<byte> data) =>
        ByName.TryGetValue(name, out var kind)
            ? (Event)(JsonSerializer.Deserialize(data, kind.Json) ?? throw new JsonException($"{name} is null."))
            : throw new UnknownEvent(name);

    private static Kind Of<T>(string name, int since) where T : Event => new(name, typeof(T), since);
}

/// <summary>A newer program wrote something that this one does not know.</summary>
public sealed class UnknownEvent(string name)
    : Exception($"The journal has an event '{name}' that this version does not know; a newer version wrote it.");

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(LocalDateJson), typeof(InstantJson)])]
[JsonSerializable(typeof(Event.BookOpened))]
[JsonSerializable(typeof(Event.AccountFrozen))]
[JsonSerializable(typeof(Event.AccountUnfrozen))]
[JsonSerializable(typeof(Event.AccountClosed))]
[JsonSerializable(typeof(Event.Transferred))]
[JsonSerializable(typeof(Event.TransferredToBook))]
[JsonSerializable(typeof(Event.TransferredFromBook))]
[JsonSerializable(typeof(Event.WalletToppedUp))]
[JsonSerializable(typeof(Event.TipSent))]
[JsonSerializable(typeof(Event.ContentUnlocked))]
[JsonSerializable(typeof(Event.MessageUnlocked))]
[JsonSerializable(typeof(Event.StreamEntered))]
[JsonSerializable(typeof(Event.GiftSent))]
[JsonSerializable(typeof(Event.RevenueRuleSet))]
[JsonSerializable(typeof(Event.RevenueRuleEnded))]
[JsonSerializable(typeof(Event.LimitsSet))]
[JsonSerializable(typeof(Event.SpendingCounted))]
[JsonSerializable(typeof(Event.HoldReleased))]
[JsonSerializable(typeof(Event.ReserveReleased))]
[JsonSerializable(typeof(Event.AffiliateReleased))]
[JsonSerializable(typeof(Event.AmountHeld))]
[JsonSerializable(typeof(Event.HeldAmountReleased))]
[JsonSerializable(typeof(Event.PayoutFormed))]
[JsonSerializable(typeof(Event.PayoutAccepted))]
[JsonSerializable(typeof(Event.PayoutSettled))]
[JsonSerializable(typeof(Event.PayoutFailed))]
[JsonSerializable(typeof(Event.PayoutRejected))]
[JsonSerializable(typeof(Event.PayoutReturned))]
[JsonSerializable(typeof(Event.PayoutCancelled))]
[JsonSerializable(typeof(Event.PayoutSubmitted))]
[JsonSerializable(typeof(Event.PayoutDoubted))]
[JsonSerializable(typeof(Event.PayoutTermsSet))]
[JsonSerializable(typeof(Event.RailSet))]
[JsonSerializable(typeof(Event.ApproverSet))]
[JsonSerializable(typeof(Event.BatchOpened))]
[JsonSerializable(typeof(Event.BatchClosed))]
[JsonSerializable(typeof(Event.BatchApproved))]
[JsonSerializable(typeof(Event.BatchRejected))]
[JsonSerializable(typeof(Event.PaymentFilePrepared))]
[JsonSerializable(typeof(Event.PaymentFileReleased))]
[JsonSerializable(typeof(Event.PaymentRecorded))]
[JsonSerializable(typeof(Event.PaymentAssigned))]
[JsonSerializable(typeof(Event.BankLineMatched))]
[JsonSerializable(typeof(Event.BankFileBegun))]
[JsonSerializable(typeof(Event.BankLinesRecorded))]
[JsonSerializable(typeof(Event.BankFileFinished))]
[JsonSerializable(typeof(Event.BankStatementRecorded))]
[JsonSerializable(typeof(Event.ProcessorReported))]
[JsonSerializable(typeof(Event.Proposed))]
[JsonSerializable(typeof(Event.ProposalApproved))]
[JsonSerializable(typeof(Event.ProposalRejected))]
[JsonSerializable(typeof(Event.ProposalWithdrawn))]
[JsonSerializable(typeof(Event.ProposalExpired))]
[JsonSerializable(typeof(Event.TaxDeposited))]
[JsonSerializable(typeof(Event.ProcessorSettled))]
[JsonSerializable(typeof(Event.ProcessorReserveReleased))]
[JsonSerializable(typeof(Event.ReceiptRecorded))]
[JsonSerializable(typeof(Event.ReceiptAssigned))]
[JsonSerializable(typeof(Event.CurrencyConverted))]
[JsonSerializable(typeof(Event.ExchangeCovered))]
[JsonSerializable(typeof(Event.ExchangePositionClosed))]
[JsonSerializable(typeof(Event.Adjusted))]
[JsonSerializable(typeof(Event.GoodwillGranted))]
[JsonSerializable(typeof(Event.MovedToUnclaimed))]
[JsonSerializable(typeof(Event.UnclaimedReturned))]
[JsonSerializable(typeof(Event.TokensPurchased))]
[JsonSerializable(typeof(Event.WalletWithdrawn))]
[JsonSerializable(typeof(Event.PromoGranted))]
[JsonSerializable(typeof(Event.PromoExpired))]
[JsonSerializable(typeof(Event.Authorised))]
[JsonSerializable(typeof(Event.AuthorisationVoided))]
[JsonSerializable(typeof(Event.AuthorisationExpired))]
[JsonSerializable(typeof(Event.SubscriptionStarted))]
[JsonSerializable(typeof(Event.TrialStarted))]
[JsonSerializable(typeof(Event.SubscriptionRenewed))]
[JsonSerializable(typeof(Event.SubscriptionRecovered))]
[JsonSerializable(typeof(Event.SubscriptionUpgraded))]
[JsonSerializable(typeof(Event.SubscriptionPastDue))]
[JsonSerializable(typeof(Event.SubscriptionCancelled))]
[JsonSerializable(typeof(Event.SubscriptionResumed))]
[JsonSerializable(typeof(Event.SubscriptionExpired))]
[JsonSerializable(typeof(Event.RevenueRecognised))]
[JsonSerializable(typeof(Event.OrderPlaced))]
[JsonSerializable(typeof(Event.OrderDelivered))]
[JsonSerializable(typeof(Event.PolicySet))]
[JsonSerializable(typeof(Event.PartySanctioned))]
[JsonSerializable(typeof(Event.PartyCleared))]
[JsonSerializable(typeof(Event.PartyClosed))]
[JsonSerializable(typeof(Event.CreatorHeld))]
[JsonSerializable(typeof(Event.CreatorUnheld))]
[JsonSerializable(typeof(Event.FanRegistered))]
[JsonSerializable(typeof(Event.CreatorDescribed))]
[JsonSerializable(typeof(Event.VerificationRecorded))]
[JsonSerializable(typeof(Event.ScreeningRecorded))]
[JsonSerializable(typeof(Event.PayoutMethodAdded))]
[JsonSerializable(typeof(Event.PayoutMethodVerified))]
[JsonSerializable(typeof(Event.PayoutMethodVerificationFailed))]
[JsonSerializable(typeof(Event.PayoutMethodDisabled))]
[JsonSerializable(typeof(Event.PayoutMethodEnabled))]
[JsonSerializable(typeof(Event.PayoutPreferenceSet))]
[JsonSerializable(typeof(Event.PayoutRequested))]
[JsonSerializable(typeof(Event.PayoutRequestWithdrawn))]
[JsonSerializable(typeof(Event.PayoutRequestTaken))]
[JsonSerializable(typeof(Event.SecretRead))]
[JsonSerializable(typeof(Event.ErasureRequested))]
[JsonSerializable(typeof(Event.ErasureWithdrawn))]
[JsonSerializable(typeof(Event.LegalHoldPlaced))]
[JsonSerializable(typeof(Event.LegalHoldLifted))]
[JsonSerializable(typeof(Event.RetentionSet))]
[JsonSerializable(typeof(Event.PersonForgotten))]
[JsonSerializable(typeof(Event.SaleRefunded))]
[JsonSerializable(typeof(Event.RefundExecuted))]
[JsonSerializable(typeof(Event.DebtWrittenOff))]
[JsonSerializable(typeof(Event.CreatorDebtRepaid))]
[JsonSerializable(typeof(Event.DisputeOpened))]
[JsonSerializable(typeof(Event.DisputeWon))]
[JsonSerializable(typeof(Event.DisputeLost))]
[JsonSerializable(typeof(Event.DisputeReopened))]
[JsonSerializable(typeof(Event.SaleClawedBack))]
[JsonSerializable(typeof(Event.ImportBegun))]
[JsonSerializable(typeof(Event.BalancesOpened))]
[JsonSerializable(typeof(Event.SubscriptionsOpened))]
[JsonSerializable(typeof(Event.SubscriptionOpened))]
[JsonSerializable(typeof(Event.ChargeOpened))]
[JsonSerializable(typeof(Event.ImportFinished))]
[JsonSerializable(typeof(Event.ImportAbandoned))]
[JsonSerializable(typeof(Event.PeriodClosed))]
[JsonSerializable(typeof(Event.RatesSet))]
[JsonSerializable(typeof(Event.ScheduleSet))]
[JsonSerializable(typeof(Event.HolidaysSet))]
[JsonSerializable(typeof(Event.RunBegun))]
[JsonSerializable(typeof(Event.RunSkipped))]
[JsonSerializable(typeof(Event.RunFinished))]
[JsonSerializable(typeof(Event.TaxFormFiled))]
[JsonSerializable(typeof(Event.TaxFormEnded))]
[JsonSerializable(typeof(Event.TinMatchRecorded))]
[JsonSerializable(typeof(Event.TinNoticeRecorded))]
[JsonSerializable(typeof(Event.TaxTermsSet))]
[JsonSerializable(typeof(Event.TreatyRatesSet))]
[JsonSerializable(typeof(Event.WithholdingCorrected))]
[JsonSerializable(typeof(Event.TaxFiled))]
[JsonSerializable(typeof(Event.Reversed))]
[JsonSerializable(typeof(Command.FreezeAccount))]
[JsonSerializable(typeof(Command.UnfreezeAccount))]
[JsonSerializable(typeof(Command.CloseAccount))]
[JsonSerializable(typeof(Command.Transfer))]
[JsonSerializable(typeof(Command.TransferToBook))]
[JsonSerializable(typeof(Command.TopUp))]
[JsonSerializable(typeof(Command.SendTip))]
[JsonSerializable(typeof(Command.UnlockContent))]
[JsonSerializable(typeof(Command.UnlockMessage))]
[JsonSerializable(typeof(Command.EnterStream))]
[JsonSerializable(typeof(Command.SendGift))]
[JsonSerializable(typeof(Command.SetRevenueRule))]
[JsonSerializable(typeof(Command.EndRevenueRule))]
[JsonSerializable(typeof(Command.SetLimits))]
[JsonSerializable(typeof(Command.ReleaseHold))]
[JsonSerializable(typeof(Command.ReleaseReserve))]
[JsonSerializable(typeof(Command.ReleaseAffiliate))]
[JsonSerializable(typeof(Command.HoldAmount))]
[JsonSerializable(typeof(Command.ReleaseAmount))]
[JsonSerializable(typeof(Command.FormPayout))]
[JsonSerializable(typeof(Command.AcceptPayout))]
[JsonSerializable(typeof(Command.SettlePayout))]
[JsonSerializable(typeof(Command.FailPayout))]
[JsonSerializable(typeof(Command.RejectPayout))]
[JsonSerializable(typeof(Command.ReturnPayout))]
[JsonSerializable(typeof(Command.CancelPayout))]
[JsonSerializable(typeof(Command.SubmitPayout))]
[JsonSerializable(typeof(Command.DoubtPayout))]
[JsonSerializable(typeof(Command.SetPayoutTerms))]
[JsonSerializable(typeof(Command.SetRail))]
[JsonSerializable(typeof(Command.SetApprover))]
[JsonSerializable(typeof(Command.OpenBatch))]
[JsonSerializable(typeof(Command.CloseBatch))]
[JsonSerializable(typeof(Command.ApproveBatch))]
[JsonSerializable(typeof(Command.RejectBatch))]
[JsonSerializable(typeof(Command.PreparePaymentFile))]
[JsonSerializable(typeof(Command.ReleasePaymentFile))]
[JsonSerializable(typeof(Command.DepositTax))]
[JsonSerializable(typeof(Command.SettleProcessor))]
[JsonSerializable(typeof(Command.ReleaseProcessorReserve))]
[JsonSerializable(typeof(Command.RecordReceipt))]
[JsonSerializable(typeof(Command.AssignReceipt))]
[JsonSerializable(typeof(Command.RecordPayment))]
[JsonSerializable(typeof(Command.AssignPayment))]
[JsonSerializable(typeof(Command.MatchBankLine))]
[JsonSerializable(typeof(Command.BeginBankFile))]
[JsonSerializable(typeof(Command.RecordBankLines))]
[JsonSerializable(typeof(Command.FinishBankFile))]
[JsonSerializable(typeof(Command.RecordStatement))]
[JsonSerializable(typeof(Command.RecordProcessorReport))]
[JsonSerializable(typeof(Command.ConvertCurrency))]
[JsonSerializable(typeof(Command.CoverExchange))]
[JsonSerializable(typeof(Command.CloseExchangePosition))]
[JsonSerializable(typeof(Command.Adjust))]
[JsonSerializable(typeof(Command.GrantGoodwill))]
[JsonSerializable(typeof(Command.MoveToUnclaimed))]
[JsonSerializable(typeof(Command.ReturnUnclaimed))]
[JsonSerializable(typeof(Command.PurchaseTokens))]
[JsonSerializable(typeof(Command.WithdrawFromWallet))]
[JsonSerializable(typeof(Command.GrantPromo))]
[JsonSerializable(typeof(Command.ExpirePromo))]
[JsonSerializable(typeof(Command.Authorise))]
[JsonSerializable(typeof(Command.VoidAuthorisation))]
[JsonSerializable(typeof(Command.ExpireAuthorisation))]
[JsonSerializable(typeof(Command.StartSubscription))]
[JsonSerializable(typeof(Command.StartTrial))]
[JsonSerializable(typeof(Command.RenewSubscription))]
[JsonSerializable(typeof(Command.RetrySubscription))]
[JsonSerializable(typeof(Command.UpgradeSubscription))]
[JsonSerializable(typeof(Command.MarkPastDue))]
[JsonSerializable(typeof(Command.CancelSubscription))]
[JsonSerializable(typeof(Command.ResumeSubscription))]
[JsonSerializable(typeof(Command.ExpireSubscription))]
[JsonSerializable(typeof(Command.RecogniseRevenue))]
[JsonSerializable(typeof(Command.PlaceOrder))]
[JsonSerializable(typeof(Command.DeliverOrder))]
[JsonSerializable(typeof(Command.SetPolicy))]
[JsonSerializable(typeof(Command.SanctionParty))]
[JsonSerializable(typeof(Command.ClearParty))]
[JsonSerializable(typeof(Command.CloseParty))]
[JsonSerializable(typeof(Command.HoldCreator))]
[JsonSerializable(typeof(Command.UnholdCreator))]
[JsonSerializable(typeof(Command.RegisterFan))]
[JsonSerializable(typeof(Command.DescribeCreator))]
[JsonSerializable(typeof(Command.RecordVerification))]
[JsonSerializable(typeof(Command.RecordScreening))]
[JsonSerializable(typeof(Command.AddPayoutMethod))]
[JsonSerializable(typeof(Command.VerifyPayoutMethod))]
[JsonSerializable(typeof(Command.FailPayoutMethodVerification))]
[JsonSerializable(typeof(Command.DisablePayoutMethod))]
[JsonSerializable(typeof(Command.EnablePayoutMethod))]
[JsonSerializable(typeof(Command.SetPayoutPreference))]
[JsonSerializable(typeof(Command.RequestPayout))]
[JsonSerializable(typeof(Command.WithdrawPayoutRequest))]
[JsonSerializable(typeof(Command.RecordReading))]
[JsonSerializable(typeof(Command.RequestErasure))]
[JsonSerializable(typeof(Command.WithdrawErasure))]
[JsonSerializable(typeof(Command.PlaceLegalHold))]
[JsonSerializable(typeof(Command.LiftLegalHold))]
[JsonSerializable(typeof(Command.SetRetention))]
[JsonSerializable(typeof(Command.ForgetPerson))]
[JsonSerializable(typeof(Command.RefundSale))]
[JsonSerializable(typeof(Command.ExecuteRefund))]
[JsonSerializable(typeof(Command.WriteOffDebt))]
[JsonSerializable(typeof(Command.RepayDebt))]
[JsonSerializable(typeof(Command.OpenDispute))]
[JsonSerializable(typeof(Command.WinDispute))]
[JsonSerializable(typeof(Command.LoseDispute))]
[JsonSerializable(typeof(Command.ReopenDispute))]
[JsonSerializable(typeof(Command.ClawBackSale))]
[JsonSerializable(typeof(Command.BeginImport))]
[JsonSerializable(typeof(Command.OpenBalances))]
[JsonSerializable(typeof(Command.OpenSubscriptions))]
[JsonSerializable(typeof(Command.FinishImport))]
[JsonSerializable(typeof(Command.AbandonImport))]
[JsonSerializable(typeof(Command.ClosePeriod))]
[JsonSerializable(typeof(Command.SetRates))]
[JsonSerializable(typeof(Command.SetSchedule))]
[JsonSerializable(typeof(Command.SetHolidays))]
[JsonSerializable(typeof(Command.BeginRun))]
[JsonSerializable(typeof(Command.RecordSkipped))]
[JsonSerializable(typeof(Command.FinishRun))]
[JsonSerializable(typeof(Command.FileTaxForm))]
[JsonSerializable(typeof(Command.EndTaxForm))]
[JsonSerializable(typeof(Command.RecordTinMatch))]
[JsonSerializable(typeof(Command.RecordTinNotice))]
[JsonSerializable(typeof(Command.SetTaxTerms))]
[JsonSerializable(typeof(Command.SetTreatyRates))]
[JsonSerializable(typeof(Command.CorrectWithholding))]
[JsonSerializable(typeof(Command.RecordTaxFiling))]
[JsonSerializable(typeof(Command.Propose))]
[JsonSerializable(typeof(Command.ApproveProposal))]
[JsonSerializable(typeof(Command.RejectProposal))]
[JsonSerializable(typeof(Command.WithdrawProposal))]
[JsonSerializable(typeof(Command.ExpireProposal))]
[JsonSerializable(typeof(Command.Reverse))]
[JsonSerializable(typeof(RefusalShape))]
internal sealed partial class ShapeBase : JsonSerializerContext;

/// <summary>The generated shapes, told to keep text as it was given instead of escaping it.</summary>
internal static class Shape
{
    public static readonly ShapeBase Default = new(new JsonSerializerOptions(ShapeBase.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
