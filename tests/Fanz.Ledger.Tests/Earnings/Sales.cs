using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What most tests of sales begin with.</summary>
internal static class Sales
{
    public static readonly Command.SendTip Tip = new("ann", "bea", 10_00, "USD", Funding.Card);

    /// <summary>The usual 80 to 20, with an affiliate who earns 5 % of the price at the platform's expense.</summary>
    public static Command.SetRevenueRule Rule(
        AffiliateBasis basis = AffiliateBasis.Gross, Bearer borneBy = Bearer.Platform,
        int affiliateBasisPoints = 500) =>
        new(new RuleScope(), 2_000, 1_000, ReserveDays: 90, HoldDays: 7, "pia", "quentin")
        {
            Affiliate = new AffiliateTerms(affiliateBasisPoints, basis, borneBy),
        };

    /// <summary>Tokens that a fan has, each standing for a cent.</summary>
    public static Command.Transfer Tokens(long tokens, string fan = "ann") => new(
        [
            new(new AccountName("psp.receivable", "", "USD"), tokens),
            new(new AccountName("token.liability", "", "USD"), -tokens),
            new(new AccountName("token.issued", "", "TKN"), tokens),
            new(new AccountName("fan.tokens", fan, "TKN"), -tokens),
        ],
        "tokens");

    public static Command.Transfer Promo(long amount, string currency = "USD", string fan = "ann") => new(
        [
            new(new AccountName("expense.promo", "", currency), amount),
            new(new AccountName("fan.promo", fan, currency), -amount),
        ],
        "promotion");
}
