using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;

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
            [typeof(Command.PurchaseTokens)] = ("purchase_tokens", ShapeBase.Default.PurchaseTokens),
            [typeof(Command.WithdrawFromWallet)] = ("withdraw_from_wallet", ShapeBase.Default.WithdrawFromWallet),
            [typeof(Command.GrantPromo)] = ("grant_promo", ShapeBase.Default.GrantPromo),
            [typeof(Command.ExpirePromo)] = ("expire_promo", ShapeBase.Default.ExpirePromo),
            [typeof(Command.Authorise)] = ("authorise", ShapeBase.Default.Authorise),
            [typeof(Command.VoidAuthorisation)] = ("void_authorisation", ShapeBase.Default.VoidAuthorisation),
            [typeof(Command.ExpireAuthorisation)] = ("expire_authorisation", ShapeBase.Default.ExpireAuthorisation),
            [typeof(Command.SetPolicy)] = ("set_policy", ShapeBase.Default.SetPolicy),
            [typeof(Command.SanctionParty)] = ("sanction_party", ShapeBase.Default.SanctionParty),
            [typeof(Command.ClearParty)] = ("clear_party", ShapeBase.Default.ClearParty),
            [typeof(Command.CloseParty)] = ("close_party", ShapeBase.Default.CloseParty),
            [typeof(Command.HoldCreator)] = ("hold_creator", ShapeBase.Default.HoldCreator),
            [typeof(Command.UnholdCreator)] = ("unhold_creator", ShapeBase.Default.UnholdCreator),
            [typeof(Command.RegisterFan)] = ("register_fan", ShapeBase.Default.RegisterFan),
            [typeof(Command.DescribeCreator)] = ("describe_creator", ShapeBase.Default.DescribeCreator),
            [typeof(Command.RefundSale)] = ("refund_sale", ShapeBase.Default.RefundSale),
            [typeof(Command.ExecuteRefund)] = ("execute_refund", ShapeBase.Default.ExecuteRefund),
            [typeof(Command.WriteOffDebt)] = ("write_off_debt", ShapeBase.Default.WriteOffDebt),
            [typeof(Command.RepayDebt)] = ("repay_debt", ShapeBase.Default.RepayDebt),
            [typeof(Command.OpenDispute)] = ("open_dispute", ShapeBase.Default.OpenDispute),
            [typeof(Command.WinDispute)] = ("win_dispute", ShapeBase.Default.WinDispute),
            [typeof(Command.LoseDispute)] = ("lose_dispute", ShapeBase.Default.LoseDispute),
            [typeof(Command.ReopenDispute)] = ("reopen_dispute", ShapeBase.Default.ReopenDispute),
            [typeof(Command.ClawBackSale)] = ("claw_back_sale", ShapeBase.Default.ClawBackSale),
            [typeof(Command.Reverse)] = ("reverse", ShapeBase.Default.Reverse),
        }.ToFrozenDictionary();

    public static string NameOf(Command command) => ByType[command.GetType()].Name;

    internal static JsonTypeInfo ShapeOf(Command command) => ByType[command.GetType()].Json;
}
