using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Earnings;

/// <summary>
/// A sale while it is decided: the rule that holds, how it shares the sale, who pays, and whether anyone objects. The
/// recipes of the kinds of sale draw their postings with its lines.
/// </summary>
internal sealed class Selling
{
    private readonly Command.Sale sale;
    private readonly Book book;
    private readonly long tokens;
    private readonly Spent? spent;

    private Selling(Command.Sale sale, Book book, Moment now)
    {
        (this.sale, this.book) = (sale, book);
        Currency = Currency.Of(sale.Currency);
        Rule = RevenueRules.Of(book, sale.Kind, sale.Creator, Currency, now.Today);
        Sharing = Sharing.Of(sale, Rule);
        PendingUntil = now.Today.PlusDays(Rule.HoldDays);
        ReserveUntil = now.Today.PlusDays(Rule.ReserveDays);
        Paid = sale.Amount + sale.ExtraPaid + (sale.Taxes?.Sum(tax => tax.Amount) ?? 0) - (sale.Discount?.Amount ?? 0);
        (Objection, spent) = Guards.Look(sale, Paid, book, now);
        if (sale.Funding == Funding.Tokens)
        {
            (tokens, var refusal) = TokenValue.InTokens(book, Paid, Currency, now.Today);
            Objection ??= refusal;
        }

        if (sale.Funding == Funding.Authorisation)
            Objection ??= Authorisations.ObjectionToCapture(book, sale, Paid, now);
    }

    public RevenueShare Rule { get; }

    public Sharing Sharing { get; }

    public Currency Currency { get; }

    public LocalDate PendingUntil { get; }

    public LocalDate ReserveUntil { get; }

    /// <summary>What the fan pays: the price, with taxes and extras on top, less a discount.</summary>
    public long Paid { get; }

    /// <summary>Why there is no sale, before any account is looked at.</summary>
    public Refusal? Objection { get; }

    public static Selling Of(Command.Sale sale, Book book, Moment now) => new(sale, book, now);

    /// <summary>
    /// Who pays: the fan by one way or the other, and the platform for what it gives away. An affiliate is paid for
    /// when the sale is earned, which may be later.
    /// </summary>
    public Posting.Builder Pay(bool isEarned = true)
    {
        var posting = Posting.Draw().Debit(Source, Paid);
        if (isEarned && sale.Affiliate is not null && Rule.AffiliateBorneBy == Bearer.Platform)
            posting.Debit(Own(Chart.AffiliateExpense), Sharing.Affiliate);
        if (sale.Discount is { BorneBy: Bearer.Platform } discount)
            posting.Debit(Own(Chart.PromotionExpense), discount.Amount);
        return posting;
    }

    /// <summary>What the creators earn at once, held until it matures.</summary>
    public Posting.Builder EarnAtOnce(Posting.Builder posting) =>
        posting.Earn(Sharing.Creators, Currency, PendingUntil, ReserveUntil);

    /// <summary>What the creators were paid for and have yet to deliver.</summary>
    public Posting.Builder OweUnearned(Posting.Builder posting)
    {
        foreach (var share in Sharing.Creators)
            posting.Credit(
                new AccountKey(Chart.CreatorUnearned, share.Creator, Currency), share.Pending + share.Reserve);
        return posting;
    }

    public Posting.Builder EarnAffiliate(Posting.Builder posting) => sale.Affiliate is { } affiliate
        ? posting.Credit(new AccountKey(Chart.AffiliatePending, affiliate, Currency, PendingUntil), Sharing.Affiliate)
        : posting;

    /// <summary>The end of every sale: taxes are owed, and tokens that were redeemed are gone.</summary>
    public Posting.Builder OweTaxes(Posting.Builder posting)
    {
        foreach (var tax in sale.Taxes ?? [])
        {
            var payable = tax.Kind == TaxKind.Vat ? Chart.VatPayable : Chart.SalesTaxPayable;
            posting.Credit(new AccountKey(payable, tax.Jurisdiction, Currency), tax.Amount);
        }

        return posting
            .Debit(new AccountKey(Chart.FanTokens, sale.Fan, Currency.Token), tokens)
            .Credit(new AccountKey(Chart.TokensIssued, "", Currency.Token), tokens);
    }

    public AccountKey Own(AccountCode code) => new(code, "", Currency);

    /// <summary>The event with everything that was said about the sale and everything it came to.</summary>
    public T Describe<T>(T @event)
        where T : Event.Sale => sale.IsPlain && spent is null ? @event : (T)(Event.Sale)(@event with
        {
            Tokens = tokens > 0 ? tokens : null,
            Processor = sale.Processor,
            Authorisation = sale.Authorisation,
            Country = sale.Country,
            Shares = sale.Collaborators is null ? null : Sharing.Creators,
            Affiliate = sale.Affiliate is null ? null : new AffiliateShare(
                sale.Affiliate, Sharing.Affiliate, Rule.AffiliateBasisPoints, Rule.AffiliateBasis,
                Rule.AffiliateBorneBy, PendingUntil),
            Taxes = sale.Taxes,
            Discount = sale.Discount,
            Content = sale.Content,
            Post = sale.Post,
            Message = sale.Message,
            Stream = sale.Stream,
            Order = sale.Order,
            Metadata = sale.Metadata,
            Spent = spent,
        });

    /// <summary>The decision, unless someone objects.</summary>
    public Decision Decide(Event.Sale @event, Posting.Builder posting, string? aggregate = null)
    {
        var built = posting.Build();
        // The accounts are looked at even if there is an objection already: one look must find all that is needed.
        var objection = book.Objection(built);
        if ((Objection ?? objection) is { } refusal) return refusal;
        // A subscription has a stream of its own; it is neither counted as spending nor paid for by an authorisation.
        if (aggregate is not null && Stream is not null)
            throw new InvariantBroken($"A sale cannot change both {aggregate} and {Stream}.");
        return Decision.Of(book, new Draft(@event, built, Aggregate: aggregate ?? Stream));
    }

    /// <summary>The stream that the sale changes: its authorisation's, or that of the fan's limited spending.</summary>
    private string? Stream => sale switch
    {
        { Authorisation: { } authorisation } => Authorisations.StreamOf(authorisation),
        _ when spent is not null => Guards.StreamOf(sale.Fan, Currency),
        _ => null,
    };

    private AccountKey Source => sale.Funding switch
    {
        Funding.Wallet => new AccountKey(Chart.FanWallet, sale.Fan, Currency),
        Funding.Card => new AccountKey(Chart.ProcessorReceivable, sale.Processor ?? "", Currency),
        Funding.Tokens => Own(Chart.TokenLiability),
        Funding.Promo => new AccountKey(Chart.FanPromo, sale.Fan, Currency),
        Funding.Authorisation => new AccountKey(Chart.FanReserved, sale.Fan, Currency),
        _ => throw new InvariantBroken($"{sale.Funding} is no funding."),
    };
}
