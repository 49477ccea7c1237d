using System.Collections.Frozen;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>
/// The rights that a key or a token may have, and which one each command takes. They name what a service is there for,
/// so that the service that sells can neither pay out nor correct. No right implies another.
/// </summary>
public static class Scopes
{
    public const string Tips = "post:tips";
    public const string Subscriptions = "post:subscriptions";
    public const string Wallets = "post:wallets";
    public const string Orders = "post:orders";
    public const string Refunds = "post:refunds";
    public const string Disputes = "post:disputes";
    public const string Payouts = "post:payouts";
    public const string ApprovePayouts = "approve:payouts";
    public const string Treasury = "post:treasury";
    public const string Adjustments = "post:adjustments";

    /// <summary>To say that the accounts of a month are done.</summary>
    public const string ClosePeriods = "approve:periods";

    /// <summary>To propose what takes two people, besides the right to what it is.</summary>
    public const string Proposals = "post:proposals";

    /// <summary>To approve and reject what others have proposed, besides the right to what it is.</summary>
    public const string ApproveProposals = "approve:proposals";
    public const string Rules = "post:rules";
    public const string Standing = "post:standing";

    /// <summary>To keep creators' tax forms, and what authorities say of them.</summary>
    public const string Tax = "post:tax";

    /// <summary>To bring in what a platform had before.</summary>
    public const string Imports = "post:imports";
    public const string ReadLedger = "read:ledger";
    public const string ReadTax = "read:tax";

    /// <summary>To see what tax forms say of a person. Every reading is in the journal.</summary>
    public const string ReadTaxNumbers = "read:tax_numbers";
    /// <summary>To be shown where creators are paid; each time it is written down who was, and why.</summary>
    public const string ReadSecrets = "read:secrets";

    /// <summary>To be given all that is known of a person, in clear. Every time is on record.</summary>
    public const string ReadPeople = "read:people";

    /// <summary>To see to it that people are forgotten, and that what the law wants of them is kept.</summary>
    public const string ErasePeople = "erase:people";

    /// <summary>To look at the access log and the trail, and at what `verify` says.</summary>
    public const string Audit = "audit";

    /// <summary>To manage keys and to open books. It posts nothing and reads nothing.</summary>
    public const string Admin = "admin";

    /// <summary>To be believed about people: who proposed and who approved, and whose a key is.</summary>
    public const string VouchForPeople = "vouch:people";

    public static readonly FrozenSet<string> All = new[]
        {
            Tips, Subscriptions, Wallets, Orders, Refunds, Disputes, Payouts, ApprovePayouts, Treasury, Adjustments,
            ClosePeriods, Proposals, ApproveProposals, Rules, Standing, Tax, Imports, ReadLedger, ReadTax,
            ReadTaxNumbers, ReadSecrets, Audit, Admin, VouchForPeople,
            ClosePeriods, Rules, Standing, Tax, Imports, ReadLedger, ReadTax, ReadTaxNumbers, ReadSecrets, ReadPeople,
            ErasePeople, Audit, Admin, VouchForPeople,
        }
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What an owner's own app may have: it looks, and does nothing.</summary>
    public static readonly FrozenSet<string> OfOwners =
        new[] { ReadLedger, ReadTax }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What a key for the whole house may have: it administers.</summary>
    public static readonly FrozenSet<string> OfHouse =
        new[] { Admin, Audit, VouchForPeople }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> ByCommand = new (string Scope, string[] Commands)[]
        {
            (Tips, ["send_tip", "unlock_content", "unlock_message", "enter_stream", "send_gift"]),
            (Subscriptions,
                [
                    "start_subscription", "start_trial", "renew_subscription", "retry_subscription",
                    "upgrade_subscription", "mark_past_due", "cancel_subscription", "resume_subscription",
                    "expire_subscription", "recognise_revenue",
                ]),
            (Wallets,
                [
                    "top_up", "purchase_tokens", "withdraw_from_wallet", "authorise", "void_authorisation",
                    "expire_authorisation", "grant_promo", "expire_promo",
                ]),
            (Orders, ["place_order", "deliver_order"]),
            (Refunds, ["refund_sale", "execute_refund"]),
            (Disputes, ["open_dispute", "win_dispute", "lose_dispute", "reopen_dispute", "claw_back_sale"]),
            (Payouts,
                ["form_payout", "settle_payout", "fail_payout", "reject_payout", "return_payout", "hold_amount",
                    "release_amount", "cancel_payout", "submit_payout", "doubt_payout", "open_batch", "close_batch",
                    "prepare_payment_file", "release_payment_file"]),
            // From here on the money is on its way: whoever forms payouts cannot alone say so.
            (ApprovePayouts, ["accept_payout", "approve_batch", "reject_batch"]),
            (Treasury,
                [
                    "release_hold", "release_reserve", "release_affiliate", "deposit_tax", "settle_processor",
                    "release_processor_reserve", "record_receipt", "assign_receipt", "record_payment", "assign_payment",
                    "match_bank_line", "begin_bank_file", "record_bank_lines", "finish_bank_file", "record_statement",
                    "record_processor_report", "convert_currency",
                    "cover_exchange", "close_exchange_position", "transfer", "transfer_to_book", "move_to_unclaimed",
                    "return_unclaimed", "repay_debt", "set_rates", "begin_run", "record_skipped", "finish_run",
                ]),
            (Adjustments, ["adjust", "grant_goodwill", "write_off_debt", "reverse", "correct_withholding"]),
            (Tax, ["file_tax_form", "end_tax_form", "record_tin_match", "record_tin_notice", "record_tax_filing"]),
            (ClosePeriods, ["close_period"]),
            (Proposals, ["propose", "withdraw_proposal", "expire_proposal"]),
            (ApproveProposals, ["approve_proposal", "reject_proposal"]),
            (Rules,
                [
                    "set_revenue_rule", "end_revenue_rule", "set_limits", "set_policy", "set_payout_terms", "set_rail",
                    "set_approver", "set_schedule", "set_holidays", "set_tax_terms", "set_treaty_rates", "set_retention",
                ]),
            (Imports, ["begin_import", "open_balances", "open_subscriptions", "finish_import", "abandon_import"]),
            (Standing,
                [
                    "freeze_account", "unfreeze_account", "close_account", "sanction_party", "clear_party",
                    "close_party", "hold_creator", "unhold_creator", "register_fan", "describe_creator",
                    "record_verification", "record_screening", "add_payout_method", "verify_payout_method",
                    "fail_payout_method_verification", "disable_payout_method", "enable_payout_method",
                    "set_payout_preference", "request_payout", "withdraw_payout_request",
                ]),
            (ReadSecrets, ["record_reading"]),
            (ErasePeople,
                ["request_erasure", "withdraw_erasure", "place_legal_hold", "lift_legal_hold", "forget_person"]),
        }
        .SelectMany(line => line.Commands.Select(command => (command, line.Scope)))
        .ToFrozenDictionary(line => line.command, line => line.Scope, StringComparer.Ordinal);

    /// <summary>The right that a command takes. Every command has one.</summary>
    public static string OfCommand(string name) => ByCommand[name];
}
