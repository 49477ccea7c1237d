using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Fanz.Ledger.Accounts;

/// <summary>
/// The chart of accounts. What is owed to fans, creators and affiliates never goes below zero, also where it is kept
/// in one account for all of them, nor do their debts; a platform's own accounts may stand on either side.
/// </summary>
public static class Chart
{
    public static readonly AccountCode BankCash = Platform("cash.bank", Side.Debit, Holder.Institution);
    public static readonly AccountCode ProcessorReceivable =
        Platform("psp.receivable", Side.Debit, Holder.Institution);
    public static readonly AccountCode ProcessorReserve = Platform("psp.reserve", Side.Debit, Holder.Institution);
    public static readonly AccountCode ChargebackReceivable = Platform("chargeback.receivable", Side.Debit);
    public static readonly AccountCode CreatorDebt = Debt("creator.debt", Holder.Creator);
    public static readonly AccountCode FanDebt = Debt("fan.debt", Holder.Fan);
    public static readonly AccountCode VatInput = Platform("vat.input", Side.Debit);
    public static readonly AccountCode DueFrom = Platform("due.from", Side.Debit, Holder.OtherBook);

    public static readonly AccountCode FanWallet = Owed("fan.wallet", Holder.Fan);
    public static readonly AccountCode FanReserved = Owed("fan.reserved", Holder.Fan);
    public static readonly AccountCode FanPromo = Owed("fan.promo", Holder.Fan);
    public static readonly AccountCode TokenLiability = Owed("token.liability", Holder.Platform);
    public static readonly AccountCode RefundPayable = Owed("refund.payable", Holder.Platform);
    public static readonly AccountCode OrderEscrow = Owed("order.escrow", Holder.Platform);

    public static readonly AccountCode CreatorPending = Owed("creator.pending", Holder.Creator, hasCohort: true);
    public static readonly AccountCode CreatorReserve = Owed("creator.reserve", Holder.Creator, hasCohort: true);
    public static readonly AccountCode CreatorAvailable = Owed("creator.available", Holder.Creator);
    public static readonly AccountCode CreatorHold = Owed("creator.hold", Holder.Creator);
    public static readonly AccountCode CreatorUnearned = Owed("creator.unearned", Holder.Creator);
    public static readonly AccountCode PayoutTransit = Owed("payout.transit", Holder.Creator);
    public static readonly AccountCode PayoutClearing = Owed("payout.clearing", Holder.Creator);

    public static readonly AccountCode AffiliatePending =
        Owed("affiliate.pending", Holder.Affiliate, hasCohort: true);
    public static readonly AccountCode AffiliateAvailable = Owed("affiliate.available", Holder.Affiliate);
    public static readonly AccountCode VatPayable = Platform("vat.payable", Side.Credit, Holder.Jurisdiction);
    public static readonly AccountCode SalesTaxPayable = Platform("salestax.payable", Side.Credit, Holder.Jurisdiction);
    public static readonly AccountCode BackupWithholding = Platform("wht.backup", Side.Credit);
    public static readonly AccountCode NonResidentWithholding = Platform("wht.nra", Side.Credit);
    public static readonly AccountCode DeferredRevenue = Platform("deferred.revenue", Side.Credit);
    public static readonly AccountCode Unclaimed = Platform("unclaimed", Side.Credit);
    public static readonly AccountCode Suspense =
        Platform("suspense", Side.Credit, Holder.PlatformOrImport);
    public static readonly AccountCode DueTo = Platform("due.to", Side.Credit, Holder.OtherBook);

