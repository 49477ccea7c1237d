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
    private static readonly FrozenDictionary<Type, Kind> ByType =
        new Dictionary<Type, string>
        {
            [typeof(Command.FreezeAccount)] = "freeze_account",
            [typeof(Command.UnfreezeAccount)] = "unfreeze_account",
            [typeof(Command.CloseAccount)] = "close_account",
            [typeof(Command.Transfer)] = "transfer",
            [typeof(Command.TransferToBook)] = "transfer_to_book",
            [typeof(Command.TopUp)] = "top_up",
            [typeof(Command.SendTip)] = "send_tip",
            [typeof(Command.UnlockContent)] = "unlock_content",
            [typeof(Command.UnlockMessage)] = "unlock_message",
            [typeof(Command.EnterStream)] = "enter_stream",
            [typeof(Command.SendGift)] = "send_gift",
            [typeof(Command.SetRevenueRule)] = "set_revenue_rule",
            [typeof(Command.EndRevenueRule)] = "end_revenue_rule",
            [typeof(Command.SetLimits)] = "set_limits",
            [typeof(Command.ReleaseHold)] = "release_hold",
            [typeof(Command.ReleaseReserve)] = "release_reserve",
            [typeof(Command.ReleaseAffiliate)] = "release_affiliate",
            [typeof(Command.HoldAmount)] = "hold_amount",
            [typeof(Command.ReleaseAmount)] = "release_amount",
            [typeof(Command.FormPayout)] = "form_payout",
            [typeof(Command.AcceptPayout)] = "accept_payout",
            [typeof(Command.SettlePayout)] = "settle_payout",
            [typeof(Command.FailPayout)] = "fail_payout",
            [typeof(Command.RejectPayout)] = "reject_payout",
            [typeof(Command.ReturnPayout)] = "return_payout",
            [typeof(Command.CancelPayout)] = "cancel_payout",
            [typeof(Command.SubmitPayout)] = "submit_payout",
            [typeof(Command.DoubtPayout)] = "doubt_payout",
            [typeof(Command.SetPayoutTerms)] = "set_payout_terms",
            [typeof(Command.SetRail)] = "set_rail",
            [typeof(Command.SetApprover)] = "set_approver",
            [typeof(Command.OpenBatch)] = "open_batch",
            [typeof(Command.CloseBatch)] = "close_batch",
            [typeof(Command.ApproveBatch)] = "approve_batch",
            [typeof(Command.RejectBatch)] = "reject_batch",
            [typeof(Command.PreparePaymentFile)] = "prepare_payment_file",
            [typeof(Command.ReleasePaymentFile)] = "release_payment_file",
            [typeof(Command.DepositTax)] = "deposit_tax",
            [typeof(Command.SettleProcessor)] = "settle_processor",
            [typeof(Command.ReleaseProcessorReserve)] = "release_processor_reserve",
            [typeof(Command.RecordReceipt)] = "record_receipt",
            [typeof(Command.AssignReceipt)] = "assign_receipt",
            [typeof(Command.RecordPayment)] = "record_payment",
            [typeof(Command.AssignPayment)] = "assign_payment",
            [typeof(Command.MatchBankLine)] = "match_bank_line",
            [typeof(Command.BeginBankFile)] = "begin_bank_file",
            [typeof(Command.RecordBankLines)] = "record_bank_lines",
            [typeof(Command.FinishBankFile)] = "finish_bank_file",
            [typeof(Command.RecordStatement)] = "record_statement",
            [typeof(Command.RecordProcessorReport)] = "record_processor_report",
            [typeof(Command.ConvertCurrency)] = "convert_currency",
            [typeof(Command.CoverExchange)] = "cover_exchange",
            [typeof(Command.CloseExchangePosition)] = "close_exchange_position",
            [typeof(Command.Adjust)] = "adjust",
            [typeof(Command.GrantGoodwill)] = "grant_goodwill",
            [typeof(Command.MoveToUnclaimed)] = "move_to_unclaimed",
            [typeof(Command.ReturnUnclaimed)] = "return_unclaimed",
            [typeof(Command.PurchaseTokens)] = "purchase_tokens",
            [typeof(Command.WithdrawFromWallet)] = "withdraw_from_wallet",
            [typeof(Command.GrantPromo)] = "grant_promo",
            [typeof(Command.ExpirePromo)] = "expire_promo",
            [typeof(Command.Authorise)] = "authorise",
            [typeof(Command.VoidAuthorisation)] = "void_authorisation",
            [typeof(Command.ExpireAuthorisation)] = "expire_authorisation",
            [typeof(Command.StartSubscription)] = "start_subscription",
            [typeof(Command.StartTrial)] = "start_trial",
            [typeof(Command.RenewSubscription)] = "renew_subscription",
            [typeof(Command.RetrySubscription)] = "retry_subscription",
            [typeof(Command.UpgradeSubscription)] = "upgrade_subscription",
            [typeof(Command.MarkPastDue)] = "mark_past_due",
            [typeof(Command.CancelSubscription)] = "cancel_subscription",
            [typeof(Command.ResumeSubscription)] = "resume_subscription",
            [typeof(Command.ExpireSubscription)] = "expire_subscription",
            [typeof(Command.RecogniseRevenue)] = "recognise_revenue",
            [typeof(Command.PlaceOrder)] = "place_order",
            [typeof(Command.DeliverOrder)] = "deliver_order",
            [typeof(Command.SetPolicy)] = "set_policy",
            [typeof(Command.SanctionParty)] = "sanction_party",
            [typeof(Command.ClearParty)] = "clear_party",
            [typeof(Command.CloseParty)] = "close_party",
            [typeof(Command.HoldCreator)] = "hold_creator",
            [typeof(Command.UnholdCreator)] = "unhold_creator",
            [typeof(Command.RegisterFan)] = "register_fan",
            [typeof(Command.DescribeCreator)] = "describe_creator",
            [typeof(Command.RecordVerification)] = "record_verification",
            [typeof(Command.RecordScreening)] = "record_screening",
            [typeof(Command.AddPayoutMethod)] = "add_payout_method",
            [typeof(Command.VerifyPayoutMethod)] = "verify_payout_method",
            [typeof(Command.FailPayoutMethodVerification)] = "fail_payout_method_verification",
            [typeof(Command.DisablePayoutMethod)] = "disable_payout_method",
            [typeof(Command.EnablePayoutMethod)] = "enable_payout_method",
            [typeof(Command.SetPayoutPreference)] = "set_payout_preference",
            [typeof(Command.RequestPayout)] = "request_payout",
            [typeof(Command.WithdrawPayoutRequest)] = "withdraw_payout_request",
            [typeof(Command.RecordReading)] = "record_reading",
            [typeof(Command.RequestErasure)] = "request_erasure",
            [typeof(Command.WithdrawErasure)] = "withdraw_erasure",
            [typeof(Command.PlaceLegalHold)] = "place_legal_hold",
            [typeof(Command.LiftLegalHold)] = "lift_legal_hold",
            [typeof(Command.SetRetention)] = "set_retention",
            [typeof(Command.ForgetPerson)] = "forget_person",
            [typeof(Command.RefundSale)] = "refund_sale",
            [typeof(Command.ExecuteRefund)] = "execute_refund",
            [typeof(Command.WriteOffDebt)] = "write_off_debt",
            [typeof(Command.RepayDebt)] = "repay_debt",
            [typeof(Command.OpenDispute)] = "open_dispute",
            [typeof(Command.WinDispute)] = "win_dispute",
            [typeof(Command.LoseDispute)] = "lose_dispute",
            [typeof(Command.ReopenDispute)] = "reopen_dispute",
            [typeof(Command.ClawBackSale)] = "claw_back_sale",
            [typeof(Command.BeginImport)] = "begin_import",
            [typeof(Command.OpenBalances)] = "open_balances",
            [typeof(Command.OpenSubscriptions)] = "open_subscriptions",
            [typeof(Command.FinishImport)] = "finish_import",
            [typeof(Command.AbandonImport)] = "abandon_import",
            [typeof(Command.ClosePeriod)] = "close_period",
            [typeof(Command.SetRates)] = "set_rates",
            [typeof(Command.SetSchedule)] = "set_schedule",
            [typeof(Command.SetHolidays)] = "set_holidays",
            [typeof(Command.BeginRun)] = "begin_run",
            [typeof(Command.RecordSkipped)] = "record_skipped",
            [typeof(Command.FinishRun)] = "finish_run",
            [typeof(Command.FileTaxForm)] = "file_tax_form",
            [typeof(Command.EndTaxForm)] = "end_tax_form",
            [typeof(Command.RecordTinMatch)] = "record_tin_match",
            [typeof(Command.RecordTinNotice)] = "record_tin_notice",
            [typeof(Command.SetTaxTerms)] = "set_tax_terms",
            [typeof(Command.SetTreatyRates)] = "set_treaty_rates",
            [typeof(Command.CorrectWithholding)] = "correct_withholding",
            [typeof(Command.RecordTaxFiling)] = "record_tax_filing",
            [typeof(Command.Propose)] = "propose",
            [typeof(Command.ApproveProposal)] = "approve_proposal",
            [typeof(Command.RejectProposal)] = "reject_proposal",
            [typeof(Command.WithdrawProposal)] = "withdraw_proposal",
            [typeof(Command.ExpireProposal)] = "expire_proposal",
            [typeof(Command.Reverse)] = "reverse",
        }.ToFrozenDictionary(pair => pair.Key, pair => new Kind(pair.Value, pair.Key));

    private static readonly FrozenDictionary<string, Kind> ByName =
        ByType.Values.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The commands that one person proposes and another one approves.</summary>
    public static IReadOnlyList<string> OfTwoPeople { get; } =
        [.. ByName.Keys.Where(TakesTwoPeople).Order(StringComparer.Ordinal)];

    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    public static bool TakesTwoPeople(string? name) =>
        name is not null && ByName.TryGetValue(name, out var kind)
        && kind.Type.IsAssignableTo(typeof(Command.IByTwoPeople));

    /// <summary>
    /// Reads a command as services write it, in one pass. What cannot be read is a fault of form, the first that is
    /// met; what can be may still have others.
    /// </summary>
    public static (Command? Command, Fault? Fault) Read(string name, ReadOnlySpan<byte> json)
    {
        if (!ByName.TryGetValue(name, out var kind))
            return (null, new Fault("command", "unknown_command", $"There is no command {Identifier.Quote(name)}."));
        var shape = kind.Json;
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
    public static JsonTypeInfo ShapeOf(string name) => ByName[name].Json;

    internal static JsonTypeInfo ShapeOf(Command command) => ByType[command.GetType()].Json;

    private sealed record Kind(string Name, Type Type)
    {
        /// <summary>Made when it is first needed: all of them together take longer than most verbs run.</summary>
        public JsonTypeInfo Json => field ??= ShapeBase.Default.Options.GetTypeInfo(Type);
    }
}
