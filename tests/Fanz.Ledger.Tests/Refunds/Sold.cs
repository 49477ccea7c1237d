using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// What the examples of giving back begin with: sales by the base case of the domain, and time that passes.
/// </summary>
internal static class Sold
{
    /// <summary>A tip by card, the base case: 80 to 20, a tenth in reserve.</summary>
    public static readonly Command.SendTip Tip = new("ann", "bea", 10_00, "USD", Funding.Card);

    /// <summary>
    /// A book in which affiliates earn 5 % of gross, at the expense of the platform or of the creator.
    /// </summary>
    public static BookInMemory WithAffiliates(Bearer borneBy = Bearer.Platform) => new BookInMemory().Posted(
        new Command.SetRevenueRule(new RuleScope(), 2_000, 1_000, ReserveDays: 90, HoldDays: 7, "pat", "sam")
        {
            Affiliate = new AffiliateTerms(500, AffiliateBasis.Gross, borneBy),
        });

    /// <summary>The base case with its affiliate; the sale is transaction 3.</summary>
    public static BookInMemory ByAffiliate(Bearer borneBy = Bearer.Platform) =>
        WithAffiliates(borneBy).Posted(Tip with { Affiliate = "aff" });

    /// <summary>A week later: what was pending is available.</summary>
    public static BookInMemory Released(this BookInMemory book, params string[] creators)
    {
        var cohort = new LocalDate(2026, 1, 8);
        book.Wait(Duration.FromDays(7));
        foreach (var creator in creators)
            book.Posted(new Command.ReleaseHold(creator, "USD", cohort, $"run-{book.Book.LastNumber}"));
        if (book.State("affiliate.pending/USD/2026-01-08/aff").Balance != 0)
            book.Posted(new Command.ReleaseAffiliate("aff", "USD", cohort, "run"));
        return book;
    }

    /// <summary>Moves money from an account to the bank, as if it had been paid out.</summary>
    public static BookInMemory PaidOut(this BookInMemory book, string account, long amount)
    {
        Assert.True(AccountKey.TryParse(account, out var key));
        var from = Portion.NameOf(key.Value);
        return book.Posted(new Command.Transfer(
            [
                new NamedLeg(from, amount),
                new NamedLeg(new AccountName("cash.bank", "", from.Currency), -amount),
            ], "paid out"));
    }

    /// <summary>The balance as its owner would say it.</summary>
    public static long Holds(this BookInMemory book, string account)
    {
        var state = book.State(account);
        return state.Key.Code.InWords(state.Balance);
    }

    /// <summary>The event of the last record, as it is read back.</summary>
    public static T Last<T>(this BookInMemory book)
        where T : Event
    {
        var record = book.Journal[^1].Record;
        return Assert.IsType<T>(EventFormat.Read(record.Type, record.Data.Span));
    }
}
