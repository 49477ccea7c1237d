using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Escrow;

/// <summary>
/// Money that is about to become somebody's to spend. Whatever they owe is repaid out of it first, wherever it comes
/// from: a release, a payout that came back, goodwill. So nobody is given money while they are in debt.
/// </summary>
internal sealed class Proceeds
{
    private readonly AccountKey target;
    private readonly AccountKey? debt;

    private Proceeds(Book book, AccountKey target, AccountKey? debt, long amount)
    {
        (this.target, this.debt) = (target, debt);
        // Both are looked at even where nothing comes of it, so that one look finds all that is needed.
        book.Account(target);
        DebtRepaid = debt is { } owed ? Math.Min(book.Account(owed).Balance, amount) : 0;
        Rest = amount - DebtRepaid;
    }

    public long DebtRepaid { get; }

    /// <summary>What is left to spend; with what was repaid, it is the amount.</summary>
    public long Rest { get; }

    public static Proceeds OfCreator(Book book, string creator, Currency currency, long amount) =>
        On(book, new AccountKey(Chart.CreatorAvailable, creator, currency), amount);

    public static Proceeds OfFan(Book book, string fan, Currency currency, long amount) =>
        On(book, new AccountKey(Chart.FanWallet, fan, currency), amount);

    public static Proceeds OfAffiliate(Book book, string affiliate, Currency currency, long amount) =>
        On(book, new AccountKey(Chart.AffiliateAvailable, affiliate, currency), amount);

    /// <summary>What comes to any account; only what can be spent from it repays anything.</summary>
    public static Proceeds On(Book book, AccountKey account, long amount) =>
        new(book, account, DebtBehind(account), amount);

    /// <summary>Where somebody who can spend from an account keeps what they owe. Affiliates owe nothing.</summary>
    public static AccountKey? DebtBehind(AccountKey account) =>
        account.Code == Chart.CreatorAvailable ? account with { Code = Chart.CreatorDebt }
        : account.Code == Chart.FanWallet ? account with { Code = Chart.FanDebt }
        : null;

    public Posting.Builder Credit(Posting.Builder posting)
    {
        if (debt is { } owed) posting.Credit(owed, DebtRepaid);
        return posting.Credit(target, Rest);
    }
}
