using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Subscriptions;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Any sale, given back in any pieces: the pieces are the sale.</summary>
public class GivingBackPropertyTests
{
    private static readonly Gen<Case> AnyCase =
        from amount in Properties.Amounts(1_000_000)
        from funding in Gen.Elements(Funding.Card, Funding.Wallet, Funding.Tokens, Funding.Promo)
        from kind in Gen.Choose(0, 4)
        from terms in Gen.Choose(0, 127)
        from pieces in Gen.Choose(0, 10_000).ArrayOf(6)
        from ways in Gen.Choose(0, 5).ArrayOf(6)
        select new Case(amount + 1, funding, kind, terms, pieces, ways);

    private sealed record Case(long Amount, Funding Funding, int Kind, int Terms, int[] Pieces, int[] Ways)
    {
        public bool Has(int bit) => (Terms & (1 << bit)) != 0;
    }

    [Fact]
    public void Whatever_was_given_back_before_the_last_piece_leaves_nothing_on_any_leg() =>
        Properties.Hold(AnyCase, some =>
        {
            var (book, number) = Sell(some);
            var returned = new Dictionary<string, long>();
            for (var i = 0; i < some.Pieces.Length; i++)
            {
                var remaining = Remains(book, number).Paid;
                if (remaining > 1) GiveBack(book, number, 1 + (remaining * some.Pieces[i] / 20_000), some, i);
                Move(book, number, some.Ways[i]);
            }

            if (Remains(book, number).Paid > 0) book.Posted(new Command.RefundSale(number, "the rest"));
            var remains = Remains(book, number);
            Assert.Equal((0, 0), (remains.Paid, remains.Tokens));
            Assert.Equal((0, 0), (remains.AffiliateExpense, remains.DiscountExpense));
            if (((Event.Sale)Past(book, number).Event).Paid > 0) Assert.Empty(remains.Parts);
            CheckThatNothingIsLost(book, some);
        }, times: 400);

    [Fact]
    public void A_split_is_the_amount_and_no_leg_gives_back_more_than_it_has() =>
        Properties.Hold(AnyCase, some =>
        {
            var (book, number) = Sell(some);
            var remains = Remains(book, number);
            if (remains.Paid == 0) return;
            var amount = 1 + ((remains.Paid - 1) * some.Pieces[0] / 10_000);
            var split = remains.Split(amount);
            var expenses = split.Where(part => part.Account.Code.Name.StartsWith("expense.", StringComparison.Ordinal));
            Assert.Equal(amount, split.Sum(part => part.Remaining) - (2 * expenses.Sum(part => part.Remaining)));
            Assert.All(
                split.Except(expenses),
                part => Assert.InRange(
                    part.Remaining, 1, remains.Parts.Single(whole => whole.Account == part.Account).Remaining));
        });

    /// <summary>A fan with plenty, and a sale to them with whatever terms the case has.</summary>
    private static (BookInMemory Book, long Number) Sell(Case some)
    {
        var book = Sold.WithAffiliates(some.Has(0) ? Bearer.Creator : Bearer.Platform)
            .Posted(new Command.TopUp("ann", 10_000_000, "USD"))
            .Posted(new Command.PurchaseTokens("ann", 10_000_000, 10_000_000, "USD", Funding.Card))
            .Posted(new Command.GrantPromo("ann", 10_000_000, "USD", "spring"));
        Command.Sale sale = some.Kind switch
        {
            0 or 1 => new Command.SendTip("ann", "bea", some.Amount, "USD", some.Funding),
            2 => new Command.PlaceOrder("ann", "bea", some.Amount, "USD", some.Funding) { Order = "o", Shipping = 7 },
            3 => new Command.StartSubscription(
                "s", "ann", "bea", some.Amount, "USD", some.Funding, SubscriptionPeriod.Monthly),
            _ => new Command.StartSubscription(
                "s", "ann", "bea", some.Amount, "USD", some.Funding, SubscriptionPeriod.Yearly),
        };
        sale = sale with
        {
            Affiliate = some.Has(1) ? "aff" : null,
            Collaborators = some.Has(2) ? [new("bea", 60), new("cat", 40), new("dan", 33)] : null,
            Taxes = some.Has(3) ? [new(TaxKind.Vat, "DE", 19), new(TaxKind.SalesTax, "US-NY", 7)] : null,
            Discount = some.Has(4) && some.Amount > 3
                ? new Discount("spring", some.Amount / 3, some.Has(5) ? Bearer.Creator : Bearer.Platform)
                : null,
        };
        book.Posted(sale);
        return (book, book.Book.LastNumber);
    }

