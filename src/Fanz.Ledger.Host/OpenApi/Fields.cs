using System.Collections.Frozen;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// What the fields of commands mean that have no words of their own in the source, because the same name means the
/// same everywhere. Where it does not, the record's name stands before it.
/// </summary>
internal static class Fields
{
    private static readonly FrozenSet<string> Amounts = new[]
    {
        "amount", "bought", "fee", "fees", "gross", "kept", "maximum", "minimum", "per_day", "per_purchase", "per_week",
        "price", "shipping", "sold", "taxed",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Meanings = new Dictionary<string, string>
    {
        ["account"] = "The account, by the words of the chart of accounts.",
        ["affiliate"] = "Who brought the fan, by the platform's own id.",
        ["amount"] = "In minor units of the currency: 999 USD is 9.99 dollars.",
        ["approved_by"] = "The person who approves it; never the one who proposes it.",
        ["authorisation"] = "The name of the authorisation.",
        ["bank"] = "Which of the platform's banks, where it has several.",
        ["basis"] = "What the rate is taken of.",
        ["basis_points"] = "A rate in hundredths of a percent.",
        ["bonus"] = "How many tokens are given on top for nothing.",
        ["borne_by"] = "At whose expense it is.",
        ["bought"] = "How much was bought, in minor units.",
        ["bought_currency"] = "The currency that was bought.",
        ["charge"] = "The number of the transaction by which the subscription was paid.",
        ["chargeback_bearer"] = "Who bears the creators' part of a lost dispute.",
        ["code"] = "The account's code in the chart of accounts, as `fan.wallet`.",
        ["cohort"] = "The day until which it was held; the account of that day is released as a whole.",
        ["AccountName.cohort"] = "The day that the account is for, where it is kept by day.",
        ["content"] = "The platform's own id of the content.",
        ["country"] = "ISO 3166, two capital letters.",
        ["creator"] = "The creator, by the platform's own id.",
        ["currency"] = "ISO 4217, three capital letters.",
        ["AccountName.currency"] = "ISO 4217, three capital letters, or TKN for tokens.",
        ["days"] = "For how many days.",
        ["debits_only"] = "Whether money may still come in.",
        ["discount"] = "What the fan pays less, and at whose expense.",
        ["dispute"] = "The processor's name for the dispute.",
        ["dormant_after_days"] = "After how many days without a sign a balance is unclaimed.",
        ["effective_on"] = "The day from which it holds; today if it is not said.",
        ["Adjust.effective_on"] = "Its date in the accounts; the day of posting if it is not said.",
        ["Transfer.effective_on"] = "Its date in the accounts; the day of posting if it is not said.",
        ["expires_on"] = "The last day on which it is good.",
        ["fan"] = "The fan, by the platform's own id.",
        ["DescribeCreator.fan"] = "The fan that the creator is privately, so that nobody tips themselves.",
        ["fee"] = "What the bank or processor takes for it, in minor units.",
        ["fees"] = "What the processor keeps as its fees, in minor units.",
        ["fee_basis_points"] = "What the platform takes, in hundredths of a percent.",
        ["from"] = "The account it is taken from.",
        ["from_currency"] = "The currency that is given.",
        ["funding"] = "What it is paid with.",
        ["gift"] = "The platform's own id of the kind of gift.",
        ["grant"] = "The number of the transaction that granted it.",
        ["gross"] = "What the processor took for the platform, in minor units.",
        ["hold_days"] = "For how many days the creator's part is held.",
        ["item"] = "The platform's own id of the goods.",
        ["jurisdiction"] = "The authority that the tax is owed to, as `US-CA` or `DE`.",
        ["kept"] = "What the processor keeps as a reserve for now, in minor units.",
        ["kind"] = "The kind of sale; all kinds if it is not said.",
        ["TaxLine.kind"] = "The kind of tax.",
        ["WithholdingLine.kind"] = "Why it is withheld.",
        ["last_active_on"] = "The day of the last sign of life.",
        ["legs"] = "What is moved: debits are positive, and the legs sum to zero in each currency.",
        ["memo"] = "Why, in the caller's own words; it may be empty.",
        ["message"] = "The platform's own id of the message.",
        ["order"] = "The platform's own id of the order.",
        ["owner"] = "Whose account it is, by the platform's own id; empty for the platform itself.",
        ["party"] = "The party in that role, by the platform's own id.",
        ["payout"] = "The payout's name, never used again.",
        ["ReleaseAmount.payout"] = "The returned payout whose money is on hold, where it is that.",
        ["period"] = "How long one payment lasts.",
        ["RecogniseRevenue.period"] = "Which month of the charge, counted from 1.",
        ["platform"] = "The other platform of the same tenant.",
        ["post"] = "The platform's own id of the post.",
        ["price"] = "The new price, in minor units of the subscription's currency.",
        ["processor"] = "Which processor, where the platform has several.",
        ["promotion"] = "The platform's own id of the promotion.",
        ["proposed_by"] = "The person who proposes it.",
        ["quantity"] = "How many.",
        ["rate"] = "What one unit of the first currency buys of the second, as a decimal in text: `0.9150`.",
        ["rate_basis_points"] = "The rate in hundredths of a percent.",
        ["reason"] = "Why, in the caller's own words.",
        ["receipt"] = "The number of the transaction that recorded the receipt.",
        ["reference"] = "The caller's own reference, kept with it.",
        ["reserve_basis_points"] = "What is kept back of the creator's part, in hundredths of a percent.",
        ["reserve_days"] = "For how many days it is kept back.",
        ["role"] = "In which role.",
        ["run"] = "The scheduled run that asks for it.",
        ["scope"] = "For whom the rule holds; all on the platform if nothing is named.",
        ["shipping"] = "What the fan pays for shipping, in minor units.",
        ["since"] = "Since when they have been a fan.",
        ["sold"] = "How much was sold, in minor units.",
        ["sold_currency"] = "The currency that was sold.",
        ["spread_basis_points"] = "What the platform keeps of the conversion, in hundredths of a percent.",
        ["stream"] = "The platform's own id of the live stream.",
        ["subscription"] = "The platform's own id of the subscription.",
        ["tax"] = "Which tax.",
        ["taxed"] = "What the rate is taken of, in minor units.",
        ["tenant"] = "Whether it holds on all platforms of the tenant.",
        ["tier"] = "The platform's own word for the creator's tier.",
        ["to"] = "The account it goes to.",
        ["WithdrawFromWallet.to"] = "Where it goes to.",
        ["to_currency"] = "The currency that is wanted.",
        ["token_value"] = "What tokens are redeemed for.",
        ["tokens"] = "How many tokens.",
        ["transaction"] = "The number of the earlier transaction.",
        ["trial_days"] = "How many days are tried for nothing.",
        ["weight"] = "The share, relative to the weights of the others.",
        ["younger_than_days"] = "Only for fans who have been one for fewer days; all fans if it is not said.",
    }
    .ToFrozenDictionary(StringComparer.Ordinal);

    public static string? Find(string record, string field) =>
        Meanings.GetValueOrDefault($"{record}.{field}") ?? Meanings.GetValueOrDefault(field);

    public static bool IsAmount(string field) => Amounts.Contains(field);
}