    public static readonly AccountCode TipRevenue = Platform("revenue.tip", Side.Credit);
    public static readonly AccountCode SubscriptionRevenue = Platform("revenue.subscription", Side.Credit);
    public static readonly AccountCode ContentRevenue = Platform("revenue.ppv", Side.Credit);
    public static readonly AccountCode MessageRevenue = Platform("revenue.message", Side.Credit);
    public static readonly AccountCode StreamRevenue = Platform("revenue.stream", Side.Credit);
    public static readonly AccountCode OrderRevenue = Platform("revenue.order", Side.Credit);
    public static readonly AccountCode PayoutFeeRevenue = Platform("revenue.payout_fee", Side.Credit);
    public static readonly AccountCode ExchangeSpreadRevenue = Platform("revenue.fx_spread", Side.Credit);
    public static readonly AccountCode BreakageRevenue = Platform("revenue.breakage", Side.Credit);

    public static readonly AccountCode ProcessorFeeExpense = Platform("expense.psp_fee", Side.Debit);
    public static readonly AccountCode AffiliateExpense = Platform("expense.affiliate", Side.Debit);
    public static readonly AccountCode PromotionExpense = Platform("expense.promo", Side.Debit);
    public static readonly AccountCode GoodwillExpense = Platform("expense.goodwill", Side.Debit);
    public static readonly AccountCode ChargebackLoss = Platform("expense.chargeback_loss", Side.Debit);
    public static readonly AccountCode ChargebackFeeExpense = Platform("expense.chargeback_fee", Side.Debit);
    public static readonly AccountCode BadDebtExpense = Platform("expense.bad_debt", Side.Debit);
    public static readonly AccountCode ExchangeGainLoss = Platform("fx.gainloss", Side.Debit);
    public static readonly AccountCode Rounding = Platform("rounding", Side.Debit);
    public static readonly AccountCode ExchangePosition = Platform("fx.position", Side.Debit);

    public static readonly AccountCode TokensIssued =
        new("token.issued", Side.Debit, Holder.Platform, MayGoBelowZero: true, HoldsTokens: true);
    public static readonly AccountCode FanTokens =
        new("fan.tokens", Side.Credit, Holder.Fan, MayGoBelowZero: false, HoldsTokens: true);

    public static IReadOnlyCollection<AccountCode> All => ByName.Values;

    private static readonly FrozenDictionary<string, AccountCode> ByName = new[]
        {
            BankCash, ProcessorReceivable, ProcessorReserve, ChargebackReceivable, CreatorDebt, FanDebt, VatInput,
            DueFrom, FanWallet, FanReserved, FanPromo, TokenLiability, RefundPayable, OrderEscrow, CreatorPending,
            CreatorReserve, CreatorAvailable, CreatorHold, CreatorUnearned, PayoutTransit, PayoutClearing,
            AffiliatePending, AffiliateAvailable, VatPayable, SalesTaxPayable, BackupWithholding,
            NonResidentWithholding, DeferredRevenue, Unclaimed, Suspense, DueTo, TipRevenue, SubscriptionRevenue,
            ContentRevenue, MessageRevenue, StreamRevenue, OrderRevenue, PayoutFeeRevenue, ExchangeSpreadRevenue,
            BreakageRevenue, ProcessorFeeExpense, AffiliateExpense, PromotionExpense, GoodwillExpense, ChargebackLoss,
            ChargebackFeeExpense, BadDebtExpense, ExchangeGainLoss, Rounding, ExchangePosition, TokensIssued, FanTokens,
        }
        .ToFrozenDictionary(code => code.Name);

    public static bool TryFind(string? name, [NotNullWhen(true)] out AccountCode? code)
    {
        code = null;
        return name is not null && ByName.TryGetValue(name, out code);
    }

    public static AccountCode Find(string name) =>
        TryFind(name, out var code) ? code : throw new ArgumentException($"The chart has no account '{name}'.");

    private static AccountCode Platform(string name, Side side, Holder holder = Holder.Platform) =>
        new(name, side, holder, MayGoBelowZero: true);

    private static AccountCode Owed(string name, Holder holder, bool hasCohort = false) =>
        new(name, Side.Credit, holder, MayGoBelowZero: false, hasCohort);

    private static AccountCode Debt(string name, Holder holder) =>
        new(name, Side.Debit, holder, MayGoBelowZero: false);
}