    private static void GiveBack(BookInMemory book, long number, long amount, Case some, int i)
    {
        if (some.Kind > 2 && some.Ways[i] == 0)
            book.Post(new Command.RefundSale(number, "what is not earned", amount / 2 + 1) { UnearnedOnly = true });
        amount = Math.Min(amount, Remains(book, number).Paid);
        if (amount == 0) return;
        if (some.Funding != Funding.Card || some.Ways[i] % 2 == 0)
        {
            book.Posted(new Command.RefundSale(number, "some of it", amount));
            return;
        }

        book.Posted(new Command.OpenDispute($"d-{i}", number, Fee: i * 100L, amount + (i == 3 ? 5 : 0)));
        if (some.Ways[i] == 1)
        {
            book.Posted(new Command.WinDispute($"d-{i}"));
            book.Posted(new Command.ReopenDispute($"d-{i}", Fee: 3));
        }

        book.Posted(new Command.LoseDispute($"d-{i}")
        {
            Bearer = some.Has(i) ? Bearer.Platform : Bearer.Creator, PassFee = some.Ways[i] == 3,
        });
    }

    /// <summary>Time passes, and what can be earned or released of it is.</summary>
    private static void Move(BookInMemory book, long number, int way)
    {
        switch (Past(book, number).Event)
        {
            case Event.SubscriptionCharge when way > 1:
                book.Wait(Duration.FromDays(31));
                book.Post(new Command.RecogniseRevenue(
                    number, 1 + Past(book, number).Since.Count(record => record.Event is Event.RevenueRecognised)));
                break;
            case Event.Sale when way == 4:
                book.Post(new Command.DeliverOrder(number));
                break;
        }

        if (way != 5) return;
        book.Wait(Duration.FromDays(40));
        foreach (var key in book.Accounts
            .Select(state => state.Key).Where(key => key.Cohort <= book.Now.Today).ToArray())
        {
            var (code, cohort, run) = (key.Code.Name, key.Cohort!.Value, $"run-{book.Book.LastNumber}");
            if (code == "creator.pending") book.Post(new Command.ReleaseHold(key.Owner, "USD", cohort, run));
            if (code == "creator.reserve") book.Post(new Command.ReleaseReserve(key.Owner, "USD", cohort, run));
            if (code == "affiliate.pending") book.Post(new Command.ReleaseAffiliate(key.Owner, "USD", cohort, run));
        }
    }

    /// <summary>
    /// With the sale gone, nobody has anything of it, but for losses that the platform took on purpose.
    /// </summary>
    private static void CheckThatNothingIsLost(BookInMemory book, Case some)
    {
        foreach (var account in new[] { "order.escrow", "deferred.revenue", "chargeback.receivable" })
            Assert.Equal(0, book.Holds($"{account}/USD//"));
        foreach (var creator in new[] { "bea", "cat", "dan" })
        {
            Assert.Equal(0, book.Holds($"creator.hold/USD//{creator}"));
            Assert.Equal(0, book.Holds($"creator.unearned/USD//{creator}"));
        }

        if (some.Funding == Funding.Tokens) Assert.Equal(10_000_000, book.Holds("fan.tokens/TKN//ann"));
        if (some.Funding == Funding.Wallet) Assert.Equal(10_000_000, book.Holds("fan.wallet/USD//ann"));
        if (some.Funding == Funding.Promo) Assert.Equal(10_000_000, book.Holds("fan.promo/USD//ann"));
    }

    private static SaleParts Remains(BookInMemory book, long number) => SaleParts.Of(Past(book, number));

    private static PastTransaction Past(BookInMemory book, long number)
    {
        var records = book.Journal.Select(appended => new PastRecord(
            new(appended.Record.Number, appended.Record.At, appended.Record.EffectiveOn,
                EventFormat.Read(appended.Record.Type, appended.Record.Data.Span)),
            appended.Record.Type, appended.Record.Stream,
            [.. appended.Entries.Select(entry => new Leg(entry.Account, entry.Amount))])).ToArray();
        return new PastTransaction(
            records[number - 1],
            records.Where(record => book.Journal[(int)record.Number - 1].Record.RefersTo == number));
    }
}
