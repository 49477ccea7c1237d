using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Disputes;

/// <summary>
/// What a dispute freezes while nobody knows how it ends: a creator's part in creator.hold, a fan's money in
/// fan.reserved. Only what is there is frozen; nobody comes to owe anything before a dispute is lost. Escrow, deferred
/// revenue and what is not earned yet need no freezing, because nothing moves them while a dispute is open.
/// </summary>
internal static class Freezing
{
    /// <summary>What can be frozen of a claim, account by account, in the order in which it is found.</summary>
    public static IReadOnlyList<Leg> Find(Book book, DisputedPayment payment, long claim) => payment switch
    {
        _ when claim == 0 => [],
        { Sale: { } sale } => FindAtCreators(book, payment, sale.Split(claim)),
        { Tokens: not null } => FindTokens(book, payment, claim),
        _ => FindInWallet(book, payment, claim),
    };

    /// <summary>Where what an account had is kept while it is frozen.</summary>
    public static AccountKey KeeperOf(AccountKey frozen, string fan)
    {
        var code = frozen.Code;
        if (code == Chart.FanTokens) return new AccountKey(Chart.TokensIssued, "", Currency.Token);
        return code == Chart.FanWallet || code == Chart.TokenLiability
            ? new AccountKey(Chart.FanReserved, fan, frozen.Currency)
            : new AccountKey(Chart.CreatorHold, frozen.Owner, frozen.Currency);
    }

    /// <summary>
    /// Where it goes back to. A cohort that has matured meanwhile, or is frozen, hands over to tomorrow's, so that what
    /// is held still leaves by a release and taxes are withheld from it.
    /// </summary>
    public static AccountKey HomeOf(Book book, AccountKey frozen, LocalDate today)
    {
        if (frozen.Cohort is not { } day) return frozen;
        var isOver = day <= today || book.Account(frozen).Life == Life.Frozen;
        return isOver ? frozen with { Cohort = today.PlusDays(1) } : frozen;
    }

    /// <summary>
    /// What was frozen, as it goes back. The value of tokens may have changed while nobody held any: then those that
    /// were frozen are none any more, and the fan has in the wallet what they were worth.
    /// </summary>
    public static IReadOnlyList<Portion> ToReturn(Book book, DisputedPayment payment, IReadOnlyList<Portion> frozen)
    {
        if (payment.Tokens is null || frozen.Count == 0) return frozen;
        var tokens = frozen.Single(one => one.Account.Key.Code == Chart.FanTokens).Amount;
        var worth = frozen.Single(one => one.Account.Key.Code == Chart.TokenLiability).Amount;
        return TokenValue.IsWorth(book, tokens, worth)
            ? frozen
            : [new Portion(Portion.NameOf(payment.OfFan(Chart.FanWallet)), worth)];
    }

    /// <summary>
    /// How many of a fan's tokens there are to take, up to an amount, and what they are worth today, whatever they had
    /// been worth when the disputed ones were bought. Only as many are taken as are worth whole units of money.
    /// </summary>
    public static (long Tokens, long Worth) TokensWorth(Book book, string fan, long atMost)
    {
        var value = TokenValue.Last(book);
        var common = (long)BigInteger.GreatestCommonDivisor(value.Tokens, value.Amount);
        var (tokens, worth) = (value.Tokens / common, value.Amount / common);
        var account = book.Account(new AccountKey(Chart.FanTokens, fan, Currency.Token));
        if (account.IsFrozen) return (0, 0);
        var lots = Math.Min(account.Key.Code.InWords(account.Balance) / tokens, atMost / worth);
        return (lots * tokens, lots * worth);
    }

    private static IReadOnlyList<Leg> FindAtCreators(
        Book book, DisputedPayment payment, IReadOnlyCollection<SalePart> parts) =>
    [
        .. Returning.ByCreator(parts)
            .Where(owned => CanKeep(book, owned.First().Account, payment.Fan))
            .SelectMany(owned => Waterfall
                .OfCreator(book, owned.Key, payment.Currency, owned, owned.Sum(part => part.Remaining)).Taken),
    ];

    /// <summary>
    /// Whether what an account has could be kept while it is frozen. The bank has taken its money whether or not; where
    /// there is no place to keep anything, nothing is frozen, and it is looked for once the dispute is lost.
    /// </summary>
    private static bool CanKeep(Book book, AccountKey account, string fan) =>
        book.Account(KeeperOf(account, fan)).Life != Life.Frozen;

    private static IReadOnlyList<Leg> FindTokens(Book book, DisputedPayment payment, long claim)
    {
        var (tokens, worth) = TokensWorth(book, payment.Fan, claim);
        return !CanKeep(book, payment.Own(Chart.TokenLiability), payment.Fan) || tokens == 0
            ? []
            : [
                new Leg(payment.Own(Chart.TokenLiability), worth),
                new Leg(new AccountKey(Chart.FanTokens, payment.Fan, Currency.Token), tokens),
            ];
    }

    private static IReadOnlyList<Leg> FindInWallet(Book book, DisputedPayment payment, long claim)
    {
        var wallet = book.Account(payment.OfFan(Chart.FanWallet));
        var isThere = CanKeep(book, wallet.Key, payment.Fan) && !wallet.IsFrozen;
        var found = isThere ? Math.Min(claim, wallet.Key.Code.InWords(wallet.Balance)) : 0;
        return found > 0 ? [new Leg(wallet.Key, found)] : [];
    }
}
