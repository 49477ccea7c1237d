using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Journal;

/// <summary>
/// The names and JSON shapes of the commands. Both go into request hashes, so they are a format for ever. That is why
/// everything beyond ASCII is escaped here: the encoder that keeps text as given escapes what the runtime's Unicode
/// tables do not know yet, and the same request must not hash differently after an upgrade of the runtime.
/// </summary>
public static class CommandFormat
{
    private static readonly FrozenDictionary<Type, (string Name, JsonTypeInfo Json)> ByType =
        new Dictionary<Type, (string, JsonTypeInfo)>
        {
            [typeof(Command.FreezeAccount)] = ("freeze_account", ShapeBase.Default.FreezeAccount),
            [typeof(Command.UnfreezeAccount)] = ("unfreeze_account", ShapeBase.Default.UnfreezeAccount),
            [typeof(Command.CloseAccount)] = ("close_account", ShapeBase.Default.CloseAccount),
            [typeof(Command.Transfer)] = ("transfer", ShapeBase.Default.Transfer),
            [typeof(Command.TransferToBook)] = ("transfer_to_book", ShapeBase.Default.TransferToBook),
            [typeof(Command.TopUp)] = ("top_up", ShapeBase.Default.TopUp),
            [typeof(Command.SendTip)] = ("send_tip", ShapeBase.Default.SendTip),
            [typeof(Command.UnlockContent)] = ("unlock_content", ShapeBase.Default.UnlockContent),
            [typeof(Command.UnlockMessage)] = ("unlock_message", ShapeBase.Default.UnlockMessage),
            [typeof(Command.EnterStream)] = ("enter_stream", ShapeBase.Default.EnterStream),
            [typeof(Command.SendGift)] = ("send_gift", ShapeBase.Default.SendGift),
            [typeof(Command.SetRevenueRule)] = ("set_revenue_rule", ShapeBase.Default.SetRevenueRule),
            [typeof(Command.EndRevenueRule)] = ("end_revenue_rule", ShapeBase.Default.EndRevenueRule),
            [typeof(Command.SetLimits)] = ("set_limits", ShapeBase.Default.SetLimits),
            [typeof(Command.ReleaseHold)] = ("release_hold", ShapeBase.Default.ReleaseHold),
            [typeof(Command.ReleaseReserve)] = ("release_reserve", ShapeBase.Default.ReleaseReserve),
            [typeof(Command.ReleaseAffiliate)] = ("release_affiliate", ShapeBase.Default.ReleaseAffiliate),
            [typeof(Command.HoldAmount)] = ("hold_amount", ShapeBase.Default.HoldAmount),
            [typeof(Command.ReleaseAmount)] = ("release_amount", ShapeBase.Default.ReleaseAmount),
            [typeof(Command.FormPayout)] = ("form_payout", ShapeBase.Default.FormPayout),
            [typeof(Command.AcceptPayout)] = ("accept_payout", ShapeBase.Default.AcceptPayout),
            [typeof(Command.SettlePayout)] = ("settle_payout", ShapeBase.Default.SettlePayout),
            [typeof(Command.FailPayout)] = ("fail_payout", ShapeBase.Default.FailPayout),
            [typeof(Command.RejectPayout)] = ("reject_payout", ShapeBase.Default.RejectPayout),
            [typeof(Command.ReturnPayout)] = ("return_payout", ShapeBase.Default.ReturnPayout),
            [typeof(Command.CancelPayout)] = ("cancel_payout", ShapeBase.Default.CancelPayout),
            [typeof(Command.SubmitPayout)] = ("submit_payout", ShapeBase.Default.SubmitPayout),
            [typeof(Command.DoubtPayout)] = ("doubt_payout", ShapeBase.Default.DoubtPayout),
            [typeof(Command.SetPayoutTerms)] = ("set_payout_terms", ShapeBase.Default.SetPayoutTerms),
            [typeof(Command.SetRail)] = ("set_rail", ShapeBase.Default.SetRail),
            [typeof(Command.SetApprover)] = ("set_approver", ShapeBase.Default.SetApprover),
            [typeof(Command.OpenBatch)] = ("open_batch", ShapeBase.Default.OpenBatch),
            [typeof(Command.CloseBatch)] = ("close_batch", ShapeBase.Default.CloseBatch),
            [typeof(Command.ApproveBatch)] = ("approve_batch", ShapeBase.Default.ApproveBatch),
            [typeof(Command.RejectBatch)] = ("reject_batch", ShapeBase.Default.RejectBatch),
            [typeof(Command.PreparePaymentFile)] = ("prepare_payment_file", ShapeBase.Default.PreparePaymentFile),
            [typeof(Command.ReleasePaymentFile)] = ("release_payment_file", ShapeBase.Default.ReleasePaymentFile),
            [typeof(Command.DepositTax)] = ("deposit_tax", ShapeBase.Default.DepositTax),
            [typeof(Command.SettleProcessor)] = ("settle_processor", ShapeBase.Default.SettleProcessor),
            [typeof(Command.ReleaseProcessorReserve)] = (
                "release_processor_reserve", ShapeBase.Default.ReleaseProcessorReserve),
            [typeof(Command.RecordReceipt)] = ("record_receipt", ShapeBase.Default.RecordReceipt),
            [typeof(Command.AssignReceipt)] = ("assign_receipt", ShapeBase.Default.AssignReceipt),
            [typeof(Command.RecordPayment)] = ("record_payment", ShapeBase.Default.RecordPayment),
            [typeof(Command.AssignPayment)] = ("assign_payment", ShapeBase.Default.AssignPayment),
            [typeof(Command.MatchBankLine)] = ("match_bank_line", ShapeBase.Default.MatchBankLine),
            [typeof(Command.BeginBankFile)] = ("begin_bank_file", ShapeBase.Default.BeginBankFile),
            [typeof(Command.RecordBankLines)] = ("record_bank_lines", ShapeBase.Default.RecordBankLines),
            [typeof(Command.FinishBankFile)] = ("finish_bank_file", ShapeBase.Default.FinishBankFile),
            [typeof(Command.RecordStatement)] = ("record_statement", ShapeBase.Default.RecordStatement),
            [typeof(Command.RecordProcessorReport)] = (
                "record_processor_report", ShapeBase.Default.RecordProcessorReport),
            [typeof(Command.ConvertCurrency)] = ("convert_currency", ShapeBase.Default.ConvertCurrency),
            [typeof(Command.CoverExchange)] = ("cover_exchange", ShapeBase.Default.CoverExchange),
            [typeof(Command.CloseExchangePosition)] = (
                "close_exchange_position", ShapeBase.Default.CloseExchangePosition),
            [typeof(Command.Adjust)] = ("adjust", ShapeBase.Default.Adjust),
            [typeof(Command.GrantGoodwill)] = ("grant_goodwill", ShapeBase.Default.GrantGoodwill),
            [typeof(Command.MoveToUnclaimed)] = ("move_to_unclaimed", ShapeBase.Default.MoveToUnclaimed),
            [typeof(Command.ReturnUnclaimed)] = ("return_unclaimed", ShapeBase.Default.ReturnUnclaimed),
            [typeof(Command.PurchaseTokens)] = ("purchase_tokens", ShapeBase.Default.PurchaseTokens),
            [typeof(Command.WithdrawFromWallet)] = ("withdraw_from_wallet", ShapeBase.Default.WithdrawFromWallet),
            [typeof(Command.GrantPromo)] = ("grant_promo", ShapeBase.Default.GrantPromo),
            [typeof(Command.ExpirePromo)] = ("expire_promo", ShapeBase.Default.ExpirePromo),
            [typeof(Command.Authorise)] = ("authorise", ShapeBase.Default.Authorise),
            [typeof(Command.VoidAuthorisation)] = ("void_authorisation", ShapeBase.Default.VoidAuthorisation),
            [typeof(Command.ExpireAuthorisation)] = ("expire_authorisation", ShapeBase.Default.ExpireAuthorisation),
            [typeof(Command.StartSubscription)] = ("start_subscription", ShapeBase.Default.StartSubscription),
            [typeof(Command.StartTrial)] = ("start_trial", ShapeBase.Default.StartTrial),
            [typeof(Command.RenewSubscription)] = ("renew_subscription", ShapeBase.Default.RenewSubscription),
            [typeof(Command.RetrySubscription)] = ("retry_subscription", ShapeBase.Default.RetrySubscription),
            [typeof(Command.UpgradeSubscription)] = ("upgrade_subscription", ShapeBase.Default.UpgradeSubscription),
            [typeof(Command.MarkPastDue)] = ("mark_past_due", ShapeBase.Default.MarkPastDue),
            [typeof(Command.CancelSubscription)] = ("cancel_subscription", ShapeBase.Default.CancelSubscription),
            [typeof(Command.ResumeSubscription)] = ("resume_subscription", ShapeBase.Default.ResumeSubscription),
            [typeof(Command.ExpireSubscription)] = ("expire_subscription", ShapeBase.Default.ExpireSubscription),
            [typeof(Command.RecogniseRevenue)] = ("recognise_revenue", ShapeBase.Default.RecogniseRevenue),
            [typeof(Command.PlaceOrder)] = ("place_order", ShapeBase.Default.PlaceOrder),
            [typeof(Command.DeliverOrder)] = ("deliver_order", ShapeBase.Default.DeliverOrder),
            [typeof(Command.SetPolicy)] = ("set_policy", ShapeBase.Default.SetPolicy),
            [typeof(Command.SanctionParty)] = ("sanction_party", ShapeBase.Default.SanctionParty),
            [typeof(Command.ClearParty)] = ("clear_party", ShapeBase.Default.ClearParty),
            [typeof(Command.CloseParty)] = ("close_party", ShapeBase.Default.CloseParty),
            [typeof(Command.HoldCreator)] = ("hold_creator", ShapeBase.Default.HoldCreator),
            [typeof(Command.UnholdCreator)] = ("unhold_creator", ShapeBase.Default.UnholdCreator),
            [typeof(Command.RegisterFan)] = ("register_fan", ShapeBase.Default.RegisterFan),
            [typeof(Command.DescribeCreator)] = ("describe_creator", ShapeBase.Default.DescribeCreator),
            [typeof(Command.RecordVerification)] = ("record_verification", ShapeBase.Default.RecordVerification),
            [typeof(Command.RecordScreening)] = ("record_screening", ShapeBase.Default.RecordScreening),
            [typeof(Command.AddPayoutMethod)] = ("add_payout_method", ShapeBase.Default.AddPayoutMethod),
            [typeof(Command.VerifyPayoutMethod)] = ("verify_payout_method", ShapeBase.Default.VerifyPayoutMethod),
            [typeof(Command.FailPayoutMethodVerification)] = (
                "fail_payout_method_verification", ShapeBase.Default.FailPayoutMethodVerification),
            [typeof(Command.DisablePayoutMethod)] = ("disable_payout_method", ShapeBase.Default.DisablePayoutMethod),
            [typeof(Command.EnablePayoutMethod)] = ("enable_payout_method", ShapeBase.Default.EnablePayoutMethod),
            [typeof(Command.SetPayoutPreference)] = ("set_payout_preference", ShapeBase.Default.SetPayoutPreference),
            [typeof(Command.RequestPayout)] = ("request_payout", ShapeBase.Default.RequestPayout),
            [typeof(Command.WithdrawPayoutRequest)] = (
                "withdraw_payout_request", ShapeBase.Default.WithdrawPayoutRequest),
            [typeof(Command.RecordReading)] = ("record_reading", ShapeBase.Default.RecordReading),
            [typeof(Command.RequestErasure)] = ("request_erasure", ShapeBase.Default.RequestErasure),
            [typeof(Command.WithdrawErasure)] = ("withdraw_erasure", ShapeBase.Default.WithdrawErasure),
            [typeof(Command.PlaceLegalHold)] = ("place_legal_hold", ShapeBase.Default.PlaceLegalHold),
            [typeof(Command.LiftLegalHold)] = ("lift_legal_hold", ShapeBase.Default.LiftLegalHold),
            [typeof(Command.SetRetention)] = ("set_retention", ShapeBase.Default.SetRetention),
            [typeof(Command.ForgetPerson)] = ("forget_person", ShapeBase.Default.ForgetPerson),
            [typeof(Command.RefundSale)] = ("refund_sale", ShapeBase.Default.RefundSale),
            [typeof(Command.ExecuteRefund)] = ("execute_refund", ShapeBase.Default.ExecuteRefund),
            [typeof(Command.WriteOffDebt)] = ("write_off_debt", ShapeBase.Default.WriteOffDebt),
            [typeof(Command.RepayDebt)] = ("repay_debt", ShapeBase.Default.RepayDebt),
            [typeof(Command.OpenDispute)] = ("open_dispute", ShapeBase.Default.OpenDispute),
            [typeof(Command.WinDispute)] = ("win_dispute", ShapeBase.Default.WinDispute),
            [typeof(Command.LoseDispute)] = ("lose_dispute", ShapeBase.Default.LoseDispute),
            [typeof(Command.ReopenDispute)] = ("reopen_dispute", ShapeBase.Default.ReopenDispute),
            [typeof(Command.ClawBackSale)] = ("claw_back_sale", ShapeBase.Default.ClawBackSale),
            [typeof(Command.BeginImport)] = ("begin_import", ShapeBase.Default.BeginImport),
            [typeof(Command.OpenBalances)] = ("open_balances", ShapeBase.Default.OpenBalances),
            [typeof(Command.OpenSubscriptions)] = ("open_subscriptions", ShapeBase.Default.OpenSubscriptions),
            [typeof(Command.FinishImport)] = ("finish_import", ShapeBase.Default.FinishImport),
            [typeof(Command.AbandonImport)] = ("abandon_import", ShapeBase.Default.AbandonImport),
            [typeof(Command.ClosePeriod)] = ("close_period", ShapeBase.Default.ClosePeriod),
            [typeof(Command.SetRates)] = ("set_rates", ShapeBase.Default.SetRates),
            [typeof(Command.SetSchedule)] = ("set_schedule", ShapeBase.Default.SetSchedule),
            [typeof(Command.SetHolidays)] = ("set_holidays", ShapeBase.Default.SetHolidays),
            [typeof(Command.BeginRun)] = ("begin_run", ShapeBase.Default.BeginRun),
            [typeof(Command.RecordSkipped)] = ("record_skipped", ShapeBase.Default.RecordSkipped),
            [typeof(Command.FinishRun)] = ("finish_run", ShapeBase.Default.FinishRun),
            [typeof(Command.FileTaxForm)] = ("file_tax_form", ShapeBase.Default.FileTaxForm),
            [typeof(Command.EndTaxForm)] = ("end_tax_form", ShapeBase.Default.EndTaxForm),
            [typeof(Command.RecordTinMatch)] = ("record_tin_match", ShapeBase.Default.RecordTinMatch),
            [typeof(Command.RecordTinNotice)] = ("record_tin_notice", ShapeBase.Default.RecordTinNotice),
            [typeof(Command.SetTaxTerms)] = ("set_tax_terms", ShapeBase.Default.SetTaxTerms),
            [typeof(Command.SetTreatyRates)] = ("set_treaty_rates", ShapeBase.Default.SetTreatyRates),
            [typeof(Command.CorrectWithholding)] = ("correct_withholding", ShapeBase.Default.CorrectWithholding),
            [typeof(Command.RecordTaxFiling)] = ("record_tax_filing", ShapeBase.Default.RecordTaxFiling),
            [typeof(Command.Propose)] = ("propose", ShapeBase.Default.Propose),
            [typeof(Command.ApproveProposal)] = ("approve_proposal", ShapeBase.Default.ApproveProposal),
            [typeof(Command.RejectProposal)] = ("reject_proposal", ShapeBase.Default.RejectProposal),
            [typeof(Command.WithdrawProposal)] = ("withdraw_proposal", ShapeBase.Default.WithdrawProposal),
            [typeof(Command.ExpireProposal)] = ("expire_proposal", ShapeBase.Default.ExpireProposal),
            [typeof(Command.Reverse)] = ("reverse", ShapeBase.Default.Reverse),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName =
        ByType.Values.ToFrozenDictionary(kind => kind.Name, kind => kind.Json, StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The commands that one person proposes and another one approves.</summary>
    public static IReadOnlyList<string> OfTwoPeople { get; } =
        [.. ByName.Keys.Where(TakesTwoPeople).Order(StringComparer.Ordinal)];

    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    public static bool TakesTwoPeople(string? name) =>
        name is not null && ByName.TryGetValue(name, out var shape)
        && shape.Type.IsAssignableTo(typeof(Command.IByTwoPeople));

    /// <summary>
    /// Reads a command as services write it, in one pass. What cannot be read is a fault of form, the first that is
    /// met; what can be may still have others.
    /// </summary>
    public static (Command? Command, Fault? Fault) Read(string name, ReadOnlySpan<byte> json)
    {
        if (!ByName.TryGetValue(name, out var shape))
            return (null, new Fault("command", "unknown_command", $"There is no command {Identifier.Quote(name)}."));
        try
        {
            if (JsonSerializer.Deserialize(json, shape) is Command command) return (command, null);
        }
        catch (JsonException)
        {
            // What it says is for those who write code; whoever sent the command is told what the walk finds.
        }

        return (null, UnreadableCommand.FaultOf(json, shape)
            ?? new Fault("command", "ill_formed", $"It cannot be read as {Identifier.Quote(name)}."));
    }

    /// <summary>A command as services write it, and as it is hashed.</summary>
    public static byte[] Write(Command command) => JsonSerializer.SerializeToUtf8Bytes(command, ShapeOf(command));

    public static string NameOf(Command command) => ByType[command.GetType()].Name;

    /// <summary>How the body of a command is read and written, for those who describe it to others.</summary>
    public static JsonTypeInfo ShapeOf(string name) => ByName[name];

    internal static JsonTypeInfo ShapeOf(Command command) => ByType[command.GetType()].Json;
}
