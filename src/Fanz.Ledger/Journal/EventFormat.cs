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

    private sealed record Kind(string Name, Type Type, int Since, JsonTypeInfo Json);

    private static readonly Kind[] Kinds =
        [
            Of("book_opened", Shape.Default.BookOpened, 1),
            Of("account_frozen", Shape.Default.AccountFrozen, 1),
            Of("account_unfrozen", Shape.Default.AccountUnfrozen, 1),
            Of("account_closed", Shape.Default.AccountClosed, 1),
            Of("transferred", Shape.Default.Transferred, 1),
            Of("transferred_to_book", Shape.Default.TransferredToBook, 1),
            Of("transferred_from_book", Shape.Default.TransferredFromBook, 1),
            Of("wallet_topped_up", Shape.Default.WalletToppedUp, 1),
            Of("tip_sent", Shape.Default.TipSent, 1),
            Of("content_unlocked", Shape.Default.ContentUnlocked, 2),
            Of("message_unlocked", Shape.Default.MessageUnlocked, 2),
            Of("stream_entered", Shape.Default.StreamEntered, 2),
            Of("gift_sent", Shape.Default.GiftSent, 2),
            Of("revenue_rule_set", Shape.Default.RevenueRuleSet, 2),
            Of("revenue_rule_ended", Shape.Default.RevenueRuleEnded, 2),
            Of("limits_set", Shape.Default.LimitsSet, 2),
            Of("spending_counted", Shape.Default.SpendingCounted, 2),
            Of("hold_released", Shape.Default.HoldReleased, 2),
            Of("reserve_released", Shape.Default.ReserveReleased, 2),
            Of("affiliate_released", Shape.Default.AffiliateReleased, 2),
            Of("amount_held", Shape.Default.AmountHeld, 2),
            Of("held_amount_released", Shape.Default.HeldAmountReleased, 2),
            Of("payout_formed", Shape.Default.PayoutFormed, 2),
            Of("payout_accepted", Shape.Default.PayoutAccepted, 2),
            Of("payout_settled", Shape.Default.PayoutSettled, 2),
            Of("payout_failed", Shape.Default.PayoutFailed, 2),
            Of("payout_rejected", Shape.Default.PayoutRejected, 2),
            Of("payout_returned", Shape.Default.PayoutReturned, 2),
            Of("tax_deposited", Shape.Default.TaxDeposited, 2),
            Of("processor_settled", Shape.Default.ProcessorSettled, 2),
            Of("processor_reserve_released", Shape.Default.ProcessorReserveReleased, 2),
            Of("receipt_recorded", Shape.Default.ReceiptRecorded, 2),
            Of("receipt_assigned", Shape.Default.ReceiptAssigned, 2),
            Of("currency_converted", Shape.Default.CurrencyConverted, 2),
            Of("exchange_covered", Shape.Default.ExchangeCovered, 2),
            Of("exchange_position_closed", Shape.Default.ExchangePositionClosed, 2),
            Of("adjusted", Shape.Default.Adjusted, 2),
            Of("goodwill_granted", Shape.Default.GoodwillGranted, 2),
            Of("moved_to_unclaimed", Shape.Default.MovedToUnclaimed, 2),
            Of("unclaimed_returned", Shape.Default.UnclaimedReturned, 2),
            Of("tokens_purchased", Shape.Default.TokensPurchased, 2),
            Of("wallet_withdrawn", Shape.Default.WalletWithdrawn, 2),
            Of("promo_granted", Shape.Default.PromoGranted, 2),
            Of("promo_expired", Shape.Default.PromoExpired, 2),
            Of("authorised", Shape.Default.Authorised, 2),
            Of("authorisation_voided", Shape.Default.AuthorisationVoided, 2),
            Of("authorisation_expired", Shape.Default.AuthorisationExpired, 2),
            Of("subscription_started", Shape.Default.SubscriptionStarted, 2),
            Of("trial_started", Shape.Default.TrialStarted, 2),
            Of("subscription_renewed", Shape.Default.SubscriptionRenewed, 2),
            Of("subscription_recovered", Shape.Default.SubscriptionRecovered, 2),
            Of("subscription_upgraded", Shape.Default.SubscriptionUpgraded, 2),
            Of("subscription_past_due", Shape.Default.SubscriptionPastDue, 2),
            Of("subscription_cancelled", Shape.Default.SubscriptionCancelled, 2),
            Of("subscription_resumed", Shape.Default.SubscriptionResumed, 2),
            Of("subscription_expired", Shape.Default.SubscriptionExpired, 2),
            Of("revenue_recognised", Shape.Default.RevenueRecognised, 2),
            Of("order_placed", Shape.Default.OrderPlaced, 2),
            Of("order_delivered", Shape.Default.OrderDelivered, 2),
            Of("policy_set", Shape.Default.PolicySet, 2),
            Of("party_sanctioned", Shape.Default.PartySanctioned, 2),
            Of("party_cleared", Shape.Default.PartyCleared, 2),
            Of("party_closed", Shape.Default.PartyClosed, 2),
            Of("creator_held", Shape.Default.CreatorHeld, 2),
            Of("creator_unheld", Shape.Default.CreatorUnheld, 2),
            Of("fan_registered", Shape.Default.FanRegistered, 2),
            Of("creator_described", Shape.Default.CreatorDescribed, 2),
            Of("sale_refunded", Shape.Default.SaleRefunded, 2),
            Of("refund_executed", Shape.Default.RefundExecuted, 2),
            Of("debt_written_off", Shape.Default.DebtWrittenOff, 2),
            Of("debt_repaid", Shape.Default.CreatorDebtRepaid, 2),
            Of("dispute_opened", Shape.Default.DisputeOpened, 2),
            Of("dispute_won", Shape.Default.DisputeWon, 2),
            Of("dispute_lost", Shape.Default.DisputeLost, 2),
            Of("dispute_reopened", Shape.Default.DisputeReopened, 2),
            Of("sale_clawed_back", Shape.Default.SaleClawedBack, 2),
            Of("import_begun", Shape.Default.ImportBegun, 3),
            Of("balances_opened", Shape.Default.BalancesOpened, 3),
            Of("subscriptions_opened", Shape.Default.SubscriptionsOpened, 3),
            Of("subscription_opened", Shape.Default.SubscriptionOpened, 3),
            Of("charge_opened", Shape.Default.ChargeOpened, 3),
            Of("import_finished", Shape.Default.ImportFinished, 3),
            Of("import_abandoned", Shape.Default.ImportAbandoned, 3),
            Of("period_closed", Shape.Default.PeriodClosed, 4),
            Of("rates_set", Shape.Default.RatesSet, 4),
            Of("schedule_set", Shape.Default.ScheduleSet, 5),
            Of("holidays_set", Shape.Default.HolidaysSet, 5),
            Of("run_begun", Shape.Default.RunBegun, 5),
            Of("run_skipped", Shape.Default.RunSkipped, 5),
            Of("run_finished", Shape.Default.RunFinished, 5),
            Of("tax_form_filed", Shape.Default.TaxFormFiled, 5),
            Of("tax_form_ended", Shape.Default.TaxFormEnded, 5),
            Of("tin_match_recorded", Shape.Default.TinMatchRecorded, 5),
            Of("tin_notice_recorded", Shape.Default.TinNoticeRecorded, 5),
            Of("tax_terms_set", Shape.Default.TaxTermsSet, 5),
            Of("treaty_rates_set", Shape.Default.TreatyRatesSet, 5),
            Of("withholding_corrected", Shape.Default.WithholdingCorrected, 5),
            Of("tax_filed", Shape.Default.TaxFiled, 5),
            Of("verification_recorded", Shape.Default.VerificationRecorded, 5),
            Of("screening_recorded", Shape.Default.ScreeningRecorded, 5),
            Of("payout_method_added", Shape.Default.PayoutMethodAdded, 5),
            Of("payout_method_verified", Shape.Default.PayoutMethodVerified, 5),
            Of("payout_method_verification_failed", Shape.Default.PayoutMethodVerificationFailed, 5),
            Of("payout_method_disabled", Shape.Default.PayoutMethodDisabled, 5),
            Of("payout_method_enabled", Shape.Default.PayoutMethodEnabled, 5),
            Of("payout_preference_set", Shape.Default.PayoutPreferenceSet, 5),
            Of("payout_requested", Shape.Default.PayoutRequested, 5),
            Of("payout_request_withdrawn", Shape.Default.PayoutRequestWithdrawn, 5),
            Of("payout_request_taken", Shape.Default.PayoutRequestTaken, 5),
            Of("secret_read", Shape.Default.SecretRead, 5),
            Of("erasure_requested", Shape.Default.ErasureRequested, 6),
            Of("erasure_withdrawn", Shape.Default.ErasureWithdrawn, 6),
            Of("legal_hold_placed", Shape.Default.LegalHoldPlaced, 6),
            Of("legal_hold_lifted", Shape.Default.LegalHoldLifted, 6),
            Of("retention_set", Shape.Default.RetentionSet, 6),
            Of("person_forgotten", Shape.Default.PersonForgotten, 6),
            Of("reversed", Shape.Default.Reversed, 1),
            Of("payout_cancelled", Shape.Default.PayoutCancelled, 5),
            Of("payout_submitted", Shape.Default.PayoutSubmitted, 5),
            Of("payout_doubted", Shape.Default.PayoutDoubted, 5),
            Of("payout_terms_set", Shape.Default.PayoutTermsSet, 5),
            Of("rail_set", Shape.Default.RailSet, 5),
            Of("approver_set", Shape.Default.ApproverSet, 5),
            Of("batch_opened", Shape.Default.BatchOpened, 5),
            Of("batch_closed", Shape.Default.BatchClosed, 5),
            Of("batch_approved", Shape.Default.BatchApproved, 5),
            Of("batch_rejected", Shape.Default.BatchRejected, 5),
            Of("payment_file_prepared", Shape.Default.PaymentFilePrepared, 5),
            Of("payment_file_released", Shape.Default.PaymentFileReleased, 5),
            Of("payment_recorded", Shape.Default.PaymentRecorded, 5),
            Of("payment_assigned", Shape.Default.PaymentAssigned, 5),
            Of("bank_line_matched", Shape.Default.BankLineMatched, 5),
            Of("bank_file_begun", Shape.Default.BankFileBegun, 5),
            Of("bank_lines_recorded", Shape.Default.BankLinesRecorded, 5),
            Of("bank_file_finished", Shape.Default.BankFileFinished, 5),
            Of("bank_statement_recorded", Shape.Default.BankStatementRecorded, 5),
            Of("processor_reported", Shape.Default.ProcessorReported, 5),
            Of("proposed", Shape.Default.Proposed, 6),
            Of("proposal_approved", Shape.Default.ProposalApproved, 6),
            Of("proposal_rejected", Shape.Default.ProposalRejected, 6),
            Of("proposal_withdrawn", Shape.Default.ProposalWithdrawn, 6),
            Of("proposal_expired", Shape.Default.ProposalExpired, 6),
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

    private static Kind Of<T>(string name, JsonTypeInfo<T> json, int since) where T : Event =>
        new(name, typeof(T), since, json);
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
